import { DynamoDBServiceException } from '@aws-sdk/client-dynamodb';
import { StoreFault } from '../../domain/suppression/store.ts';

/** What passes by itself, by the names DynamoDB, its client and the network give it. */
const passing = new Set([
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
const lasting: Record<string, string> = {
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
export function toStoreFault(error: unknown): StoreFault {
  if (error instanceof StoreFault) return error;
  const { name, code } = describe(error);
  // The client has no name for it.
  if (error instanceof Error && error.message === 'Region is missing') {
    return new StoreFault('DynamoDB: no Region is set (AWS_REGION)', { extent: 'every request', cause: error });
  }
  const hint = lasting[name] ?? (name === 'TimeoutError' || name === 'AbortError' ? 'no answer in time' : undefined);
  const message = `DynamoDB: ${code ?? name}${hint === undefined ? '' : ` (${hint})`}`;
  return new StoreFault(message, { extent: extentOf(error, name, code), cause: error });
}

function extentOf(error: unknown, name: string, code = ''): StoreFault['extent'] {
  const isServerFault = error instanceof DynamoDBServiceException && (error.$metadata.httpStatusCode ?? 0) >= 500;
  if (passing.has(name) || passing.has(code) || isServerFault) return 'passing';
  return name in lasting ? 'every request' : 'request';
}

function describe(error: unknown): { name: string; code?: string } {
  if (!(error instanceof Error)) return { name: 'unknown fault' };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  return { name: error.name, ...(code !== undefined && { code }) };
}
