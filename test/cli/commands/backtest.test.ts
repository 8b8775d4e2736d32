import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runCli } from '../../support/run-cli.ts';
import { hour, iso, noon } from '../../support/ses.ts';

const backtest = (...args: string[]) => runCli(['backtest', ...args]);

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'ses-feedback-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, rows: readonly string[]): string {
  const location = path.join(folder, name);
  writeFileSync(location, `${rows.join('\n')}\n`);
  return location;
}

/** 100 emails per hour: two good days, ten bad hours, three days without a bounce. */
const rows = Array.from({ length: 130 }, (_, i) => {
  const bounces = i < 48 ? 1 : i < 58 ? 20 : 0;
  return `${iso(noon + i * hour)},100,${bounces},0`;
});
const buckets = ['time,sends,hardBounces,complaints', ...rows];
const incident = [
  {
    at: iso(noon + 49 * hour),
    rule: 'rate-exceeded',
    metric: 'bounceRate',
    from: 'ok',
    to: 'critical',
    bad: 20,
    total: 100,
  },
  {
    at: iso(noon + 73 * hour),
    rule: 'rate-exceeded',
    metric: 'bounceRate',
    from: 'critical',
    to: 'ok',
    bad: 200,
    total: 2500,
  },
];

test('--json prints the transitions of each file, dated at the end of a row', async () => {
  const [bad, good] = [file('bad.csv', buckets), file('good.csv', buckets.slice(0, 48))];
  const { code, stdout, stderr } = await backtest('--json', bad, good);
  expect([code, stderr]).toEqual([0, '']);
  expect(JSON.parse(stdout)).toEqual([
    { file: bad, transitions: incident },
    { file: good, transitions: [] },
  ]);
});

test('columns may have any order, with others between them', async () => {
  const mixed = rows.map((row) => row.split(',')).map(([time, total, bad, c]) => `x,${c},"${bad}",${time},${total}`);
  const { stdout } = await backtest('--json', file('mixed.csv', ['note,complaints,hardBounces,time,sends', ...mixed]));
  expect(JSON.parse(stdout)[0].transitions).toEqual(incident);
});

/** A row of an event log: an event of an email sent at 09:01, known some minutes later. */
const sentAt = Date.UTC(2026, 10, 20, 9, 1);
const event = (kind: string, minutes: number, sent = sentAt) => `${iso(sent + minutes * 60_000)},${iso(sent)},${kind}`;

test('an event log is evaluated every 15 minutes, with what was known then', async () => {
  // 20 of 100 emails sent at 09:01 bounce. That is known at 09:40, so the alarm is raised at 09:45.
  const log = [
    ...Array.from({ length: 20 }, () => event('hardBounce', 39)),
    ...Array.from({ length: 100 }, () => event('send', 0)),
    event('complaint', 200),
  ];
  const { stdout } = await backtest('--json', file('log.csv', ['knownAt,sentAt,kind', ...log]));
  expect(JSON.parse(stdout)[0].transitions).toEqual([
    {
      at: '2026-11-20T09:45:00.000Z',
      rule: 'rate-exceeded',
      metric: 'bounceRate',
      from: 'ok',
      to: 'critical',
      bad: 20,
      total: 100,
    },
  ]);
});

test('bounces that become known before the sends of their emails raise no alarm', async () => {
  const campaign = Date.UTC(2026, 10, 20, 9, 13);
  // At 09:15, two minutes after the emails, 50 bounces are known but only 10 sends.
  const log = [
    ...Array.from({ length: 50 }, () => event('hardBounce', 1, campaign)),
    ...Array.from({ length: 10 }, () => event('send', 1, campaign)),
    ...Array.from({ length: 2490 }, () => event('send', 4, campaign)),
  ];
  const { stdout } = await backtest('--json', file('overtaken.csv', ['knownAt,sentAt,kind', ...log]));
  expect(JSON.parse(stdout)[0].transitions).toEqual([]);
});

