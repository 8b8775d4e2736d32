// cspell:disable -- the columns of exports
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { desiredStateOf } from '../../../shared/domain/suppression/account-list-state.ts';
import { type Deployed, startDeployed } from '../../support/deployed.ts';
import { bounce, day } from '../../support/ses.ts';
import { useSystem } from '../../support/system.ts';

useSystem();
let deployed: Deployed;
beforeEach(async () => {
  deployed = await startDeployed();
});
afterEach(() => deployed.close());

const file = (name: string, text: string) => {
  writeFileSync(path.join(deployed.folder, name), text);
  return name;
};
const run = (name: string, text: string, ...args: string[]) =>
  deployed.command('import', file(name, text), '--note', 'old system', ...args);
const listed = async () =>
  JSON.parse((await deployed.command('list', '--json')).stdout).suppressions.map(
    ({ address, reason, since }: Record<string, string>) => `${address} ${reason} ${since?.slice(0, 10)}`,
  );

test.each<[string, string, string, string[]]>([
  [
    'SendGrid bounces',
    'bounces.csv',
    'status,reason,email,created\n5.1.1,550 5.1.1 no such user,Ann@Example.net,1600000000\n4.2.2,452 full,full@example.net,1600000000\n',
    ['ann@example.net hard 2020-09-13'],
  ],
  [
    'SendGrid spam reports',
    'spam.csv',
    'email,ip,created\nann@example.net,1.2.3.4,1600000000\n',
    ['ann@example.net complaint 2020-09-13'],
  ],
  [
    'SendGrid bounces of the API',
    'bounces.json',
    '[{"created":1600000000,"email":"ann@example.net","reason":"550 no","status":"5.1.1"}]',
    ['ann@example.net hard 2020-09-13'],
  ],
  [
    'Mailgun bounces of the API',
    'bounces.json',
    '{"items":[{"address":"ann@example.net","code":"550","error":"no such user","created_at":"Fri, 21 Oct 2011 11:02:55 UTC"},{"address":"bob@example.net","code":"452","error":"full","created_at":"Fri, 21 Oct 2011 11:02:55 UTC"}]}',
    ['ann@example.net hard 2011-10-21'],
  ],
  [
    'Postmark suppressions',
    'dump.json',
    '{"Suppressions":[{"EmailAddress":"ann@example.net","SuppressionReason":"HardBounce","Origin":"Recipient","CreatedAt":"2019-12-17T08:58:33-05:00"},{"EmailAddress":"bob@example.net","SuppressionReason":"SpamComplaint","Origin":"Recipient","CreatedAt":"2019-12-10T08:58:33-05:00"},{"EmailAddress":"cem@example.net","SuppressionReason":"ManualSuppression","Origin":"Customer","CreatedAt":"2019-12-10T08:58:33-05:00"}]}',
    ['ann@example.net hard 2019-12-17', 'bob@example.net complaint 2019-12-10'],
  ],
  [
    'Mailchimp cleaned contacts',
    'cleaned.csv',
    'Email Address,First Name,CLEAN_TIME,CLEAN_CAMPAIGN_TITLE\nann@example.net,Ann,2020-01-31 10:00:00,Spring\n',
    ['ann@example.net hard 2020-01-31'],
  ],
  [
    'Resend suppressions',
    'resend.csv',
    'id,email,origin,created_at\n1,ann@example.net,bounce,2025-05-01T10:00:00Z\n2,bob@example.net,complaint,2025-05-02T10:00:00Z\n',
    ['bob@example.net complaint 2025-05-02', 'ann@example.net hard 2025-05-01'],
  ],
  [
    'the list of SES',
    'ses.json',
    '{"SuppressedDestinationSummaries":[{"EmailAddress":"ann@example.net","Reason":"BOUNCE","LastUpdateTime":"2024-05-01T10:00:00+02:00"}]}',
    ['ann@example.net hard 2024-05-01'],
  ],
  [
    'a list of Sendy or Mautic',
    'list.csv',
    'Name,Email,Status,Last activity\nAnn,ann@example.net,Bounced,2023-02-03 04:05\nBob,bob@example.net,Marked as spam,2023-02-03 04:05\nCem,cem@example.net,Unsubscribed,2023-02-03\nDee,dee@example.net,Soft bounced,2023-02-03\n',
    ['ann@example.net hard 2023-02-03'],
  ],
  [
    'JSON lines, as export writes them',
    'all.jsonl',
    '{"address":"ann@example.net","reason":"hard","since":"2023-02-03T04:05:06.000Z","until":null}\n{"address":"bob@example.net","reason":"complaint","since":"2023-02-03T04:05:06.000Z","until":null}\n',
    ['bob@example.net complaint 2023-02-03', 'ann@example.net hard 2023-02-03'],
  ],
])('%s are recognized, with reason and date', async (_name, name, text, expected) => {
  const { code, stderr } = await run(name, text);
  expect([code, stderr]).toEqual([0, '']);
  expect((await listed()).sort()).toEqual(expected.toSorted());
});

