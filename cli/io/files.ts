import { type FileHandle, open, readFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { type Policy, readPolicy } from '../../shared/domain/policy/policy.ts';
import type { CliIO } from './cli-io.ts';

/**
 * Reads a text file, or standard input for `-`.
 * @param io by default the streams of the process
 * @throws Error with the name of the file and the reason
 */
export async function readTextFile(file: string, io: Pick<CliIO, 'stdin'> = process): Promise<string> {
  return (await readBinaryFile(file, io)).toString('utf8');
}

/** As {@link readTextFile}, for a file that need not be text. */
export async function readBinaryFile(file: string, io: Pick<CliIO, 'stdin'> = process): Promise<Buffer> {
  if (file === '-') return buffer(io.stdin);
  try {
    return await readFile(file);
  } catch (error) {
    throw new Error(`Cannot read ${file}: ${describeFileError(error)}`);
  }
}

/**
 * Creates a file that only its owner can read, as it contains addresses.
 *
 * @throws Error with the name of the file and the reason, also if the file exists
 */
export async function createPrivateFile(file: string): Promise<FileHandle> {
  try {
    return await open(file, 'wx', 0o600);
  } catch (error) {
    throw new Error(`Cannot write ${file}: ${describeFileError(error)}`);
  }
}

/**
 * Reads a policy file.
 * @param location by default the policy of this checkout, which is what `sls deploy` deploys. The package contains a copy of it.
 * @param io by default the streams of the process
 * @throws Error with the name of the file and the reason
 */
export async function loadPolicy(location?: string, io: Pick<CliIO, 'stdin'> = process): Promise<Policy> {
  const content = location === undefined ? undefined : await readTextFile(location, io);
  try {
    // The default is imported, because a bundle has no files beside it.
    return readPolicy(content === undefined ? (await import('../../policy.json')).default : JSON.parse(content));
  } catch (error) {
    const file = location ?? 'policy.json';
    throw new Error(`${file}: ${error instanceof SyntaxError ? 'not valid JSON' : describeFileError(error)}`);
  }
}

/** Returns the reason why a file or a folder cannot be used. */
export function describeFileError(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT') return 'no such file';
  if (code === 'EISDIR') return 'is a directory';
  if (code === 'EACCES') return 'permission denied';
  if (code === 'EEXIST') return 'the file exists. Choose another name, or remove it';
  return error instanceof Error ? error.message : String(error);
}
