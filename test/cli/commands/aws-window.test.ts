import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Deployed, startDeployed } from '../../support/deployed.ts';
import { makeHiddenWindow } from '../../support/hidden-window.ts';
import { createMonitoring } from '../../support/monitoring.ts';
import { runCli } from '../../support/run-cli.ts';
import { useSystem } from '../../support/system.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'ses-feedback-'));
  // By count: the last 681,435 emails.
  write(makeHiddenWindow(8));
});
afterAll(() => rmSync(folder, { recursive: true }));

const iso = (time: number) => new Date(time).toISOString();
const file = (name: string, lines: readonly string[]) =>
  writeFileSync(path.join(folder, name), `${lines.join('\n')}\n`);

function write({ buckets, points }: ReturnType<typeof makeHiddenWindow>) {
  const rows = buckets.map((one) => [iso(one.start), one.sends, one.hardBounces, one.complaints].join());
  file('history.csv', ['time,sends,hardBounces,complaints', ...rows]);
  const values = points.map(({ at, bounceRate = '', complaintRate = '' }) =>
    [iso(at), bounceRate, complaintRate].join(),
  );
  file('metric.csv', ['time,bounceRate,complaintRate', ...values]);
}

const awsWindow = (...args: string[]) =>
  runCli(['aws-window', '--history', 'history.csv', '--metric', 'metric.csv', ...args], { cwd: folder });

test('--json prints the window, what is left and when a rate recovers', async () => {
  const { code, stdout, stderr } = await awsWindow('--json');
  expect([code, stderr]).toEqual([0, '']);
  const { window, left, recovery, reason, ...others } = JSON.parse(stdout);
  expect(others).toEqual({});
  expect(window.days).toBeNull();
  expect(Math.abs(window.emails - 681_435) / 681_435).toBeLessThan(0.05);
  expect(reason).toMatch(/^explains \d+ values of AWS/);
  expect(left).toEqual({
    bounceRate: { review: expect.any(Number), pause: expect.any(Number) },
    complaintRate: { review: expect.any(Number), pause: expect.any(Number) },
  });
  expect(recovery).toEqual({ bounceRate: null, complaintRate: null });
});

test('as text, it says which emails AWS looks at, and what is left', async () => {
  expect((await awsWindow()).stdout).toMatch(
    /^AWS computes its rates over the last 68\d,\d{3} emails\. .*\n {2}Of these emails, AWS counts 75\.\d % in the bounce rate, and 30\.\d % in the complaint rate\.\n {2}bounce rate: .*; [\d,]+ bounces left before review, [\d,]+ before pause\n {2}complaint rate: /,
  );
});

test('the day of recovery is printed if a rate is above the threshold of review', async () => {
  // Eight times the bounces, and eight times AWS's rate.
  const hidden = makeHiddenWindow(8);
  const { buckets, points } = hidden;
  write({
    ...hidden,
    buckets: buckets.map((one) => ({ ...one, hardBounces: one.hardBounces * 8 })),
    points: points.map((one) => ({ ...one, bounceRate: (one.bounceRate ?? 0) * 8 })),
  });
  const end = (buckets.at(-1)?.start ?? 0) + 3_600_000;
  const { recovery } = JSON.parse((await awsWindow('--json')).stdout);
  expect(recovery).toEqual({ bounceRate: expect.stringMatching(/^\d{4}-\d\d-\d\dT/), complaintRate: null });
  expect(Date.parse(recovery.bounceRate)).toBeGreaterThan(end);
  expect((await awsWindow()).stdout).toContain(
    `below review on ${recovery.bounceRate.slice(0, 10)}, if nothing more goes wrong`,
  );
  write(hidden);
});

test('an unknown window is null, and the text gives a range', async () => {
  file('few.csv', ['time,bounceRate,complaintRate', '2026-02-01T00:00:00Z,0.01,', '2026-02-02T00:00:00Z,,0.0001']);
  const { stdout } = await awsWindow('--metric', 'few.csv', '--json');
  expect(JSON.parse(stdout)).toEqual({
    window: { emails: null, days: null },
    reason: 'needs 60 values of AWS within the history, and has 2',
    left: { bounceRate: null, complaintRate: null },
    recovery: { bounceRate: null, complaintRate: null },
  });
  const text = (await awsWindow('--metric', 'few.csv')).stdout;
  expect(text).toContain("AWS's window is not known: needs 60 values");
  expect(text).toMatch(/Over the last 24 hours:\n {4}bounce rate: .*\n.*\n {2}Over the last 10,000 emails:/);
});

test.each([
  [['when,what'], /metric\.csv:1: the header is "when,what"/],
  [['time,bounceRate,complaintRate'], /has no rows/],
  [['time,bounceRate,complaintRate', 'today,0.1,0.1'], /:2: time is "today"/],
  [
    ['time,bounceRate,complaintRate', '2026-02-01T00:00:00Z,1.23 %,0'],
    /:2: bounceRate is "1.23 %". Expected a share from 0 to 1/,
  ],
  [['time,bounceRate,complaintRate', '2026-02-01T00:00:00Z,5,0'], /bounceRate is "5"/],
])('%j is an error with its line', async (lines, message) => {
  file('wrong-metric.csv', lines);
  const { code, stderr } = await awsWindow('--metric', 'wrong-metric.csv');
  expect([code, stderr]).toEqual([1, expect.stringMatching(message)]);
});

