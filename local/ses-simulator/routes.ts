import { getAccount, putAccountSuppressionAttributes } from './account.ts';
import { getConfigurationSet, getEventDestinations, listConfigurationSets } from './configuration-sets.ts';
import {
  createEmailIdentity,
  getEmailIdentity,
  listEmailIdentities,
  putEmailIdentityConfigurationSet,
  putEmailIdentityDkim,
  putEmailIdentityDkimSigning,
  putEmailIdentityFeedback,
  putEmailIdentityMailFrom,
} from './identities.ts';
import { createImportJob, getImportJob, listImportJobs } from './import-jobs.ts';
import { type Json, objectOf, stringsOf, textOf } from './json.ts';
import { listSuppressedDestinations } from './list-suppressed.ts';
import { type ApiResponse, ok } from './response.ts';
import { sendEmail } from './send-email.ts';
import type { Ses } from './state.ts';
import {
  deleteSuppressedDestination,
  getSuppressedDestination,
  type List,
  putSuppressedDestination,
} from './suppressed-destination.ts';

import {
  createTenant,
  deleteTenant,
  getTenant,
  listRecommendations,
  listReputationEntities,
  listResourceTenants,
  listTenantResources,
  listTenants,
  putTenantSuppressionAttributes,
  tenantNotFound,
  updateCustomerManagedStatus,
} from './tenants.ts';

/**
 * A call of version 2 of the API. `name` is the part of the path that names an address, a job, an identity or a set.
 */
export type RestCall = {
  readonly name: string;
  readonly input: Json;
  readonly query: URLSearchParams;
  /** The tenant that the call is about. */
  readonly tenant?: string;
};

type Route = {
  readonly operation: string;
  /** Matches the method and the path below `/v2/email`. Its group is the {@link RestCall} name. */
  readonly request: RegExp;
  readonly perform: (ses: Ses, call: RestCall) => ApiResponse | Promise<ApiResponse>;
  readonly addressOf?: (call: RestCall) => string | undefined;
  /** @default true */
  readonly isRateLimited?: boolean;
};

