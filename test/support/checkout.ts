import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
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
const linked = ['shared', 'resources', 'serverless', 'cli', 'local', 'tools', 'node_modules', 'tsconfig.json'];
/** The functions include the policy.json beside their folder: through a link, that would be this checkout's. */
const copied = ['functions', 'package.json', 'serverless.yml', 'policy.json'];

/** Creates a copy of this checkout in a temporary folder. */
export function createCheckout(): Checkout {
  const folder = mkdtempSync(path.join(tmpdir(), 'ses-feedback-'));
  for (const name of linked) symlinkSync(path.join(root, name), path.join(folder, name));
  for (const name of copied) cpSync(path.join(root, name), path.join(folder, name), { recursive: true });
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
