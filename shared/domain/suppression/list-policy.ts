import { hasOwnList } from '../feedback/tenant.ts';
import type { Policy } from '../policy/policy.ts';
import { defaultListName, tenantOfList } from './list-name.ts';

/** How the entries of a list are kept at SES. */
export type SyncSettings = {
  /** What the policy says of the account's list. `deletions`: nothing is added, and a released address is deleted. */
  readonly mode: Policy['accountList']['mode'] | 'deletions';
  /** Further Regions whose lists are kept, beside the stack's own. */
  readonly regions: readonly string[];
  /** Whether it is the list of a tenant. */
  readonly isTenantList?: boolean;
};

/** The policy of one list. */
export type ListPolicy = Omit<Policy, 'accountList'> & {
  /** How this list is kept at SES. */
  readonly accountList: SyncSettings;
};

/**
 * Returns the policy by which the records of a list are decided. The account's list is kept at SES in every Region, and a tenant's only in the
 * stack's own, because a tenant belongs to one Region. Other lists are the application's own: SES must not hear of them.
 *
 * A list that is named like a tenant's may be the application's own as well, so SES is only asked to delete from it, unless the policy says that
 * the tenant has a list.
 */
export function policyOfList(policy: Policy, list: string = defaultListName): ListPolicy {
  if (list === defaultListName) return policy;
  const tenant = tenantOfList(list);
  const { mode } = policy.accountList;
  if (tenant === undefined || mode === 'off') return { ...policy, accountList: { mode: 'off', regions: [] } };
  const own = hasOwnList(tenant, policy) ? mode : 'deletions';
  return { ...policy, accountList: { mode: own, regions: [], isTenantList: true } };
}
