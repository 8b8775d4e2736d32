import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { text } from 'node:stream/consumers';

export const root = path.join(__dirname, '..', '..');

/** The environment without anything about AWS: a program that a test runs must not need an AWS account. */
export const bareEnvironment: Readonly<NodeJS.ProcessEnv> = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^(AWS_|LOCAL_DYNAMODB|NODE_OPTIONS|JEST_)/.test(name)),
);

/** Runs a program in the checkout and resolves to its exit code and its output. */
export async function run(
  command: string,
  args: readonly string[],
  { env = {}, input = '', cwd = root }: { env?: Record<string, string>; input?: string; cwd?: string } = {},
) {
  const child = spawn(command, args, { cwd, env: { ...bareEnvironment, ...env } });
  child.stdin.on('error', () => {}); // The program may exit without reading its input.
  child.stdin.end(input);
  const exited = once(child, 'exit');
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), exited]);
  return { code: code as number | null, stdout, stderr };
}

/** Runs a program of a package in node_modules. */
export const runLocal = (program: string, args: readonly string[], options?: Parameters<typeof run>[2]) =>
  run(path.join(root, 'node_modules', '.bin', program), args, options);
