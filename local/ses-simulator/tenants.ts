import { defined } from '../../shared/domain/defined.ts';
import { type Json, objectOf, stringsOf, textOf } from './json.ts';
import { type ApiResponse, badRequest, errorResponse, notFound, ok } from './response.ts';
import type { Ses } from './state.ts';
import type { SendingStatus, Tenant } from './tenant.ts';

// The forms of requests and responses are those of the model of the SESv2 API:
// https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_Operations.html

/** ListTenants: returns all tenants on one page. The list has no suppression settings; GetTenant returns them. */
export function listTenants(ses: Ses): ApiResponse {
  return ok({ Tenants: Object.entries(ses.state.tenants).map(([name, tenant]) => describe(name, tenant, ses)) });
}

/** GetTenant: returns a tenant with its suppression settings. */
export function getTenant(name: string, ses: Ses): ApiResponse {
  return withTenant(name, ses, (tenant) => {
    const { suppressionScope: SuppressionScope = 'ACCOUNT', suppressedReasons: SuppressedReasons } = tenant;
    const SuppressionAttributes = { SuppressionScope, ...defined({ SuppressedReasons }) };
    return ok({ Tenant: { ...describe(name, tenant, ses), SuppressionAttributes } });
  });
}

/** CreateTenant: creates a tenant with an empty list. Tags are ignored. */
export function createTenant(name: string, ses: Ses): ApiResponse {
  if (!/^[\w-]{1,64}$/.test(name)) return badRequest('TenantName must be 1 to 64 letters, digits, - and _.');
  if (ses.state.tenants[name] !== undefined)
    return errorResponse(400, 'AlreadyExistsException', `Tenant <${name}> already exists.`);
  const tenant: Tenant = { list: new Map(), resources: [] };
  ses.state.tenants[name] = tenant;
  return ok(describe(name, tenant, ses));
}

/** DeleteTenant: deletes a tenant with its list. */
export function deleteTenant(name: string, ses: Ses): ApiResponse {
  return withTenant(name, ses, () => {
    delete ses.state.tenants[name];
    return ok();
  });
}

/** PutTenantSuppressionAttributes: sets whose list the emails of a tenant are checked against, and for which reasons. */
export function putTenantSuppressionAttributes(name: string, input: Json, ses: Ses): ApiResponse {
  return withTenant(name, ses, (tenant) => {
    const { SuppressionScope: scope, SuppressedReasons: reasons } = input;
    if (scope !== undefined && scope !== 'ACCOUNT' && scope !== 'TENANT')
      return badRequest('SuppressionScope must be ACCOUNT or TENANT.');
    Object.assign(tenant, defined({ suppressionScope: scope }));
    if (reasons !== undefined)
      tenant.suppressedReasons = stringsOf(reasons).filter((one) => one === 'BOUNCE' || one === 'COMPLAINT');
    return ok();
  });
}

/** ListTenantResources: returns the identities and configuration sets of a tenant on one page. */
export function listTenantResources(name: string, ses: Ses): ApiResponse {
  return withTenant(name, ses, ({ resources }) =>
    ok({
      TenantResources: resources.map((ResourceArn) => ({
        ResourceType: ResourceArn.includes(':identity/') ? 'EMAIL_IDENTITY' : 'CONFIGURATION_SET',
        ResourceArn,
      })),
    }),
  );
}

/** ListResourceTenants: returns the tenants that may send with a resource, on one page. */
export function listResourceTenants(input: Json, ses: Ses): ApiResponse {
  const arn = textOf(input.ResourceArn) ?? '';
  const tenants = Object.entries(ses.state.tenants).filter(([, { resources }]) => resources.includes(arn));
  return ok({ ResourceTenants: tenants.map(([TenantName]) => ({ TenantName, ResourceArn: arn })) });
}

