import { type Address, type AddressKey, parseAddress } from '../address.ts';
import { maskAddress } from '../mask-address.ts';
import type { Recipient } from './feedback-event.ts';
import { maxRecipients } from './limits.ts';

/** An entry of a report. */
export type NamedRecipient = Pick<Recipient, 'action' | 'status' | 'diagnosticCode'> & {
  /** Missing if the report does not contain a valid address. */
  readonly address?: Address;
};

/**
 * Relates the recipients that a report names to those that the email was sent to. The receiving side writes the report, so it can name
 * anybody: a mailbox that the email was forwarded to, or a victim whose address is to be suppressed.
 *
 * An email to one recipient can only have bounced for that recipient, whatever the report says. With several, a named address that the email
 * was not sent to is marked as `isUnaddressed`.
 *
 * @param destination everybody the email was sent to, or `undefined` if the message does not say so
 * @returns the recipients, and the number of entries that remain without a valid address
 * @see https://docs.aws.amazon.com/ses/latest/dg/notification-contents.html: `emailAddress` is the Final-Recipient of the DSN
 */
export function matchRecipients(
  named: readonly NamedRecipient[],
  destination: readonly Address[] | undefined,
): { readonly recipients: readonly Recipient[]; readonly unreadableCount: number } {
  const mailed = destination && new Map(destination.map((address) => [address.key, address]));
  const isMailed = ({ key }: Address) => mailed?.has(key) ?? true;
  const namesMailed = named.some(({ address }) => address !== undefined && isMailed(address));
  const [only] = mailed?.size === 1 && !namesMailed ? mailed.values() : [];
  const recipients = named.flatMap(({ address, ...details }): Recipient[] => {
    if (address !== undefined && isMailed(address)) return [{ ...address, ...details }];
    if (only !== undefined) return [{ ...only, ...details, ...(address && { reportedAs: maskAddress(address.key) }) }];
    return address === undefined ? [] : [{ ...address, ...details, isUnaddressed: true }];
  });
  return { recipients, unreadableCount: named.length - recipients.length };
}

/**
 * Reads `mail.destination`.
 *
 * @returns each address once, or `undefined` if it is missing or not complete: then nothing follows from an address that is not in it
 */
export function readDestination(entries: readonly unknown[] | undefined): readonly Address[] | undefined {
  if (entries === undefined || entries.length === 0 || entries.length > maxRecipients) return undefined;
  const byKey = new Map<AddressKey, Address>();
  for (const entry of entries) {
    const address = typeof entry === 'string' ? parseAddress(entry) : undefined;
    if (address === undefined) return undefined;
    byKey.set(address.key, address);
  }
  return [...byKey.values()];
}
