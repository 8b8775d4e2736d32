import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type SesSimulator, startSesSimulator } from '../../../local/ses-simulator/simulator.ts';
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

test.each([
  ['only a header', buckets.slice(0, 1), 'has a header, and no rows.'],
  [
    'more bounces than sends',
    ['time,sends,hardBounces,complaints', '2026-11-20T12:00:00Z,10,11,0'],
    'has more hardBounces than sends. Check that the columns have the right names.',
  ],
])('a file with %s is an error, not an all-clear', async (name, lines, message) => {
  const { code, stdout, stderr } = await backtest(file(`${name}.csv`, lines));
  expect([code, stdout, stderr]).toEqual([1, '', expect.stringContaining(message)]);
});

test('an event log with only a header has no transitions', async () => {
  const { stdout: json } = await backtest('--json', file('header-log.csv', ['knownAt,sentAt,kind']));
  expect(JSON.parse(json)[0].transitions).toEqual([]);
});

test('times may be days or minutes, and bounces is another name of hardBounces', async () => {
  const short = rows.map((row) => row.replace(':00.000Z', 'Z'));
  const { stdout } = await backtest('--json', file('short.csv', ['time,sends,bounces,complaints', ...short]));
  expect(JSON.parse(stdout)[0].transitions).toEqual(incident);
  const days = ['2026-11-20', '2026-11-20T00:30', '2026-11-20 01:00+00:00'].map((time) => `${time},100,1,0`);
  expect((await backtest(file('days.csv', ['time,sends,bounces,complaints', ...days]))).code).toBe(0);
});

/** The same emails as SES counts them, in no order. */
const dataPoints = Array.from({ length: 130 }, (_, i) => ({
  at: noon + i * hour,
  sends: 100,
  bounces: i < 48 ? 1 : i < 58 ? 20 : 0,
  complaints: 0,
  rejects: i === 0 ? 2 : 0,
}));

test('the output of aws ses get-send-statistics is read', async () => {
  const SendDataPoints = dataPoints.map(({ at, sends, bounces, complaints }) => ({
    Timestamp: iso(at),
    DeliveryAttempts: sends,
    Bounces: bounces,
    Complaints: complaints,
    Rejects: 0,
  }));
  const stats = file('statistics.json', [JSON.stringify({ SendDataPoints: SendDataPoints.toReversed() })]);
  const { transitions } = JSON.parse((await backtest('--json', stats)).stdout)[0];
  expect(transitions.map(({ from, to }: { from: string; to: string }) => `${from} → ${to}`)).toEqual([
    'ok → critical',
    'critical → ok',
  ]);
  const empty = await backtest(file('empty.json', ['{}']));
  expect([empty.code, empty.stderr]).toEqual([1, expect.stringContaining('has no SendDataPoints')]);
  const broken = await backtest(file('broken.json', ['{']));
  expect([broken.code, broken.stderr]).toEqual([1, expect.stringContaining('is not valid JSON')]);
});

describe('with the statistics of SES itself', () => {
  let ses: SesSimulator;
  beforeAll(async () => {
    ses = await startSesSimulator({ publish: () => {} });
  });
  afterAll(() => ses.close());
  beforeEach(() => void ses.sendStatistics.splice(0));
  const run = (...args: string[]) => {
    const keys = { AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' };
    return runCli(args, { env: { ...keys, AWS_ENDPOINT_URL_SES: ses.endpoint } });
  };

  test('backtest needs no file and no stack', async () => {
    ses.sendStatistics.push(...dataPoints);
    const { code, stdout } = await run('backtest', '--from-ses');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^SES, last 14 days: 13,000 sends, 248 hard bounces, 0 complaints\n/);
    expect(stdout.match(/bounce rate: ok → critical/g)).toHaveLength(1);
  });

  test('stats shows each day, and what the alarms would have said', async () => {
    ses.sendStatistics.push(...dataPoints);
    const { code, stdout } = await run('stats');
    expect(code).toBe(0);
    const lines = stdout.split('\n');
    expect(lines[0]).toMatch(/^day \(UTC\) +sends +bounces +rate +complaints +rate +rejects$/);
    expect(lines[1]).toMatch(/^2026-11-20 +1,200 +12 +1 % +0 +0 % +2$/);
    expect(stdout).toContain('In all: 248 of 13,000 (1.9 %) bounced, 0 of 13,000 (0 %) were reported as spam.');
    expect(stdout).toContain('bounce rate over 24 hours');
    expect(stdout).toContain('The rate alarms would have changed 2 times: npx ses-feedback backtest --from-ses\n');
    const json = JSON.parse((await run('stats', '--json')).stdout);
    expect(json).toMatchObject({
      schemaVersion: 1,
      alarms: 2,
      days: [{ day: '2026-11-20', sends: 1200 }, {}, {}, {}, {}, {}],
    });
  });

  test('an account without emails has no statistics: exit code 3', async () => {
    const { code, stdout } = await run('stats');
    expect([code, stdout]).toEqual([3, 'SES has counted no email in this Region in the last 14 days.\n']);
  });
});

test('without a file and without --from-ses there is nothing to replay', async () => {
  expect((await backtest()).stderr).toContain('Pass a file, or --from-ses.');
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
    ':2: time is "noon". Expected a time such as 2026-11-20T14:00Z, or a day.',
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
