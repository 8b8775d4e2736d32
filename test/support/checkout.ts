import { copyFileSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { root, run } from './run.ts';

/** A copy of this checkout, in which the framework can package and a test can change the copied files. */
export type Checkout = {
  readonly folder: string;
  /** Runs `sls` in the folder. */
  sls(args: readonly string[], env?: Record<string, string>): ReturnType<typeof run>;
  remove(): void;
};

/** Everything that packaging reads and that no test changes. */
const linked = [
  'functions',
  'shared',
  'resources',
  'serverless',
  'cli',
  'local',
  'tools',
  'node_modules',
  'tsconfig.json',
];
const copied = ['package.json', 'serverless.yml', 'policy.json'];

/** Creates a copy of this checkout in a temporary folder. */
export function createCheckout(): Checkout {
  const folder = mkdtempSync(path.join(tmpdir(), 'ses-feedback-'));
  for (const name of linked) symlinkSync(path.join(root, name), path.join(folder, name));
  for (const name of copied) copyFileSync(path.join(root, name), path.join(folder, name));
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
