import type { Alarm } from '../../../shared/domain/reputation/alarm.ts';
import { makeNotice } from '../../../shared/domain/reputation/build-notice.ts';
import { quiet } from '../../../shared/domain/reputation/cusum.ts';
import type { Judged } from '../../../shared/domain/reputation/evaluate-scope.ts';
import { withIntervals } from '../../../shared/domain/reputation/rolling-rates.ts';
import type { Cause } from '../../../shared/domain/reputation/top-contributors.ts';
import { hour, iso, noon } from '../../support/ses.ts';
import { held, judge, reputation, stretch } from './snapshot-fixture.ts';

const news = 'configuration-set:my set';
const now = noon + hour;
const causes: Cause[] = [{ kind: 'provider', name: 'gmail', b: 5, of: 6 }];
const written = (judged: Judged, at = now) =>
  makeNotice(judged, { causes, now: at, table: 'reputation', stack: 'ses-feedback-prod' });
const bounces = { scope: news, rule: 'excess', metric: 'bounceRate' } as const;

const raised = judge({ scope: news, stretches: [stretch({ sends: 2000, hard: 400 })] }, 'excess', 'bounceRate');
const standing: Alarm = {
  status: 'critical',
  announced: 'critical',
  version: 7,
  watch: { from: noon - hour, raisedAt: noon - hour },
  since: noon - hour,
  toldAt: noon - hour,
};
/** What became of an alarm that stood since an hour before noon. */
const later = (alarm: Partial<Alarm>, change: Judged['change'], fields: Partial<Judged['judgement']> = {}): Judged => ({
  ...raised,
  before: { ...standing, ...alarm },
  judgement: { ...raised.judgement, ...fields },
  ...(change && { change }),
});
const over = { alarm: { ...standing, status: 'ok', announced: 'ok', version: 8 }, notice: 'resolved' } as const;
const still = { alarm: { ...standing, version: 8 }, notice: 'reminder' } as const;

test('a notice is all that is known of a change', () => {
  const { rates, lines, headroom } = raised.figures;
  expect(written(raised)).toStrictEqual({
    ...bounces,
    id: 'configuration-set:my set/excess/bounceRate#1',
    kind: 'raised',
    from: 'ok',
    to: 'critical',
    at: iso(now),
    since: iso(now),
    b: 400,
    n: 2000,
    ...(rates && { rates: withIntervals(rates) }),
    lines,
    headroom,
    excessSince: iso(noon),
    causes,
    command: "npx ses-feedback rates --table reputation --scope 'configuration-set:my set'",
  });
});

test('a change nobody is told of has none, nor has what does not change', () => {
  const speakers = [{ ...bounces, scope: 'account', status: 'critical' as const }];
  const silent = judge(
    { scope: news, stretches: [stretch({ sends: 20, hard: 20 })], speakers },
    'excess',
    'bounceRate',
  );
  expect(silent.change?.alarm.status).toBe('critical');
  expect(written(silent)).toBeUndefined();
  expect(written(judge({}, 'enforcement'))).toBeUndefined();
  expect(written(judge({}, 'loop'))).toBeUndefined(); // Written, as its first look, and not told.
});

test('what is over says how long it lasted, and what was worst of what was seen and is seen', () => {
  const [held, seen] = [
    { rate: 0.2, b: 1, n: 5 },
    { rate: 0.3, b: 3, n: 10 },
  ];
  expect(written(later({ peak: held }, over, { peak: seen }))).toMatchObject({
    id: 'configuration-set:my set/excess/bounceRate#8',
    kind: 'resolved',
    from: 'critical',
    to: 'ok',
    since: iso(noon - hour),
    minutes: 120,
    peak: seen,
  });
  expect(written(later({ peak: seen }, over, { peak: held }))?.peak).toBe(seen);
  expect(written(later({}, over))?.peak).toMatchObject({ rate: 0.2 });
  expect(written(later({}, over), noon + 29_999)?.minutes).toBe(60);
});

test('a clock that was set back makes no negative time', () => {
  expect(written(later({}, over), noon - 5 * hour)?.minutes).toBe(0);
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
    const change = { alarm: { ...standing, brake: due }, notice: 'raised' } as const;
    expect(written(later({ status: 'ok', announced: 'ok' }, change))?.paused).toBe('my set');
  });

  test('that is done is no news, until it is over', () => {
    const reminder = written(later({ brake: done }, { ...still, alarm: { ...still.alarm, brake: done } }));
    expect(reminder).not.toHaveProperty('paused');
    expect(reminder).not.toHaveProperty('resumed');
    expect(written(later({ brake: done }, over))?.resumed).toBe('my set');
  });

  test('that never came to be is not taken back', () => {
    expect(written(later({ brake: due }, over))).not.toHaveProperty('resumed');
    expect(written(later({}, over))).not.toHaveProperty('resumed');
  });
});

test('the next command is that of the rule', () => {
  const facts = { enforcement: 'SHUTDOWN', feedback: 20, reputation: reputation([0.05]) };
  expect(written(judge({ facts }, 'enforcement'))?.command).toBe('aws sesv2 get-account');
  const listening = held({ scope: 'account', rule: 'loop' }, { version: 1, watch: { ...quiet, from: 0 } });
  expect(written(judge({ facts, alarms: [listening] }, 'loop'))?.command).toBe(
    'npx ses-feedback doctor --stack ses-feedback-prod',
  );
  expect(written(judge({ facts }, 'headroom', 'bounceRate'))?.command).toBe(
    'npx ses-feedback rates --table reputation --scope account',
  );
});

test('without an excess there is no time it began', () => {
  const alarms = [
    held({ scope: 'account', rule: 'excess', metric: 'bounceRate' }, { ...standing, toldAt: now - 25 * hour }),
  ];
  const reminder = written(judge({ alarms, stretches: [stretch({ sends: 10 })] }, 'excess', 'bounceRate'));
  expect(reminder).toMatchObject({ kind: 'reminder', b: 0, n: 0 });
  expect(reminder).not.toHaveProperty('excessSince');
});
