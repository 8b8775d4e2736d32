import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import type { SESv2Client } from '@aws-sdk/client-sesv2';
import { createSesFixture, type SesFixture, start } from '../../support/ses-fixture.ts';
import { observeMetrics } from './observe-metrics.ts';
import { formatReport } from './report.ts';
import { runFirstHour } from './run-first-hour.ts';

let fixture: SesFixture;
beforeEach(async () => {
  fixture = await createSesFixture({ callsPerSecond: Number.POSITIVE_INFINITY });
});
afterEach(() => fixture.close());

async function run(ses: SESv2Client = fixture.client) {
  const printed: string[] = [];
  let ids = 0;
  const isExpected = await runFirstHour({
    ses,
    stackName: 'shop-feedback-prod',
    configurationSet: 'news',
    region: 'us-east-1',
    lines: ['Testing shop-feedback-prod in us-east-1', ''],
    newId: () => `id${ids++}`,
    clock: () => start,
    print: (line) => printed.push(line),
  });
  const text = printed.join('\n');
  const rows = [...text.matchAll(/^\| ([✓✗?]) \| (.*?) \|/gm)].map(([, mark, subject]) => `${mark} ${subject}`);
  return { isExpected, text, rows };
}

/** An SES that changes each call before it is made. */
const changed = (change: (operation: string, input: Record<string, unknown>) => void): SESv2Client => {
  const send = (command: { input: Record<string, unknown> }) => {
    change(command.constructor.name, command.input);
    return fixture.client.send(command as never);
  };
  return Object.assign(Object.create(fixture.client), { send });
};

test('an SES as the simulator assumes it is as expected, and nothing is left on its lists', async () => {
  const { isExpected, rows, text } = await run();
  expect(isExpected).toBe(true);
  expect(rows.filter((row) => !row.startsWith('✓'))).toEqual([]);
  expect(rows.length).toBe(16);
  expect([fixture.ses.list.size, Object.keys(fixture.ses.tenants)]).toEqual([0, []]);
  expect(text).toContain('Testing STACK in us-east-1');
});

test('an SES that compares addresses without their case is not as expected', async () => {
  const { isExpected, rows } = await run(
    changed((_, input) => {
      if (typeof input.EmailAddress === 'string') input.EmailAddress = input.EmailAddress.toLowerCase();
    }),
  );
  expect(isExpected).toBe(false);
  expect(rows.filter((row) => row.startsWith('✗'))).toEqual([
    '✗ the same entry, asked for in lower case',
    '✗ listed at once, as it was put',
    '✗ removed in lower case',
    '✗ removed',
  ]);
});

test("an SES whose tenants share the account's list is not as expected", async () => {
  const { rows } = await run(
    changed((operation, input) => {
      if (operation.includes('SuppressedDestination')) delete input.TenantName;
    }),
  );
  expect(rows.filter((row) => row.startsWith('✗'))).toEqual(["✗ the same address on the account's list"]);
  expect([fixture.ses.list.size, Object.keys(fixture.ses.tenants)]).toEqual([0, []]);
});

test('in the sandbox, the lists are not looked at, as SES accepts no entry', async () => {
  fixture.ses.account.isSandbox = true;
  const { isExpected, rows } = await run();
  expect(isExpected).toBe(true);
  expect(rows.slice(2)).toEqual(['✓ production access', '✓ PutSuppressedDestination in the sandbox']);
});

test('without rights, nothing is observed, and the names of the errors are all that is printed', async () => {
  fixture.ses.fault = () => 'denied';
  const { isExpected, rows, text } = await run();
  expect(isExpected).toBe(true);
  expect(rows.filter((row) => !row.startsWith('?'))).toEqual([]);
  expect(text).toContain('not observed: AccessDeniedException');
  expect(text).toMatch(/observations: 0 not as expected, [1-9]\d* not observed/);
});

// The forms of GetMetricStatistics and DescribeAlarms: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_Operations.html
const cloudWatch = (
  datapoints: readonly number[],
  alarms: readonly (readonly [string, number])[],
  { days = [], values = [] }: { readonly days?: readonly number[]; readonly values?: readonly number[] } = {},
): CloudWatchClient =>
  Object.assign(new CloudWatchClient({ region: 'us-east-1' }), {
    send: async (command: { readonly input: { readonly Period?: number } }) => {
      const { Period } = command.input;
      if (Period === undefined)
        return { MetricAlarms: alarms.map(([StateValue, ok]) => ({ StateValue, OKActions: Array(ok).fill('arn') })) };
      const times = { 60: datapoints.map((age) => start - age * 1000), 86400: days, 300: values }[Period] ?? [];
      return { Datapoints: times.map((time) => ({ Timestamp: new Date(time) })) };
    },
  });

test.each([
  [
    [65, 3000],
    [
      ['OK', 0],
      ['OK', 1],
    ],
    ['65 s', true],
    ['2 OK; 1 notify', true],
  ],
  [[1860], [['ALARM', 0]], ['1860 s', false], ['1 ALARM; 0 notify', false]],
  [[], [], ['no count in three hours', false], ['none; 0 notify', false]],
  [[60], Array(6).fill(['OK', 1]), ['60 s', true], ['6 OK; 6 notify', false]],
] as const)('the age of the count of sends, and the alarms: %j %j', async (datapoints, alarms, sends, states) => {
  const observations = await observeMetrics(cloudWatch(datapoints, alarms), 'shop', start);
  const [ofSends, , , ofAlarms] = observations.map(({ observed, isExpected }) => [observed, isExpected]);
  expect([ofSends, ofAlarms]).toEqual([sends, states]);
});

test('what the ledger is filled with: counts by day, and how often SES publishes its own rate', async () => {
  const day = 86_400_000;
  const midnight = Math.floor(start / day) * day;
  const observe = async (days: readonly number[], values: readonly number[]) => {
    const observations = await observeMetrics(cloudWatch([60], [], { days, values }), 'shop', start);
    return observations.slice(1, 3).map(({ observed, isExpected }) => [observed, isExpected]);
  };
  const hourly = Array.from({ length: 24 }, (_, index) => start - index * 3_600_000);
  const age = Math.round((start - (midnight - 30 * day)) / day);
  expect(await observe([midnight, midnight - 30 * day], hourly)).toEqual([
    [`2 days, the oldest ${age} days ago`, true],
    ['24', true],
  ]);
  expect(await observe([midnight + 3_600_000], hourly.slice(1))).toEqual([
    [expect.stringContaining('1 days'), false],
    ['23', false],
  ]);
  expect(await observe([], [])).toEqual([
    ['none', false],
    ['0', false],
  ]);
});

test('a report names neither the account nor the stack', () => {
  const observations = [{ subject: 'a', expected: 'b', observed: 'arn:aws:ses:us-east-1:123456789012:x' }];
  const lines = ['✗ run: npx ses-feedback doctor --stack shop'];
  const text = formatReport({ version: '1', region: 'r', stackName: 'shop', time: 't', lines, observations });
  expect(text).toContain('| ? | a | b | arn:aws:ses:us-east-1:ACCOUNT:x |');
  expect(text).toContain('doctor --stack STACK');
  expect(text).not.toMatch(/shop|123456789012/);
});
