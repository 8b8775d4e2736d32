// Compiled against the types of the package. A line that must not compile is marked with @ts-expect-error.
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
import {
  classify,
  decide,
  defaultPolicy,
  type Policy,
  parse,
  readPolicy,
  unwrapBatch,
  unwrapMessage,
} from 'ses-feedback/feedback';
import { type SlackMessage, type TeamsMessage, toSlackMessage, toTeamsMessage } from 'ses-feedback/notices';
import { createReleaseLinks, type Redemption, type ReleaseLink } from 'ses-feedback/release-links';
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

export const messages = (notice: string): [SlackMessage, TeamsMessage] => [
  toSlackMessage(notice),
  toTeamsMessage(notice),
];

const links = createReleaseLinks({ tableName: 'suppressions', keys: [{ id: 'a', secret: new Uint8Array(32) }] });
export async function emailAgain(address: string): Promise<Redemption | ReleaseLink> {
  const link: ReleaseLink = await links.releaseLink(address, { expires: new Date(Date.now() + 1000) });
  return link.kind === 'link' ? links.redeemReleaseLink(link.token, address) : link;
}

// A guarded client keeps its type.
export const ses: SESv2Client = suppressions.guard(new SESv2Client(), { onDropped: ([first]) => first?.kind });
createTransport({ jsonTransport: true }).use('stream', suppressions.nodemailer());

export async function use(signal: AbortSignal): Promise<string> {
  const isSuppressed: boolean = await suppressions.isSuppressed('ann@example.com', { signal });
  const verdict = await suppressions.check('ann@example.com');
  const verdicts: Verdict[] = await suppressions.filterSuppressed(new Set(['ann@example.com']), { signal });
  await suppressions.suppress('ann@example.com', { by: 'me', note: 'asked', until: new Date() });
  const wasReleased: boolean = await suppressions.release('ann@example.com', { by: 'me', note: 'asked' });
  const snapshot: Snapshot = await suppressions.openSnapshot('file', { maxAgeMs: 1000 });
  for await (const { kind } of snapshot.filter(['ann@example.com'])) console.log(kind);
  return `${isSuppressed}, ${verdict.kind}, ${describe(verdict)}, ${verdicts.map(describe)}, ${wasReleased}`;
}

// The switch covers every kind: another one would not compile.
function describe(verdict: Verdict): string {
  switch (verdict.kind) {
    case 'allowed':
      return verdict.unverified ? 'unverified' : 'allowed';
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
  const messages = unwrapBatch(event).messages.map((rawMessage) => parse(unwrapMessage(rawMessage), {}));
  const events = messages.flatMap((message) => (message.kind === 'feedback' ? classify(message.event, policy) : []));
  return events.map((each) => decide(undefined, each, policy, each.at).record?.reason);
}

/** Code that must not compile. It is never called. */
export async function refused(verdict: Verdict): Promise<void> {
  // @ts-expect-error: there is no such option
  createSuppressionList({ tableName: 'suppressions', cacheMs: 1000 });
  // @ts-expect-error: a list in memory has no such option
  createInMemory({ tableName: 'suppressions' });
  // @ts-expect-error: not one of the three values
  createSuppressionList({ tableName: 'suppressions', whenStoreFails: 'maybe' });
  // @ts-expect-error: tableName is required
  createSuppressionList({ region: 'eu-west-1' });
  // @ts-expect-error: the options are required
  createSuppressionList();
  // @ts-expect-error: maxAgeMs is required
  createSuppressionList({ tableName: 'suppressions', cache: {} });
  // @ts-expect-error: there is no such kind
  if (verdict.kind === 'blocked') return;
  // @ts-expect-error: an allowed verdict has no reason
  if (verdict.kind === 'allowed') console.log(verdict.reason);
  // @ts-expect-error: a verdict is read-only
  verdict.kind = 'allowed';
  // @ts-expect-error: check throws for an invalid address
  if ((await suppressions.check('ann@example.com')).kind === 'invalid') return;
  // @ts-expect-error: the attribution is required
  await suppressions.suppress('ann@example.com');
  // @ts-expect-error: until is a Date
  await suppressions.suppress('ann@example.com', { by: 'me', note: 'asked', until: '2027-01-01' });
  // @ts-expect-error: not an SESv2Client
  suppressions.guard({});
  // @ts-expect-error: a policy is read-only
  defaultPolicy.soft.strikes = 1;
  // @ts-expect-error: there is no such reason
  createMemoryTable([{ address: 'ann@example.com', reason: 'spam' }]);
}
