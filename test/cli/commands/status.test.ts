import type { WindowFit } from '../../../shared/domain/aws-window/fit-window.ts';
import { type Deployed, startDeployed } from '../../support/deployed.ts';
import { daysBefore, knownWindow, ledgerAt } from '../../support/ledger.ts';
import { createMonitoring } from '../../support/monitoring.ts';
import { bounce, complaint, day, hour } from '../../support/ses.ts';
import { useSystem } from '../../support/system.ts';

useSystem();
let deployed: Deployed;
beforeEach(async () => {
  deployed = await startDeployed();
});
afterEach(() => deployed.close());

const withoutTimes = (text: string) => text.replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d UTC/g, 'TIME');

test('a stack without problems says so, and shows what there is', async () => {
  const { code, stdout, stderr } = await deployed.command('status');
  expect([code, stderr]).toEqual([0, '']);
  expect(withoutTimes(stdout).split('\n')).toEqual([
    'ses-feedback-prod in us-east-1, account 123456789012, TIME',
    '',
    '✓ No problem is known.',
    '',
    'Sending     enabled, production access, healthy; 0 of 50,000 in 24 h, 14/s',
    '',
    'Rates, 24 h   counted  ours  by SES  review at  pause at',
    '  bounces      0 of 0     –       –        5 %      10 %',
    '  complaints   0 of 0     –       –      0.1 %     0.5 %',
    '',
    'AWS window  not known yet: the next evaluation of the rates, within a minute, starts to look for it',
    '',
    'Suppressed  today   0',
    '            7 days  0',
    '            in all  0',
    '',
    'Queues      bounces 0, complaints 0, volume 0',
    'SES list    us-east-1 in sync',
    '',
  ]);
});

test('suppressed addresses are counted by period and reason, and rates are shown beside those of SES', async () => {
  const { system, queues, command } = deployed;
  const now = Date.now();
  const sent = (age: number) => ({ sentAt: now - age, mailId: `m${age}` });
  await system.deliver([
    bounce({ to: 'a@example.net', ...sent(30 * day) }),
    bounce({ to: 'b@example.net', ...sent(2 * day) }),
    complaint({ to: 'c@example.net', ...sent(3 * day) }),
    bounce({ to: 'd@example.net', ...sent(1000) }),
  ]);
  await createMonitoring(system).count({ sends: 1000, hard: 9 }, { sentAt: now - hour, scopes: ['account'] });
  Object.assign(queues.metrics, { 'Reputation.BounceRate': 0.012, 'Reputation.ComplaintRate': 0.0002 });
  const { stdout } = await command('status');
  expect(stdout).toMatch(/^ {2}bounces +\d+ of 1,000 +(0\.9|1) % +1\.2 % +5 % +10 %$/m);
  expect(stdout).toMatch(/^ {2}complaints +0 of 1,000 +0 % +0\.02 % +0\.1 % +0\.5 %$/m);
  expect(stdout).toMatch(/^ {12}7 days {2}3 \(hard 2, complaint 1\)$/m);
  expect(stdout).toMatch(/^ {12}in all {2}4 \(hard 3, complaint 1\)$/m);
  expect(stdout).toMatch(/^SES list {4}us-east-1 4 pending, the oldest for \d+ min$/m);
});