test('an old bounce stays a bounce at SES, and a complaint a complaint', async () => {
  await run('list.csv', 'email,reason,date\nann@example.net,bounce,2020-01-01\nbob@example.net,complaint,2020-01-01\n');
  const { records } = await deployed.system.snapshot();
  for (const [address, expected] of [
    ['ann@example.net', 'BOUNCE'],
    ['bob@example.net', 'COMPLAINT'],
  ] as const) {
    expect(records.get(`${address} account`)).toMatchObject({ mirror: expect.stringMatching(/^home#/) });
    const stored = (await deployed.system.store.read([{ address: address as never, eventIds: [] }])).get(
      address as never,
    );
    const { record } = stored as { record: Parameters<typeof desiredStateOf>[0] };
    expect(String(JSON.stringify(desiredStateOf(record)))).toContain(expected);
  }
});

test('importing again changes nothing, and feedback that is newer stays', async () => {
  const { system } = deployed;
  const text = 'email,reason,date\nann@example.net,bounce,2020-01-01\nbob@example.net,bounce,2020-01-01\n';
  await run('list.csv', text);
  await system.deliver([bounce({ to: 'ann@example.net', sentAt: Date.now() - day })]);
  const records = async () =>
    new Map([...(await system.snapshot()).records].filter(([key]) => !key.includes(' history#')));
  const before = await records();
  const { stdout } = await run('list.csv', text, '--json');
  expect(JSON.parse(stdout)).toMatchObject({ schemaVersion: 1, rows: 2, imported: 0, failed: 0, invalid: 0 });
  expect(await records()).toEqual(before);
  expect((await listed()).sort()).toEqual(['ann@example.net hard 2020-01-01', 'bob@example.net hard 2020-01-01']);
});

test('an address that was released after its old bounce stays released', async () => {
  await deployed.system.deliver([bounce({ to: 'ann@example.net', sentAt: Date.now() - day })]);
  await deployed.command('release', 'ann@example.net', '--note', 'asked');
  await run('list.csv', 'email,reason,date\nann@example.net,bounce,2020-01-01\n');
  expect(await listed()).toEqual([]);
});

test('check says where an imported suppression comes from, and history that there was an import', async () => {
  await run('bounces.csv', 'status,reason,email,created\n5.1.1,550 no such user,ann@example.net,1600000000\n');
  const { stdout } = await deployed.command('check', 'ann@example.net');
  expect(stdout).toContain(
    "2020-09-13 12:26 UTC  permanent bounce; imported from SendGrid; the recipient's fault\n      550 no such user\n",
  );
  const history = await deployed.command('history');
  expect(history.stdout).toContain('bounces.csv  imported\n');
  expect(history.stdout).toContain(': old system\n');
});

test('rows that cannot be read are reported by line, and the others are imported', async () => {
  const { code, stdout } = await run(
    'list.csv',
    'email,reason,date\nann@example.net,bounce,2020-01-01\nnot an address,bounce,2020-01-01\nbob@example.net,,2020-01-01\ncem@example.net,bounce,soon\n',
  );
  expect(code).toBe(0);
  expect(stdout.split('\n')).toEqual([
    'list.csv: 4 rows from a list',
    '  1 permanent bounce, 0 complaints',
    '  3 rows could not be read:',
    '    line 3: no valid email address',
    '    line 4: no reason; pass --reason for rows that do not have one',
    '    line 5: "soon" is not a date',
    'Imported 1 address. The others were in the table already, or are not imported.',
    '',
  ]);
});

test('a file of addresses needs a reason, and takes a date', async () => {
  expect((await run('a.txt', 'ann@example.net\nbob@example.net\n')).code).toBe(1);
  expect(await listed()).toEqual([]);
  expect(
    (await run('a.txt', 'ann@example.net\nbob@example.net\n', '--reason', 'hard', '--date', '2021-01-01')).code,
  ).toBe(0);
  expect(await listed()).toEqual(
    ['bob@example.net hard 2021-01-01', 'ann@example.net hard 2021-01-01'].sort().reverse(),
  );
});

test('who unsubscribed is left out, or suppressed manually on request', async () => {
  const text = 'email,status\nann@example.net,unsubscribed\nbob@example.net,bounced\n';
  expect((await run('list.csv', text)).stdout).toContain('To suppress all email to them, pass --unsubscribed.');
  expect((await listed()).map((line: string) => line.split(' ')[1])).toEqual(['hard']);
  await run('list.csv', text, '--unsubscribed');
  expect((await listed()).map((line: string) => line.split(' ')[1]).sort()).toEqual(['hard', 'manual']);
  const before = await deployed.system.record('ann@example.net');
  expect(JSON.parse((await run('list.csv', text, '--unsubscribed', '--json')).stdout).imported).toBe(0);
  expect(await deployed.system.record('ann@example.net')).toEqual(before);
});

test('a dry run counts and changes nothing', async () => {
  const { code, stdout } = await run('list.csv', 'email,reason\nann@example.net,bounce\n', '--dry-run');
  expect([code, stdout]).toEqual([
    0,
    expect.stringMatching(/1 permanent bounce, 0 complaints\nDry run: nothing was changed\.\n$/),
  ]);
  expect((await deployed.system.snapshot()).records.size).toBe(0);
});

test.each([
  ['a file that does not exist', ['import', 'none.csv', '--note', 'x'], 1, 'Cannot read none.csv: no such file'],
  ['a missing note', ['import', 'none.csv'], 2, "required option '--note <text>'"],
])('%s is an error', async (_name, args, code, message) => {
  const result = await deployed.command(...args);
  expect([result.code, result.stderr]).toEqual([code, expect.stringContaining(message)]);
});

test('a file without the columns of the named service is an error that names them', async () => {
  const { code, stderr } = await run('list.csv', 'email,reason\nann@example.net,bounce\n', '--format', 'postmark');
  expect([code, stderr]).toEqual([2, expect.stringContaining('emailaddress, suppressionreason')]);
  const json = await run('list.json', '"text"');
  expect([json.code, json.stderr]).toEqual([1, expect.stringContaining('is not a list of objects in JSON')]);
});

test('thousands of rows are written in batches, each once', async () => {
  const rows = Array.from({ length: 2500 }, (_, n) => `a${n}@example.net,bounce,2020-01-01`);
  const { stdout } = await run('list.csv', `email,reason,date\n${rows.join('\n')}\n`);
  expect(stdout).toContain('Imported 2,500 addresses.');
  const { total } = JSON.parse((await deployed.command('list', '--count', '--json')).stdout);
  expect(total).toBe(2500);
});
