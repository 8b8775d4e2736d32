import { type Alarm, initialAlarm, type RaisedAlarm } from '../../../shared/domain/reputation/alarm.ts';
import { buildNotice } from '../../../shared/domain/reputation/build-notice.ts';
import { initialCusum } from '../../../shared/domain/reputation/cusum.ts';
import type { EvaluatedAlarm } from '../../../shared/domain/reputation/evaluate-scope.ts';
import { withIntervals } from '../../../shared/domain/reputation/rolling-rates.ts';
import type { SenderCause } from '../../../shared/domain/reputation/rules/sender-fault.ts';
import type { Contributor } from '../../../shared/domain/reputation/top-contributors.ts';
import { hour, iso, noon } from '../../support/ses.ts';
import { type AlarmFields, bucket, evaluateAlarm, reputation, stored } from './snapshot-fixture.ts';

const news = 'configuration-set:my set';
const now = noon + hour;
const contributors: Contributor[] = [{ kind: 'provider', name: 'gmail', bad: 5, of: 6 }];
const build = (evaluated: EvaluatedAlarm, at = now) =>
  buildNotice(evaluated, { contributors, now: at, location: { stack: 'ses-feedback-prod', region: 'eu-west-1' } });
const bounces = { scope: news, rule: 'rate-exceeded', metric: 'bounceRate' } as const;

const raised = evaluateAlarm(
  { scope: news, buckets: [bucket({ sends: 2000, hard: 400 })] },
  'rate-exceeded',
  'bounceRate',
);
const raisedBefore: RaisedAlarm = {
  status: 'critical',
  announced: 'critical',
  version: 7,
  cusum: { from: noon - hour, raisedAt: noon - hour },
  since: noon - hour,
  notifiedAt: noon - hour,
};
/** Builds the evaluation of an alarm that was raised an hour before noon. */
const later = (
  alarm: AlarmFields,
  change: EvaluatedAlarm['change'],
  fields: Partial<EvaluatedAlarm['result']> = {},
): EvaluatedAlarm => ({
  ...raised,
  before: { ...raisedBefore, ...alarm } as Alarm,
  result: { ...raised.result, ...fields },
  ...(change && { change }),
});
const resolved = {
  alarm: { status: 'ok', announced: 'ok', version: 8, cusum: initialAlarm.cusum, notifiedAt: noon },
  notice: 'resolved',
} as const;
const reminder = { alarm: { ...raisedBefore, version: 8 }, notice: 'reminder' } as const;

test('a notice contains everything known about the change', () => {
  const { rates, thresholds, headroom } = raised.figures;
  expect(build(raised)).toStrictEqual({
    ...bounces,
    id: 'configuration-set:my set/rate-exceeded/bounceRate#1',
    kind: 'raised',
    from: 'ok',
    to: 'critical',
    at: iso(now),
    since: iso(now),
    bad: 400,
    total: 2000,
    ...(rates && { rates: withIntervals(rates) }),
    thresholds,
    headroom,
    elevatedSince: iso(noon),
    contributors,
    command: "npx ses-feedback rates --scope 'configuration-set:my set' --stack ses-feedback-prod --region eu-west-1",
    actions: [
      {
        title: 'What it is made of',
        command: 'npx ses-feedback rates --by provider --stack ses-feedback-prod --region eu-west-1',
      },
      {
        title: 'The addresses',
        command: `npx ses-feedback list --since ${iso(noon)} --scope 'configuration-set:my set' --stack ses-feedback-prod --region eu-west-1`,
      },
      {
        title: 'To pause sending',
        command:
          "aws sesv2 put-configuration-set-sending-options --configuration-set-name 'my set' --no-sending-enabled --region eu-west-1",
      },
    ],
  });
});

test('a change without a notice builds none, nor does an alarm that does not change', () => {
  const inhibitors = [{ ...bounces, scope: 'account', status: 'critical' as const }];
  const silent = evaluateAlarm(
    { scope: news, buckets: [bucket({ sends: 20, hard: 20 })], inhibitors },
    'rate-exceeded',
    'bounceRate',
  );
  expect(silent.change?.alarm.status).toBe('critical');
  expect(build(silent)).toBeUndefined();
  expect(build(evaluateAlarm({}, 'account-status'))).toBeUndefined();
  expect(build(evaluateAlarm({}, 'missing-feedback'))).toBeUndefined(); // Stored by the first evaluation, without a notice.
});

test('a resolved alarm reports how long it lasted, and the higher of the stored and the current peak', () => {
  const [lower, higher] = [
    { rate: 0.2, bad: 1, total: 5 },
    { rate: 0.3, bad: 3, total: 10 },
  ];
  expect(build(later({ peak: lower }, resolved, { peak: higher }))).toMatchObject({
    id: 'configuration-set:my set/rate-exceeded/bounceRate#8',
    kind: 'resolved',
    from: 'critical',
    to: 'ok',
    since: iso(noon - hour),
    durationMinutes: 120,
    peak: higher,
  });
  expect(build(later({ peak: higher }, resolved, { peak: lower }))?.peak).toBe(higher);
  expect(build(later({}, resolved))?.peak).toMatchObject({ rate: 0.2 });
  expect(build(later({}, resolved), noon + 29_999)?.durationMinutes).toBe(60);
});

