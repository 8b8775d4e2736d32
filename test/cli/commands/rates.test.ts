import { type Deployed, startDeployed } from '../../support/deployed.ts';
import { createMonitoring } from '../../support/monitoring.ts';
import { runCli } from '../../support/run-cli.ts';
import { bounce, complaint, hour } from '../../support/ses.ts';
import { createSystem, useSystem } from '../../support/system.ts';

useSystem();

const rates = (...args: string[]) => {
  const { AWS_ENDPOINT_URL_DYNAMODB = '', AWS_REGION = '' } = process.env;
  const env = { AWS_ENDPOINT_URL_DYNAMODB, AWS_REGION, AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' };
  return runCli(['rates', ...args], { env });
};

test('rates shows counts, confidence intervals, a chart and the active alarms of a scope', async () => {
  const system = await createSystem();
  const monitoring = createMonitoring(system);
  system.now = Date.now() - 20 * 60_000;
  const scopes = ['account', 'tenant:a'];
  // None within an hour of a window's edge: counts older than six hours are stored per hour, and the clock is the real one.
  const ages = [...Array(27).keys()].map((i) => i + 2).filter((age) => age < 22 || age > 25);
  for (const i of ages) await monitoring.count({ sends: 100, hard: 1 }, { sentAt: system.now - i * hour, scopes });
  await monitoring.count({ sends: 100, hard: 30 }, { scopes });
  system.now = Date.now();
  await monitoring.evaluate();
  const { reputationTable: table } = system.tables;
  const { code, stdout, stderr } = await rates('--table', table);
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(/^account\n\nCRITICAL: [\s\S]*\n\nbounce rate\n {2}1h [\s\S]*\nbounce rate over 24 hours/);
  expect(stdout).toMatch(/^ {2}1h +30 of 100 +30 % {2}\(21\.2 % to 40 %\)$/m);
  expect(stdout).toMatch(/^ {2}7d +53 of 2,400 +2\.2 % {2}\(/m);
  expect(stdout).toMatch(/^CRITICAL: bounce rate \(rule rate-exceeded\), since 20[\d-]+ \d\d:\d\d UTC$/m);
  expect(stdout).toMatch(/\n\nOther scopes: tenant:a\n\nTo see what makes them up: rates --by .*\n$/);
  const json = JSON.parse((await rates('--table', table, '--scope', 'tenant:a', '--json')).stdout);
  expect(json).toMatchObject({
    scope: 'tenant:a',
    bounceRate: { '1h': { bad: 30, total: 100, rate: 0.3 }, '24h': { total: 2100 } },
    complaintRate: { '1h': { bad: 0, total: 100, rate: 0, low: 0 } },
    scopes: ['tenant:a'],
  });
});

test('an account without sends has no rates, no alarms and no chart', async () => {
  const { tables } = await createSystem();
  const { code, stdout } = await rates('--table', tables.reputationTable);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^account\n\nNo active alarms\.\n\nbounce rate\n {2}1h +0 of 0 +nothing sent$/m);
  expect(stdout).toContain('\n\nNo other scopes.\n\nTo see what makes them up: ');
});

test('a scope in which nothing was counted is an error with a suggestion, not an all-clear', async () => {
  const system = await createSystem();
  const scopes = ['account', 'configuration-set:newsletter'];
  system.now = Date.now();
  await createMonitoring(system).count({ sends: 100 }, { sentAt: system.now, scopes });
  const { reputationTable: table } = system.tables;
  const { code, stdout, stderr } = await rates('--table', table, '--scope', 'newsletter');
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(
    /^ses-feedback: Nothing was counted in a scope "newsletter" .* Did you mean configuration-set:newsletter\?\n$/,
  );
  const other = await rates('--table', table, '--scope', 'tenant:nobody');
  expect([other.code, other.stderr]).toEqual([
    2,
    expect.stringContaining('Other scopes: configuration-set:newsletter'),
  ]);
});

test.each([
  [
    ['--table', 'nothing-there'],
    'The table does not exist in this Region. Check its name, the Region, and whether the stack is deployed.',
  ],
])('%j is an error that says what to do', async (args, message) => {
  const { code, stdout, stderr } = await rates(...args);
  expect([code, stdout]).toEqual([args.length === 0 ? 2 : 1, '']);
  expect(stderr).toContain(message);
});

test('a missing Region is an error that names the setting', async () => {
  const { code, stderr } = await runCli(['rates', '--table', 'ttt']);
  expect([code, stderr]).toEqual([2, 'ses-feedback: No AWS Region configured. Pass --region or set AWS_REGION.\n']);
});

describe('what the rates are made of', () => {
  let deployed: Deployed;
  beforeEach(async () => {
    deployed = await startDeployed();
    const { system } = deployed;
    const sentAt = Date.now() - hour;
    const monitoring = createMonitoring(system);
    const scopes = ['account', 'configuration-set:news', 'identity:example.com'];
    await monitoring.count({ sends: 100 }, { sentAt, scopes });
    await monitoring.count({ sends: 50 }, { sentAt, scopes: ['account', 'configuration-set:receipts'] });
    const refused = (to: string, id: string) =>
      bounce({
        to,
        mailId: id,
        sentAt,
        subType: 'NoEmail',
        domain: 'example.com',
        tags: { 'ses:configuration-set': ['news'] },
      });
    await system.deliver([
      refused('a@gmail.com', 'a'),
      refused('b@gmail.com', 'b'),
      refused('c@example.net', 'c'),
      complaint({
        to: 'd@example.net',
        mailId: 'd',
        sentAt,
        domain: 'example.com',
        tags: { 'ses:configuration-set': ['news'] },
      }),
    ]);
  });
  afterEach(() => deployed.close());

  const parts = async (...args: string[]) => {
    const { parts } = JSON.parse((await deployed.command('rates', ...args, '--json')).stdout);
    return parts.map((one: Record<string, number>) => [one.name, one.bounces, one.complaints, one.sends ?? null]);
  };

  test.each([
    [
      'configuration-set',
      [
        ['news', 3, 1, 100],
        ['receipts', 0, 0, 50],
      ],
    ],
    ['identity', [['example.com', 3, 1, 100]]],
    [
      'domain',
      [
        ['gmail.com', 2, 0, null],
        ['example.net', 1, 1, null],
      ],
    ],
    [
      'provider',
      [
        ['gmail', 2, 0, null],
        ['other', 1, 1, null],
      ],
    ],
    ['tenant', []],
  ])('by %s', async (by, expected) => {
    expect(await parts('--by', by)).toEqual(expected);
  });

  test('by reason, in a table with the largest part first', async () => {
    const { stdout } = await deployed.command('rates', '--by', 'reason');
    const lines = stdout.trimEnd().split('\n');
    expect(lines[0]).toMatch(/^reason, last 1 day +bounces +complaints$/);
    expect(lines[1]).toMatch(/^NoEmail +3 +0$/);
  });

  test('by configuration set, with sends and rates', async () => {
    const { stdout } = await deployed.command('rates', '--by', 'configuration-set');
    expect(stdout.trimEnd().split('\n')).toEqual([
      'configuration-set, last 1 day  sends  bounces  rate  complaints  rate',
      'news                             100        3   3 %           1   1 %',
      'receipts                          50        0   0 %           0   0 %',
    ]);
  });

  test('in a shorter period', async () => {
    expect(await parts('--by', 'domain', '--period', '30m')).toEqual([]);
    const { stdout } = await deployed.command('rates', '--by', 'domain', '--period', '30m');
    expect(stdout).toContain('No bounces or complaints by domain');
  });

  test('bounces without known sends are no rate', async () => {
    const { system, command } = deployed;
    await system.deliver([
      bounce({ to: 'x@example.org', mailId: 'x', sentAt: Date.now() - hour, domain: 'blind.example' }),
    ]);
    const { stdout } = await command('rates', '--scope', 'identity:blind.example');
    expect(stdout).toMatch(/^ {2}24h 1 bounce, sends unknown: no Send events arrived \(see doctor\)$/m);
    expect(stdout).not.toContain('over 24 hours');
  });
});
