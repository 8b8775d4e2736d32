import type { Address } from '../address.ts';
import { eventId } from '../feedback/event-id.ts';
import type { RecipientEvent } from '../feedback/recipient-event.ts';
import { adoptedRule, type SesReason } from './account-list-state.ts';
import { defaultListName, tenantOfList } from './list-name.ts';

/** One entry of an account suppression list, as SES returns it. */
export type ListedAddress = {
  readonly address: Address;
  readonly reason: SesReason;
  /** Epoch milliseconds. */
  readonly updatedAt: number;
};

/**
 * Returns an event that adopts an entry of a suppression list of SES. {@link decide} treats it as a bounce caused by that list, except
 * that it does not count a prevented send.
 */
export function adoptedEvent(
  { address, reason, updatedAt }: ListedAddress,
  list: string = defaultListName,
): RecipientEvent {
  const tenant = tenantOfList(list);
  return {
    ...(tenant !== undefined && { tenant, list }),
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
    // Reading the list does not say which email an entry is for. GetSuppressedDestination does, one call per address.
    messageId: '',
    channel: 'account-list',
  };
}
