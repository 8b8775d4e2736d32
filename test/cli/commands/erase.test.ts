import path from 'node:path';
import { createSuppressionList } from '../../../shared/suppression-list/create-suppression-list.ts';
import { type Deployed, startDeployed } from '../../support/deployed.ts';
import { bounce, complaint, hour } from '../../support/ses.ts';
import { useSystem } from '../../support/system.ts';

useSystem();
let deployed: Deployed;
beforeEach(async () => {
  deployed = await startDeployed({ callsPerSecond: Number.POSITIVE_INFINITY });
  // As if the first erasure was made yesterday: the first one waits for minutes.
  await deployed.system.putItem({
    address: 'erasure-key',
    list: 'erasure-key',
    causes: { erasureKey: 'a'.repeat(64) },
    createdAt: Date.now() - 24 * hour,
  });
});
afterEach(() => deployed.close());

const note = ['--note', 'request 4711'];
const sentAt = Date.now() - hour;
const openLibrary = () => createSuppressionList({ tableName: deployed.system.tables.suppressionsTable });
const withoutPendingSync = (address: string) => deployed.synced(address);

async function bounceAnn(): Promise<void> {
  await deployed.system.deliver([bounce({ to: 'Ann@example.net', mailId: 'a', sentAt })]);
  await withoutPendingSync('ann@example.net');
  const entry = { emailAddress: 'Ann@example.net', reason: 'BOUNCE', lastUpdateTime: sentAt } as const;
  deployed.ses.list.set(entry.emailAddress, entry);
}

test('the receipt says what was deleted, what is kept, and where copies are', async () => {
  await bounceAnn();
  const { code, stdout, stderr } = await deployed.command('erase', 'ann@example.net', '--yes', ...note);
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout.replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d/g, 'TIME').replace(/erased#[\w-]{43}/, 'HASH')).toBe(
    [
      'ann@example.net: erased TIME UTC, by arn:aws:sts::123456789012:assumed-role/support/ann: request 4711',
      '  table: 1 record and 0 other items deleted',
      '  SES account suppression list in us-east-1: removed (Ann@example.net)',
      '  kept: HASH, suppressed permanently on the list account (a permanent bounce)',
      'Copies that this command cannot delete:',
      '  logs of the functions: only a***@example.net, for logRetentionInDays of serverless.yml',
      '  dead-letter queues: whole messages, at most 14 days (npx ses-feedback dlq list --stack ses-feedback-prod --region us-east-1)',
      '  the import bucket: lists for the sync with SES, at most 2 days',
      '  backups of the table: at most 35 days (point-in-time recovery)',
      '  evidence of other addresses, if a server quoted this one; your own exports, and the logs of your applications',
      '',
    ].join('\n'),
  );
  expect(deployed.ses.list.size).toBe(0);
  expect(await deployed.system.record('ann@example.net')).toBeUndefined();
  expect(await openLibrary().isSuppressed('Ann@example.net')).toBe(true);
});

