import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { text } from 'node:stream/consumers';

export const root = path.join(__dirname, '..', '..');

/** The environment of somebody who has no AWS account: what runs here must not need one. */
const bareEnvironment = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^(AWS_|LOCAL_DYNAMODB|NODE_OPTIONS|JEST_)/.test(name)),
);

/** Runs a program in the checkout and waits for its end. */
export async function run(
  command: string,
  args: readonly string[],
  { env = {}, input = '', cwd = root }: { env?: Record<string, string>; input?: string; cwd?: string } = {},
) {
  const child = spawn(command, args, { cwd, env: { ...bareEnvironment, ...env } });
  child.stdin.on('error', () => {}); // A program that ends without reading is no fault.
  child.stdin.end(input);
  const ended = once(child, 'exit');
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { code: code as number | null, stdout, stderr };
}

export const runLocal = (program: string, args: readonly string[], options?: Parameters<typeof run>[2]) =>
  run(path.join(root, 'node_modules', '.bin', program), args, options);
