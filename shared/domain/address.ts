/**
 * An email address in the normalized form that this project compares and stores as a key. Only {@link parseAddress}
 * creates one.
 */
export type AddressKey = string & { readonly addressKey: unique symbol };

/** A parsed email address. */
export type Address = {
  /** The lookup key: ASCII letters in lower case, the domain in Punycode. */
  readonly key: AddressKey;
  /**
   * The address as the text contained it, without the display name. SES's suppression list API is case-sensitive, so
   * requests about an address must use the form that SES wrote.
   */
  readonly original: string;
};

/** Matches an address that already is its own key. Most addresses are, and a campaign sends to a million of them. */
// Stryker disable next-line Regex: the fast path changes only the speed
const plain = /^[a-z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-z0-9_-]+(?:\.[a-z0-9_-]+)*$/;

const maxKeyLength = 320; // RFC 5321 4.5.3.1: 64 octets of local part, '@', 255 of domain

/**
 * Parses one address, bare (`a@b.example`) or with a display name (`"Doe, John" <a@b.example>`).
 *
 * Every writer and every reader of a record uses this key: the functions, the application, the CLI and the sync with
 * SES. Normalization never merges two mailboxes into one. It changes ASCII case (SES itself ignores case when it
 * sends), the script of the domain (IDNA) and the root dot. Dots, plus tags and non-ASCII letters stay unchanged.
 *
 * @returns `undefined` if the text is not exactly one address: for example without `@`, with white space or control
 *   characters, or with an empty or overlong part
 * @example
 * parseAddress('"Doe, John" <John.Doe+a@Exämple.com>');
 * // { key: 'john.doe+a@xn--exmple-cua.com', original: 'John.Doe+a@Exämple.com' }
 */
export function parseAddress(text: string): Address | undefined {
  // Stryker disable next-line all: the fast path changes only the speed
  if (text.length < 255 && plain.test(text)) return { key: text as AddressKey, original: text };
  if (text.length > 4 * maxKeyLength || !text.isWellFormed()) return undefined;
  const trimmed = text.trim();
  const addrSpec = trimmed.endsWith('>') ? angleAddress(trimmed) : trimmed;
  return addrSpec === undefined ? undefined : parseAddrSpec(addrSpec);
}

function parseAddrSpec(original: string): Address | undefined {
  const at = original.lastIndexOf('@');
  const local = original.slice(0, at);
  if (at < 1 || !isLocalPart(local)) return undefined;
  const domain = normalizeDomain(original.slice(at + 1));
  if (domain === undefined) return undefined;
  const key = `${normalizeLocalPart(lowerAscii(local))}@${domain}`;
  return key.length > maxKeyLength ? undefined : { key: key as AddressKey, original };
}

/**
 * Removes quotes and backslashes that a local part does not need: they do not make a different mailbox.
 *
 * @see https://www.rfc-editor.org/rfc/rfc5321#section-4.1.2
 */
function normalizeLocalPart(local: string): string {
  // Stryker disable next-line MethodExpression: a local part that starts with a quote ends with one
  if (!local.startsWith('"')) return local;
  const content = local.slice(1, -1).replace(/\\(.)/gu, '$1');
  return isUnquoted(content) ? content : `"${content.replace(/["\\]/g, '\\$&')}"`;
}

/** Returns the part of a key after the last `@`. */
export function domainOf(key: string): string {
  return key.slice(key.lastIndexOf('@') + 1);
}

/**
 * Returns a domain in the form that keys contain: lower case, IDNA labels in Punycode, without the root dot.
 *
 * @returns `undefined` if the text is neither a host name nor an address literal
 */
export function normalizeDomain(text: string): string | undefined {
  // Stryker disable next-line ConditionalExpression,EqualityOperator: only limits the work on a long text
  if (text.length > 4 * maxKeyLength) return undefined;
  if (/^\[[0-9a-z.:-]+\]$/i.test(text)) return lowerAscii(text);
  const ascii = (/^[\x21-\x7e]*$/.test(text) ? lowerAscii(text) : toPunycode(text))?.replace(/\.$/, '');
  return ascii !== undefined && ascii.length <= 255 && /^[a-z0-9_-]+(\.[a-z0-9_-]+)*$/.test(ascii) ? ascii : undefined;
}

/**
 * Returns the addr-spec between the angle brackets at the end of the text. RFC 5322 says that the first `<` outside
 * quotes opens the address. The function accepts a stray quote or bracket in the display name, but rejects a second
 * address: it would have to guess which of the two SES means.
 */
function angleAddress(text: string): string | undefined {
  const { opening, unquoted } = splitDisplayName(text);
  const isOnlyOne = !text.slice(opening + 1, -1).includes('<');
  const start = isOnlyOne ? opening : text.lastIndexOf('<');
  const isList = isOnlyOne ? unquoted.includes('@') && /[,;]/.test(unquoted) : text.slice(0, start).includes('@');
  return start < 0 || isList ? undefined : text.slice(start + 1, -1).trim();
}

/**
 * Finds the first `<` outside quotes, or the last `<` of all if a quote never ends. Also returns the unquoted part of
 * the name before it.
 */
function splitDisplayName(text: string): { opening: number; unquoted: string } {
  let isQuoted = false;
  // Stryker disable next-line StringLiteral: the caller looks only for @, comma and semicolon in it
  let unquoted = '';
  // Stryker disable next-line EqualityOperator: the index after the end holds neither a quote nor a bracket
  for (let i = 0; i < text.length; i++) {
    if (isQuoted && text[i] === '\\') i++;
    else if (text[i] === '"') isQuoted = !isQuoted;
    else if (text[i] === '<' && !isQuoted) return { opening: i, unquoted };
    else if (!isQuoted) unquoted += text[i];
  }
  // If a quote never ends, treat nothing as quoted.
  const last = text.lastIndexOf('<');
  return { opening: last, unquoted: text.slice(0, last) };
}

/**
 * Returns whether the text is a quoted string or a dot-atom. Dots are allowed anywhere, because some providers have
 * such addresses.
 */
function isLocalPart(local: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the check must find control characters
  if (/[\x00-\x1f\x7f-\x9f]/.test(local)) return false;
  return isUnquoted(local) || /^"(?:[^"\\]|\\.)*"$/u.test(local);
}

/** Returns whether a local part needs no quotes. */
function isUnquoted(local: string): boolean {
  return /^[^\s<>@,;:"()[\]\\]+$/.test(local);
}

/**
 * Converts a domain with the platform's own IDNA (WHATWG URL). The URL cannot contain a port, a path or a user, because
 * the function rejects all ASCII characters other than letters, digits and `-._` first.
 */
function toPunycode(domain: string): string | undefined {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the pattern covers the whole ASCII range
  if (/[\x00-\x2c\x2f\x3a-\x40\x5b-\x5e\x60\x7b-\x7f]/.test(domain)) return undefined;
  const url = `http://${domain}/`;
  if (!URL.canParse(url)) return undefined;
  const { hostname } = new URL(url);
  // URL reads digits of another script as an IPv4 address, which is not an email domain.
  return /^[\d.]+$/.test(hostname) ? undefined : hostname;
}

function lowerAscii(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}
