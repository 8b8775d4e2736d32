import { copyFileSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { root, run } from './run.ts';

/** A folder like this checkout, where the framework can pack and a file can be another. */
export type Checkout = {
  readonly folder: string;
  sls(args: readonly string[], env?: Record<string, string>): ReturnType<typeof run>;
  remove(): void;
};

const shared = [
  'functions',
  'shared',
  'resources',
  'serverless',
  'local',
  'cli',
  'tools',
  'node_modules',
  'tsconfig.json',
];
const own = ['package.json', 'serverless.yml', 'policy.json'];

export function createCheckout(): Checkout {
  const folder = mkdtempSync(path.join(tmpdir(), 'ses-feedback-'));
  for (const name of shared) symlinkSync(path.join(root, name), path.join(folder, name));
  for (const name of own) copyFileSync(path.join(root, name), path.join(folder, name));
  return {
    folder,
    sls: async (args, env = {}) =>
      run(path.join(root, 'node_modules', '.bin', 'sls'), args, {
        cwd: folder,
        env: { NODE_NO_WARNINGS: '1', ...env },
      }),
    remove: () => rmSync(folder, { recursive: true }),
  };
}
