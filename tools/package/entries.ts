import path from 'node:path';

export const root = path.join(__dirname, '..', '..');

/** The entries of the package: the name to import, the file in the package, and the source in `shared/`. */
export const entries = [
  { name: '.', file: 'index', source: 'suppression-list/index' },
  { name: './testing', file: 'testing', source: 'suppression-list/testing' },
  { name: './feedback', file: 'feedback', source: 'domain/index' },
  { name: './release-links', file: 'release-links', source: 'suppression-list/release-links' },
  { name: './notices', file: 'notices', source: 'notices/index' },
] as const;

/** The command of the package and its file. */
export const bin = { 'ses-feedback': 'cli/ses-feedback.js' } as const;

/** The only dependency that is not bundled: an application has the SDK already, and shares its client with the library. */
export const peerDependency = '@aws-sdk/client-dynamodb';

/** Starts in June 2024: the library needs nothing newer. */
export const peerRange = '^3.600.0';
