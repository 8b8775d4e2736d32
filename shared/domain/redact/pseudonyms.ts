import { normalizeDomain } from '../address.ts';
import { providerOf } from '../feedback/mailbox-provider.ts';

/**
 * Replacements for what identifies people, companies and accounts. The same text always gets the same replacement, and different texts get
 * different ones. Each replacement has the form of the original, so that it is read and judged in the same way.
 */
export type Pseudonyms = {
  /** @param text an address without a display name */
  address(local: string, domain: string): string;
  /** Whether {@link address} has replaced this address before. */
  knowsAddress(local: string, domain: string): boolean;
  /** Returns the replacement of a local part that belongs to a known address. */
  localPart(local: string): string | undefined;
  /** Replaces the domain of a sender or a recipient. */
  domain(text: string): string;
  /** Replaces a host name, if it is a known domain or below one. Returns others unchanged: they belong to providers. */
  host(text: string): string;
  id(text: string): string;
  account(text: string): string;
  ip(text: string): string;
  /** Replaces a name that the sender has chosen, such as that of a configuration set: `configuration-set-1`. */
  name(kind: string, text: string): string;
};

/** Domains that belong to nobody (RFC 2606, RFC 6761). Nothing about them is replaced. */
const reservedDomain = /(^|\.)(example\.(com|net|org)|example|test|invalid|localhost)\.?$/i;
/** A known domain is looked for in this many labels at the end of a host name. */
const maxLabels = 10;

const simulatorDomain = 'simulator.amazonses.com';

/** Address ranges for documentation (RFC 5737, RFC 3849), and the loopback. */
const reservedIp = /^(192\.0\.2\.|198\.51\.100\.|203\.0\.113\.|127\.|2001:db8:|::1$)/i;

/** @param content the whole text: a replacement must not be in it already */
export function createPseudonyms(content: string): Pseudonyms {
  const lower = content.toLowerCase();
  const isTaken = (text: string) => lower.includes(text);
  const recipients = createNumbers((n) => isTaken(`recipient${n}`));
  const domains = createNumbers((n) => isTaken(`domain${n}.`));
  const [ids, accounts, ips] = [createNumbers(), createNumbers(), createNumbers()];
  const names = new Map<string, Numbers>();
  const locals = new Map<string, string>();

  const keyOf = (local: string, domain: string) => `${local.toLowerCase()}@${normalizeDomain(domain) ?? domain}`;

  function domain(text: string): string {
    if (reservedDomain.test(text) || /(^|\.)amazonses\.com$/i.test(text)) return text;
    const normalized = normalizeDomain(text);
    if (normalized === undefined || normalized.startsWith('[')) return text;
    const provider = providerOf(normalized);
    if (provider !== 'other') return withCaseOf(text, `${provider}.example`);
    const number = domains.of(normalized);
    const parent = normalized.slice(normalized.indexOf('.') + 1);
    // The servers of shop.example.com may be below example.com, but co.uk belongs to everybody.
    if (/^[^.]{4,}\.[^.]+$/.test(parent)) domains.of(parent);
    if (!/(^|\.)xn--/.test(normalized)) return withCaseOf(text, `domain${number}.example`);
    const international = `dömain${number}.example`;
    return /[^\p{ASCII}]/u.test(text) ? international : (normalizeDomain(international) ?? international);
  }

  return {
    address(local, domainText) {
      if (reservedDomain.test(domainText) || domainText.toLowerCase() === simulatorDomain)
        return `${local}@${domainText}`;
      const number = recipients.of(keyOf(local, domainText));
      const replacement = disguise(local, `recipient${number}`);
      locals.set(local.toLowerCase(), replacement);
      return `${replacement}@${domain(domainText)}`;
    },
    knowsAddress: (local, domainText) => recipients.knows(keyOf(local, domainText)),
    localPart: (local) => locals.get(local.toLowerCase()),
    domain,
    host(text) {
      const labels = text.split('.').slice(-maxLabels);
      const parents = labels.map((_label, from) => labels.slice(from).join('.'));
      const known = parents.find((parent) => domains.knows(normalizeDomain(parent)));
      return known === undefined ? text : text.slice(0, text.length - known.length) + domain(known);
    },
    id: (text) => numbered(text, ids.of(text)),
    account: (text) => String(123_456_789_011 + accounts.of(text)),
    ip(text) {
      if (reservedIp.test(text)) return text;
      // Stryker disable next-line MethodExpression: either case makes one text of both
      const number = ips.of(text.toLowerCase());
      if (text.includes(':')) return `2001:db8::${number.toString(16)}`;
      const [network, host] = [Math.floor((number - 1) / 254), ((number - 1) % 254) + 1];
      return `${['192.0.2', '198.51.100', '203.0.113'][network] ?? `10.0.${network % 256}`}.${host}`;
    },
    name(kind, text) {
      const numbers = names.get(kind) ?? createNumbers();
      names.set(kind, numbers);
      return `${kind}-${numbers.of(text)}`;
    },
  };
}

type Numbers = { of(text: string): number; knows(text: string | undefined): boolean };

/** Numbers texts in the order in which they come, from 1. */
function createNumbers(isTaken?: (n: number) => boolean): Numbers {
  const numbers = new Map<string | undefined, number>();
  let last = 0;
  return {
    of(text) {
      const known = numbers.get(text);
      if (known !== undefined) return known;
      do last++;
      while (isTaken?.(last));
      numbers.set(text, last);
      return last;
    },
    knows: (text) => numbers.has(text),
  };
}

/**
 * Replaces the letters and digits of a text and keeps everything else: quotes, dots, a plus, white space. A capital letter, a letter outside
 * ASCII and a great length stay recognizable, because a fault may depend on them.
 *
 * @param first replaces the first word; the others become `x`
 */
export function disguise(text: string, first = 'x'): string {
  let isFirst = true;
  const disguised = text.replace(/[\p{L}\p{N}\p{M}]+/gu, (word) => {
    const plain = isFirst ? first : 'x';
    isFirst = false;
    const letter = /[^\p{ASCII}]/u.test(word) ? 'ü' : '';
    return withCaseOf(word, `${plain}${letter}`).padEnd(word.length > 40 ? word.length : 0, 'x');
  });
  return isFirst && first !== 'x' ? `${first}${disguised}` : disguised;
}

function withCaseOf(original: string, text: string): string {
  return /\p{Lu}/u.test(original) ? `${text.slice(0, 1).toUpperCase()}${text.slice(1)}` : text;
}

/** Replaces each letter and digit by `0`, and the last ones by a number. */
function numbered(text: string, number: number): string {
  let digits = String(number);
  const reversed = [...text].reverse().map((character) => {
    if (!/[\p{L}\p{N}]/u.test(character)) return character;
    const digit = digits.slice(-1) || '0';
    digits = digits.slice(0, -1);
    return digit;
  });
  return `${digits}${reversed.reverse().join('')}`;
}
