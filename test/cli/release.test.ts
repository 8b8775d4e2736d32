import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { createSuppressionList } from '../../shared/suppression-list/create-suppression-list.ts';
import { type Deployed, startDeployed } from '../support/deployed.ts';
import { bounce, complaint, hour } from '../support/ses.ts';
import { useSystem } from '../support/system.ts';

useSystem();
let deployed: Deployed;
beforeEach(async () => {
  deployed = await startDeployed();
});
afterEach(() => deployed.close());
jest.setTimeout(30_000);

/** Some hours ago, so that what the tests deliver has happened by now. */
const ago = (hours: number) => Date.now() - hours * hour;
const hard = (to: string, hours = 3) => bounce({ to, mailId: `${to}-${hours}`, sentAt: ago(hours) });
const isSuppressed = (address: string) =>
  createSuppressionList({ tableName: deployed.system.tables.suppressionsTable }).isSuppressed(address);
const list = (spelling: string, updatedAt = ago(3)) =>
  deployed.ses.list.set(spelling, { emailAddress: spelling, reason: 'BOUNCE', lastUpdateTime: updatedAt });

test('release says what it did in the table and at SES, in the spelling SES holds', async () => {
  const { system, ses, command } = deployed;
  const old = hard('Ann.Lee@Example.net');
  await system.deliver([old]);
  list('Ann.Lee@Example.net');
  const { code, stdout, stderr } = await command('release', 'ann.lee@example.net', '--for', 'wrote to us');
  expect([code, stderr, stdout]).toEqual([
    0,
    '',
    [
      'ann.lee@example.net',
      '  the table: was suppressed, and is let go',
      "  SES's list in us-east-1: removed (Ann.Lee@Example.net)",
      '',
    ].join('\n'),
  ]);
  expect([...ses.list.keys()]).toEqual([]);
  await system.deliver([old, hard('ann.lee@example.net', 2)]);
  expect(await isSuppressed('ann.lee@example.net')).toBe(false);
  expect(await system.record('ann.lee@example.net')).toMatchObject({ releasedFor: 'wrote to us' });
});

test('each address of a file is let go for itself: a broken line is told by its number, and the rest go on', async () => {
  const { system, ses } = deployed;
  await system.deliver([hard('bob@example.net'), hard('cyd@example.net')]);
  list('only@example.net');
  const lines = [
    'bob@example.net',
    '',
    'not an address',
    'nobody@example.net',
    'Only <only@example.net>',
    'cyd@example.net',
  ];
  const file = path.join(deployed.folder, 'list.txt');
  writeFileSync(file, lines.join('\r\n'));
  const { code, stdout } = await deployed.command('release', '--file', file, '--for', 'test', '--by', 'ops');
  expect(code).toBe(1);
  expect(stdout.trimEnd().split('\n')).toEqual([
    'bob@example.net',
    '  the table: was suppressed, and is let go',
    "  SES's list in us-east-1: is not on it",
    `${file}, line 3: not an e-mail address`,
    "nobody@example.net: is neither in the table nor on SES's list; nothing to let go",
    'only@example.net',
    '  the table: was not in it; what happened until now never suppresses it',
    "  SES's list in us-east-1: removed (only@example.net)",
    'cyd@example.net',
    '  the table: was suppressed, and is let go',
    "  SES's list in us-east-1: is not on it",
  ]);
  expect([...ses.list.keys()]).toEqual([]);
  expect(await system.record('bob@example.net')).toMatchObject({ releasedBy: 'ops' });
  expect(await system.record('nobody@example.net')).toBeUndefined();
  await system.deliver([hard('only@example.net')]);
  expect(await isSuppressed('only@example.net')).toBe(false);
});