test('problems come first, the most serious on top, each with the next step', async () => {
  const { ses, queues, system, command } = deployed;
  Object.assign(ses.account, { enforcementStatus: 'PROBATION', isSandbox: true });
  queues.add('ses-feedback-prod-bounces-dead-letters', 'x');
  queues.failing.add('GetMetricStatistics');
  await system.putItem({
    address: 'late@example.net',
    list: 'account',
    mirror: 'home#0',
    mirrorDue: Date.now() - hour,
  });
  const { code, stdout } = await command('status');
  expect(code).toBe(1);
  expect(withoutTimes(stdout).split('\n').slice(2, 14)).toEqual([
    '✗ SES has placed the account under review',
    '    → Answer the case in the AWS Support Center.',
    '! 1 message in the dead-letter queue of bounces',
    '    → npx ses-feedback dlq list --stack ses-feedback-prod --region us-east-1 --stream bounces',
    '! the SES account suppression list in us-east-1 is 60 minutes behind (1 address)',
    '    → npx sls logs -f account-list --stage prod --region us-east-1',
    '– the account is in the sandbox: SES sends only to verified addresses',
    '    → Request production access in the SES console.',
    "? cannot read SES's own rates: AccessDeniedException: may not call GetMetricStatistics",
    '    → npx ses-feedback doctor --stack ses-feedback-prod --region us-east-1',
    '  Run npx commands in your ses-feedback checkout.',
    '',
  ]);
});

test('a raised alarm is a problem, in whatever scope, and --fail-on turns it into exit code 3', async () => {
  const { system, command } = deployed;
  const monitoring = createMonitoring(system);
  system.now = Date.now() - 10 * 60_000;
  const scopes = ['account', 'configuration-set:news'];
  await monitoring.count({ sends: 1000, hard: 200 }, { sentAt: system.now, scopes });
  system.now = Date.now();
  await monitoring.evaluate();
  const { code, stdout } = await command('status');
  expect(code).toBe(0);
  expect(stdout).toMatch(/^✗ bounce rate \(rule rate-exceeded\) in account is critical, since /m);
  for (const level of ['approaching', 'critical']) expect((await command('status', '--fail-on', level)).code).toBe(3);
});

test('--fail-on critical does not fail on what only approaches', async () => {
  deployed.queues.add('ses-feedback-prod-volume-dead-letters', 'x');
  expect((await deployed.command('status', '--fail-on', 'critical')).code).toBe(0);
  expect((await deployed.command('status', '--fail-on', 'approaching')).code).toBe(3);
});

test('--json prints one document with every part', async () => {
  const { stdout } = await deployed.command('status', '--json');
  expect(JSON.parse(stdout)).toMatchObject({
    schemaVersion: 1,
    stack: 'ses-feedback-prod',
    region: 'us-east-1',
    problems: [],
    account: { value: { isSendingEnabled: true, quota: { perDay: 50_000, perSecond: 14, sentInDay: 0 } } },
    rates: { value: { bounceRate: { bad: 0, total: 0 }, complaintRate: { bad: 0, total: 0 } } },
    sesRates: { value: {} },
    awsWindow: { value: null },
    alarms: { value: [] },
    suppressed: { value: { all: { total: 0, byReason: {} } } },
    queues: { value: { bounces: { waiting: 0, deadLetters: 0 } } },
    accountLists: { value: [{ region: 'us-east-1', pending: 0 }] },
  });
});

