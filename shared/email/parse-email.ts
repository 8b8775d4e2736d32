import PostalMime, { type Attachment, type Email } from 'postal-mime';
import { defined } from '../domain/defined.ts';
import type { EmailPart, ReceivedEmail } from '../domain/email-report/received-email.ts';
import { splitNotice } from '../domain/email-report/split-notice.ts';
import { htmlToText } from './html-to-text.ts';

/** An email that exceeds a limit, with the reason. */
export type UnreadableEmail = { readonly unreadable: string };

/** A report begins with what it reports. What follows is the email it is about, which can have 40 MB. */
export const maxReportBytes: number = 1024 * 1024;
/** Also limits the number of parts: each has a line of its own. */
const maxLines = 100_000;
/** MIME levels of one email. */
const maxLevels = 100;
/** Emails inside emails. Each level is read again, so that the work stays linear in the size. */
const maxEmails = 10;

/**
 * Reads the MIME structure of an email, in time and memory that do not depend on what its sender wrote. Of a large email, it reads the first
 * MiB, or 100,000 lines.
 *
 * @param bytes the email as it was received, with CRLF, LF or CR as line ends
 */
export async function parseEmail(bytes: Uint8Array): Promise<ReceivedEmail | UnreadableEmail> {
  return parse(firstLines(withLineFeeds(bytes.subarray(0, maxReportBytes))), 1);
}

async function parse(bytes: Uint8Array, depth: number): Promise<ReceivedEmail | UnreadableEmail> {
  const email = await readMime(bytes);
  if (email === undefined) return { unreadable: `nested deeper than ${maxLevels} levels` };
  if (!email.headers.some(({ key, value }) => key !== '' && value !== ''))
    return { unreadable: 'not an email: it has no header' };
  const parts: EmailPart[] = [];
  for (const { mimeType, content } of email.attachments)
    parts.push(await toPart({ type: mimeType.split(/[;\s]/, 1)[0] ?? '', bytes: bytesOf(content) }, depth));
  const inline = email.text ?? htmlToText(email.html ?? '');
  const repair = parts.length === 0 && depth < maxEmails ? repaired(bytes, inline.trim() === '') : undefined;
  if (repair !== undefined) return parse(repair, depth + 1);
  const texts = [inline, ...parts.filter(({ type }) => type === 'text/plain').map(({ text }) => text)];
  const { notice, quoted } = splitNotice(texts.join('\n').replace(/\r\n?/g, '\n'));
  if (quoted !== undefined)
    parts.push(await toPart({ type: 'message/rfc822', bytes: new TextEncoder().encode(quoted) }, depth));
  return {
    header: email.headers.map(({ key, value }) => ({ name: key, value })),
    text: notice,
    parts,
    ...defined({ date: readDate(email.date) }),
  };
}

/**
 * Returns a damaged email with a header that fits its body: in some, the header does not name the boundary of the body, or nothing in the body
 * is one. Returns `undefined` if nothing is to be repaired.
 */
function repaired(bytes: Uint8Array, isEmpty: boolean): Uint8Array | undefined {
  const text = new TextDecoder('latin1').decode(bytes);
  const start = text.search(/\r?\n\r?\n/);
  if (start < 0) return undefined;
  const header = text.slice(0, start);
  const found = boundaryOf(text.slice(start));
  const boundary = found === undefined || header.includes(`"${found}"`) ? undefined : found;
  const isPlain = !/^content-type:/im.test(header);
  if (boundary === undefined && (!isEmpty || isPlain)) return undefined;
  const type = boundary === undefined ? '' : `\r\nContent-Type: multipart/mixed; boundary="${boundary}"`;
  const rest = header.replace(/^content-type:.*(?:\r?\n[ \t].*)*\r?\n?/gim, '').trimEnd();
  return Buffer.from(`${rest}${type}${text.slice(start)}`, 'latin1');
}

/** Returns the boundary in a body, unless it belongs to an email that is quoted there. */
function boundaryOf(body: string): string | undefined {
  const found = /^--(\S{1,200})\r?\ncontent-[a-z-]{1,40}:/im.exec(body)?.[1];
  if (found === undefined || found.includes('"')) return undefined;
  return [`boundary="${found}"`, `boundary=${found}`].some((text) => body.includes(text)) ? undefined : found;
}

async function readMime(bytes: Uint8Array): Promise<Email | undefined> {
  try {
    return await PostalMime.parse(bytes, { forceRfc822Attachments: true, maxNestingDepth: maxLevels });
  } catch {
    return undefined;
  }
}

/** The email that a report is about (RFC 6522), its header alone, or any other email. */
const emailType = /^(?:message\/(?:rfc822|global|global-headers|rfc822-headers?|partial)|text\/rfc822-headers?)$/;

async function toPart({ type, bytes }: { type: string; bytes: Uint8Array }, depth: number): Promise<EmailPart> {
  const part = { type, text: decode(bytes) };
  if (!emailType.test(type) || depth >= maxEmails) return part;
  const email = await parse(bytes, depth + 1);
  return 'unreadable' in email ? part : { ...part, email };
}

/** `postal-mime` returns an ISO date, or the field as it was written: some have a comment or a time zone that JavaScript does not know. */
function readDate(date = ''): number | undefined {
  const time = Date.parse(date.replace(/\s*\([^()]{0,40}\)\s*$/, '').replace(/ [A-Z]{3,5}$/, ' GMT'));
  return Number.isNaN(time) ? undefined : time;
}

function bytesOf(content: Attachment['content']): Uint8Array {
  return typeof content === 'string' ? new TextEncoder().encode(content) : new Uint8Array(content);
}

/** Reports are ASCII or UTF-8 (RFC 6533), and sometimes neither. */
function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('latin1').decode(bytes);
  }
}

function firstLines(bytes: Uint8Array): Uint8Array {
  let end = 0;
  for (let line = 0; line < maxLines; line++) {
    end = bytes.indexOf(0x0a, end) + 1;
    if (end === 0) return bytes;
  }
  return bytes.subarray(0, end);
}

/** Some old systems end lines with a carriage return alone. */
function withLineFeeds(bytes: Uint8Array): Uint8Array {
  const [lineFeed, carriageReturn] = [0x0a, 0x0d];
  if (bytes.includes(lineFeed) || !bytes.includes(carriageReturn)) return bytes;
  return bytes.map((byte) => (byte === carriageReturn ? lineFeed : byte));
}
