import type { Policy } from '../policy/policy.ts';
import { listOfTenant } from '../suppression/list-name.ts';
import type { RecipientEvent } from './recipient-event.ts';

/**
 * Replaces each event of a tenant with its own list by two. The first changes the tenant's list and counts nothing. The second counts, on the
 * account's list, where a copy that names no tenant is counted: there, it suppresses only for a reason that the policy shares.
 *
 * A copy on the identity channel names no tenant, so it acts on the account's list, whichever copy comes first.
 */
export function separateTenants(
  events: readonly RecipientEvent[],
  { tenants: { sharedReasons } }: Pick<Policy, 'tenants'>,
): RecipientEvent[] {
  return events.flatMap((event): RecipientEvent[] => {
    const { tenant, ...rest } = event;
    if (tenant === undefined || event.effect === 'none') return [event];
    if (event.effect === 'count') return [rest];
    const isShared = sharedReasons.some((reason) => reason === event.class);
    const onOwnList: RecipientEvent = {
      ...event,
      metric: null,
      contributors: [],
      scopes: [],
      list: listOfTenant(tenant),
    };
    if (!isShared && event.metric === null) return [onOwnList];
    return [onOwnList, isShared ? event : { ...event, effect: 'watch' }];
  });
}
