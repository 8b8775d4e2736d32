import type { EmailHeader } from './state.ts';

/** Reads the headers of a raw message, with folded lines unfolded. Encoded words are not decoded. */
export function readHeaders(raw: string): EmailHeader[] {
  const block = raw.split(/\r?\n\r?\n/, 1)[0] ?? '';
  return block
    .replace(/\r?\n[ \t]+/g, ' ')
    .split(/\r?\n/)
    .flatMap((line) => {
      const [, name, value] = /^([!-9;-~]+):\s*(.*)$/.exec(line) ?? [];
      return name === undefined || value === undefined ? [] : [{ name, value: value.trim() }];
    });
}

/** Splits an address list into mailboxes, at the commas outside quotes and angle brackets. */
export function splitMailboxes(list: string): string[] {
  const mailboxes = list.match(/(?:"(?:[^"\\]|\\.)*"|<[^>]*>|[^,])+/g) ?? [];
  return mailboxes.map((mailbox) => mailbox.trim()).filter((mailbox) => mailbox !== '');
}

/** Returns all values of a header. The case of the name does not matter. */
export function headerValues(headers: readonly EmailHeader[], name: string): string[] {
  return headers.flatMap((header) => (header.name.toLowerCase() === name.toLowerCase() ? [header.value] : []));
}
