import type { Address } from '../address.ts';
import { eventId } from '../feedback/event-id.ts';
import type { RecipientEvent } from '../feedback/recipient-event.ts';

/** The rule of an event that was imported. */
export const importedRule = 'imported';

/** An entry of the suppression list of another service. */
export type ImportedAddress = {
  readonly address: Address;
  readonly reason: 'hard' | 'complaint';
  /** When the address bounced or complained there, epoch milliseconds. */
  readonly at: number;
  /** Whether the other service says when. Without a date, `at` is the time of the import, which must not make a second import another event. */
  readonly isDated: boolean;
  /** The name of the other service, such as `SendGrid`. */
  readonly from: string;
  /** What the other service says about the bounce. */
  readonly diagnosticCode?: string;
};

/**
 * Returns an event for an entry of another service's list. {@link decide} treats it as the bounce or the complaint that it was, with its date,
 * so that it stays one at SES as well; it changes no count. Importing the entry again changes nothing.
 */
export function importedEvent({ address, reason, at, isDated, from, diagnosticCode }: ImportedAddress): RecipientEvent {
  return {
    id: eventId('imported', reason, isDated ? String(at) : 'undated', address.key),
    address: address.key,
    originalAddress: address.original,
    class: reason,
    rule: importedRule,
    effect: 'suppress',
    suspected: false,
    metric: null,
    contributors: [],
    scopes: [],
    sentAt: at,
    at,
    fault: 'recipient',
    subType: from,
    ...(diagnosticCode !== undefined && { diagnosticCode }),
    messageId: '',
    channel: 'import',
  };
}
