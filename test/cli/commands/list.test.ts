import { type Deployed, startDeployed } from '../../support/deployed.ts';
import { bounce, complaint, day, hour } from '../../support/ses.ts';
import { useSystem } from '../../support/system.ts';

useSystem();
let deployed: Deployed;
beforeEach(async () => {
  deployed = await startDeployed();
});
afterEach(() => deployed.close());

const now = Date.now();
const hard = (to: string, sentAt: number, diagnosticCode = 'smtp; 550 5.1.1 user unknown') =>
  bounce({
    recipients: [{ emailAddress: to, action: 'failed', status: '5.1.1', diagnosticCode }],
    mailId: `${to}-mail`,
    sentAt,
  });
const deliverSome = () =>
  deployed.system.deliver([
    hard('old@example.net', now - 70 * day),
    hard('ann@gmail.com', now - 3 * day),
    complaint({ to: 'bob@example.org', mailId: 'c', sentAt: now - 2 * day }),
    hard('new@example.net', now - hour),
  ]);
const list = async (...args: string[]) => {
  const { stdout } = await deployed.command('list', ...args, '--json');
  return JSON.parse(stdout).suppressions.map(({ address }: { address: string }) => address);
};

test('suppressed addresses are listed newest first, with what the server said', async () => {
  await deliverSome();
  const { code, stdout, stderr } = await deployed.command('list');
  expect([code, stderr]).toEqual([0, '']);
  const lines = stdout.trimEnd().split('\n');
  expect(lines.map((line) => line.replace(/^\d{4}-\d\d-\d\d \d\d:\d\d UTC|^since +(?= {2})/, 'TIME'))).toEqual([
    'TIME  reason     until      address          why',
    'TIME  hard       permanent  new@example.net  smtp; 550 5.1.1 user unknown',
    'TIME  complaint  permanent  bob@example.org',
    'TIME  hard       permanent  ann@gmail.com    smtp; 550 5.1.1 user unknown',
    'TIME  hard       permanent  old@example.net  smtp; 550 5.1.1 user unknown',
  ]);
});

test.each<[string, string[], string[]]>([
  ['a reason', ['--reason', 'complaint'], ['bob@example.org']],
  ['two reasons', ['--reason', 'complaint', '--reason', 'soft'], ['bob@example.org']],
  ['a domain', ['--domain', 'Example.NET'], ['new@example.net', 'old@example.net']],
  ['a provider', ['--provider', 'google'], ['ann@gmail.com']],
  ['a fault', ['--fault', 'recipient', '--since', '10d'], ['new@example.net', 'bob@example.org', 'ann@gmail.com']],
  ['another fault', ['--fault', 'sender'], []],
  ['a start', ['--since', '2h'], ['new@example.net']],
  ['an end', ['--until', '5d'], ['old@example.net']],
  ['nothing that matches', ['--reason', 'manual'], []],
])('%s limits the list', async (_name, args, expected) => {
  await deliverSome();
  expect(await list(...args)).toEqual(expected);
});

test('a released, a watched and an expired address are not listed', async () => {
  const { system, command } = deployed;
  await deliverSome();
  await command('release', 'new@example.net', '--note', 'asked');
  await system.deliver([bounce({ to: 'soft@example.net', type: 'Transient', subType: 'General', mailId: 's' })]);
  await command('suppress', 'end@example.net', '--note', 'x', '--for', '1d');
  await system.putItem({
    ...(await system.record('end@example.net')),
    until: new Date(now - hour).toISOString(),
  });
  expect(await list()).toEqual(['bob@example.org', 'ann@gmail.com', 'old@example.net']);
});

test('who suppressed an address manually can be searched', async () => {
  await deployed.command('suppress', 'ann@example.net', '--note', 'left', '--by', 'alice');
  await deployed.command('suppress', 'bob@example.net', '--note', 'left', '--by', 'bob');
  expect(await list('--author', 'ali')).toEqual(['ann@example.net']);
});

test('bounces of a campaign are found by its scope', async () => {
  const sent = (to: string, name: string) =>
    bounce({ to, mailId: to, sentAt: now - hour, tags: { 'ses:configuration-set': [name] } });
  await deployed.system.deliver([sent('ann@example.net', 'newsletter'), sent('bob@example.net', 'receipts')]);
  expect(await list('--scope', 'configuration-set:newsletter')).toEqual(['ann@example.net']);
});

test('a list is limited, says so, and is complete on request', async () => {
  await deliverSome();
  const { stdout, stderr } = await deployed.command('list', '--limit', '2');
  expect(stdout.trimEnd().split('\n')).toHaveLength(3);
  expect(stderr).toBe('The newest 2 addresses; there are more. To see them: --limit all\n');
  expect(await list('--limit', 'all')).toHaveLength(4);
  const exact = await deployed.command('list', '--limit', '4');
  expect(exact.stderr).toBe('');
});

test.each([
  ['reason', { hard: 3, complaint: 1 }],
  ['domain', { 'example.net': 2, 'gmail.com': 1, 'example.org': 1 }],
  ['provider', { gmail: 1, other: 3 }],
])('addresses are counted by %s', async (by, expected) => {
  await deliverSome();
  const { stdout } = await deployed.command('list', '--count', '--by', by, '--json');
  const { counts, total } = JSON.parse(stdout);
  expect(total).toBe(4);
  expect(Object.fromEntries(counts.map((one: { value: string; count: number }) => [one.value, one.count]))).toEqual(
    expected,
  );
});

test('addresses are counted by day, in order, and with the filters that need the record', async () => {
  await deliverSome();
  const { stdout } = await deployed.command(
    'list',
    '--count',
    '--by',
    'day',
    '--fault',
    'recipient',
    '--reason',
    'hard',
  );
  const days = [70 * day, 3 * day, hour].map((age) => new Date(now - age + 2000).toISOString().slice(0, 10));
  expect(stdout.trimEnd().split('\n')).toEqual([
    'day         addresses',
    ...days.map((one) => `${one}          1`),
    'total               3',
  ]);
});

test('a CSV file cannot run formulas in a spreadsheet', async () => {
  await deployed.system.deliver([hard('ann@example.net', now - hour, '=HYPERLINK("http://evil.example","x")')]);
  const { stdout } = await deployed.command('list', '--format', 'csv');
  const [header, row] = stdout.split('\r\n');
  expect(header).toBe('address,reason,since,until,fault,provider,status,answer,by,note,tenant,messageId');
  expect(row).toContain(`,"'=HYPERLINK(""http://evil.example"",""x"")",`);
});

test('an empty table has nothing to list', async () => {
  expect(await deployed.command('list')).toEqual({ code: 0, stdout: 'No suppressed address matches.\n', stderr: '' });
});

test.each([
  [['--reason', 'spam'], 'Expected one of manual'],
  [['--since', 'soon'], 'Expected a day (2026-11-20)'],
  [['--limit', '0'], 'Expected a number, or all'],
  [['--domain', 'not a domain'], 'Expected a domain'],
])('%j is a usage error', async (args, message) => {
  const { code, stderr } = await deployed.command('list', ...args);
  expect(code).toBe(2);
  expect(stderr).toContain(message);
});
