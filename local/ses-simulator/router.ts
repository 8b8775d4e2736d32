import { defined } from '../../shared/domain/defined.ts';
import { type Json, objectOf, textOf } from './json.ts';
import { findQueryOperation, readQueryCall } from './query-protocol.ts';
import { type ApiResponse, errorResponse } from './response.ts';
import { type RestCall, routes } from './routes.ts';
import type { Ses } from './state.ts';

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

function rejected(name: string, response: ApiResponse): Operation {
  return { name, protocol: 'rest', isRateLimited: false, perform: () => response };
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
