import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { createSuppressionList } from '../../../shared/suppression-list/create-suppression-list.ts';
import { type Deployed, startDeployed } from '../../support/deployed.ts';
import { bounce, complaint, hour } from '../../support/ses.ts';
import { useSystem } from '../../support/system.ts';

useSystem();
let deployed: Deployed;
beforeEach(async () => {
  deployed = await startDeployed();
});
afterEach(() => deployed.close());

/** A time in the past, so that the events the tests deliver are not in the future. */
const ago = (hours: number) => Date.now() - hours * hour;
const hard = (to: string, hours = 3) => bounce({ to, mailId: `${to}-${hours}`, sentAt: ago(hours) });
const isSuppressed = (address: string) =>
  createSuppressionList({ tableName: deployed.system.tables.suppressionsTable }).isSuppressed(address);
const listAtSes = (emailAddress: string, lastUpdateTime = ago(3)) =>
  deployed.ses.list.set(emailAddress, { emailAddress, reason: 'BOUNCE', lastUpdateTime });

test('release prints what it did in the table and at SES, with the address as SES has it', async () => {
  const { system, ses, command } = deployed;
  const old = hard('Ann.Lee@Example.net');
  await system.deliver([old]);
  listAtSes('Ann.Lee@Example.net');
  const { code, stdout, stderr } = await command('release', 'ann.lee@example.net', '--note', 'wrote to us');
  expect([code, stderr, stdout]).toEqual([
    0,
    '',
    [
      'ann.lee@example.net',
      '  table: released',
      '  SES account suppression list in us-east-1: removed (Ann.Lee@Example.net)',
      '',
    ].join('\n'),
  ]);
  expect([...ses.list.keys()]).toEqual([]);
  await system.deliver([old, hard('ann.lee@example.net', 2)]);
  expect(await isSuppressed('ann.lee@example.net')).toBe(false);
  expect(await system.record('ann.lee@example.net')).toMatchObject({ releasedFor: 'wrote to us' });
});

test('an invalid line of a file is reported by its number, and the other addresses are released', async () => {
  const { system, ses } = deployed;
  await system.deliver([hard('bob@example.net'), hard('cyd@example.net')]);
  listAtSes('only@example.net');
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
  const { code, stdout } = await deployed.command('release', '--file', file, '--note', 'test', '--by', 'ops');
  expect(code).toBe(1);
  expect(stdout.trimEnd().split('\n')).toEqual([
    'bob@example.net',
    '  table: released',
    '  SES account suppression list in us-east-1: not on the list',
    `${file}, line 3: not a valid email address`,
    'nobody@example.net: neither in the table nor on the SES account suppression list; nothing to release',
    '  SES distinguishes upper and lower case. If it lists the address in another form, pass that form, or run sync first.',
    'only@example.net',
    '  table: not in the table; earlier bounces and complaints will not suppress it',
    '  SES account suppression list in us-east-1: removed (only@example.net)',
    'cyd@example.net',
    '  table: released',
    '  SES account suppression list in us-east-1: not on the list',
  ]);
  expect([...ses.list.keys()]).toEqual([]);
  expect(await system.record('bob@example.net')).toMatchObject({ releasedBy: 'ops' });
  expect(await system.record('nobody@example.net')).toBeUndefined();
  await system.deliver([hard('only@example.net')]);
  expect(await isSuppressed('only@example.net')).toBe(false);
});

