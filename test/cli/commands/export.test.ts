import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Verdict } from '../../../shared/suppression-list/index.ts';
import { createSuppressionList } from '../../../shared/suppression-list/index.ts';
import { type Deployed, startDeployed } from '../../support/deployed.ts';
import { bounce, day, hour } from '../../support/ses.ts';
import { useSystem } from '../../support/system.ts';

useSystem();
let deployed: Deployed;
beforeAll(async () => {
  deployed = await startDeployed();
});
const others: Deployed[] = [];
afterAll(async () => {
  for (const one of [deployed, ...others]) await one.close();
});

const ago = (hours: number) => Date.now() - hours * hour;
const hard = (to: string) => bounce({ to, mailId: to, sentAt: ago(3), status: '5.1.1' });
const blocked = (to: string, sentAt: number) => bounce({ to, mailId: to, sentAt, status: '5.7.1' });
const listOf = (list?: string) =>
  createSuppressionList({ tableName: deployed.system.tables.suppressionsTable, ...(list && { list }) });

async function kinds(verdicts: AsyncIterable<Verdict>): Promise<string[]> {
  const results: string[] = [];
  for await (const { address, kind } of verdicts) results.push(`${address}: ${kind}`);
  return results;
}

test('a snapshot of a deployed table filters a campaign as the table itself would', async () => {
  const { system, folder, command } = deployed;
  const { suppressionsTable } = system.tables;
  const hundreds = Array.from({ length: 300 }, (_, i) => `bounced-${i}@example.net`);
  await system.deliver([...hundreds.map(hard), blocked('blocked@example.net', ago(2))]);
  await system.deliver([blocked('once-blocked@example.net', Date.now() - 20 * day)]);
  await listOf('newsletter').suppress('Reader@Example.net', { by: 'test', note: 'unsubscribed' });
  await system.putItem({ address: 'odd@example.net', list: 'account', status: 'suppressed', until: 'soon' });
  const began = Date.now();
  const { code, stdout, stderr } = await command('snapshot', 'out.snapshot', '--list', 'newsletter');
  const takenAt = /as of (.*) UTC$/m.exec(stdout)?.[1] ?? '';
  expect([code, stderr, stdout]).toEqual([
    0,
    '',
    `Wrote out.snapshot: 303 suppressed addresses of ${suppressionsTable} as of ${takenAt} UTC\n`,
  ]);
  expect(readdirSync(folder)).toEqual(['out.snapshot']);
  expect(readFileSync(path.join(folder, 'out.snapshot'), 'latin1')).not.toMatch(/bounced|example\.net/);

  await system.deleteItem('odd@example.net');
  await listOf().release('bounced-1@example.net', { by: 'test', note: 'wrote to us' });
  const snapshot = await listOf('newsletter').openSnapshot(path.join(folder, 'out.snapshot'));
  expect(snapshot.entries).toBe(303);
  expect(snapshot.takenAt.getTime()).toBeGreaterThanOrEqual(began);
  expect(snapshot.takenAt.toISOString().slice(0, 16)).toBe(takenAt.replace(' ', 'T'));
  const recipients = ['bounced-0@example.net', 'Bounced-1@example.net', 'reader@example.net', 'ann@example.net', 'x'];
  const others = ['blocked@example.net', 'once-blocked@example.net', 'odd@example.net'];
  expect(await kinds(snapshot.filter([...recipients, ...others]))).toEqual([
    'bounced-0@example.net: suppressed',
    'Bounced-1@example.net: allowed',
    'reader@example.net: suppressed',
    'ann@example.net: allowed',
    'x: invalid',
    'blocked@example.net: suppressed',
    'once-blocked@example.net: allowed',
    'odd@example.net: allowed',
  ]);
});

test('an existing snapshot is replaced, and --json prints what was written', async () => {
  const file = path.join(deployed.folder, 'again.snapshot');
  writeFileSync(file, 'not a snapshot');
  const { code, stdout } = await deployed.command('snapshot', file, '--json');
  const report = JSON.parse(stdout);
  expect([code, report.file, report.lists]).toEqual([0, file, ['account']]);
  expect([report.entries, report.scannedRecords]).toEqual([expect.any(Number), expect.any(Number)]);
  const { entries, takenAt } = await listOf().openSnapshot(file);
  expect([entries, takenAt]).toEqual([report.entries, new Date(report.takenAt)]);
});

test('a folder that cannot be written to and an invalid list name are errors', async () => {
  const missing = await deployed.command('snapshot', 'no-folder/out.snapshot');
  expect([missing.code, missing.stderr]).toEqual([
    1,
    'ses-feedback: Cannot write to no-folder: the folder does not exist. Pass a file in a folder that you can write to.\n',
  ]);
  const { code, stderr } = await deployed.command('snapshot', 'out.snapshot', '--list', 'a list');
  expect([code, stderr]).toEqual([2, expect.stringContaining('A list name has up to 128 letters, digits')]);
});

test('the addresses are written as CSV and as JSON lines, to a file or to standard output', async () => {
  const { command, folder, system } = await startDeployed().then((other) => {
    others.push(other);
    return other;
  });
  await system.deliver([hard('Ann@example.net'), blocked('blocked@example.net', ago(2))]);
  await system.deliver([bounce({ to: '=cmd@example.net', mailId: 'f', sentAt: ago(5), status: '5.1.1' })]);
  const csv = await command('export');
  expect(csv.code).toBe(0);
  const [header, ...rows] = csv.stdout.trimEnd().split('\r\n');
  expect(header).toBe('address,reason,since,until');
  expect(rows.map((row) => row.replaceAll(/\d{4}-[\d-]+T[\d:.]+Z/g, 'TIME'))).toEqual([
    'blocked@example.net,policy-block,TIME,TIME',
    'ann@example.net,hard,TIME,',
    "'=cmd@example.net,hard,TIME,",
  ]);
  const written = await command('export', 'all.jsonl', '--format', 'jsonl', '--reason', 'hard');
  expect([written.stdout, written.stderr]).toEqual(['', 'Wrote all.jsonl: 2 suppressed addresses\n']);
  const lines = readFileSync(path.join(folder, 'all.jsonl'), 'utf8').trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    { address: 'ann@example.net', reason: 'hard', since: expect.any(String), until: null },
    { address: '=cmd@example.net', reason: 'hard', since: expect.any(String), until: null },
  ]);
  expect(readdirSync(folder)).toEqual(['all.jsonl']);
  const json = await command('export', 'all.csv', '--json');
  expect(JSON.parse(json.stdout)).toEqual({ schemaVersion: 1, file: 'all.csv', format: 'csv', addresses: 3 });
});

test.each([
  [['export', '--hashed'], 'Pass the name of a file to write with --hashed.'],
  [['export', '--json'], 'Pass the name of a file to write with --json.'],
  [['export', 'a.csv', '--list', 'news'], 'Pass --list only with --hashed.'],
])('%j is a usage error', async (args, message) => {
  const { code, stderr } = await deployed.command(...args);
  expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
});
