import { DynamoDBClient, type DynamoDBClientConfig, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { type RequestTarget, type SignedResponse, sendSignedRequest } from '../aws/dynamodb/signed-request.ts';
import { type DynamoDBReader, waitWithJitter } from './dynamodb-reader.ts';
import type { ListOptions } from './suppression-list.ts';

/** Where the table is and who asks, as the SDK's client takes them; what is left out it finds as it always does. */
export type LeanReaderOptions = Pick<DynamoDBClientConfig, 'region' | 'endpoint' | 'credentials'>;

/** What the answers to reads hold. */
const fields = new Set(['Item', 'Responses', 'UnprocessedKeys', 'ConsumedCapacity']);

const attempts = 3;
/** Milliseconds. DynamoDB answers in less than ten; one that has not in a second will not, and another may. Longer where there is time. */
const leastTimeout = 1000;

/** What passes by itself, beside whatever has a status of 500 and above. */
const passing = /Throttl|Exceeded|TransactionInProgress|UnreadableAnswer|RequestTimeout|SlowDown|^HTTP 4(08|29)$/;
const skewed = /InvalidSignature|RequestTimeTooSkewed|RequestExpired/;

/**
 * The same reads without the SDK's middleware, which is most of what a `GetItemCommand` costs. Region, endpoint and credentials (with
 * their renewal) are the SDK's all the same. What it costs and what was measured: docs/decisions/0009-the-app-side-library.md
 */
export function createLeanReader(
  { region, endpoint, credentials }: LeanReaderOptions,
  { timeoutMs = 0 }: Pick<ListOptions, 'timeoutMs'> = {},
): DynamoDBReader {
  const client = new DynamoDBClient({
    ...(region && { region }),
    ...(endpoint && { endpoint }),
    ...(credentials && { credentials }),
  });
  const timeout = Math.min(Math.max(leastTimeout, timeoutMs / attempts), 60_000);
  let target: RequestTarget | undefined;
  /** DynamoDB's clock less ours, once it has refused a signature for it. */
  let skew = 0;

  async function call(operation: string, input: object, signal: AbortSignal): Promise<object> {
    const body = JSON.stringify(input);
    for (let attempt = 1; ; attempt++) {
      // Together: of two that fail one after the other, the second would end the process.
      const [found, credentials] = await Promise.all([target ?? findTarget(client), client.config.credentials()]);
      target = found;
      signal.throwIfAborted();
      const request = { target, credentials, operation, body, at: Date.now() + skew, signal };
      const answer = await sendSignedRequest({ ...request, timeout }).catch((error: Error) => ({ error }));
      const output = 'error' in answer ? undefined : outputOf(answer);
      if (output !== undefined) return output;
      const fault = 'error' in answer ? answer.error : faultOf(answer);
      signal.throwIfAborted();
      const difference = 'date' in answer && skewed.test(fault.name) ? Date.parse(answer.date ?? '') - Date.now() : 0;
      const isSkewed = Math.abs(difference - skew) > 60_000;
      if (isSkewed) skew = difference;
      const isPassing = 'error' in answer || answer.status >= 500 || passing.test(fault.name) || isSkewed;
      if (!isPassing || attempt === attempts) throw fault;
      await waitWithJitter(attempt, signal);
    }
  }

  return {
    getItem: (input, signal) => call('GetItem', input, signal),
    batchGetItem: (input, signal) => call('BatchGetItem', input, signal),
  };
}

/** @returns `undefined` where it is not what DynamoDB answers: a proxy's words must not look like an absent record */
function outputOf({ status, text }: SignedResponse): object | undefined {
  try {
    const output = status === 200 && text.startsWith('{') ? JSON.parse(text) : { status };
    return Object.keys(output).every((name) => fields.has(name)) ? output : undefined;
  } catch {
    return undefined;
  }
}

/** DynamoDB's own name of what is wrong, and nothing of what was sent. */
function faultOf({ status, text }: SignedResponse): Error {
  const named = /"__type"\s*:\s*"(?:[^"#]*#)?(\w+)/.exec(text)?.[1] ?? `HTTP ${status}`;
  const type = status === 200 ? 'UnreadableAnswer' : named;
  return Object.assign(new Error(type), { name: type });
}

/** Lets the SDK make a request and looks where it would go: its rules for endpoints (FIPS, China, environment, profile) are many. */
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
  if (found === undefined) throw new Error('The SDK names no endpoint of DynamoDB');
  const { protocol, hostname, port, path } = found;
  return { protocol, hostname, path, region: await client.config.region(), ...(port !== undefined && { port }) };
}