test('a log of single events is no history for it', async () => {
  file('events.csv', ['knownAt,sentAt,kind', '2026-02-01T00:00:00Z,2026-02-01T00:00:00Z,send']);
  const { code, stderr } = await awsWindow('--history', 'events.csv');
  expect([code, stderr]).toEqual([2, expect.stringContaining('has single events')]);
});

describe('of a stack', () => {
  useSystem();
  let deployed: Deployed;
  beforeEach(async () => {
    deployed = await startDeployed();
  });
  afterEach(() => deployed.close());
  const day = 24 * 3_600_000;
  const today = Math.floor(Date.now() / day) * day;
  const historyOf = (lines: readonly string[]) =>
    writeFileSync(path.join(deployed.folder, 'history.csv'), `${lines.join('\n')}\n`);
  const buckets = (...daysAgo: readonly number[]) =>
    historyOf([
      'time,sends,hardBounces,complaints',
      ...daysAgo.flatMap((days) => [0, 5].map((hours) => `${iso(today - days * day + hours * 3_600_000)},500,10,1`)),
    ]);

  test('nothing is known before the first evaluation', async () => {
    expect(await deployed.command('aws-window')).toMatchObject({
      code: 3,
      stdout: 'not known yet: the next evaluation of the rates, within a minute, starts to look for it\n',
    });
    expect(JSON.parse((await deployed.command('aws-window', '--json')).stdout)).toMatchObject({ awsWindow: null });
  });

  test('an imported history fills the ledger, and the evaluation looks for the window again', async () => {
    buckets(500, 20, 15, 0);
    const { code, stdout } = await deployed.command('aws-window', '--import', 'history.csv');
    expect([code, stdout.split('\n')[0]]).toEqual([
      0,
      `Imported 2 days of ${iso(today - 20 * day).slice(0, 10)} to ${iso(today - 15 * day).slice(0, 10)}.`,
    ]);
    expect((await deployed.command('aws-window')).stdout.split('\n').slice(1)).toEqual([
      '  Over the last 24 hours: nothing was sent, or the history is shorter.',
      '  Over the last 10,000 emails: nothing was sent, or the history is shorter.',
      '',
    ]);
    // Nothing is late: the evaluation of the next minute updates it.
    expect((await deployed.command('status')).stdout).not.toContain('1970');
    expect(JSON.parse((await deployed.command('aws-window', '--json')).stdout).awsWindow.updatedAt).toBeNull();
    const monitoring = createMonitoring(deployed.system);
    await monitoring.evaluate();
    const { ledger } = await monitoring.store.read('account', deployed.system.now, true);
    expect(ledger?.days.map(({ sends, hardBounces, source }) => [sends, hardBounces, source])).toEqual([
      [1000, 20, 'imported'],
      [1000, 20, 'imported'],
    ]);
    expect(ledger?.fit).toMatchObject({ kind: 'unknown', reason: expect.stringMatching(/^needs 60 values/) });
  });

  test('days that the stack has counted stay, and a log of events is a history, too', async () => {
    const monitoring = createMonitoring(deployed.system);
    await monitoring.count({ sends: 7 }, { sentAt: today - 2 * day });
    await monitoring.evaluate();
    historyOf([
      'knownAt,sentAt,kind',
      ...[2, 3].flatMap((days) => {
        const sentAt = iso(today - days * day);
        return [`${sentAt},${sentAt},send`, `${iso(today)},${sentAt},hardBounce`, `${sentAt},${sentAt},complaint`];
      }),
    ]);
    const { stdout } = await deployed.command('aws-window', '--import', 'history.csv');
    expect(stdout).toContain('Imported 1 day of ');
    expect(stdout).toContain('The stack has counted 1 day of these itself: they stay.');
    const { ledger } = await monitoring.store.read('account', deployed.system.now, true);
    expect(ledger?.days.map(({ sends, hardBounces, complaints }) => [sends, hardBounces, complaints])).toEqual([
      [1, 1, 1],
      [7, 0, 0],
    ]);
  });

  test('a history without whole days of the last 400 is an error', async () => {
    buckets(401, 0);
    const { code, stderr } = await deployed.command('aws-window', '--import', 'history.csv');
    expect([code, stderr]).toEqual([
      1,
      expect.stringContaining('history.csv has nothing to import. Expected emails of the last 400 days, before today.'),
    ]);
  });

  test.each([
    ['--history', 'history.csv'],
    ['--metric', 'metric.csv'],
    ['--import', 'history.csv', '--history', 'history.csv', '--metric', 'metric.csv'],
  ])('%s alone is a mistake', async (...args) => {
    const { code, stderr } = await deployed.command('aws-window', ...args);
    expect([code, stderr]).toEqual([2, expect.stringContaining('--history and --metric go together')]);
  });
});
