import { DynamoDBServiceException } from '@aws-sdk/client-dynamodb';
import { defined } from '../../domain/defined.ts';
import { StoreError } from '../../domain/suppression/store.ts';
import { hintFor } from './error-hints.ts';

/** Errors that pass by themselves, by their names and codes at DynamoDB, in the SDK and in the network. */
const transientErrors = new Set([
  'InternalServerError',
  'LimitExceededException',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'ServiceUnavailable',
  'ThrottlingException',
  'TransactionInProgressException',
  'TimeoutError',
  'AbortError',
  'ECONNABORTED',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EPIPE',
  'ETIMEDOUT',
]);

/** Errors that every other request would meet as well. */
const permanentErrors = new Set([
  'ResourceNotFoundException',
  'AccessDeniedException',
  'UnrecognizedClientException',
  'ExpiredTokenException',
  'CredentialsProviderError',
  'NoRegion',
]);

/**
 * Returns the {@link StoreError} for an error of a DynamoDB request; the error itself if it is one already. The message
 * does not repeat DynamoDB's own message, which can contain items and so email addresses.
 */
export function toStoreError(error: unknown): StoreError {
  if (error instanceof StoreError) return error;
  const { name, code = name } = identify(error);
  const hint = hintFor(code);
  const message = `DynamoDB: ${code}${hint === undefined ? '' : `. ${hint}`}`;
  return new StoreError(message, { scope: scopeOf(error, name, code), cause: error });
}

/** Waits for the response of a request and throws a {@link StoreError} if the request fails. */
export function orStoreError<Output>(response: Promise<Output>): Promise<Output> {
  return response.catch((error: unknown) => Promise.reject(toStoreError(error)));
}

function scopeOf(error: unknown, name: string, code: string): StoreError['scope'] {
  const isServerError = error instanceof DynamoDBServiceException && (error.$metadata.httpStatusCode ?? 0) >= 500;
  if (transientErrors.has(name) || transientErrors.has(code) || isServerError) return 'transient';
  return permanentErrors.has(name) ? 'permanent' : 'request';
}

function identify(error: unknown): { name: string; code?: string } {
  if (!(error instanceof Error)) return { name: 'unknown error' };
  // The SDK has no error code for a missing Region.
  if (error.message === 'Region is missing') return { name: 'NoRegion' };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  return { name: error.name, ...defined({ code }) };
}
