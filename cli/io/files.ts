import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { type Policy, readPolicy } from '../../shared/domain/policy/policy.ts';

/**
 * The text of a file; `-` is standard input.
 * @throws Error with the file's name and what is the matter with it
 */
export async function readTextFile(file: string): Promise<string> {
  if (file === '-') return text(process.stdin);
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new Error(`${file} cannot be read: ${describeFileError(error)}`);
  }
}

/** Left out: the policy of this checkout, which is the one that is deployed from it. */
export async function loadPolicy(location = path.join(__dirname, '..', '..', 'policy.json')): Promise<Policy> {
  const content = await readTextFile(location);
  try {
    return readPolicy(JSON.parse(content));
  } catch (error) {
    throw new Error(`${location}: ${error instanceof SyntaxError ? 'not JSON' : describeFileError(error)}`);
  }
}

/** Why a file cannot be had, for a person. */
export function describeFileError(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT') return 'there is no such file';
  if (code === 'EISDIR') return 'it is a directory';
  if (code === 'EACCES') return 'permission denied';
  return error instanceof Error ? error.message : String(error);
}
