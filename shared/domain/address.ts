/** An e-mail address as everything here compares it: the only form that is ever a key. Made by {@link parseAddress} alone. */
export type AddressKey = string & { readonly addressKey: unique symbol };

export type Address = {
  /** What we look up by: ASCII letters lower-cased, the domain in punycode. */
  readonly key: AddressKey;
  /** The addr-spec as it was written. SES's suppression list is case-exact, so this is what it has to be asked for. */
  readonly original: string;
};

/** What most addresses are, and what their keys are as well: a campaign has a million of them. */
// Stryker disable next-line Regex: it is only faster
const plain = /^[a-z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-z0-9_-]+(?:\.[a-z0-9_-]+)*$/;

const maxKeyLength = 320; // RFC 5321 4.5.3.1: 64 octets of local part, '@', 255 of domain

/**
 * Reads one address, bare (`a@b.example`) or with a display name (`"Doe, John" <a@b.example>`).
 *
 * The key is the same for writer, reader, operator and the SES mirror. It folds only what cannot make two mailboxes one:
 * ASCII case (SES itself matches without regard to case when it sends), the script of the domain (IDNA) and the root dot.
 * Dots and plus tags stay, as do the letters outside ASCII.
 *
 * @returns `undefined` where the text holds no address: no `@`, white space or control characters, an empty or overlong part
 * @example parseAddress('"Doe, John" <John.Doe+a@Exämple.com>')
 * // { key: 'john.doe+a@xn--exmple-cua.com', spelling: 'John.Doe+a@Exämple.com' }
 */
export function parseAddress(text: string): Address | undefined {
  // Stryker disable next-line all: it is only faster
  if (text.length < 255 && plain.test(text)) return { key: text as AddressKey, original: text };
  if (text.length > 4 * maxKeyLength || !text.isWellFormed()) return undefined;
  const trimmed = text.trim();
  const spelling = trimmed.endsWith('>') ? angleAddress(trimmed) : trimmed;
  return spelling === undefined ? undefined : readAddrSpec(spelling);
}

function readAddrSpec(original: string): Address | undefined {
  const at = original.lastIndexOf('@');
  const local = original.slice(0, at);
  if (at < 1 || !isLocalPart(local)) return undefined;
  const domain = normaliseDomain(original.slice(at + 1));
  if (domain === undefined) return undefined;
  // RFC 5321, 4.1.2: quotes that are not needed make no other mailbox.
  const key = `${lowerAscii(local).replace(/^"([a-z0-9_.+-]+)"/, '$1')}@${domain}`;
  return key.length > maxKeyLength ? undefined : { key: key as AddressKey, original };
}

/** The part of a key after its last `@`. */
export function domainOf(key: string): string {
  return key.slice(key.lastIndexOf('@') + 1);
}

/**
 * A domain as keys hold it: lower-cased, IDNA labels in punycode, without the root dot.
 * @returns `undefined` where it is neither a host name nor an address literal
 */
export function normaliseDomain(text: string): string | undefined {
  // Stryker disable next-line ConditionalExpression,EqualityOperator: it bounds the work; a long text is no domain anyway
  if (text.length > 4 * maxKeyLength) return undefined;
  if (/^\[[0-9a-z.:-]+\]$/i.test(text)) return lowerAscii(text);
  const ascii = (/^[\x21-\x7e]*$/.test(text) ? lowerAscii(text) : toPunycode(text))?.replace(/\.$/, '');
  return ascii !== undefined && ascii.length <= 255 && /^[a-z0-9_-]+(\.[a-z0-9_-]+)*$/.test(ascii) ? ascii : undefined;
}

/**
 * The addr-spec between the angle brackets at the end. By RFC 5322 the first `<` outside quotes opens it; a display name may hold a
 * stray quote or bracket, but no second address: which of the two was meant would be a guess.
 */
function angleAddress(text: string): string | undefined {
  const { opening, unquoted } = readName(text);
  const isOnlyOne = !text.slice(opening + 1, -1).includes('<');
  const start = isOnlyOne ? opening : text.lastIndexOf('<');
  const isList = isOnlyOne ? unquoted.includes('@') && /[,;]/.test(unquoted) : text.slice(0, start).includes('@');
  return start < 0 || isList ? undefined : text.slice(start + 1, -1).trim();
}

/** Where the first `<` outside quotes is (where a quote never ends: the last `<` of all), and what of the name before it is unquoted. */
function readName(text: string): { opening: number; unquoted: string } {
  let isQuoted = false;
  // Stryker disable next-line StringLiteral: only @, comma and semicolon are looked for in it
  let unquoted = '';
  // Stryker disable next-line EqualityOperator: beyond the end is neither a quote nor a bracket
  for (let i = 0; i < text.length; i++) {
    if (isQuoted && text[i] === '\\') i++;
    else if (text[i] === '"') isQuoted = !isQuoted;
    else if (text[i] === '<' && !isQuoted) return { opening: i, unquoted };
    else if (!isQuoted) unquoted += text[i];
  }
  // Where a quote never ends, nothing is quoted.
  const last = text.lastIndexOf('<');
  return { opening: last, unquoted: text.slice(0, last) };
}

/** A quoted string, or a dot-atom. Dots may stand anywhere in it, as some providers have them. */
function isLocalPart(local: string): boolean {
  const isQuotedString = /^"(?:[^"\\]|\\.)*"$/u.test(local);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what has to be kept out
  if (/[\x00-\x1f\x7f-\x9f]/.test(local)) return false;
  return isQuotedString || !/[\s<>@,;:"()[\]\\]/.test(local);
}

/** The platform's own IDNA (WHATWG URL). Given no ASCII but letters, digits and `-._`, so it can see no port, path or user. */
function toPunycode(domain: string): string | undefined {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the ASCII range is meant
  if (/[\x00-\x2c\x2f\x3a-\x40\x5b-\x5e\x60\x7b-\x7f]/.test(domain)) return undefined;
  const url = `http://${domain}/`;
  if (!URL.canParse(url)) return undefined;
  const { hostname } = new URL(url);
  // Digits of another script can make what URL takes for an IPv4 address. No mail domain is one.
  return /^[\d.]+$/.test(hostname) ? undefined : hostname;
}

function lowerAscii(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}
