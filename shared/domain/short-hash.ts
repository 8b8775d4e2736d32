import { createHash } from 'node:crypto';

/** Returns the first characters of a text's SHA-256 hash in base64url. Each character has six bits. */
export function shortHash(text: string, characters: number): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, characters);
}
