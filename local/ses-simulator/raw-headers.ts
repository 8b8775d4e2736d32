import type { MailHeader } from './state.ts';

/** The header block of a raw message, with folded lines unfolded. Encoded words stay as they are. */
export function readHeaders(raw: string): MailHeader[] {
  const block = raw.split(/\r?\n\r?\n/, 1)[0] ?? '';
  return block
    .replace(/\r?\n[ \t]+/g, ' ')
    .split(/\r?\n/)
    .flatMap((line) => {
      const [, name, value] = /^([!-9;-~]+):\s*(.*)$/.exec(line) ?? [];
      return name === undefined || value === undefined ? [] : [{ name, value: value.trim() }];
    });
}

/** The mailboxes of an address list, split at the commas outside quotes and brackets. */
export function splitMailboxes(list: string): string[] {
  const mailboxes = list.match(/(?:"(?:[^"\\]|\\.)*"|<[^>]*>|[^,])+/g) ?? [];
  return mailboxes.map((mailbox) => mailbox.trim()).filter((mailbox) => mailbox !== '');
}

/** All values of a header, whatever the case of its name. */
export function headerValues(headers: readonly MailHeader[], name: string): string[] {
  return headers.flatMap((header) => (header.name.toLowerCase() === name.toLowerCase() ? [header.value] : []));
}
