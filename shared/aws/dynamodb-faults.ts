import { DynamoDBServiceException } from '@aws-sdk/client-dynamodb';
import { StoreFault } from '../suppression-store.ts';

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
]);
const passingSystemCodes = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EAI_AGAIN', 'ENOTFOUND']);

/** What it means, where the name does not say, and what to do about it. */
const advice: Record<string, string> = {
  TimeoutError: 'no answer in time',
  ResourceNotFoundException: 'the table does not exist: check its name, the region, and whether the stack is deployed',
  AccessDeniedException: 'the role may not use the table: check its policy',
  UnrecognizedClientException: 'the credentials are not valid',
  CredentialsProviderError: 'there are no AWS credentials',
};

/**
 * Says what failed without repeating what was sent: DynamoDB's own messages can hold items, and so addresses.
 * @returns the fault itself, where it is one already
 */
export function toStoreFault(error: unknown): StoreFault {
  if (error instanceof StoreFault) return error;
  const { name, code } = describe(error);
  const isTransient =
    passing.has(name) ||
    passingSystemCodes.has(code ?? '') ||
    (error instanceof DynamoDBServiceException && (error.$metadata.httpStatusCode ?? 0) >= 500);
  const hint = advice[name];
  return new StoreFault(`DynamoDB: ${code ?? name}${hint === undefined ? '' : ` (${hint})`}`, {
    isTransient,
    cause: error,
  });
}

function describe(error: unknown): { name: string; code?: string } {
  if (!(error instanceof Error)) return { name: 'unknown fault' };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  return { name: error.name, ...(code !== undefined && { code }) };
}
