/** The list that bounces and complaints change. An application can keep further lists, for example for an email category. */
export const defaultListName = 'account';

/** Matches the name of a list. `#` is excluded, because items of the form `seen#<id>` share the sort key. */
export const listNamePattern = /^[\w.:-]{1,128}$/;

/** The names of tenants' lists begin with it. */
export const tenantPrefix = 'tenant:';

/** Returns the list of an SES tenant. */
export function listOfTenant(tenant: string): string {
  return `${tenantPrefix}${tenant}`;
}

/** Returns the SES tenant whose list this is, or `undefined` if it is another list. */
export function tenantOfList(list: string): string | undefined {
  return list.startsWith(tenantPrefix) ? list.slice(tenantPrefix.length) : undefined;
}