test('a clock that was set back causes no negative duration', () => {
  expect(build(later({}, resolved), noon - 5 * hour)?.durationMinutes).toBe(0);
});

test('a reminder reports neither a duration nor a peak', () => {
  const notice = build(later({ peak: { rate: 0.2 } }, reminder, { peak: { rate: 0.3 } }));
  expect(notice).toMatchObject({ kind: 'reminder', from: 'critical', to: 'critical', since: iso(noon - hour) });
  for (const field of ['durationMinutes', 'peak', 'pausedConfigurationSet', 'resumedConfigurationSet'])
    expect(notice).not.toHaveProperty(field);
});

test('an alarm that got worse reports the status of the previous notice', () => {
  const change = { alarm: { ...raisedBefore, version: 8 }, notice: 'raised' } as const;
  expect(build(later({ status: 'approaching', announced: 'approaching' }, change))).toMatchObject({
    from: 'approaching',
    to: 'critical',
  });
});

describe('auto-pause', () => {
  const due = { kind: 'due' } as const;
  const done = { kind: 'done', at: noon } as const;

  test('that is due names the configuration set', () => {
    const change = { alarm: { ...raisedBefore, autoPause: due }, notice: 'raised' } as const;
    expect(build(later({ status: 'ok', announced: 'ok' }, change))?.pausedConfigurationSet).toBe('my set');
  });

  test('that is done is not repeated in reminders, and is reported as resumed when the alarm is resolved', () => {
    const change = { ...reminder, alarm: { ...reminder.alarm, autoPause: done } };
    const notice = build(later({ autoPause: done }, change));
    expect(notice).not.toHaveProperty('pausedConfigurationSet');
    expect(notice).not.toHaveProperty('resumedConfigurationSet');
    expect(build(later({ autoPause: done }, resolved))?.resumedConfigurationSet).toBe('my set');
  });

  test('that never happened is not reported as resumed', () => {
    expect(build(later({ autoPause: due }, resolved))).not.toHaveProperty('resumedConfigurationSet');
    expect(build(later({}, resolved))).not.toHaveProperty('resumedConfigurationSet');
  });
});

test('the command of a fault of the sender shows the domain that fails authentication, else the rates', () => {
  const counts = (...names: string[]) => names.map((name) => ({ name, count: 20 }));
  const commandOf = (cause: SenderCause | undefined, senderFault?: EvaluatedAlarm['figures']['senderFault']) =>
    build({
      ...raised,
      name: { scope: 'account', rule: 'sender-fault', ...(cause && { cause }) },
      figures: { bad: 20, total: 0, ...(senderFault && { senderFault }) },
    })?.command;
  const from = (...names: string[]) => ({ recipients: 20, providers: [], sentFrom: counts(...names) });
  const rates = 'npx ses-feedback rates --scope account --stack ses-feedback-prod --region eu-west-1';
  expect(commandOf('authentication', from('shop.example', 'other.example'))).toBe(
    'aws sesv2 get-email-identity --email-identity shop.example --region eu-west-1',
  );
  expect(commandOf('authentication', from())).toBe(rates);
  expect(commandOf('authentication')).toBe(rates);
  expect(commandOf('block-list', from('192.0.2.4'))).toBe(rates);
});

test('the command for missing events checks the stack', () => {
  const missing = { ...raised, name: { scope: 'account', rule: 'missing-sends' } as const };
  expect(build(missing)?.command).toBe('npx ses-feedback doctor --stack ses-feedback-prod --region eu-west-1');
});

test('a notice about a resolved alarm has no actions', () => {
  expect(build(later({}, resolved))).not.toHaveProperty('actions');
});

test('the command depends on the rule', () => {
  const feedback = { bounceRate: [{ at: noon, value: 20 }], complaintRate: [] };
  const sesMetrics = { enforcementStatus: 'SHUTDOWN', feedback, reputation: reputation([0.05]) };
  expect(build(evaluateAlarm({ sesMetrics }, 'account-status'))?.command).toBe(
    'aws sesv2 get-account --region eu-west-1',
  );
  const watching = stored(
    { scope: 'account', rule: 'missing-feedback' },
    { version: 1, cusum: { ...initialCusum, from: 0 } },
  );
  expect(build(evaluateAlarm({ sesMetrics, alarms: [watching] }, 'missing-feedback'))?.command).toBe(
    'npx ses-feedback doctor --stack ses-feedback-prod --region eu-west-1',
  );
  expect(build(evaluateAlarm({ sesMetrics }, 'near-threshold', 'bounceRate'))?.command).toBe(
    'npx ses-feedback rates --scope account --stack ses-feedback-prod --region eu-west-1',
  );
});

test('a notice about a rate that is not elevated has no elevatedSince', () => {
  const alarms = [
    stored(
      { scope: 'account', rule: 'rate-exceeded', metric: 'bounceRate' },
      { ...raisedBefore, notifiedAt: now - 25 * hour },
    ),
  ];
  const reminder = build(evaluateAlarm({ alarms, buckets: [bucket({ sends: 10 })] }, 'rate-exceeded', 'bounceRate'));
  expect(reminder).toMatchObject({ kind: 'reminder', bad: 0, total: 0 });
  expect(reminder).not.toHaveProperty('elevatedSince');
});