test('where SES does not answer, the release stands, and the outbox has what is left', async () => {
  const { system, ses } = deployed;
  await system.deliver([hard('dan@example.net')]);
  ses.fault = () => 'unavailable';
  const { code, stdout } = await deployed.command('release', 'dan@example.net', '--for', 'test');
  expect(code).toBe(1);
  expect(stdout).toContain(
    "  SES's list in us-east-1: could not be told: ServiceUnavailableException; account-list tries again every minute",
  );
  expect(await isSuppressed('dan@example.net')).toBe(false);
  expect(await system.record('dan@example.net')).toMatchObject({ mirror: expect.stringMatching(/^home#/) });
});

test('where nobody tells the list of SES but the command, it says so, and what fails is not called done', async () => {
  const { system, ses, folder, command } = deployed;
  const policy = path.join(folder, 'policy.json');
  writeFileSync(policy, JSON.stringify({ accountList: { mode: 'off' } }));
  await system.deliver([hard('fay@example.net')]);
  ses.fault = () => 'unavailable';
  const one = await command('release', 'fay@example.net', '--for', 'test', '--policy', policy);
  expect([one.code, one.stdout]).toEqual([
    1,
    expect.stringContaining('could not be told: ServiceUnavailableException; run it again\n'),
  ]);
  await system.deliver([hard('gil@example.net')]);
  const many = await command('release-many', '--domain', 'example.net', '--for', 'test', '--policy', policy, '--yes');
  expect([many.code, many.stdout]).toEqual([
    1,
    expect.stringMatching(/^0 let go\.\n1 could not be let go everywhere/m),
  ]);
  expect(many.stdout).not.toContain('account-list');
});

test('release-many counts first, leaves complaints out, and lets go those of the domain and the time alone', async () => {
  const { system, command } = deployed;
  await system.deliver([
    hard('early@example.org', 30),
    ...Array.from({ length: 7 }, (_, i) => hard(`p${i}@example.org`, 5)),
    hard('other@example.net', 5),
    hard('sub@mail.example.org', 5),
    hard('late@example.org', 1),
    complaint({ to: 'angry@example.org', mailId: 'c', sentAt: ago(5) }),
  ]);
  const iso = (hours: number) => new Date(ago(hours)).toISOString();
  const args = ['release-many', '--domain', 'Example.ORG', '--since', iso(6), '--until', iso(4), '--for', 'incident'];
  const counted = await command(...args);
  expect([counted.code, counted.stderr]).toEqual([0, '']);
  expect(counted.stdout).toMatch(
    /^7 addresses of example\.org suppressed since \S+ and before \S+: 7 hard\n( {2}p\d@example\.org\n){5} {2}and 2 more\n/,
  );
  expect(counted.stdout).toContain(
    'Left out: 1 complaint (--reason selects by reason)\nNothing was changed. To let them go, add --yes.\n',
  );
  expect(await isSuppressed('p0@example.org')).toBe(true);
  const done = await command(...args, '--yes');
  expect(done.code).toBe(0);
  expect(done.stdout).toContain("7 let go.\nSES's own list is told by account-list");
  const others = [
    'early@example.org',
    'other@example.net',
    'sub@mail.example.org',
    'late@example.org',
    'angry@example.org',
  ];
  expect(await Promise.all(['p0@example.org', 'p6@example.org', ...others].map(isSuppressed))).toEqual([
    false,
    false,
    ...others.map(() => true),
  ]);
  expect(await system.record('p3@example.org')).toMatchObject({ releasedFor: 'incident', mirror: expect.any(String) });
  expect((await command(...args)).stdout).toMatch(/^No addresses of example\.org/);
});

test("reconcile says how SES's list and the table differ, changes nothing in a dry run, and then does", async () => {
  const { system, command } = deployed;
  await system.deliver([hard('eve@example.net', 20)]);
  for (let i = 0; i < 1200; i++) list(`Old${i}@example.net`, ago(5000));
  const dry = await command('reconcile', '--dry-run');
  expect([dry.code, dry.stderr, dry.stdout]).toEqual([
    0,
    '',
    [
      'SES account suppression list: 1,200 entries, compared with 1 record in the table',
      '      1,200  on the SES list, not in the table: would be imported into the table',
      'This was a dry run.',
      '',
    ].join('\n'),
  ]);
  expect(await system.record('old7@example.net')).toBeUndefined();
  const { code, stdout } = await command('reconcile');
  expect([code, stdout]).toEqual([
    0,
    'SES account suppression list: 1,200 entries, compared with 1 record in the table\n      1,200  on the SES list, not in the table: imported into the table\n',
  ]);
  expect(await isSuppressed('old1199@example.net')).toBe(true);
  expect((await command('reconcile')).stdout).toBe(
    'SES account suppression list: 1,200 entries, compared with 1,201 records in the table: no difference\n',
  );
});

test.each([
  [['release', '--for', 'x'], 'Which addresses? Name them, or a --file with one a line.'],
  [['release', 'a@example.net'], "required option '--for <reason>' not specified"],
  [['release-many', '--for', 'x'], 'Which? Say --domain or --since, or both.'],
  [['release-many', '--for', 'x', '--domain', 'a b'], 'a b is not a domain.'],
  [['release-many', '--for', 'x', '--since', 'yesterday'], 'A day, like 2026-11-20'],
  [
    ['release-many', '--for', 'x', '--since', '2026-11-20', '--until', '2026-11-19'],
    '--since has to be before --until.',
  ],
  [['release-many', '--for', 'x', '--domain', 'example.net', '--reason', 'bad'], 'One of manual, complaint, hard'],
])('%j says what is missing', async (args, message) => {
  const { code, stdout, stderr } = await deployed.command(...args);
  expect([code, stdout]).toEqual([1, '']);
  expect(stderr).toContain(message);
});