/** The operations of version 2 of the API. */
export const routes: readonly Route[] = [
  {
    operation: 'SendEmail',
    request: /^POST \/outbound-emails$/,
    perform: (ses, { input }) => sendEmail(input, ses),
    addressOf: firstRecipient,
    isRateLimited: false,
  },
  { operation: 'GetAccount', request: /^GET \/account$/, perform: getAccount },
  {
    operation: 'PutAccountSuppressionAttributes',
    request: /^PUT \/account\/suppression$/,
    perform: (ses, { input }) => putAccountSuppressionAttributes(input, ses),
  },
  {
    operation: 'PutSuppressedDestination',
    request: /^PUT \/suppression\/addresses$/,
    perform: (ses, { input, tenant }) => onList(ses, tenant, (list) => putSuppressedDestination(input, list, ses)),
    addressOf: ({ input }) => textOf(input.EmailAddress),
  },
  {
    operation: 'ListSuppressedDestinations',
    request: /^GET \/suppression\/addresses$/,
    perform: (ses, { query, tenant }) => onList(ses, tenant, (list) => listSuppressedDestinations(query, list, ses)),
  },
  {
    operation: 'GetSuppressedDestination',
    request: /^GET \/suppression\/addresses\/(.+)$/,
    perform: (ses, { name, tenant }) => onList(ses, tenant, (list) => getSuppressedDestination(name, list)),
    addressOf: ({ name }) => name,
  },
  {
    operation: 'DeleteSuppressedDestination',
    request: /^DELETE \/suppression\/addresses\/(.+)$/,
    perform: (ses, { name, tenant }) => onList(ses, tenant, (list) => deleteSuppressedDestination(name, list)),
    addressOf: ({ name }) => name,
  },
  {
    operation: 'CreateImportJob',
    request: /^POST \/import-jobs$/,
    perform: (ses, { input }) => createImportJob(input, ses),
  },
  { operation: 'ListImportJobs', request: /^POST \/import-jobs\/list$/, perform: listImportJobs },
  {
    operation: 'GetImportJob',
    request: /^GET \/import-jobs\/(.+)$/,
    perform: (ses, { name }) => getImportJob(name, ses),
  },
  { operation: 'ListEmailIdentities', request: /^POST \/list-identities$/, perform: listEmailIdentities },
  {
    operation: 'GetEmailIdentity',
    request: /^GET \/identities\/([^/]+)$/,
    perform: (ses, { name }) => getEmailIdentity(name, ses),
  },
  {
    operation: 'CreateEmailIdentity',
    request: /^POST \/identities$/,
    perform: (ses, { input }) => createEmailIdentity(input, ses),
  },
  {
    operation: 'PutEmailIdentityMailFromAttributes',
    request: /^PUT \/identities\/([^/]+)\/mail-from$/,
    perform: (ses, { name, input }) => putEmailIdentityMailFrom(name, input, ses),
  },
  {
    operation: 'PutEmailIdentityDkimAttributes',
    request: /^PUT \/identities\/([^/]+)\/dkim$/,
    perform: (ses, { name, input }) => putEmailIdentityDkim(name, input, ses),
  },
  {
    operation: 'PutEmailIdentityDkimSigningAttributes',
    request: /^PUT \/identities\/([^/]+)\/dkim\/signing$/,
    perform: (ses, { name, input }) => putEmailIdentityDkimSigning(name, input, ses),
  },
  {
    operation: 'PutEmailIdentityFeedbackAttributes',
    request: /^PUT \/identities\/([^/]+)\/feedback$/,
    perform: (ses, { name, input }) => putEmailIdentityFeedback(name, input, ses),
  },
  {
    operation: 'PutEmailIdentityConfigurationSetAttributes',
    request: /^PUT \/identities\/([^/]+)\/configuration-set$/,
    perform: (ses, { name, input }) => putEmailIdentityConfigurationSet(name, input, ses),
  },
  { operation: 'ListConfigurationSets', request: /^POST \/list-configuration-sets$/, perform: listConfigurationSets },
  {
    operation: 'GetConfigurationSet',
    request: /^GET \/configuration-sets\/([^/]+)$/,
    perform: (ses, { name }) => getConfigurationSet(name, ses),
  },
  {
    operation: 'GetConfigurationSetEventDestinations',
    request: /^GET \/configuration-sets\/([^/]+)\/event-destinations$/,
    perform: (ses, { name }) => getEventDestinations(name, ses),
  },
  { operation: 'ListTenants', request: /^POST \/tenants\/list$/, perform: listTenants },
  {
    operation: 'GetTenant',
    request: /^POST \/tenants\/get$/,
    perform: (ses, { tenant = '' }) => getTenant(tenant, ses),
  },
  {
    operation: 'CreateTenant',
    request: /^POST \/tenants$/,
    perform: (ses, { tenant = '' }) => createTenant(tenant, ses),
  },
  {
    operation: 'DeleteTenant',
    request: /^POST \/tenants\/delete$/,
    perform: (ses, { tenant = '' }) => deleteTenant(tenant, ses),
  },
  {
    operation: 'PutTenantSuppressionAttributes',
    request: /^POST \/tenant\/suppression$/,
    perform: (ses, { tenant = '', input }) => putTenantSuppressionAttributes(tenant, input, ses),
  },
  {
    operation: 'ListTenantResources',
    request: /^POST \/tenants\/resources\/list$/,
    perform: (ses, { tenant = '' }) => listTenantResources(tenant, ses),
  },
  {
    operation: 'ListResourceTenants',
    request: /^POST \/resources\/tenants\/list$/,
    perform: (ses, { input }) => listResourceTenants(input, ses),
  },
  {
    operation: 'ListMultiRegionEndpoints',
    request: /^GET \/multi-region-endpoints$/,
    perform: ({ state }) =>
      ok({
        MultiRegionEndpoints: state.multiRegionEndpoints.map(({ name, regions }) => ({
          EndpointName: name,
          Status: 'READY',
          Regions: regions,
        })),
      }),
  },
  {
    operation: 'ListReputationEntities',
    request: /^POST \/reputation\/entities$/,
    perform: (ses, { input }) => listReputationEntities(input, ses),
  },
  {
    operation: 'UpdateReputationEntityCustomerManagedStatus',
    request: /^PUT \/reputation\/entities\/RESOURCE\/(.+)\/customer-managed-status$/,
    perform: (ses, { name, input }) => updateCustomerManagedStatus(name, input, ses),
  },
  {
    operation: 'ListRecommendations',
    request: /^POST \/vdm\/recommendations$/,
    perform: (ses, { input }) => listRecommendations(input, ses),
  },
];

/** Uses the list of a tenant, or the account's if no tenant is named. */
function onList({ state }: Ses, tenant: string | undefined, use: (list: List) => ApiResponse): ApiResponse {
  const list = tenant === undefined ? state.list : state.tenants[tenant]?.list;
  return list === undefined ? tenantNotFound(tenant) : use(list);
}

function firstRecipient({ input }: RestCall): string | undefined {
  const { ToAddresses, CcAddresses, BccAddresses } = objectOf(input.Destination);
  return [ToAddresses, CcAddresses, BccAddresses].flatMap(stringsOf)[0];
}
