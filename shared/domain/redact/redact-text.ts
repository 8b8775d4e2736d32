import type { Pseudonyms } from './pseudonyms.ts';
import { disguise } from './pseudonyms.ts';

const notInLocalPart = String.raw`\s<>@,;:"()[\]\\`;
const label = String.raw`[\p{L}\p{N}_-]+`;
/** The lookbehind lets a match begin only at the start of a word, so that a long word is read once. */
const addressPattern = new RegExp(
  String.raw`("(?:[^"\\]|\\.)+"|(?<![^${notInLocalPart}])[^${notInLocalPart}]+)@(\[[\p{ASCII}]{1,50}?\]|${label}(?:\.${label})*)`,
  'gu',
);
const hostPattern = new RegExp(String.raw`(?<![\p{L}\p{N}_.-])${label}(?:\.${label})+`, 'gu');
const sesIdOrUuid = /(?<![\w-])(?:[0-9a-f]{16}-)?[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}(?:-\d{6})?(?![\w-])/gi;
const accountPattern = /(?<![\w-])\d{12}(?![\w-])/g;
const ipV4 = /(?<![\w.-])(?:\d{1,3}\.){3}\d{1,3}(?![\w-]|\.\d)/g;
/** Only with `::` or eight groups: `09:30:01` is a time. */
const ipV6 = /(?<![\w:.])(?=[0-9a-f:]*::|(?:[0-9a-f]{1,4}:){7})[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7}(?![\w:])/gi;

/** Replaces every address, id, account number, IP address and known domain in a text that a server or SES has written. */
export function redactText(text: string, pseudonyms: Pseudonyms): string {
  return redactAround(text, pseudonyms, (words) => redactWords(words, pseudonyms));
}

/** Replaces an address field: also the display name, and what cannot be read as an address. */
export function redactMailbox(text: string, pseudonyms: Pseudonyms): string {
  return redactAround(text, pseudonyms, (words) => disguise(words));
}

/** Replaces the addresses of a text, and what is between them with a function. */
function redactAround(text: string, pseudonyms: Pseudonyms, redactRest: (words: string) => string): string {
  const parts: string[] = [];
  let end = 0;
  for (const match of text.matchAll(addressPattern)) {
    const [all, local, domain] = match as unknown as readonly [string, string, string];
    parts.push(redactRest(text.slice(end, match.index)), redactAddress(local, domain, pseudonyms));
    end = match.index + all.length;
  }
  return [...parts, redactRest(text.slice(end))].join('');
}

/** Replaces an address. In `rcpt=ann@example.com` and `'ann@example.com`, only what follows is the address, if it is known. */
function redactAddress(local: string, domain: string, pseudonyms: Pseudonyms): string {
  if (/(^|\.)amazonses\.com$/i.test(domain) && local.length > 30) return `${pseudonyms.id(local)}@${domain}`;
  const start = Math.max(local.lastIndexOf('='), local.lastIndexOf("'")) + 1;
  if (!pseudonyms.knowsAddress(local.slice(start), domain)) return pseudonyms.address(local, domain);
  return redactWords(local.slice(0, start), pseudonyms) + pseudonyms.address(local.slice(start), domain);
}

function redactWords(text: string, pseudonyms: Pseudonyms): string {
  return text
    .replace(sesIdOrUuid, (id) => pseudonyms.id(id))
    .replace(accountPattern, (account) => pseudonyms.account(account))
    .replace(ipV4, (ip) => pseudonyms.ip(ip))
    .replace(ipV6, (ip) => pseudonyms.ip(ip))
    .replace(encodedAddress, (all, local: string, at: string, domain: string) => {
      const host = pseudonyms.host(domain);
      return host === domain ? all : `${pseudonyms.localPart(local) ?? local}${at}${host}`;
    })
    .replace(identityOfSender, (domain) => pseudonyms.domain(domain))
    .replace(hostPattern, (host) => pseudonyms.host(host))
    .replace(quotedText, (quoted) => pseudonyms.localPart(quoted) ?? quoted)
    .replace(bracketedWord, (word) => pseudonyms.localPart(word) ?? word)
    .replace(distinctiveWord, (word) => pseudonyms.localPart(word) ?? word);
}

/** An address in a URL or in a return path: `ann%40example.com`, `ann=example.com`. */
const encodedAddress = new RegExp(
  String.raw`(?<![\p{L}\p{N}._+-])([\p{L}\p{N}._+-]+)(%40|=(?![^\s&]*%40))(${label}(?:\.${label})+)`,
  'gu',
);
/** SES names the identity in the message with which it confirms a topic. */
const identityOfSender = /(?<=\bidentity '?)[\w-]+(?:\.[\w-]+)+/g;
const quotedText = /"(?:[^"\\]|\\.)+"/g;
/** The local part alone, as some servers write it: `<ann>`, `'ann'`, `ann... User unknown`. */
const bracketedWord = /(?<=[<'"(])[^\s<>'"()]+(?=[>'")])|(?<!\S)[^\s<>"()]+?(?=\.\.\.)/g;
/** A word with a digit or punctuation, which is no ordinary word of the server. */
const distinctiveWord = /(?<![\w.+-])(?=[a-z]*[\d._+-])[\w+-]+(?:\.[\w+-]+)*(?![\w+-])/gi;
