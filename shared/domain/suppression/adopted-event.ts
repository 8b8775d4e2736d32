import type { Address } from '../address.ts';
import { eventId } from '../feedback/event-id.ts';
import type { RecipientEvent } from '../feedback/recipient-event.ts';
import { adoptedRule, type SesReason } from './account-list-state.ts';

/** An entry of SES's own list, as reading it shows it. */
export type ListedAddress = {
  readonly address: Address;
  readonly reason: SesReason;
  /** Epoch milliseconds. */
  readonly updatedAt: number;
};

/** That SES holds an address, as something to decide on: it is adopted like a bounce off that list, but no mail was prevented. */
export function adoptedEvent({ address, reason, updatedAt }: ListedAddress): RecipientEvent {
  return {
    id: eventId('listed', reason, String(updatedAt), address.key),
    address: address.key,
    originalAddress: address.original,
    class: 'listed',
    rule: adoptedRule,
    effect: 'adopt',
    suspected: false,
    metric: null,
    contributors: [],
    scopes: [],
    sentAt: updatedAt,
    at: updatedAt,
    subType: reason,
    // Only asking for each entry tells which mail it was for.
    messageId: '',
    channel: 'account-list',
  };
}
