import {
  GetTenantCommand,
  paginateListMultiRegionEndpoints,
  paginateListRecommendations,
  paginateListReputationEntities,
  paginateListResourceTenants,
  paginateListTenants,
} from '@aws-sdk/client-sesv2';
import { conspicuousFilters } from '../../shared/aws/ses/sending-entities.ts';
import { defined } from '../../shared/domain/defined.ts';
import { scopeOfResource } from '../../shared/domain/reputation/entity-status.ts';
import type { Clients } from './clients.ts';
import { mapInTurn, type Progress } from './inspect-ses.ts';
import type { GlobalEndpoint, Recommendation, TenantStatus, TenantsDetails } from './inventory.ts';
import type { Stack } from './stack.ts';

/** SES accepts one call per second, and an account can have 10,000 tenants. */
const maxScopes = 50;

/** At most this many tenants that are paused, or about which SES has findings, are read. */
const maxConspicuous = 300;

/** Returns the tenants of the account: which are paused, which may send with the set of the stack, and whose lists SES looks at. */
export async function inspectTenants(
  { ses }: Clients,
  { account, partition, region, configurationSet }: Stack,
  progress: Progress,
): Promise<TenantsDetails> {
  const names: string[] = [];
  for await (const { Tenants = [] } of paginateListTenants({ client: ses }, {}))
    names.push(...Tenants.flatMap(({ TenantName }) => TenantName ?? []));
  if (names.length === 0) return { names, associated: [], conspicuous: [], scopes: {} };
  const ResourceArn = `arn:${partition}:ses:${region}:${account}:configuration-set/${configurationSet}`;
  const associated: string[] = [];
  for await (const { ResourceTenants = [] } of paginateListResourceTenants({ client: ses }, { ResourceArn }))
    associated.push(...ResourceTenants.flatMap(({ TenantName }) => TenantName ?? []));
  const scopes = await mapInTurn(names.slice(0, maxScopes), 'tenants', progress, async (TenantName) => {
    const { Tenant } = await ses.send(new GetTenantCommand({ TenantName }));
    return [TenantName, Tenant?.SuppressionAttributes?.SuppressionScope ?? 'ACCOUNT'] as const;
  });
  return { names, associated, conspicuous: await findConspicuous(ses), scopes: Object.fromEntries(scopes) };
}

async function findConspicuous(ses: Clients['ses']): Promise<TenantStatus[]> {
  const found = new Map<string, TenantStatus>();
  for (const Filter of conspicuousFilters) {
    for await (const { ReputationEntities = [] } of paginateListReputationEntities({ client: ses }, { Filter })) {
      for (const { ReputationEntityReference = '', ...entity } of ReputationEntities) {
        const name = scopeOfResource(ReputationEntityReference)?.replace('tenant:', '');
        if (name === undefined) continue;
        const isBySes = entity.AwsSesManagedStatus?.Status === 'DISABLED';
        const isPaused = isBySes || entity.SendingStatusAggregate === 'DISABLED';
        found.set(name, {
          name,
          ...(isPaused && { pausedBy: isBySes ? 'SES' : 'you' }),
          ...defined({ cause: entity.AwsSesManagedStatus?.Cause, impact: entity.ReputationImpact }),
        });
      }
      if (found.size >= maxConspicuous) break;
    }
  }
  return [...found.values()];
}

/** Returns the open recommendations about other resources than tenants. */
export async function inspectAdvice({ ses }: Clients): Promise<Recommendation[]> {
  const found: Recommendation[] = [];
  for await (const { Recommendations = [] } of paginateListRecommendations(
    { client: ses },
    { Filter: { STATUS: 'OPEN' } },
  ))
    for (const { ResourceArn = '', Type = '', Impact = '', Description = '' } of Recommendations)
      if (scopeOfResource(ResourceArn) === undefined)
        found.push({ resource: nameOf(ResourceArn), type: Type, impact: Impact, description: Description });
  return found;
}

function nameOf(arn: string): string {
  return arn.split(':identity/', 2)[1] ?? arn;
}

export async function inspectGlobalEndpoints({ ses }: Clients): Promise<GlobalEndpoint[]> {
  const found: GlobalEndpoint[] = [];
  for await (const { MultiRegionEndpoints = [] } of paginateListMultiRegionEndpoints({ client: ses }, {}))
    for (const { EndpointName = '', Regions = [] } of MultiRegionEndpoints)
      found.push({ name: EndpointName, regions: Regions });
  return found;
}
