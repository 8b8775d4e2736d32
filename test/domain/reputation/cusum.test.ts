import type { AlarmStatus } from '../../../shared/domain/reputation/alarm-status.ts';
import {
  advanceCusum,
  type CusumHistory,
  type CusumState,
  cusumLimit,
  hourFrom,
  initialCusum,
} from '../../../shared/domain/reputation/cusum.ts';
import { type Excess, noExcess } from '../../../shared/domain/reputation/cusum-sums.ts';
import { day, hour, noon } from '../../support/ses.ts';

const threshold = 0.05;
const maturityMs = 12 * hour;
const bounces = (count: number) => count * 10_000_000;

describe('the limit', () => {
  test('is six bounces plus a hundredth of the bounces that the threshold allows in a day', () => {
    expect(cusumLimit(threshold, 0)).toBe(6);
    expect(cusumLimit(threshold, 100_000)).toBe(56);
    expect(cusumLimit(0.001, 100_000)).toBe(7);
  });

  test('rises with the number of scopes, so that the false alarms of a scope are divided by that number', () => {
    expect([1, 2, 3, 4, 200, 1000].map((scopes) => cusumLimit(threshold, 0, scopes))).toEqual([6, 7, 7, 8, 11, 12]);
    expect(Math.exp(1.256) - 1).toBeCloseTo(2 * 1.256, 2);
  });
});

/** Sums that are compared with a limit of six bounces, by the range that they are over. */
type Sums = {
  /** Over all buckets. */
  readonly all?: Partial<Excess>;
  /** Over the mature buckets. */
  readonly mature?: Partial<Excess>;
  /** Over the other buckets. */
  readonly newer?: Partial<Excess>;
  /** Over the mature buckets. */
  readonly recovery?: number;
  /** Over all buckets. */
  readonly newestRecovery?: number;
};

const until = noon + 20 * 60_000;
const matureUntil = noon - maturityMs;
const from = noon - 20 * day;

/** Returns sums whatever the buckets are, and fails for a range that the rule has no reason to ask for. */
function historyOf(
  { all, mature, newer, recovery = 0, newestRecovery = 0 }: Sums,
  { raisedAt }: CusumState,
): CusumHistory {
  const excesses: Record<string, Partial<Excess> | undefined> = {
    [`${from} ${until}`]: all,
    [`${from} ${matureUntil}`]: { since: raisedAt - 1, ...mature },
    [`${matureUntil} ${until}`]: newer,
  };
  return {
    excess(start, end) {
      expect(Object.keys(excesses)).toContain(`${start} ${end}`);
      return { ...noExcess, ...excesses[`${start} ${end}`] };
    },
    recovery(start, end) {
      expect(start).toBe(raisedAt);
      expect([matureUntil, until]).toContain(end);
      return end === until ? newestRecovery : recovery;
    },
    sends(start, end) {
      expect([start, end]).toEqual([until - day, until]);
      return 0;
    },
  };
}

const belowBoth = { approaching: bounces(6) - 1, critical: bounces(6) - 1 };
const atBoth = { approaching: bounces(9), critical: bounces(6) };

/** A status, the sums, the status that follows, and how long ago the alarm was raised: a day unless given. */
const transitions: readonly [string, AlarmStatus, Sums, AlarmStatus, number?][] = [
  ['both sums below the limit', 'ok', { all: belowBoth }, 'ok'],
  ['the approaching sum at the limit', 'ok', { all: { ...belowBoth, approaching: bounces(6) } }, 'approaching'],
  ['both sums at the limit at once', 'ok', { all: atBoth }, 'critical'],
  ['a recovery sum without an alarm', 'ok', { recovery: bounces(60) }, 'ok'],
  [
    'the critical sum below the limit',
    'approaching',
    { all: { ...belowBoth, approaching: bounces(60) } },
    'approaching',
  ],
  ['the critical sum at the limit', 'approaching', { all: atBoth }, 'critical'],
  ['the critical and the recovery sum at the limit', 'approaching', { all: atBoth, recovery: bounces(6) }, 'critical'],
  ['the recovery sum below the limit', 'approaching', { recovery: bounces(6) - 1 }, 'approaching'],
  ['the recovery sum at the limit', 'approaching', { recovery: bounces(6) }, 'ok'],
  [
    'a lower excess, and the recovery sum below it',
    'critical',
    { all: belowBoth, recovery: bounces(6) - 1 },
    'critical',
  ],
  ['a large excess', 'critical', { all: atBoth }, 'critical'],
  ['a large excess, and the recovery sum at the limit', 'critical', { all: atBoth, recovery: bounces(6) }, 'ok'],
  ['newer emails just below the limit', 'critical', { newer: belowBoth, recovery: bounces(6) }, 'ok'],
  ['newer emails at the limit', 'critical', { newer: { approaching: bounces(6) }, recovery: bounces(6) }, 'critical'],
  [
    'nothing left of the excess after a week',
    'critical',
    { mature: { since: Number.POSITIVE_INFINITY } },
    'ok',
    7 * day,
  ],
  ['an excess that began after the alarm', 'critical', { mature: { since: until - 7 * day } }, 'ok', 7 * day],
  ['the excess that raised the alarm', 'critical', { mature: { since: until - 7 * day - 1 } }, 'critical', 7 * day],
  [
    'nothing left of the excess within a week',
    'critical',
    { mature: { since: Number.POSITIVE_INFINITY } },
    'critical',
    7 * day - 1,
  ],
  [
    'nothing left, and newer emails at the limit',
    'approaching',
    { mature: { since: until }, newer: atBoth },
    'approaching',
    9 * day,
  ],
];
test.each(transitions.map(([name, status, sums, next, raisedFor = day]) => ({ name, status, sums, next, raisedFor })))(
  '$name: $status becomes $next',
  ({ status, sums, next, raisedFor }) => {
    const before: CusumState = { status, from, raisedAt: until - raisedFor };
    const { state, excess } = advanceCusum(before, historyOf(sums, before), until, { threshold, maturityMs });
    expect(state.status).toBe(next);
    expect(excess).toEqual({ ...noExcess, ...sums.all });
    if (next === status) expect(state).toBe(before);
    else if (next === 'ok') expect(state).toEqual({ ...initialCusum, from: matureUntil });
    else expect(state).toEqual({ status: next, from, raisedAt: noon + hour });
  },
);

test('an alarm is recovering while its newest emails, but not yet its mature ones, are good enough to clear it', () => {
  const isRecovering = (status: AlarmStatus, sums: Sums) => {
    const before: CusumState = { status, from, raisedAt: until - day };
    return advanceCusum(before, historyOf(sums, before), until, { threshold, maturityMs }).isRecovering;
  };
  expect(isRecovering('critical', { newestRecovery: bounces(6) })).toBe(true);
  expect(isRecovering('approaching', { newestRecovery: bounces(6) - 1 })).toBe(false);
  expect(isRecovering('critical', { newestRecovery: bounces(6), recovery: bounces(6) })).toBe(false);
  expect(isRecovering('approaching', { newestRecovery: bounces(6), all: atBoth })).toBe(false);
  expect(isRecovering('ok', { newestRecovery: bounces(6) })).toBe(false);
});

test('hourFrom returns the first full hour at or after a time', () => {
  expect([noon - 1, noon, noon + 1].map(hourFrom)).toEqual([noon, noon, noon + hour]);
});
