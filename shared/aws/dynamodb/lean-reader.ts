import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { backOff, type RetryContext } from '../../domain/retry.ts';
import type { ConnectionOptions, ListOptions } from '../../suppression-list/options.ts';
import type { Item } from './item.ts';
import { type RequestTarget, type SignedResponse, sendSignedRequest } from './signed-request.ts';

/** The two reads of DynamoDB's API. Both reject with the error of the request. */
export type DynamoDBReader = {
  getItem(input: object, signal: AbortSignal): Promise<{ readonly Item?: Item | undefined }>;
  batchGetItem(input: object, signal: AbortSignal): Promise<BatchGetOutput>;
};

type BatchGetOutput = {
  readonly Responses?: Readonly<Record<string, Item[]>> | undefined;
  readonly UnprocessedKeys?: Readonly<Record<string, object>> | undefined;
};

/** The fields that responses to reads can have. */
const outputFields = new Set(['Item', 'Responses', 'UnprocessedKeys', 'ConsumedCapacity']);

const maxAttempts = 3;

/** Shorter than the default, because an application waits for the lookup. Milliseconds. */
const maxBackOffMs = 1000;

/**
 * The shortest timeout of one attempt. DynamoDB responds within ten milliseconds. A server that has not responded in a second will not, and
 * another may. Attempts take longer if `timeoutMs` allows it. Milliseconds.
 */
const minAttemptTimeoutMs = 1000;
const maxAttemptTimeoutMs = 60_000;

/** Errors that pass by themselves, in addition to all responses with a status of 500 or above. */
const transientErrors =
  /Throttl|Exceeded|TransactionInProgress|UnreadableAnswer|RequestTimeout|SlowDown|^HTTP 4(08|29)$/;
const clockSkewErrors = /InvalidSignature|RequestTimeTooSkewed|RequestExpired/;

/**
 * Returns a reader that does without the SDK's middleware, which accounts for most of the cost of a `GetItemCommand`. The SDK still finds
 * the Region, endpoint and credentials, and renews the credentials. Reasons and measurements: docs/decisions/0009-library.md
 */
export function createLeanReader(
  { region, endpoint, credentials }: ConnectionOptions,
  { timeoutMs = 0 }: Pick<ListOptions, 'timeoutMs'> = {},
): DynamoDBReader {
  const client = new DynamoDBClient({
    ...(region && { region }),
    ...(endpoint && { endpoint }),
    ...(credentials && { credentials }),
  });
  const attemptTimeoutMs = Math.min(Math.max(minAttemptTimeoutMs, timeoutMs / maxAttempts), maxAttemptTimeoutMs);
  let target: RequestTarget | undefined;
  /** DynamoDB's clock minus this machine's, known after DynamoDB has refused a signature because of its time. */
  let clockSkewMs = 0;

  async function call(operation: string, input: object, signal: AbortSignal): Promise<object> {
    const body = JSON.stringify(input);
    for (let attempt = 1; ; attempt++) {
      // Awaited together: if both failed one after the other, the second rejection would be unhandled and end the process.
      const [found, credentials] = await Promise.all([target ?? findTarget(client), client.config.credentials()]);
      target = found;
      signal.throwIfAborted();
      const signedAt = Date.now() + clockSkewMs;
      const request = { target, credentials, operation, body, signedAt, signal, timeoutMs: attemptTimeoutMs };
      const response = await sendSignedRequest(request).catch((error: Error) => ({ error }));
      const output = 'error' in response ? undefined : outputOf(response);
      if (output !== undefined) return output;
      const error = 'error' in response ? response.error : errorOf(response);
      signal.throwIfAborted();
      // The response to a signature with a wrong time carries DynamoDB's time. Any other error resets the skew.
      const skewMs =
        'date' in response && clockSkewErrors.test(error.name) ? Date.parse(response.date ?? '') - Date.now() : 0;
      const isSkewed = Math.abs(skewMs - clockSkewMs) > 60_000;
      if (isSkewed) clockSkewMs = skewMs;
      const isTransient = 'error' in response || response.status >= 500 || transientErrors.test(error.name);
      if (!(isTransient || isSkewed) || attempt === maxAttempts) throw error;
      await backOff(attempt, retryContextOf(signal));
    }
  }

  return {
    getItem: (input, signal) => call('GetItem', input, signal),
    batchGetItem: (input, signal) => call('BatchGetItem', input, signal),
  };
}

/** Returns what `backOff` needs: real time, and a wait that the signal ends. */
export function retryContextOf(signal: AbortSignal): RetryContext {
  return {
    random: Math.random,
    sleep: (milliseconds) => sleep(milliseconds, undefined, { signal }),
    // The signal ends when the time is up.
    remaining: () => Number.POSITIVE_INFINITY,
    maxBackOffMs,
  };
}

/** Returns `undefined` if the response is not from DynamoDB: a proxy's page must not look like an address without a record. */
function outputOf({ status, text }: SignedResponse): object | undefined {
  try {
    const output = status === 200 && text.startsWith('{') ? JSON.parse(text) : { status };
    return Object.keys(output).every((name) => outputFields.has(name)) ? output : undefined;
  } catch {
    return undefined;
  }
}

/** Returns an error with DynamoDB's own name for it, and nothing of what was sent. */
function errorOf({ status, text }: SignedResponse): Error {
  const type = /"__type"\s*:\s*"(?:[^"#]*#)?(\w+)/.exec(text)?.[1] ?? `HTTP ${status}`;
  const name = status === 200 ? 'UnreadableAnswer' : type;
  return Object.assign(new Error(name), { name });
}

/** Lets the SDK build a request and reads its address, because the SDK's rules for endpoints are many (FIPS, China, environment, profile). */
async function findTarget(client: DynamoDBClient): Promise<RequestTarget> {
  const command = new GetItemCommand({ TableName: 'ses-feedback', Key: { address: { S: 'none' } } });
  let found: Pick<RequestTarget, 'protocol' | 'hostname' | 'port' | 'path'> | undefined;
  command.middlewareStack.add(
    () =>
      async ({ request }) => {
        found = request as typeof found;
        return { output: { $metadata: {} }, response: undefined };
      },
    { step: 'build' },
  );
  await client.send(command);
  if (found === undefined) throw new Error('The SDK did not resolve an endpoint of DynamoDB');
  const { protocol, hostname, port, path } = found;
  return { protocol, hostname, path, region: await client.config.region(), ...(port !== undefined && { port }) };
}