test('the receipt as JSON', async () => {
  await bounceAnn();
  const { stdout } = await deployed.command('erase', 'ann@example.net', '--yes', '--by', 'dpo', '--json', ...note);
  expect(JSON.parse(stdout)).toMatchObject({
    schemaVersion: 1,
    address: 'ann@example.net',
    stack: 'ses-feedback-prod',
    by: 'dpo',
    note: 'request 4711',
    isComplete: true,
    deleted: { records: 1, otherItems: 0 },
    regions: [{ region: 'us-east-1', removed: ['Ann@example.net'], error: null }],
    hash: expect.stringMatching(/^erased#/),
    kept: [{ list: 'account', reason: 'hard', until: null }],
  });
});

test('it asks first, and changes nothing without an answer', async () => {
  await bounceAnn();
  const script = await deployed.command('erase', 'ann@example.net', ...note);
  expect([script.code, script.stderr]).toEqual([2, expect.stringContaining('pass --yes')]);
  const no = await deployed.terminal(['erase', 'ann@example.net', ...note], 'n\n');
  expect([no.code, no.stdout]).toEqual([0, 'Nothing was erased.\n']);
  expect(no.stderr).toContain('cannot be undone');
  expect(await deployed.system.record('ann@example.net')).toBeDefined();
  const yes = await deployed.terminal(['erase', 'ann@example.net', ...note], 'y\n');
  expect(yes.stdout).toMatch(/^ann@example\.net: erased /);
});

test('an address of which nothing is stored, or not any more, is the answer no', async () => {
  const unknown = await deployed.command('erase', 'bob@example.net', '--yes', ...note);
  expect([unknown.code, unknown.stderr]).toEqual([3, expect.stringContaining('nothing is stored of it')]);
  await bounceAnn();
  await deployed.command('erase', 'ann@example.net', '--yes', ...note);
  const again = await deployed.command('erase', 'ann@example.net', '--yes', ...note);
  expect([again.code, again.stderr]).toEqual([3, expect.stringContaining('was erased already')]);
});

test('a sync that is under way, and a refusal of SES, leave everything as it is', async () => {
  await deployed.system.deliver([bounce({ to: 'ann@example.net', mailId: 'a', sentAt })]);
  const pending = await deployed.command('erase', 'ann@example.net', '--yes', ...note);
  expect([pending.code, pending.stderr]).toEqual([75, expect.stringContaining('try again in two minutes')]);
  await withoutPendingSync('ann@example.net');
  deployed.ses.fault = ({ operation }) => (operation === 'DeleteSuppressedDestination' ? 'denied' : undefined);
  const denied = await deployed.command('erase', 'ann@example.net', '--yes', ...note);
  expect([denied.code, denied.stdout]).toEqual([6, expect.stringContaining('nothing was deleted, because SES')]);
  expect(await deployed.system.record('ann@example.net')).toMatchObject({ status: 'suppressed' });
});

test('check, history and release know an erased address; list, export and counts do not', async () => {
  await deployed.system.deliver([complaint({ to: 'ann@example.net', mailId: 'a', sentAt })]);
  await withoutPendingSync('ann@example.net');
  await deployed.command('erase', 'ann@example.net', '--yes', ...note);
  const check = await deployed.command('check', 'ann@example.net');
  expect(check.code).toBe(3);
  expect(check.stdout).toMatch(
    /^ann@example\.net {2}SUPPRESSED\n {2}table: not suppressed\n {2}erased data: its keyed hash is suppressed permanently, since .*: the recipient complained\n/,
  );
  expect(check.stdout).toContain('erased by arn:aws:sts::123456789012:assumed-role/support/ann: request 4711');
  expect(JSON.parse((await deployed.command('check', 'ann@example.net', '--json')).stdout)).toMatchObject([
    { verdict: 'suppressed', suppression: null, erased: { reason: 'complaint', until: null } },
  ]);
  expect((await deployed.command('history')).stdout).toMatch(/ {2}erased#[\w-]{43} {2}erased\n/);
  expect((await deployed.command('list', '--count')).stdout).not.toContain('erased');
  expect((await deployed.command('export')).stdout).toBe('address,reason,since,until\r\n');
  const refused = await deployed.command('release', 'ann@example.net', ...note);
  expect([refused.code, refused.stdout]).toEqual([3, expect.stringContaining('pass --complaints')]);
  expect(await openLibrary().isSuppressed('ann@example.net')).toBe(true);
  const released = await deployed.command('release', 'ann@example.net', '--complaints', ...note);
  expect([released.code, released.stdout]).toEqual([
    0,
    expect.stringContaining('its data was erased, and its hash no longer suppresses it'),
  ]);
  expect((await deployed.command('check', 'ann@example.net')).code).toBe(0);
});

test('a snapshot still finds an erased address, and an earlier version of the library refuses it', async () => {
  await bounceAnn();
  await deployed.command('erase', 'ann@example.net', '--yes', ...note);
  const file = path.join(deployed.folder, 'list.snapshot');
  const { stdout } = await deployed.command('export', '--hashed', file, '--json');
  expect(JSON.parse(stdout)).toMatchObject({ entries: 1, format: 'ses-feedback snapshot 2' });
  expect(stdout).not.toContain('a'.repeat(64));
  const snapshot = await openLibrary().openSnapshot(file);
  expect(snapshot.entries).toBe(1);
  const kinds: string[] = [];
  for await (const { kind } of snapshot.filter(['bob@example.net', 'Ann@example.net'])) kinds.push(kind);
  expect(kinds).toEqual(['allowed', 'suppressed']);
});