test('the text output shows the totals, both rates with their thresholds, and the transitions', async () => {
  const { code, stdout } = await backtest(file('shown.csv', buckets));
  expect(code).toBe(0);
  expect(stdout).toMatch(/shown\.csv: 13,000 sends, 248 hard bounces, 0 complaints\n/);
  expect(stdout).toMatch(/bounce rate over 24 hours; below: sends per 2 hours/);
  expect(stdout).toMatch(/5\.0 %┤━/);
  expect(stdout).toMatch(/0\.10 %┤━/);
  expect(stdout).toContain(
    'The rate alarms would have changed state at these times:\n2026-11-22 13:00 UTC  bounce rate: ok → critical  20 of 100 (20 %)\n',
  );
  expect(stdout).toContain('2026-11-23 13:00 UTC  bounce rate: critical → ok  200 of 2,500 (8 %)\n');
  expect((await backtest(file('quiet.csv', buckets.slice(0, 48)))).stdout).toMatch(/No alarms\.\n$/);
});

test('a file with only a header has no alarms, and is not an error', async () => {
  const { code, stdout } = await backtest(file('header.csv', buckets.slice(0, 1)));
  expect([code, stdout]).toEqual([0, expect.stringMatching(/header\.csv: 0 sends, .*\n\nNo alarms\.\n$/)]);
  const { stdout: json } = await backtest('--json', file('header-log.csv', ['knownAt,sentAt,kind']));
  expect(JSON.parse(json)[0].transitions).toEqual([]);
});

test('the thresholds are those of the policy', async () => {
  const policy = path.join(folder, 'policy.json');
  writeFileSync(policy, JSON.stringify({ reviewThresholds: { bounceRate: 0.5 } }));
  const { stdout } = await backtest('--json', '--policy', policy, file('lax.csv', buckets));
  expect(JSON.parse(stdout)[0].transitions).toEqual([]);
});

test.each<[string, string[], string]>([
  ['an empty file', [], 'is empty. Expected the header "time,sends'],
  ['another header', ['date,count'], ':1: the header is "date,count". Expected "time,sends'],
  [
    'text instead of a count',
    [buckets[0] ?? '', '2026-11-20T09:00:00Z,many,1,0'],
    ':2: sends is "many". Expected a whole number',
  ],
  ['a negative count', [buckets[0] ?? '', '2026-11-20T09:00:00Z,1,-1,0'], ':2: hardBounces is "-1"'],
  [
    'text instead of a time',
    [buckets[0] ?? '', 'noon,1,1,0'],
    ':2: time is "noon". Expected a time with seconds, such as 2026-11-20T14:00:00Z.',
  ],
  [
    'rows in descending order',
    [buckets[0] ?? '', rows[1] ?? '', rows[0] ?? ''],
    ':3: time is earlier than in the row above',
  ],
  ['a row twice', [buckets[0] ?? '', rows[0] ?? '', rows[0] ?? ''], ':3: time is the same as in the row above'],
  [
    'rows of seconds',
    [buckets[0] ?? '', '2026-11-20T09:00:00Z,1,1,0', '2026-11-20T09:00:09Z,1,1,0'],
    ':3: time is less than a minute',
  ],
  [
    'an unknown kind',
    ['knownAt,sentAt,kind', '2026-11-20T09:00:00Z,2026-11-20T09:00:00Z,open'],
    ':2: kind is "open". Expected one of send',
  ],
  [
    'a row that is too short',
    [buckets[0] ?? '', '2026-11-20T09:00:00Z,1'],
    ' is not a valid CSV file: Invalid Record Length',
  ],
])('%s is an error that names the location and what was expected', async (name, lines, message) => {
  const { code, stdout, stderr } = await backtest('--json', file(`${name}.csv`, lines));
  expect([code, stdout]).toEqual([1, '']);
  expect(stderr).toContain(message);
  expect(stderr.trim().split('\n')).toHaveLength(1);
});

test('a missing file is named in the error', async () => {
  const { code, stderr } = await backtest(path.join(folder, 'missing.csv'));
  expect([code, stderr]).toEqual([1, `ses-feedback: Cannot read ${path.join(folder, 'missing.csv')}: no such file\n`]);
});
