import { createRateLimiter } from '../../shared/account-list/rate-limiter.ts';
import type { Address } from '../../shared/domain/address.ts';
import type { Attribution } from '../../shared/domain/suppression/attribution.ts';
import {
  type ReleaseEverywhereDependencies,
  type ReleaseReport,
  releaseEverywhere,
  releaseForTenant,
} from '../../shared/operator/release-everywhere.ts';
import type { StackResources } from '../io/stack-resources.ts';

/**
 * Returns a function that releases one address. Its calls share the rate limit of each Region.
 *
 * @param tenant the tenant on whose list alone the address is released. @default every list
 */
export function createReleaser(
  resources: StackResources,
  attribution: Attribution,
  options: Pick<ReleaseEverywhereDependencies, 'isSelected' | 'isKeptSelected'>,
  tenant?: string,
): (address: Address) => Promise<ReleaseReport> {
  const lists = new Map(
    [...resources.lists].map(([region, list]) => [region, { list, rateLimiter: createRateLimiter(resources) }]),
  );
  const dependencies = { ...resources, lists, ...options };
  if (tenant === undefined) return (address) => releaseEverywhere(address, attribution, dependencies);
  return async (address) => ({
    address: address.key,
    ...(await releaseForTenant(tenant, address, attribution, dependencies)),
    tenants: [],
  });
}