describe("AWS's own rates", () => {
  const today = Math.floor(Date.now() / day) * day;
  const yesterday = new Date(today - day).toISOString().slice(0, 10);
  /** 500 emails a day, of which 5 bounce. Yesterday, 290 did. */
  const days = daysBefore(
    Date.now(),
    Array.from({ length: 100 }, (_, index) => ({ sends: 500, hardBounces: index === 99 ? 290 : 5 })),
  );
  const write = async (fit: WindowFit, updatedAt = Date.now()) => {
    const monitoring = createMonitoring(deployed.system);
    await monitoring.store.saveLedger({ ...ledgerAt(updatedAt, days, fit), version: 1 }, 0);
    return monitoring;
  };

  test('are shown by the window that is known, with what is left, the day and the campaign that weigh on them', async () => {
    const monitoring = await write(knownWindow({ emails: 10_000, days: 0 }));
    const sentAt = today - 5 * hour;
    await monitoring.count({ sends: 300, hard: 280 }, { sentAt, scopes: ['tag:campaign=spring'] });
    await monitoring.count({ sends: 200, hard: 2 }, { sentAt, scopes: ['tag:campaign=invoices'] });
    const { stdout } = await deployed.command('status');
    const from = stdout.indexOf('AWS window');
    expect(stdout.slice(from, stdout.indexOf('Suppressed')).trimEnd().split('\n')).toEqual([
      'AWS window  AWS computes its rates over the last 10,000 emails. This window explains 300 values of AWS, and no other window does.',
      '            It has explained the values of 9 more days since.',
      '            bounce rate: 385 of 10,000 (3.9 %); 115 bounces left before review, 615 before pause',
      `              ${yesterday} contributes most: 290 of 500 (58 %), 75.3 % of the bounces`,
      '            complaint rate: 0 of 10,000 (0 %); 10 complaints left before review, 50 before pause',
      `            Top contributors to the bounces of ${yesterday}:`,
      '              sent from      tag:campaign=spring  (96.6 %)',
    ]);
    const { awsWindow } = JSON.parse((await deployed.command('status', '--json')).stdout);
    expect(awsWindow.value.bounceRate).toMatchObject({
      isWindowKnown: true,
      estimates: [{ bad: 385, total: 10_000, remaining: { review: 115, pause: 615 } }],
      heaviestDay: { day: yesterday, bad: 290, total: 500 },
      contributors: [{ kind: 'scope', name: 'tag:campaign=spring', bad: 280, of: 290 }],
    });
  });

  test('are a range where the window is not known', async () => {
    await write({ kind: 'unknown', reason: 'several windows explain the values of AWS equally well' });
    const { stdout } = await deployed.command('status');
    expect(stdout).toContain(
      "AWS window  AWS's window is not known: several windows explain the values of AWS equally well. A range:\n            Over the last 24 hours:\n",
    );
    expect(stdout).toMatch(
      /Over the last 10,000 emails:\n {14}bounce rate: 385 of 10,000 \(3\.9 %\); 115 bounces left/,
    );
    expect(stdout).not.toMatch(/contributes most.*\n.*Top contributors/);
  });

  test('a ledger that nothing updates is a problem', async () => {
    await write(knownWindow({ emails: 10_000, days: 0 }), Date.now() - 3 * day);
    expect((await deployed.command('status')).stdout).toMatch(
      /– AWS's own rates are computed from a ledger that was last updated on .*\n {4}→ npx sls logs -f reputation/,
    );
  });
});

test('on a terminal of 80 columns, no line of the tables is longer', async () => {
  const { stdout, stderr } = await deployed.terminal(['status']);
  expect(stderr).toBe('ses-feedback-prod · account 123456789012 · us-east-1\n');
  for (const line of stdout.split('\n').filter((one) => /^( {2}|Rates)/.test(one)))
    expect(line.length).toBeLessThanOrEqual(80);
});

const clearScreen = '\u001b[H\u001b[2J';

test('a watched status is a line for each refresh in a log, a screen on a terminal, and ends with Ctrl-C', async () => {
  for (const run of [deployed.command, (...args: string[]) => deployed.terminal(args)]) {
    const before = process.listenerCount('SIGINT');
    const running = run('status', '--watch', '10');
    await vi.waitFor(() => expect(process.listenerCount('SIGINT')).toBe(before + 1), 10_000);
    process.emit('SIGINT');
    const { code, stdout } = await running;
    expect(code).toBe(0);
    expect(process.listenerCount('SIGINT')).toBe(before);
    if (run === deployed.command)
      expect(stdout).toMatch(
        /^\d{4}-\d\d-\d\dT[\d:.]+Z {2}HEALTHY {2}bounces unknown {2}complaints unknown {2}problems 0\n$/,
      );
    else expect(stdout.startsWith(`${clearScreen}ses-feedback-prod in us-east-1`)).toBe(true);
  }
  expect((await deployed.command('status', '--watch', '5')).code).toBe(2);
});
