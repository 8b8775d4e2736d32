import { DynamoDBServiceException } from '@aws-sdk/client-dynamodb';
import { StoreError } from '../../domain/suppression/store.ts';

/** What passes by itself, by the names DynamoDB, its client and the network give it. */
const transient = new Set([
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

/** What no other request would escape, and what to do about it. */
const permanent: Record<string, string> = {
  ResourceNotFoundException: 'the table does not exist: check its name, the region, and whether the stack is deployed',
  AccessDeniedException: 'the role may not use the table: check its policy',
  UnrecognizedClientException: 'the credentials are not valid',
  ExpiredTokenException: 'the credentials have expired',
  CredentialsProviderError: 'there are no AWS credentials',
};

/**
 * Says what failed without repeating what was sent: DynamoDB's own messages can hold items, and so addresses.
 * @returns the fault itself, where it is one already
 */
export function toStoreError(error: unknown): StoreError {
  if (error instanceof StoreError) return error;
  const { name, code } = describe(error);
  // The client has no name for it.
  if (error instanceof Error && error.message === 'Region is missing') {
    return new StoreError('DynamoDB: no Region is set (AWS_REGION)', { scope: 'permanent', cause: error });
  }
  const hint = permanent[name] ?? (name === 'TimeoutError' || name === 'AbortError' ? 'no answer in time' : undefined);
  const message = `DynamoDB: ${code ?? name}${hint === undefined ? '' : ` (${hint})`}`;
  return new StoreError(message, { scope: scopeOf(error, name, code), cause: error });
}

function scopeOf(error: unknown, name: string, code = ''): StoreError['scope'] {
  const isServerFault = error instanceof DynamoDBServiceException && (error.$metadata.httpStatusCode ?? 0) >= 500;
  if (transient.has(name) || transient.has(code) || isServerFault) return 'transient';
  return name in permanent ? 'permanent' : 'request';
}

function describe(error: unknown): { name: string; code?: string } {
  if (!(error instanceof Error)) return { name: 'unknown fault' };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  return { name: error.name, ...(code !== undefined && { code }) };
}
