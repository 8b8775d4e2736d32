// Compiled with the package as its types say it is: each line that must not compile says so.
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SESv2Client } from '@aws-sdk/client-sesv2';
import { createTransport } from 'nodemailer';
import {
  AllRecipientsSuppressedError,
  createSuppressionList,
  type Snapshot,
  type SuppressionList,
  type SuppressionListOptions,
  SuppressionStoreError,
  type Verdict,
} from 'ses-feedback';
import { classify, decide, defaultPolicy, type Policy, parse, readPolicy, unwrapBatch } from 'ses-feedback/feedback';
import { createSuppressionList as createInMemory, createMemoryTable } from 'ses-feedback/testing';

const options: SuppressionListOptions = {
  tableName: 'suppressions',
  region: 'eu-west-1',
  endpoint: 'http://localhost:8000',
  credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  list: 'newsletter',
  cache: { maxAgeMs: 60_000 },
  whenStoreFails: 'suppress',
  onStoreFailure: (error) => console.log(error.message),
  timeoutMs: 500,
  concurrency: 4,
  policy: { accountList: { mode: 'off' } },
};
const suppressions: SuppressionList = createSuppressionList(options);
export const inMemory: SuppressionList = createInMemory({ table: createMemoryTable(['ann@example.com']), list: 'a' });
export const byOwnClient = createSuppressionList({ tableName: 'suppressions', client: new DynamoDBClient() });

// A guard gives back the very client.
export const ses: SESv2Client = suppressions.guard(new SESv2Client(), { onDropped: ([first]) => first?.kind });
createTransport({ jsonTransport: true }).use('stream', suppressions.nodemailer());

export async function use(signal: AbortSignal): Promise<string> {
  const isSuppressed: boolean = await suppressions.isSuppressed('ann@example.com', { signal });
  const verdict = await suppressions.check('ann@example.com');
  const verdicts: Verdict[] = await suppressions.filterSuppressed(new Set(['ann@example.com']), { signal });
  await suppressions.suppress('ann@example.com', { by: 'me', note: 'asked', until: new Date() });
  const wasHeld: boolean = await suppressions.release('ann@example.com', { by: 'me', note: 'asked' });
  const snapshot: Snapshot = await suppressions.openSnapshot('file', { maxAgeMs: 1000 });
  for await (const { kind } of snapshot.filter(['ann@example.com'])) console.log(kind);
  return `${isSuppressed}, ${verdict.kind}, ${describe(verdict)}, ${verdicts.map(describe)}, ${wasHeld}`;
}

// Every kind is looked at: another one would not compile.
function describe(verdict: Verdict): string {
  switch (verdict.kind) {
    case 'allowed':
      return verdict.unverified ? 'perhaps' : 'yes';
    case 'suppressed':
      return `${verdict.reason} ${verdict.since.toISOString()} ${verdict.until?.toISOString()} ${verdict.list}`;
    case 'invalid':
      return verdict.address;
    default:
      return verdict satisfies never;
  }
}

export function explain(error: unknown): string | readonly Verdict[] {
  if (error instanceof SuppressionStoreError) return error.code;
  return error instanceof AllRecipientsSuppressedError ? error.verdicts : 'unknown';
}

export function decideAll(event: unknown): (string | undefined)[] {
  const policy: Policy = readPolicy({ ...defaultPolicy, policyBlockDays: 7 });
  const messages = unwrapBatch(event).messages.map((delivery) => parse(delivery, {}));
  const events = messages.flatMap((message) => (message.kind === 'feedback' ? classify(message.event, policy) : []));
  return events.map((each) => decide(undefined, each, policy, each.at).record?.reason);
}

/** What must not compile. Never called. */
export async function refused(verdict: Verdict): Promise<void> {
  // @ts-expect-error: there is no such option
  createSuppressionList({ tableName: 'suppressions', cacheMs: 1000 });
  // @ts-expect-error: there is no such option in tests either
  createInMemory({ tableName: 'suppressions' });
  // @ts-expect-error: one of three
  createSuppressionList({ tableName: 'suppressions', whenStoreFails: 'maybe' });
  // @ts-expect-error: which table?
  createSuppressionList({ region: 'eu-west-1' });
  // @ts-expect-error: nobody needs a list without a table
  createSuppressionList();
  // @ts-expect-error: a cache has an age
  createSuppressionList({ tableName: 'suppressions', cache: {} });
  // @ts-expect-error: there is no such kind
  if (verdict.kind === 'blocked') return;
  // @ts-expect-error: one that may be mailed has no reason
  if (verdict.kind === 'allowed') console.log(verdict.reason);
  // @ts-expect-error: a verdict stays as it was given
  verdict.kind = 'allowed';
  // @ts-expect-error: check answers about an address, or throws
  if ((await suppressions.check('ann@example.com')).kind === 'invalid') return;
  // @ts-expect-error: who, and why?
  await suppressions.suppress('ann@example.com');
  // @ts-expect-error: a moment, not a text
  await suppressions.suppress('ann@example.com', { by: 'me', note: 'asked', until: '2027-01-01' });
  // @ts-expect-error: a client that sends nothing
  suppressions.guard({});
  // @ts-expect-error: a policy stays as it was read
  defaultPolicy.soft.strikes = 1;
  // @ts-expect-error: there is no such reason
  createMemoryTable([{ address: 'ann@example.com', reason: 'spam' }]);
}
