import path from 'node:path';

export const root = path.join(__dirname, '..', '..');

/** What can be imported, the file it is in the package, and its source in `shared/`. */
export const entries = [
  { name: '.', file: 'index', source: 'suppression-list/index' },
  { name: './testing', file: 'testing', source: 'suppression-list/testing' },
  { name: './feedback', file: 'feedback', source: 'domain/index' },
] as const;

/** What the application brings: it has the SDK already, and two of it would be two clients. Everything else is bundled in. */
export const peer = '@aws-sdk/client-dynamodb';

/** From June 2024: nothing here needs a newer one, and an application need not hurry. */
export const peerRange = '^3.600.0';