test('if SES does not respond, the address is released in the table and the outbox keeps the pending removal', async () => {
  const { system, ses } = deployed;
  await system.deliver([hard('dan@example.net')]);
  ses.fault = () => 'unavailable';
  const { code, stdout } = await deployed.command('release', 'dan@example.net', '--note', 'test');
  expect(code).toBe(1);
  expect(stdout).toContain(
    '  SES account suppression list in us-east-1: not updated: ServiceUnavailableException; the account-list function retries every minute',
  );
  expect(await isSuppressed('dan@example.net')).toBe(false);
  expect(await system.record('dan@example.net')).toMatchObject({ mirror: expect.stringMatching(/^home#/) });
});

test('with the account list mode off, a removal that failed has to be repeated by the operator', async () => {
  const { system, ses, folder, command } = deployed;
  const policy = path.join(folder, 'policy.json');
  writeFileSync(policy, JSON.stringify({ accountList: { mode: 'off' } }));
  await system.deliver([hard('fay@example.net')]);
  ses.fault = () => 'unavailable';
  const one = await command('release', 'fay@example.net', '--note', 'test', '--policy', policy);
  expect([one.code, one.stdout]).toEqual([
    1,
    expect.stringContaining('not updated: ServiceUnavailableException; run the command again\n'),
  ]);
  await system.deliver([hard('gil@example.net')]);
  const many = await command('release-many', '--domain', 'example.net', '--note', 'test', '--policy', policy, '--yes');
  expect([many.code, many.stdout]).toEqual([
    6,
    expect.stringMatching(/^Released 0 addresses\.\nCould not release 1 address everywhere\./m),
  ]);
  expect(many.stdout).not.toContain('account-list');
});

test('release-many only counts without --yes, excludes complaints, and releases only the selected domain and period', async () => {
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
  const args = ['release-many', '--domain', 'Example.ORG', '--since', iso(6), '--until', iso(4), '--note', 'incident'];
  const counted = await command(...args);
  expect([counted.code, counted.stderr]).toEqual([0, '']);
  expect(counted.stdout).toMatch(
    /^7 addresses of example\.org suppressed since [\d-]+ [\d:]+ UTC and before [\d-]+ [\d:]+ UTC: 7 hard\n( {2}p\d@example\.org\n){5} {2}and 2 more\n/,
  );
  expect(counted.stdout).toContain(
    'Not selected: 1 complaint. To include them, pass --complaints.\nNothing was changed. Pass --yes to release these addresses.\n',
  );
  expect(await isSuppressed('p0@example.org')).toBe(true);
  const done = await command(...args, '--yes');
  expect(done.code).toBe(0);
  expect(done.stdout).toContain(
    'Released 7 addresses.\nThe account-list function updates the SES account suppression list',
  );
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
  const untilOnly = await command('release-many', '--domain', 'example.org', '--until', iso(999), '--note', 'incident');
  expect(untilOnly.stdout).toMatch(/^No addresses of example\.org suppressed before [\d-]+ [\d:]+ UTC\.\n$/);
});

test('reconcile prints the differences of the SES list and the table, and corrects them unless in a dry run', async () => {
  const { system, command } = deployed;
  await system.deliver([hard('eve@example.net', 20)]);
  listAtSes('eve@example.net', ago(20));
  for (let i = 0; i < 1200; i++) listAtSes(`Old${i}@example.net`, ago(5000));
  const dry = await command('reconcile', '--dry-run');
  expect([dry.code, dry.stderr, dry.stdout]).toEqual([
    0,
    '',
    [
      'SES account suppression list: 1,201 entries, compared with 1 record in the table',
      '      1,200  on the SES list, not in the table: would be imported into the table',
      'Dry run: nothing was changed.',
      '',
    ].join('\n'),
  ]);
  expect(await system.record('old7@example.net')).toBeUndefined();
  const { code, stdout } = await command('reconcile');
  expect([code, stdout]).toEqual([
    0,
    'SES account suppression list: 1,201 entries, compared with 1 record in the table\n      1,200  on the SES list, not in the table: imported into the table\n',
  ]);
  expect(await isSuppressed('old1199@example.net')).toBe(true);
  expect((await command('reconcile')).stdout).toBe(
    'SES account suppression list: 1,201 entries, compared with 1,201 records in the table: nothing to repair (temporary suppressions and recent changes do not count as differences)\n',
  );
});

test.each([
  [['release', '--note', 'x'], 'No addresses given. Pass addresses, or --file with one address per line.'],
  [['release', 'a@example.net'], "required option '--note <text>' not specified"],
  [['release', 'a@example.net', '--for', 'x'], "unknown option '--for'. Its new name is --note."],
  [['release-many', '--note', 'x'], 'No addresses given.'],
  [['release', 'a@example.net', '--domain', 'example.net', '--note', 'x'], 'Pass addresses, or a selection'],
  [['release-many', '--note', 'x', '--domain', 'a b'], '"a b" is not a valid domain.'],
  [['release-many', '--note', 'x', '--since', 'soon'], 'Expected a day (2026-11-20), a time with a zone'],
  [
    ['release-many', '--note', 'x', '--since', '2026-11-20', '--until', '2026-11-19'],
    '--since must be before --until.',
  ],
  [
    ['release-many', '--note', 'x', '--domain', 'example.net', '--reason', 'bad'],
    'Expected one of manual, complaint, hard',
  ],
])('%j is an error that says what to pass', async (args, message) => {
  const { code, stdout, stderr } = await deployed.command(...args);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toContain(message);
});

test('an address with a complaint is released only on request', async () => {
  const { system, command } = deployed;
  await system.deliver([complaint({ to: 'angry2@example.org', mailId: 'c2', sentAt: ago(5) })]);
  const refused = await command('release', 'angry2@example.org', '--note', 'x');
  expect([refused.code, refused.stdout]).toEqual([
    3,
    expect.stringContaining('If they asked for it, pass --complaints.'),
  ]);
  expect(await isSuppressed('angry2@example.org')).toBe(true);
  expect((await command('release', 'angry2@example.org', '--note', 'x', '--complaints')).code).toBe(0);
  expect(await isSuppressed('angry2@example.org')).toBe(false);
});

test('a selection includes complaints only on request, and addresses of a provider', async () => {
  const { system, command } = deployed;
  await system.deliver([
    complaint({ to: 'angry3@gmail.com', mailId: 'c3', sentAt: ago(5) }),
    hard('kim@gmail.com', 5),
    hard('kim@outlook.com', 5),
  ]);
  const args = ['release', '--provider', 'google', '--note', 'x', '--yes'];
  expect((await command(...args)).stdout).toContain('Released 1 address.');
  expect((await command(...args, '--complaints')).stdout).toContain('Released 1 address.');
  expect(await isSuppressed('angry3@gmail.com')).toBe(false);
  expect(await isSuppressed('kim@outlook.com')).toBe(true);
});

test('at a terminal, a selection is released only if a person agrees', async () => {
  const { system, terminal } = deployed;
  await system.deliver([hard('lee@example.com', 5)]);
  const args = ['release', '--domain', 'example.com', '--note', 'x'];
  for (const input of ['n\n', '\n', '']) {
    const { stdout, stderr } = await terminal(args, input);
    expect(stderr).toContain('Release 1 address? [y/N] ');
    expect(stdout).toContain('Nothing was changed.');
  }
  expect(await isSuppressed('lee@example.com')).toBe(true);
  expect((await terminal(args, 'y\n')).stdout).toContain('Released 1 address.');
  expect(await isSuppressed('lee@example.com')).toBe(false);
});
