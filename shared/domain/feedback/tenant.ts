import type { Policy } from '../policy/policy.ts';
import type { Mail } from './feedback-event.ts';

/**
 * The name of an SES tenant.
 * @see https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_CreateTenant.html
 */
export const tenantNamePattern = /^[\w-]{1,64}$/;

/** Returns the tenant that sent an email, or `undefined` if nothing names it: notifications on the identity channel have no tags. */
export function tenantOf({ tags }: Pick<Mail, 'tags'>): string | undefined {
  const name = Object.hasOwn(tags, 'ses:tenant-name') ? tags['ses:tenant-name']?.[0] : undefined;
  return name !== undefined && tenantNamePattern.test(name) ? name : undefined;
}

/** Returns whether the policy says that a tenant has a suppression list of its own. */
export function hasOwnList(tenant: string, { tenants: { ownLists } }: Pick<Policy, 'tenants'>): boolean {
  return ownLists.includes('*') || ownLists.includes(tenant);
}
