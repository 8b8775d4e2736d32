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
import { type ApiResponse, errorResponse, notFound } from './response.ts';
import { sendEmail } from './send-email.ts';
import type { Ses } from './state.ts';
import {
  deleteSuppressedDestination,
  getSuppressedDestination,
  putSuppressedDestination,
} from './suppressed-destination.ts';

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
type RestCall = { readonly name: string; readonly input: Json; readonly query: URLSearchParams };

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
    perform: (ses, { input }) => putSuppressedDestination(input, ses),
    addressOf: ({ input }) => textOf(input.EmailAddress),
  },
  {
    operation: 'ListSuppressedDestinations',
    request: /^GET \/suppression\/addresses$/,
    perform: (ses, { query }) => listSuppressedDestinations(query, ses),
  },
  {
    operation: 'GetSuppressedDestination',
    request: /^GET \/suppression\/addresses\/(.+)$/,
    perform: (ses, { name }) => getSuppressedDestination(name, ses),
    addressOf: ({ name }) => name,
  },
  {
    operation: 'DeleteSuppressedDestination',
    request: /^DELETE \/suppression\/addresses\/(.+)$/,
    perform: (ses, { name }) => deleteSuppressedDestination(name, ses),
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
  const call: RestCall = { name, input, query: url.searchParams };
  const address = route.addressOf?.(call);
  // The simulator has no tenants. Using the account's list instead would be wrong.
  const tenant = input.TenantName ?? url.searchParams.get('TenantName') ?? undefined;
  return {
    name: route.operation,
    protocol: 'rest',
    ...defined({ address }),
    isRateLimited: route.isRateLimited ?? true,
    perform: (ses) => (tenant === undefined ? route.perform(ses, call) : notFound('The tenant does not exist.')),
  };
}

function routeQuery(body: Buffer): Operation {
  const call = readQueryCall(body);
  const perform = findQueryOperation(call);
  if (perform !== undefined) return { name: call.operation, protocol: 'query', isRateLimited: true, perform };
  const error = errorResponse(400, 'UnknownOperationException', `${call.operation} is not simulated.`);
  return { ...rejected('Unknown', error), protocol: 'query' };
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
