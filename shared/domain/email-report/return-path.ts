import { createHmac } from 'node:crypto';
import { type Address, type AddressKey, parseAddress } from '../address.ts';
import { day } from '../durations.ts';

/** What a signed return path says. */
export type SignedReturnPath = {
  /** The recipient of the email. Missing if the return path has no room for it: see {@link isSignedFor}. */
  readonly recipient?: Address;
  /** The day on which the email was sent, in days since 1970. */
  readonly day: number;
  readonly signature: string;
};

/** What a return path is made of. */
export type ReturnPathOptions = {
  /** The only recipient of the email. */
  readonly recipient: string;
  /** The domain that receives the reports. */
  readonly domain: string;
  /** A secret of at least 32 characters. */
  readonly key: string;
  /** When the email is sent, epoch milliseconds. */
  readonly at: number;
};

/** RFC 5321, section 4.5.3.1.1. */
const maxLocalPart = 64;
/** A report that arrives later is about an email that nobody remembers. */
const maxAgeDays = 30;
export const minKeyLength = 32;

/**
 * Returns the envelope sender (`MAIL FROM`) for an email to one recipient: a report that arrives there is about an email that you sent to that
 * recipient, because nobody else can make the address. It contains the recipient, unless the local part would have more than 64 characters.
 *
 * @example
 * const key = process.env.RETURN_PATH_KEY ?? '';
 * signReturnPath({ recipient: 'ann@example.net', domain: 'bounces.shop.example', key, at: Date.now() });
 * // 'b+fz3-k4w2mzq6xh-ann=example.net@bounces.shop.example'
 * @throws Error if the recipient or the domain is invalid, or the key too short
 */
export function signReturnPath({ recipient, domain, key, at }: ReturnPathOptions): string {
  const address = parseAddress(recipient);
  if (address === undefined) throw new Error('The recipient is not a valid address.');
  if (key.length < minKeyLength)
    throw new Error(`The key of the return path needs at least ${minKeyLength} characters.`);
  const days = Math.floor(at / day);
  const start = `b+${days.toString(36)}-${signatureOf(address.key, days, key)}`;
  const full = `${start}-${address.key.replace('@', '=')}`;
  const isPlain = /^[a-z0-9._+=~-]+@[a-z0-9.-]+$/.test(address.key) && full.length <= maxLocalPart;
  const signed = parseAddress(`${isPlain ? full : start}@${domain}`);
  if (signed === undefined) throw new Error('The domain of the return path is not valid.');
  return signed.key;
}

/** Reads a return path that may be signed. The signature is not yet checked. */
export function readReturnPath({ key }: Address): SignedReturnPath | undefined {
  const [, days, signature, named] = /^b\+([0-9a-z]{1,4})-([a-z2-7]{10})(?:-(.+))?@[^@]+$/.exec(key) ?? [];
  if (days === undefined || signature === undefined) return undefined;
  const recipient = named === undefined ? undefined : parseAddress(named.replace(/=(?=[^=]*$)/, '@'));
  if (named !== undefined && recipient === undefined) return undefined;
  return { day: Number.parseInt(days, 36), signature, ...(recipient && { recipient }) };
}

/**
 * Returns whether a return path was signed with one of the keys, for an email to this recipient, in the last 30 days.
 *
 * @param at now, epoch milliseconds
 */
export function isSignedFor(
  path: SignedReturnPath,
  recipient: AddressKey,
  keys: readonly string[],
  at: number,
): boolean {
  const age = Math.floor(at / day) - path.day;
  // A clock may be a day ahead.
  if (age < -1 || age > maxAgeDays) return false;
  return keys.some((key) => signatureOf(recipient, path.day, key) === path.signature);
}

const alphabet = 'abcdefghijklmnopqrstuvwxyz234567';

/** 50 bits in base 32, which survives a server that changes the case of addresses. */
function signatureOf(recipient: AddressKey, days: number, key: string): string {
  const hash = createHmac('sha256', key).update(`${days}\n${recipient}`).digest();
  return [...hash.subarray(0, 10)].map((byte) => alphabet[byte & 31]).join('');
}