/** ListReputationEntities: returns the tenants that match all filters, on one page. Configuration sets are not listed. */
export function listReputationEntities(input: Json, ses: Ses): ApiResponse {
  const filter = objectOf(input.Filter);
  const entities = Object.entries(ses.state.tenants).map(([name, tenant]) => {
    const { customerStatus = 'ENABLED', sesStatus = 'ENABLED', sesCause, reputationPolicy = 'standard' } = tenant;
    const { findings = [] } = tenant;
    const impact = findings.some((one) => one.impact === 'HIGH') ? 'HIGH' : findings.length > 0 ? 'LOW' : undefined;
    return {
      ReputationEntityReference: tenantArn(name, ses),
      ReputationEntityType: 'RESOURCE',
      ReputationManagementPolicy: `arn:aws:ses:${ses.region}:aws:reputation-policy/${reputationPolicy}`,
      CustomerManagedStatus: { Status: customerStatus },
      AwsSesManagedStatus: { Status: sesStatus, ...defined({ Cause: sesCause }) },
      SendingStatusAggregate: statusOf(tenant),
      ...defined({ ReputationImpact: impact }),
    };
  });
  const matching = entities.filter(
    ({ SendingStatusAggregate, ReputationImpact, ReputationEntityReference }) =>
      isWanted(filter.SENDING_STATUS, SendingStatusAggregate) &&
      isWanted(filter.REPUTATION_IMPACT, ReputationImpact) &&
      ReputationEntityReference.startsWith(textOf(filter.ENTITY_REFERENCE_PREFIX) ?? ''),
  );
  return ok({ ReputationEntities: matching });
}

/** UpdateReputationEntityCustomerManagedStatus: pauses or resumes the emails of a tenant. */
export function updateCustomerManagedStatus(arn: string, input: Json, ses: Ses): ApiResponse {
  const status = textOf(input.SendingStatus);
  if (status !== 'ENABLED' && status !== 'DISABLED' && status !== 'REINSTATED')
    return badRequest('SendingStatus must be ENABLED, DISABLED or REINSTATED.');
  const found = Object.entries(ses.state.tenants).find(([name]) => tenantArn(name, ses) === arn);
  if (found === undefined) return notFound(`Reputation entity <${arn}> does not exist.`);
  found[1].customerStatus = status;
  return ok();
}

/** ListRecommendations: returns the open recommendations and findings about tenants that match the filter, on one page. */
export function listRecommendations(input: Json, ses: Ses): ApiResponse {
  const { RESOURCE_ARN: resource, TYPE: type, IMPACT: impact } = objectOf(input.Filter);
  const ofTenants = Object.entries(ses.state.tenants).flatMap(([name, { findings = [] }]) =>
    findings.map((finding) => ({ ...finding, resource: tenantArn(name, ses) })),
  );
  const all = [...ses.state.recommendations, ...ofTenants].map((one) => ({
    ResourceArn: one.resource,
    Type: one.type,
    Description: one.description,
    Impact: one.impact,
    Status: 'OPEN',
  }));
  const Recommendations = all.filter(
    (one) => isWanted(resource, one.ResourceArn) && isWanted(type, one.Type) && isWanted(impact, one.Impact),
  );
  return ok({ Recommendations });
}

/** Returns whether a tenant may send: the owner's status and that of SES must both permit it. */
export function statusOf({ customerStatus = 'ENABLED', sesStatus = 'ENABLED' }: Tenant): SendingStatus {
  if (customerStatus === 'DISABLED' || sesStatus === 'DISABLED') return 'DISABLED';
  return customerStatus;
}

export function tenantNotFound(name = ''): ApiResponse {
  return notFound(`Tenant <${name}> does not exist.`);
}

/** SES has an id after the name. Here it is the name, so that tests can name a tenant. */
function tenantArn(name: string, { region, accountId }: Pick<Ses, 'region' | 'accountId'>): string {
  return `arn:aws:ses:${region}:${accountId}:tenant/${name}/tn-${name}`;
}

function describe(name: string, tenant: Tenant, ses: Ses) {
  return {
    TenantName: name,
    TenantId: `tn-${name}`,
    TenantArn: tenantArn(name, ses),
    SendingStatus: statusOf(tenant),
  };
}

function isWanted(filter: unknown, value: string | undefined): boolean {
  return filter === undefined || filter === value;
}

function withTenant(name: string, { state }: Ses, respond: (tenant: Tenant) => ApiResponse): ApiResponse {
  const tenant = state.tenants[name];
  return tenant === undefined ? tenantNotFound(name) : respond(tenant);
}
