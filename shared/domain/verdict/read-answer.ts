import { plainLetters } from './plain-letters.ts';

/** What the fields of a DSN say about one recipient. Untrusted text. */
export type DsnFields = {
  /** RFC 3463 enhanced status code. */
  readonly status?: string;
  /** Answer of the receiving server, perhaps inside the answers of other servers. */
  readonly diagnosticCode?: string;
};

/** The answer of the server nearest to the recipient, prepared for the patterns of the tables. */
export type Answer = {
  /** The words, without addresses, links and host names, because these can contain any of the words of the tables. */
  readonly words: string;
  /** As `words`, with the links and host names: they name block lists and providers. */
  readonly wordsAndLinks: string;
  /** Enhanced status code, preferably a specific one (not `x.y.0`), preferably the server's own. Empty if there is none. */
  readonly status: string;
  /** SMTP reply code. Empty if there is none. */
  readonly replyCode: string;
};

/** A server's answer is at most 512 octets a line (RFC 5321, section 4.5.3.1.5). Longer texts only repeat themselves. */
const maxLength = 2048;

/**
 * Reads the answer in the fields of a DSN. Where the text nests the answers of several servers, the last one is nearest to the recipient.
 *
 * @see https://www.rfc-editor.org/rfc/rfc3464#section-2.3.6
 */
export function readAnswer({ status: ofReport, diagnosticCode = '' }: DsnFields): Answer {
  const text = innermost(withoutAddresses(plainLetters(diagnosticCode.slice(0, maxLength)).replace(/\s/g, ' ')));
  const own = statusIn(text);
  const given = ofReport === undefined ? '' : (statusPattern.exec(ofReport.trim())?.[0] ?? '');
  const wordsAndLinks = unfold(text)
    .replace(replyPrefix, '')
    .replace(command, ' ')
    .replace(/\s{1,64}/g, ' ')
    .trim();
  return {
    words: withoutMarks(wordsAndLinks.replace(link, ' ')),
    wordsAndLinks,
    status: [own, given].find(isSpecific) ?? (given || own),
    replyCode: replyCode.exec(text)?.[1] ?? '',
  };
}

/**
 * Makes the words easier to compare: a dot ends a sentence only in front of a space, and the address of a host is no address of a recipient.
 */
function withoutMarks(text: string): string {
  return text
    .replace(hostName, ' ')
    .replace(/[(<[] ?[)>\]]/g, ' ')
    .replace(/\.(?=\S)/g, '·')
    .replace(/\b(ip|client|source|sending|host|server)[ -]address(?:es)?\b/gi, '$1')
    .replace(/\s{1,64}/g, ' ')
    .trim();
}

/** A host name in lower case, as servers write it. In other letters, a dot without a space may end a sentence. */
const hostName = /\b[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){0,8}\.[a-z]{2,24}\b/g;

const statusPattern = /^[245]\.\d{1,3}\.\d{1,3}(?!\.?\d)/;

/** `5.1.0` and `5.0.0` say only that something is wrong. */
function isSpecific(status: string): boolean {
  return status !== '' && !status.endsWith('.0');
}

/** Returns the first specific status in a text, or else the first one. Four numbers are an IP address. */
function statusIn(text: string): string {
  const found = [...text.matchAll(/(?<![\d.])[245]\.[0-7]\.\d{1,3}(?!\.?\d)/g)].map(([status]) => status);
  return found.find(isSpecific) ?? found[0] ?? '';
}

/** Joins words that were divided at the end of a line, and removes the codes that a server repeats on each line: `550-5.7.26 …`. */
function unfold(text: string): string {
  const joined = text.replace(/([a-z])- ([a-z])/g, '$1$2');
  const code = /(?:^|[ ;:'"(])([245]\d\d)-/.exec(joined)?.[1];
  if (code === undefined) return joined;
  return joined.replace(new RegExp(`(^|[ ;:'"(])${code}[- ](?:[245]\\.\\d{1,3}\\.\\d{1,3} )?`, 'g'), '$1 ');
}

/** Removes addresses, with local parts as RFC 5321 allows them, and keeps what surrounds them. */
function withoutAddresses(text: string): string {
  return text.replace(/(?:"[^"@]{1,64}"|[^\s<>()",;:[\]@]{1,128})@[^\s<>()",;:[\]]{1,255}/g, ' ');
}

/** What introduces the answer of another server. */
const nested =
  / (?:said|returned(?: was)?|responded(?: with)?|response(?: from the remote server)? was|error[^:]{0,80})(?<!\d):? ?['"<]?(?=[245]\d\d[ -])|<(?=[45]\d\d \d\.\d\.\d )/gi;

function innermost(text: string): string {
  const last = [...text.matchAll(nested)].at(-1);
  return last === undefined ? text : text.slice(last.index + last[0].length);
}

/** A link, also one whose scheme was cut off or wrapped. */
const link = /\b(?:https?:\/\/|www\.)[^\s<>()"']{1,512}/gi;

/** A reply code (RFC 5321, section 4.2) where an answer begins. A number elsewhere is a port, a size or an identifier. */
const replyCode = /(?:^|[;:'"(<] ?|^[a-z-]{1,16} ?; ?|said: )([45]\d\d)(?=[ =-]|$)/i;

/** What Postfix adds to an answer. */
const command = /\(in reply to [a-z ]{1,30} command\)/gi;

/** The type of a diagnostic (RFC 3464, section 2.3.6), the reply code and the status in front of the words. */
const replyPrefix = /^(?:(?:smtp|x-[a-z-]{1,24}|unknown|dns) ?; ?)?(?:[245]\d\d[ =-])?(?:#?[245]\.\d{1,3}\.\d{1,3} )?/i;
