import { createHmac, timingSafeEqual } from 'node:crypto';
import type { AddressKey } from '../domain/address.ts';

/** A secret that signs release links. */
export type ReleaseLinkKey = {
  /** Names the key in the link: up to 16 letters, digits, `-` and `_`. */
  readonly id: string;
  /** At least 32 random bytes. */
  readonly secret: string | Uint8Array;
};

/** What a link is for. It is signed, and not in the link. */
export type LinkSubject = { readonly tableName: string; readonly list: string; readonly address: AddressKey };

/** What a link says. Times are epoch milliseconds. */
export type TokenContent = { readonly issuedAt: number; readonly expiresAt: number };

/** Version of the form of a link. */
const version = 'r1';
const minSecretBytes = 32;

/** @throws TypeError if there is no key, or one of them could be guessed */
export function assertKeys(keys: readonly ReleaseLinkKey[]): void {
  if (!Array.isArray(keys) || keys.length === 0)
    throw new TypeError('keys is empty. Pass at least one { id, secret }.');
  for (const { id, secret } of keys) {
    if (!/^[\w-]{1,16}$/.test(id)) throw new TypeError(`The key id "${id}" must be 1 to 16 letters, digits, - and _.`);
    if (Buffer.from(secret).length < minSecretBytes)
      throw new TypeError(
        `The secret of key "${id}" has fewer than ${minSecretBytes} bytes. Make one: openssl rand -base64 32`,
      );
  }
}

/** Returns `r1.<key>.<issued>.<expires>.<signature>`: letters, digits, `.`, `-` and `_`. */
export function signToken(
  subject: LinkSubject,
  { issuedAt, expiresAt }: TokenContent,
  { id, secret }: ReleaseLinkKey,
): string {
  const head = [version, id, issuedAt.toString(36), expiresAt.toString(36)].join('.');
  return `${head}.${signature(head, subject, secret)}`;
}

/** Returns what a link says, or why it is not accepted. */
export function verifyToken(
  token: string,
  subject: LinkSubject,
  keys: readonly ReleaseLinkKey[],
  now: number,
): TokenContent | 'invalid' | 'expired' {
  const [, head = '', id = '', issued = '', expires = '', signed = ''] =
    /^(r1\.([\w-]{1,16})\.([0-9a-z]{1,10})\.([0-9a-z]{1,10}))\.([\w-]{43})$/.exec(token) ?? [];
  const key = keys.find((one) => one.id === id);
  if (key === undefined) return 'invalid';
  const expected = signature(head, subject, key.secret);
  if (!timingSafeEqual(Buffer.from(signed), Buffer.from(expected))) return 'invalid';
  const [issuedAt, expiresAt] = [Number.parseInt(issued, 36), Number.parseInt(expires, 36)];
  return expiresAt <= now ? 'expired' : { issuedAt, expiresAt };
}

function signature(head: string, { tableName, list, address }: LinkSubject, secret: ReleaseLinkKey['secret']): string {
  // None of the parts contains a line break, so that different parts never make the same text.
  return createHmac('sha256', secret).update([head, tableName, list, address].join('\n')).digest('base64url');
}
