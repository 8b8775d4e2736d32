import { readFields } from './read-fields.ts';

/** The text of a report: what its author says, and the email that is quoted below, if there is one. */
export type SplitNotice = { readonly notice: string; readonly quoted?: string };

/** Fields that emails have, so that a few of them in a row are a header. */
const headerNames =
  /^(?:return-path|received|message-id|date|from|to|subject|reply-to|mime-version|content-type|dkim-signature|x-[a-z-]{2,40}|sender|cc)[ \t]?:/i;

/** A header has at least this many of the fields. */
const minFields = 3;

/** Splits the text of a report where the email begins that it quotes. */
export function splitNotice(text: string): SplitNotice {
  const lines = text.split('\n');
  let start = 0;
  while (start < lines.length) {
    if (headerNames.test(lines[start] ?? '')) {
      const end = endOfHeader(lines, start);
      const header = readFields(lines.slice(start, end).join('\n'));
      const known = new Set(header.map(({ name }) => name).filter((name) => headerNames.test(`${name}:`)));
      if (known.size >= minFields && (known.has('from') || known.has('received') || known.has('message-id'))) {
        return { notice: lines.slice(0, start).join('\n'), quoted: lines.slice(start).join('\n') };
      }
      start = end;
    } else start++;
  }
  return { notice: text };
}

function endOfHeader(lines: readonly string[], start: number): number {
  let end = start + 1;
  while (end < lines.length && /^(?:[ \t]+\S|[\x21-\x39\x3b-\x7e]{1,100}[ \t]?:)/.test(lines[end] ?? '')) end++;
  return end;
}
