import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { createSuppressionList } from '../../shared/suppression-list/create-suppression-list.ts';
import { type Deployed, startDeployed } from '../support/deployed.ts';
import { complaint, day, hour } from '../support/ses.ts';
import { useSystem } from '../support/system.ts';

useSystem();
let deployed: Deployed;
beforeEach(async () => {
  deployed = await startDeployed();
});
afterEach(() => deployed.close());
jest.setTimeout(30_000);

const ago = (hours: number) => Date.now() - hours * hour;
const tomorrow = new Date(Date.now() + 2 * day).toISOString().slice(0, 10);
const isSuppressed = (address: string) =>
  createSuppressionList({ tableName: deployed.system.tables.suppressionsTable }).isSuppressed(address);
const told = "  SES's list: is told within a minute or two by account-list";

test('suppress says for how long, who is told, and what the address was suppressed for already', async () => {
  const { system, ses, command } = deployed;
  const sentAt = ago(3);
  await system.deliver([complaint({ to: 'angry@example.net', mailId: 'c', sentAt, at: sentAt + 1000 })]);
  const args = ['suppress', 'Ann@Example.net', 'angry@example.net', '--for', 'asked by phone', '--by', 'ops'];
  const { code, stdout, stderr } = await command(...args);
  const since = new Date(sentAt + 1000).toISOString();
  expect([code, stderr, stdout.trimEnd().split('\n')]).toEqual([
    0,
    '',
    [
      'ann@example.net',
      '  the table: suppressed for good',
      told,
      'angry@example.net',
      `  the table: suppressed for good; was suppressed already (complaint since ${since}, for good)`,
      told,
    ],
  ]);
  expect(await Promise.all(['ann@example.net', 'angry@example.net'].map((one) => isSuppressed(one)))).toEqual([
    true,
    true,
  ]);
  expect(await system.record('ann@example.net')).toMatchObject({
    reason: 'manual',
    addressVariants: ['Ann@Example.net'],
    suppressedBy: 'ops',
    suppressedFor: 'asked by phone',
    mirror: expect.stringMatching(/^home#/),
  });
  // The table alone is written.
  expect(ses.calls).toEqual([]);
});

test('with an end SES is not told; the last word counts, and release takes it back', async () => {
  const { system, ses, command } = deployed;
  const until = `${tomorrow}T00:00:00.000Z`;
  const first = await command('suppress', 'bob@example.net', '--for', 'on leave', '--until', tomorrow);
  expect([first.code, first.stdout]).toEqual([0, `bob@example.net\n  the table: suppressed until ${until}\n`]);
  const { since } = (await system.record('bob@example.net')) ?? {};
  const second = await command('suppress', 'bob@example.net', '--for', 'gone', '--json');
  expect([second.code, JSON.parse(second.stdout)]).toEqual([
    0,
    [{ address: 'bob@example.net', already: { reason: 'manual', since, until }, isToldSoon: true }],
  ]);
  expect(await system.record('bob@example.net')).not.toHaveProperty('until');
  const { stdout } = await command('release', 'bob@example.net', '--for', 'is back');
  expect(stdout).toContain('  the table: was suppressed, and is let go\n');
  expect(await isSuppressed('bob@example.net')).toBe(false);
  expect([...ses.list.keys()]).toEqual([]);
});

test('each address of a file is suppressed for itself: a broken line is told by its number, and the rest go on', async () => {
  const { system, folder, command } = deployed;
  const file = path.join(folder, 'list.txt');
  const policy = path.join(folder, 'policy.json');
  writeFileSync(
    file,
    ['cyd@example.net', '', 'not an address', 'Dan <dan@example.net>', 'eve@example.net'].join('\r\n'),
  );
  writeFileSync(policy, JSON.stringify({ accountList: { mode: 'off' } }));
  await system.putItem({ address: 'dan@example.net', list: 'account', status: 'suppressed' });
  const { code, stdout } = await command('suppress', '--file', file, '--for', 'test', '--policy', policy);
  expect([code, stdout.trimEnd().split('\n')]).toEqual([
    1,
    [
      'cyd@example.net',
      // Nobody tells SES of it.
      '  the table: suppressed for good',
      `${file}, line 3: not an e-mail address`,
      expect.stringMatching(/^dan@example\.net: the stored record is damaged: causes, /),
      'eve@example.net',
      '  the table: suppressed for good',
    ],
  ]);
  expect(await Promise.all(['cyd@example.net', 'eve@example.net'].map((one) => isSuppressed(one)))).toEqual([
    true,
    true,
  ]);
});

test('release-many leaves out who is suppressed by hand, unless that is asked for', async () => {
  const { command } = deployed;
  await command('suppress', 'fay@example.net', '--for', 'test');
  const many = ['release-many', '--domain', 'example.net', '--for', 'test', '--yes'];
  expect((await command(...many)).stdout).toBe(
    'No addresses of example.net.\nLeft out: 1 manual (--reason selects by reason)\n',
  );
  expect(await isSuppressed('fay@example.net')).toBe(true);
  expect((await command(...many, '--reason', 'manual')).stdout).toContain('1 let go.\n');
  expect(await isSuppressed('fay@example.net')).toBe(false);
});

test.each([
  [['suppress', '--for', 'x'], 'Which addresses? Name them, or a --file with one a line.'],
  [['suppress', 'a@example.net'], "required option '--for <reason>' not specified"],
  [['suppress', 'a@example.net', '--for', 'x', '--until', 'soon'], 'A day, like 2026-11-20'],
  [
    ['suppress', 'a@example.net', '--for', 'x', '--until', '2020-01-01'],
    'The end of a suppression must be in the future.',
  ],
])('%j says what is missing', async (args, message) => {
  const { code, stdout, stderr } = await deployed.command(...args);
  expect([code, stdout]).toEqual([1, '']);
  expect(stderr).toContain(message);
});
