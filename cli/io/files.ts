import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { type Policy, readPolicy } from '../../shared/domain/policy/policy.ts';

/**
 * Reads a text file, or standard input for `-`.
 * @throws Error with the name of the file and the reason
 */
export async function readTextFile(file: string): Promise<string> {
  if (file === '-') return text(process.stdin);
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new Error(`Cannot read ${file}: ${describeFileError(error)}`);
  }
}

/**
 * Reads a policy file.
 * @param location by default the policy of this checkout, which is what `sls deploy` deploys
 * @throws Error with the name of the file and the reason
 */
export async function loadPolicy(location = path.join(__dirname, '..', '..', 'policy.json')): Promise<Policy> {
  const content = await readTextFile(location);
  try {
    return readPolicy(JSON.parse(content));
  } catch (error) {
    throw new Error(`${location}: ${error instanceof SyntaxError ? 'not valid JSON' : describeFileError(error)}`);
  }
}

/** Returns the reason why a file or a folder cannot be used. */
export function describeFileError(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT') return 'no such file';
  if (code === 'EISDIR') return 'is a directory';
  if (code === 'EACCES') return 'permission denied';
  return error instanceof Error ? error.message : String(error);
}
