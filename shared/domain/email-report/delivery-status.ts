import { parseAddress } from '../address.ts';
import { defined } from '../defined.ts';
import type { FailedRecipient } from './email-report.ts';
import { findAddresses } from './find-addresses.ts';
import { readFieldGroups } from './read-fields.ts';
import { type Field, fieldOf } from './received-email.ts';

/** What a delivery status says about one recipient. `address` is missing if it names none that is valid. */
export type RecipientStatus = Partial<Omit<FailedRecipient, 'action'>> & { readonly action: string };

/** The content of `message/delivery-status`. */
export type DeliveryStatus = {
  readonly reportingMta?: string;
  readonly recipients: readonly RecipientStatus[];
};

/**
 * Reads the machine-readable part of a delivery status notification.
 *
 * @see https://www.rfc-editor.org/rfc/rfc3464#section-2
 * @see https://www.rfc-editor.org/rfc/rfc6533#section-3: addresses of the type `utf-8`
 */
export function readDeliveryStatus(text: string): DeliveryStatus {
  const groups = readFieldGroups(text).flatMap(splitRecipients);
  const reportingMta = groups.map((group) => fieldOf(group, 'reporting-mta')).find((name) => name !== '');
  return {
    recipients: groups.filter(isAboutRecipient).map(readRecipient),
    ...defined({ reportingMta: reportingMta?.replace(/^[^;]{0,40};\s*/, '') }),
  };
}

const recipientFields = ['final-recipient', 'original-recipient', 'x-actual-recipient', 'action'];

/** Some servers put no empty line between two recipients: each begins where a field occurs again. */
function splitRecipients(group: readonly Field[]): Field[][] {
  const groups: Field[][] = [[]];
  for (const field of group) {
    const isNext = recipientFields.includes(field.name) && groups.at(-1)?.some(({ name }) => name === field.name);
    if (isNext) groups.push([]);
    groups.at(-1)?.push(field);
  }
  return groups;
}

function isAboutRecipient(group: readonly Field[]): boolean {
  return recipientFields.some((name) => fieldOf(group, name) !== '');
}

function readRecipient(group: readonly Field[]): RecipientStatus {
  const [final, original, actual] = ['final-recipient', 'original-recipient', 'x-actual-recipient'].map((name) =>
    readAddress(fieldOf(group, name)),
  );
  const address = final ?? original ?? actual;
  return {
    action: /^[a-z]*/i.exec(fieldOf(group, 'action'))?.[0].toLowerCase() ?? '',
    ...defined({
      address,
      original: original?.key === address?.key ? undefined : original,
      status: /[245]\.\d{1,3}\.\d{1,3}/.exec(fieldOf(group, 'status'))?.[0],
      diagnosticCode: fieldOf(group, 'diagnostic-code') || undefined,
    }),
  };
}

/**
 * Reads an address with its type: `rfc822; a@b.example`. The type `utf-8` writes characters as `\x{2603}`.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6533#section-3
 */
function readAddress(field: string): ReturnType<typeof parseAddress> {
  const text = field
    .replace(/^[a-z0-9-]{1,20}\s*;\s*/i, '')
    .replace(/\\x\{([\da-f]{1,6})\}/gi, (escaped, hex: string) => {
      const code = Number.parseInt(hex, 16);
      return code <= 0x10ffff ? String.fromCodePoint(code) : escaped;
    })
    // A source route (RFC 5321, appendix C): `@relay.example:user@b.example`
    .replace(/^<?@[^:\s]{1,255}:/, '<')
    .trim();
  return parseAddress(text.startsWith('<') && !text.endsWith('>') ? text.slice(1) : text) ?? findAddresses(text)[0];
}
