import { hintFor } from '../aws/dynamodb/error-hints.ts';
import { SuppressionStoreError } from './errors.ts';
import type { ListOptions } from './options.ts';
import type { Allowed, Suppressed } from './verdict.ts';

/** The stack output with the policy that allows an operation. */
const policyOutputs = { read: 'AppPolicyArn', change: 'OperatorPolicyArn' } as const;

type Operation = keyof typeof policyOutputs;

/** Hints that name this library's options. They take precedence over those of {@link hintFor}. */
const libraryHints: readonly (readonly [pattern: RegExp, hint: string])[] = [
  [
    /^ResourceNotFound/,
    'The table does not exist in this Region. Pass the stack output SuppressionsTableName as tableName, and the Region of the stack as region.',
  ],
  [
    /^AccessDenied/,
    'The credentials do not allow this operation. Attach the managed policy in the stack output POLICY_OUTPUT.',
  ],
  [/^Credentials/, 'No AWS credentials found. Set AWS_PROFILE, give the process a role, or pass credentials.'],
  [/^NoRegion$/, 'No AWS Region configured. Pass region or set AWS_REGION.'],
  [
    /^ValidationException$/,
    'The keys of the table are not those of a suppressions table. Pass the stack output SuppressionsTableName as tableName.',
  ],
  [
    /^UnknownRecord$/,
    'The table contains items that are not suppression records. Pass the stack output SuppressionsTableName as tableName.',
  ],
  [/^UnreadableAnswer$/, 'The response is not from DynamoDB. Check the endpoint, and any proxy on the way to it.'],
  [/^(Timeout|AbortError)/, 'DynamoDB did not respond in time. Raise timeoutMs if this happens often.'],
  [/^(MODULE_NOT_FOUND|ERR_MODULE_NOT_FOUND)$/, 'Install the AWS SDK: npm install @aws-sdk/client-dynamodb'],
  [
    /^Error$/,
    'A function passed as an option failed, for example the credentials provider. See the property cause of this error.',
  ],
];

/**
 * Returns an error that says what failed and what to do about it. It does not repeat DynamoDB's message, which can contain addresses.
 *
 * @param tableName missing: the table is in memory
 */
export function toSuppressionStoreError(
  error: unknown,
  tableName = 'in memory',
  operation: Operation = 'read',
): SuppressionStoreError {
  const code = codeOf(error);
  const hint = libraryHints.find(([pattern]) => pattern.test(code))?.[1] ?? hintFor(code);
  const advice = hint === undefined ? '' : ` ${hint.replace('POLICY_OUTPUT', policyOutputs[operation])}`;
  const message = `Cannot ${operation} the suppression list "${tableName}": ${code}.${advice}`;
  // A getter keeps the cause, and the addresses in it, out of what is printed with the error.
  return Object.defineProperty(new SuppressionStoreError(message, { code }), 'cause', { get: () => error });
}

function codeOf(error: unknown): string {
  // Not `instanceof Error`: under Jest, Node's own errors belong to another realm.
  const { message, name, code } = Object(error) as Partial<Record<string, unknown>>;
  // The SDK gives this error no name of its own.
  if (message === 'Region is missing') return 'NoRegion';
  return [code, name].find((text) => typeof text === 'string') ?? 'unknown error';
}

/** Returns the verdict on an address that could not be looked up. */
export type ToFailureVerdict = (address: string) => Allowed | Suppressed;

/** The settings of a list that decide what happens after a failed read. */
type FailureOptions = {
  readonly whenStoreFails: ListOptions['whenStoreFails'];
  readonly onStoreFailure: ListOptions['onStoreFailure'];
  readonly list: string;
  readonly clock: () => number;
};

/**
 * Reports a failed read, and returns the verdict of `whenStoreFails`.
 *
 * @throws SuppressionStoreError if `whenStoreFails` is `throw`
 */
export async function handleStoreFailure(
  error: unknown,
  tableName: string | undefined,
  { whenStoreFails, onStoreFailure = warnOncePerMinute, list, clock }: FailureOptions,
): Promise<ToFailureVerdict> {
  const failure = toSuppressionStoreError(error, tableName);
  if (whenStoreFails === 'throw') throw failure;
  await onStoreFailure(failure);
  if (whenStoreFails === 'allow') return (address) => ({ kind: 'allowed', address, unverified: true });
  return (address) => {
    const since = new Date(clock());
    return { kind: 'suppressed', address, reason: 'store-failed', since, suspected: false, list };
  };
}

let warnedAt = Number.NEGATIVE_INFINITY;

/** Emits a process warning, at most once a minute: a table that fails may fail a thousand times a second. */
export function warnOncePerMinute({ message }: Error): void {
  const now = performance.now();
  if (now - warnedAt < 60_000) return;
  warnedAt = now;
  process.emitWarning(message, 'SuppressionStoreWarning');
}
