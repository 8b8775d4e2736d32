import type { Alarm } from '../../../shared/domain/reputation/alarm.ts';
import { buildNotice } from '../../../shared/domain/reputation/build-notice.ts';
import { initialCusum } from '../../../shared/domain/reputation/cusum.ts';
import type { EvaluatedAlarm } from '../../../shared/domain/reputation/evaluate-scope.ts';
import { withIntervals } from '../../../shared/domain/reputation/rolling-rates.ts';
import type { Contributor } from '../../../shared/domain/reputation/top-contributors.ts';
import { hour, iso, noon } from '../../support/ses.ts';
import { held, judge, reputation, stretch } from './snapshot-fixture.ts';

const news = 'configuration-set:my set';
const now = noon + hour;
const causes: Contributor[] = [{ kind: 'provider', name: 'gmail', bad: 5, of: 6 }];
const written = (judged: EvaluatedAlarm, at = now) =>
  buildNotice(judged, { contributors: causes, now: at, table: 'reputation', stack: 'ses-feedback-prod' });
const bounces = { scope: news, rule: 'rate-exceeded', metric: 'bounceRate' } as const;

const raised = judge({ scope: news, buckets: [stretch({ sends: 2000, hard: 400 })] }, 'rate-exceeded', 'bounceRate');
const standing: Alarm = {
  status: 'critical',
  announced: 'critical',
  version: 7,
  cusum: { from: noon - hour, raisedAt: noon - hour },
  since: noon - hour,
  notifiedAt: noon - hour,
};
/** What became of an alarm that stood since an hour before noon. */
const later = (
  alarm: Partial<Alarm>,
  change: EvaluatedAlarm['change'],
  fields: Partial<EvaluatedAlarm['result']> = {},
): EvaluatedAlarm => ({
  ...raised,
  before: { ...standing, ...alarm },
  result: { ...raised.result, ...fields },
  ...(change && { change }),
});
const over = { alarm: { ...standing, status: 'ok', announced: 'ok', version: 8 }, notice: 'resolved' } as const;
const still = { alarm: { ...standing, version: 8 }, notice: 'reminder' } as const;

test('a notice is all that is known of a change', () => {
  const { rates, thresholds, headroom } = raised.figures;
  expect(written(raised)).toStrictEqual({
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
    causes,
    command: "npx ses-feedback rates --table reputation --scope 'configuration-set:my set'",
  });
});

test('a change nobody is told of has none, nor has what does not change', () => {
  const inhibitors = [{ ...bounces, scope: 'account', status: 'critical' as const }];
  const silent = judge(
    { scope: news, buckets: [stretch({ sends: 20, hard: 20 })], inhibitors },
    'rate-exceeded',
    'bounceRate',
  );
  expect(silent.change?.alarm.status).toBe('critical');
  expect(written(silent)).toBeUndefined();
  expect(written(judge({}, 'account-status'))).toBeUndefined();
  expect(written(judge({}, 'missing-feedback'))).toBeUndefined(); // Written, as its first look, and not told.
});

test('what is over says how long it lasted, and what was worst of what was seen and is seen', () => {
  const [held, seen] = [
    { rate: 0.2, bad: 1, total: 5 },
    { rate: 0.3, bad: 3, total: 10 },
  ];
  expect(written(later({ peak: held }, over, { peak: seen }))).toMatchObject({
    id: 'configuration-set:my set/rate-exceeded/bounceRate#8',
    kind: 'resolved',
    from: 'critical',
    to: 'ok',
    since: iso(noon - hour),
    durationMinutes: 120,
    peak: seen,
  });
  expect(written(later({ peak: seen }, over, { peak: held }))?.peak).toBe(seen);
  expect(written(later({}, over))?.peak).toMatchObject({ rate: 0.2 });
  expect(written(later({}, over), noon + 29_999)?.durationMinutes).toBe(60);
});

test('a clock that was set back makes no negative time', () => {
  expect(written(later({}, over), noon - 5 * hour)?.durationMinutes).toBe(0);
});

test('what goes on says neither', () => {
  const notice = written(later({ peak: { rate: 0.2 } }, still, { peak: { rate: 0.3 } }));
  expect(notice).toMatchObject({ kind: 'reminder', from: 'critical', to: 'critical', since: iso(noon - hour) });
  for (const field of ['minutes', 'peak', 'paused', 'resumed']) expect(notice).not.toHaveProperty(field);
});

test('where it was told before of a lesser state, it says so', () => {
  const change = { alarm: { ...standing, version: 8 }, notice: 'raised' } as const;
  expect(written(later({ status: 'approaching', announced: 'approaching' }, change))).toMatchObject({
    from: 'approaching',
    to: 'critical',
  });
});

describe('the brake', () => {
  const due = { kind: 'due' } as const;
  const done = { kind: 'done', at: noon } as const;

  test('that is due is named by its configuration set', () => {
    const change = { alarm: { ...standing, autoPause: due }, notice: 'raised' } as const;
    expect(written(later({ status: 'ok', announced: 'ok' }, change))?.pausedConfigurationSet).toBe('my set');
  });

  test('that is done is no news, until it is over', () => {
    const reminder = written(later({ autoPause: done }, { ...still, alarm: { ...still.alarm, autoPause: done } }));
    expect(reminder).not.toHaveProperty('paused');
    expect(reminder).not.toHaveProperty('resumed');
    expect(written(later({ autoPause: done }, over))?.resumedConfigurationSet).toBe('my set');
  });

  test('that never came to be is not taken back', () => {
    expect(written(later({ autoPause: due }, over))).not.toHaveProperty('resumed');
    expect(written(later({}, over))).not.toHaveProperty('resumed');
  });
});

test('the next command is that of the rule', () => {
  const sesMetrics = { enforcement: 'SHUTDOWN', feedback: 20, reputation: reputation([0.05]) };
  expect(written(judge({ sesMetrics }, 'account-status'))?.command).toBe('aws sesv2 get-account');
  const listening = held(
    { scope: 'account', rule: 'missing-feedback' },
    { version: 1, cusum: { ...initialCusum, from: 0 } },
  );
  expect(written(judge({ sesMetrics, alarms: [listening] }, 'missing-feedback'))?.command).toBe(
    'npx ses-feedback doctor --stack ses-feedback-prod',
  );
  expect(written(judge({ sesMetrics }, 'near-threshold', 'bounceRate'))?.command).toBe(
    'npx ses-feedback rates --table reputation --scope account',
  );
});

test('without an excess there is no time it began', () => {
  const alarms = [
    held(
      { scope: 'account', rule: 'rate-exceeded', metric: 'bounceRate' },
      { ...standing, notifiedAt: now - 25 * hour },
    ),
  ];
  const reminder = written(judge({ alarms, buckets: [stretch({ sends: 10 })] }, 'rate-exceeded', 'bounceRate'));
  expect(reminder).toMatchObject({ kind: 'reminder', bad: 0, total: 0 });
  expect(reminder).not.toHaveProperty('elevatedSince');
});
