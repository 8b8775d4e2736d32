import { SuppressionStoreError } from './errors.ts';

/** What there is to do with a table, and the stack's policy for who does it. */
const policies = { read: 'AppPolicyArn', changed: 'OperatorPolicyArn' } as const;

/** What to do about it, by the names DynamoDB, its client and the network give it. */
const fixes: readonly [RegExp, string][] = [
  [
    /^ResourceNotFound/,
    'There is no such table in that Region: pass the tableName of your stack (its output SuppressionsTableName) and its region',
  ],
  [/^AccessDenied/, 'The credentials may not do that: attach the policy that the stack has for it, its output POLICY'],
  [
    /^(UnrecognizedClient|InvalidSignature|IncompleteSignature)/,
    'AWS does not know these credentials in that Region: check both',
  ],
  [/^ExpiredToken/, 'The credentials have expired: renew them'],
  [/^Credentials/, 'There are no AWS credentials: set AWS_PROFILE, give the process a role, or pass credentials'],
  [/^ValidationException$/, 'That table has other keys: pass the tableName of the suppressions table'],
  [/^NoRegion$/, 'No Region is set: pass region, or set AWS_REGION'],
  [/^(ENOTFOUND|EAI_AGAIN)$/, 'DynamoDB was not found there: check how the region is spelt, and the network'],
  [/^(Timeout|AbortError)/, 'There was no answer in time: raise timeoutMs if that happens often'],
  [/^UnknownRecord$/, 'What was read is no suppression record: pass the tableName of the suppressions table'],
  [/^(MODULE_NOT_FOUND|ERR_MODULE_NOT_FOUND)$/, 'Install the SDK beside it: npm install @aws-sdk/client-dynamodb'],
  [
    /^(ECONNREFUSED|EPROTO|ERR_INVALID_URL)$/,
    'Nothing answers there: check the endpoint (also AWS_ENDPOINT_URL_DYNAMODB)',
  ],
  [/^Error$/, 'Something the list was given has failed, such as the credentials: see the cause of this error'],
  [/^UnreadableAnswer$/, 'What answers there is not DynamoDB: check the endpoint, and what stands in between'],
  [/Throttl|Exceeded/, 'The table is busier than it may be: it is on demand, so this passes'],
];

/** Says what failed and what to do about it, without repeating what was sent: DynamoDB's own messages can hold addresses. */
export function toSuppressionStoreError(
  error: unknown,
  tableName = 'in memory',
  what: keyof typeof policies = 'read',
): SuppressionStoreError {
  const code = codeOf(error);
  const fix = fixes.find(([pattern]) => pattern.test(code))?.[1];
  const message = `The suppression list "${tableName}" cannot be ${what}: ${code}.${fix ? ` ${fix.replace('POLICY', policies[what])}.` : ''}`;
  // There for who asks for it, but not printed with the error.
  return Object.defineProperty(new SuppressionStoreError(message, { code }), 'cause', { get: () => error });
}

function codeOf(error: unknown): string {
  // Whatever realm it is of: under Jest Node's own are of another, and no `Error` there.
  const { message, name, code } = Object(error) as Partial<Record<string, unknown>>;
  // The SDK has no name for it.
  if (message === 'Region is missing') return 'NoRegion';
  return [code, name].find((text) => typeof text === 'string') ?? 'unknown fault';
}

let warned = Number.NEGATIVE_INFINITY;

/** A store that fails, fails a thousand times a second: once a minute is said so. */
export function warnOncePerMinute({ message }: Error): void {
  const now = performance.now();
  if (now - warned < 60_000) return;
  warned = now;
  process.emitWarning(message, 'SuppressionStoreWarning');
}
