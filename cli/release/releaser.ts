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
 * Returns a function that releases one address: on every list, or on that of one tenant alone. Its calls share the rate limit of each Region.
 */
export function createReleaser(
  resources: StackResources,
  attribution: Attribution,
  options: Pick<ReleaseEverywhereDependencies, 'isSelected' | 'isKeptSelected'>,
): (address: Address, tenant?: string) => Promise<ReleaseReport> {
  const lists = new Map(
    [...resources.lists].map(([region, list]) => [region, { list, rateLimiter: createRateLimiter(resources) }]),
  );
  const dependencies = { ...resources, lists, ...options };
  return async (address, tenant) => {
    if (tenant === undefined) return releaseEverywhere(address, attribution, dependencies);
    const report = await releaseForTenant(tenant, address, attribution, dependencies);
    return { address: address.key, ...report, tenants: [] };
  };
}
