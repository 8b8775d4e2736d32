import { defined } from '../../shared/domain/defined.ts';
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
import { findQueryOperation, readQueryCall } from './query-protocol.ts';
import { type ApiResponse, errorResponse, ok } from './response.ts';
import { sendEmail } from './send-email.ts';
import type { Ses } from './state.ts';
import {
  deleteSuppressedDestination,
  getSuppressedDestination,
  type List,
  putSuppressedDestination,
} from './suppressed-destination.ts';

import {
  getTenant,
  listRecommendations,
  listReputationEntities,
  listResourceTenants,
  listTenantResources,
  listTenants,
  tenantNotFound,
  updateCustomerManagedStatus,
} from './tenants.ts';

/** The operation an HTTP request stands for. */
export type Operation = {
  readonly name: string;
  /** Version 2 of the API is REST with JSON; version 1 is the query protocol, with XML responses. */
  readonly protocol: 'rest' | 'query';
  /** The address the call is about. For SendEmail, the first recipient. */
  readonly address?: string;
  /** Whether the call counts against the limit of calls per second. */
  readonly isRateLimited: boolean;
  readonly perform: (ses: Ses) => ApiResponse | Promise<ApiResponse>;
};

type HttpRequest = { readonly method: string; readonly url: URL; readonly body: Buffer };

/**
 * A call of version 2 of the API. `name` is the part of the path that names an address, a job, an identity or a set.
 */
type RestCall = {
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

const routes: readonly Route[] = [
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

/**
 * Returns the operation a request stands for. A request that is malformed or unknown is an operation that returns an
 * error.
 */
export function routeRequest({ method, url, body }: HttpRequest): Operation {
  if (method === 'POST' && url.pathname === '/') return routeQuery(body);
  const input = readJson(body);
  const request = `${method} ${url.pathname.replace(/^\/v2\/email(?=\/)/, '')}`;
  const route = url.pathname.startsWith('/v2/email/') ? routes.find((one) => one.request.test(request)) : undefined;
  const name = decode(route?.request.exec(request)?.[1] ?? '');
  if (input === undefined || name === undefined) {
    return rejected('Unreadable', errorResponse(400, 'SerializationException', 'The request is malformed.'));
  }
  if (route === undefined) {
    const message = `${method} ${url.pathname} is not simulated.`;
    return rejected('Unknown', errorResponse(404, 'UnknownOperationException', message));
  }
  const tenant = textOf(input.TenantName) ?? url.searchParams.get('TenantName') ?? undefined;
  const call: RestCall = { name, input, query: url.searchParams, ...defined({ tenant }) };
  const address = route.addressOf?.(call);
  return {
    name: route.operation,
    protocol: 'rest',
    ...defined({ address }),
    isRateLimited: route.isRateLimited ?? true,
    perform: (ses) => route.perform(ses, call),
  };
}

function routeQuery(body: Buffer): Operation {
  const call = readQueryCall(body);
  const perform = findQueryOperation(call);
  if (perform !== undefined) return { name: call.operation, protocol: 'query', isRateLimited: true, perform };
  const error = errorResponse(400, 'UnknownOperationException', `${call.operation} is not simulated.`);
  return { ...rejected('Unknown', error), protocol: 'query' };
}

/** Uses the list of a tenant, or the account's if no tenant is named. */
function onList({ state }: Ses, tenant: string | undefined, use: (list: List) => ApiResponse): ApiResponse {
  const list = tenant === undefined ? state.list : state.tenants[tenant]?.list;
  return list === undefined ? tenantNotFound(tenant) : use(list);
}

function rejected(name: string, response: ApiResponse): Operation {
  return { name, protocol: 'rest', isRateLimited: false, perform: () => response };
}

function firstRecipient({ input }: RestCall): string | undefined {
  const { ToAddresses, CcAddresses, BccAddresses } = objectOf(input.Destination);
  return [ToAddresses, CcAddresses, BccAddresses].flatMap(stringsOf)[0];
}

/** Returns an empty object for an empty body, and `undefined` if the body is not JSON. */
function readJson(body: Buffer): Json | undefined {
  try {
    return body.length === 0 ? {} : objectOf(JSON.parse(body.toString()));
  } catch {
    return undefined;
  }
}

/** Returns `undefined` if the percent-encoding is invalid. */
function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
