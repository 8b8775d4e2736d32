import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { createSuppressionList } from '../../../shared/suppression-list/create-suppression-list.ts';
import { type Deployed, startDeployed } from '../../support/deployed.ts';
import { complaint, day, hour } from '../../support/ses.ts';
import { useSystem } from '../../support/system.ts';

useSystem();
let deployed: Deployed;
beforeEach(async () => {
  deployed = await startDeployed();
});
afterEach(() => deployed.close());

const ago = (hours: number) => Date.now() - hours * hour;
const tomorrow = new Date(Date.now() + 2 * day).toISOString().slice(0, 10);
const isSuppressed = (address: string) =>
  createSuppressionList({ tableName: deployed.system.tables.suppressionsTable }).isSuppressed(address);
const pendingSync = '  SES account suppression list: will be updated within two minutes';
const minutes = (time: number) => `${new Date(time).toISOString().slice(0, 16).replace('T', ' ')} UTC`;

test('suppress prints the duration, the pending update of the SES list, and an earlier suppression', async () => {
  const { system, ses, command } = deployed;
  const sentAt = ago(3);
  await system.deliver([complaint({ to: 'angry@example.net', mailId: 'c', sentAt, at: sentAt + 1000 })]);
  const args = ['suppress', 'Ann@Example.net', 'angry@example.net', '--note', 'asked by phone', '--by', 'ops'];
  const { code, stdout, stderr } = await command(...args);
  expect([code, stderr, stdout.trimEnd().split('\n')]).toEqual([
    0,
    '',
    [
      'ann@example.net',
      '  table: suppressed permanently',
      pendingSync,
      'angry@example.net',
      `  table: suppressed permanently; was already suppressed (complaint since ${minutes(sentAt + 1000)}, permanently)`,
      // SES has listed it itself.
    ],
  ]);
  expect(await Promise.all(['ann@example.net', 'angry@example.net'].map((one) => isSuppressed(one)))).toEqual([
    true,
    true,
  ]);
  expect(await system.record('ann@example.net')).toMatchObject({
    reason: 'manual',
    spellings: ['Ann@Example.net'],
    suppressedBy: 'ops',
    suppressedFor: 'asked by phone',
    mirror: expect.stringMatching(/^home#/),
  });
  // The command writes only the table.
  expect(ses.calls).toEqual([]);
});

test('a temporary suppression does not change the SES list, a second run replaces its end, and release removes it', async () => {
  const { system, ses, command } = deployed;
  const until = `${tomorrow}T00:00:00.000Z`;
  const first = await command('suppress', 'bob@example.net', '--note', 'on leave', '--until', tomorrow);
  expect([first.code, first.stdout]).toEqual([0, `bob@example.net\n  table: suppressed until ${tomorrow} 00:00 UTC\n`]);
  const { since } = (await system.record('bob@example.net')) ?? {};
  const second = await command('suppress', 'bob@example.net', '--note', 'gone', '--json');
  expect([second.code, JSON.parse(second.stdout)]).toEqual([
    0,
    [
      {
        schemaVersion: 1,
        address: 'bob@example.net',
        already: { reason: 'manual', since, until },
        isSyncPending: true,
      },
    ],
  ]);
  expect(await system.record('bob@example.net')).not.toHaveProperty('until');
  const { stdout } = await command('release', 'bob@example.net', '--note', 'is back');
  expect(stdout).toContain('  table: released\n');
  expect(await isSuppressed('bob@example.net')).toBe(false);
  expect([...ses.list.keys()]).toEqual([]);
});

test('an invalid line of a file is reported by its number, and the other addresses are suppressed', async () => {
  const { system, folder, command } = deployed;
  const file = path.join(folder, 'list.txt');
  const policy = path.join(folder, 'policy.json');
  writeFileSync(
    file,
    ['cyd@example.net', '', 'not an address', 'Dan <dan@example.net>', 'eve@example.net'].join('\r\n'),
  );
  writeFileSync(policy, JSON.stringify({ accountList: { mode: 'off' } }));
  await system.putItem({ address: 'dan@example.net', list: 'account', status: 'suppressed' });
  const { code, stdout } = await command('suppress', '--file', file, '--note', 'test', '--policy', policy);
  expect([code, stdout.trimEnd().split('\n')]).toEqual([
    1,
    [
      'cyd@example.net',
      // With the mode off no function updates the SES list.
      '  table: suppressed permanently',
      `${file}, line 3: not a valid email address`,
      expect.stringMatching(/^dan@example\.net: the stored record is damaged: causes, /),
      'eve@example.net',
      '  table: suppressed permanently',
    ],
  ]);
  expect(await Promise.all(['cyd@example.net', 'eve@example.net'].map((one) => isSuppressed(one)))).toEqual([
    true,
    true,
  ]);
});

test('release-many excludes manual suppressions unless --reason includes them', async () => {
  const { command } = deployed;
  await command('suppress', 'fay@example.net', '--note', 'test');
  const many = ['release-many', '--domain', 'example.net', '--note', 'test', '--yes'];
  expect((await command(...many)).stdout).toBe(
    'No addresses of example.net.\nNot selected: 1 manual. To include them, pass --reason.\n',
  );
  expect(await isSuppressed('fay@example.net')).toBe(true);
  expect((await command(...many, '--reason', 'manual')).stdout).toContain('Released 1 address.\n');
  expect(await isSuppressed('fay@example.net')).toBe(false);
});

test.each([
  [['suppress', '--note', 'x'], 'No addresses given. Pass addresses, or --file with one address per line.'],
  [['suppress', 'a@example.net'], "required option '--note <text>' not specified"],
  [['suppress', 'a@example.net', '--note', 'x', '--until', 'soon'], 'Expected a day (2026-11-20), a time with a zone'],
  [
    ['suppress', 'a@example.net', '--note', 'x', '--until', '2020-01-01'],
    'The end of a suppression must be in the future, and before the year 3000.',
  ],
])('%j is an error that says what to pass', async (args, message) => {
  const { code, stdout, stderr } = await deployed.command(...args);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toContain(message);
});

test('--for takes a duration, and not together with --until', async () => {
  const { code, stdout } = await deployed.command('suppress', 'ann@example.net', '--note', 'moves', '--for', '30d');
  const end = minutes(Date.now() + 30 * day).slice(0, 10);
  expect([code, stdout]).toEqual([0, expect.stringContaining(`ann@example.net\n  table: suppressed until ${end}`)]);
  const args = ['suppress', 'ann@example.net', '--note', 'moves'];
  const wrong = await deployed.command(...args, '--for', 'a while');
  expect([wrong.code, wrong.stderr]).toEqual([
    2,
    expect.stringContaining('Expected a duration, such as 12h, 30d or 2w.'),
  ]);
  expect((await deployed.command(...args, '--for', '2w', '--until', tomorrow)).code).toBe(2);
});

test('an address that a complaint suppresses permanently stays so, and the command says it', async () => {
  const { system, command } = deployed;
  await system.deliver([complaint({ to: 'ann@example.net', mailId: 'c', sentAt: ago(3) })]);
  const args = ['suppress', 'ann@example.net', '--note', 'on leave', '--until', tomorrow];
  expect((await command(...args)).stdout).toBe(
    `ann@example.net\n  table: still suppressed permanently (complaint); a manual suppression until ${tomorrow} 00:00 UTC was added\n`,
  );
  const [report] = JSON.parse((await command(...args, '--json')).stdout);
  expect(report).toMatchObject({ stillSuppressed: { reason: 'complaint' }, until: `${tomorrow}T00:00:00.000Z` });
  const verdict = await createSuppressionList({ tableName: system.tables.suppressionsTable }).check('ann@example.net');
  expect(verdict).toMatchObject({ kind: 'suppressed', reason: 'complaint' });
});
