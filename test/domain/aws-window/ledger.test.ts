import fc from 'fast-check';
import {
  historyOf,
  importDays,
  type LedgerDay,
  ledgerDays,
  mergeDays,
} from '../../../shared/domain/aws-window/ledger.ts';
import type { CounterBucket } from '../../../shared/domain/reputation/counter-bucket.ts';
import { daysBefore } from '../../support/ledger.ts';
import { day, hour, noon } from '../../support/ses.ts';

const midnight = noon - 12 * hour;
const now = midnight + 3 * hour;
const readFrom = (at: number) => Math.floor((at - 32 * day) / day) * day;
const bucket = (start: number, sends: number, hard = 0, prevented = 0): CounterBucket => ({
  start,
  sends,
  hard,
  complaints: 0,
  prevented,
});
const merge = (input: Partial<Parameters<typeof mergeDays>[0]>) =>
  mergeDays({ stored: [], buckets: [], countedFrom: readFrom(now), ses: [], now, ...input });
const yesterday = midnight - day;

describe('a day of the ledger', () => {
  test('sums the counters of a day that is over, without what SES did not attempt', () => {
    const buckets = [bucket(yesterday, 100, 3, 10), bucket(yesterday + 23 * hour, 50, 1), bucket(midnight, 7, 7)];
    expect(merge({ buckets })).toEqual([
      { start: yesterday, sends: 140, hardBounces: 4, complaints: 0, source: 'counters' },
    ]);
  });

  test('is that of SES where the counters have seen less than nine tenths of the emails', () => {
    const ses = [{ start: yesterday, sends: 1000, hardBounces: 9, complaints: 1 }];
    const sourceOf = (sends: number) => merge({ ses, buckets: [bucket(yesterday, sends)] })[0]?.source;
    expect([899, 900, 5000].map(sourceOf)).toEqual(['ses', 'counters', 'counters']);
    // Emails that SES did not attempt are among those it counts.
    expect(merge({ ses, buckets: [bucket(yesterday, 1000, 0, 500)] })[0]).toMatchObject({ sends: 500 });
    expect(merge({ ses })).toEqual([{ ...ses[0], source: 'ses' }]);
  });

  test('stays as it is when SES cannot be read, and when no counter reaches back to it any more', () => {
    const stored = daysBefore(now, [{ sends: 10, source: 'ses' }]);
    expect(merge({ stored })).toEqual(stored);
    const old = daysBefore(now - 40 * day, [{ sends: 10 }]);
    expect(
      merge({ stored: old, ses: [{ start: old[0]?.start ?? 0, sends: 900, hardBounces: 0, complaints: 0 }] }),
    ).toEqual(old);
  });

  test('leaves the ledger after 400 days', () => {
    const stored = daysBefore(
      now,
      Array.from({ length: ledgerDays + 5 }, () => ({ sends: 1 })),
    );
    const days = merge({ stored, countedFrom: now });
    expect([days.length, days[0]?.start]).toEqual([ledgerDays, midnight - ledgerDays * day]);
  });

  test('that was imported replaces those of SES, and not complete counters', () => {
    const stored = daysBefore(now, [{ sends: 5, source: 'ses' }, { sends: 6 }]);
    const imported = [0, 1, 2].flatMap((index) =>
      [0, 5].map((hours) => ({
        start: midnight - (3 - index) * day + hours * hour,
        sends: 50,
        hardBounces: 1,
        complaints: 2,
      })),
    );
    const days = importDays(stored, imported);
    expect(days.map(({ sends, hardBounces, complaints, source }) => [sends, hardBounces, complaints, source])).toEqual([
      [100, 2, 4, 'imported'],
      [100, 2, 4, 'imported'],
      [6, 0, 0, 'counters'],
    ]);
    // The next update keeps it, also where SES has a figure, unless the counters have seen the same emails.
    const ses = days.map(({ start }) => ({ start, sends: 99, hardBounces: 0, complaints: 0 }));
    const buckets = [bucket(days[1]?.start ?? 0, 95)];
    expect(merge({ stored: days, ses, buckets }).map(({ source }) => source)).toEqual(['imported', 'counters', 'ses']);
  });
});

/** Emails on random hours of 60 days, with feedback that arrives up to 29 days later. */
const traffic = fc.array(
  fc.record({
    hour: fc.nat(60 * 24 - 1),
    sends: fc.integer({ min: 1, max: 1000 }),
    late: fc.array(fc.nat(29 * 24), { maxLength: 3 }),
  }),
  { maxLength: 40 },
);

test('after all feedback, each day has its counts once, whichever runs were missed or repeated', () => {
  const start = midnight - 60 * day;
  fc.assert(
    fc.property(traffic, fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 5, maxLength: 60 }), (sent, gaps) => {
      const bucketsAt = (at: number) =>
        sent
          .filter((one) => start + one.hour * hour <= at && start + one.hour * hour >= readFrom(at))
          .map((one) =>
            bucket(
              start + one.hour * hour,
              one.sends,
              one.late.filter((late) => start + (one.hour + late) * hour <= at).length,
            ),
          )
          .sort((a, b) => a.start - b.start);
      let stored: LedgerDay[] = [];
      const run = (at: number) => {
        stored = mergeDays({ stored, buckets: bucketsAt(at), countedFrom: readFrom(at), ses: [], now: at });
      };
      // A run at least every twenty days, so that no day leaves the counters before it is final.
      let at = start;
      for (const gap of gaps) {
        at = Math.min(at + (gap * day) / 10, midnight);
        run(at);
      }
      for (; at <= midnight + 31 * day; at += day) run(at);
      const expected = new Map<number, [number, number]>();
      for (const one of sent) {
        const key = start + Math.floor(one.hour / 24) * day;
        const [sends, hard] = expected.get(key) ?? [0, 0];
        expected.set(key, [sends + one.sends, hard + one.late.length]);
      }
      expect(stored.map((one) => [one.start, [one.sends, one.hardBounces]])).toEqual(
        [...expected].sort(([a], [b]) => a - b),
      );
    }),
  );
});

describe('the history', () => {
  const counters = [bucket(yesterday, 24, 1), bucket(midnight, 10, 2), bucket(midnight + hour, 5)];

  test('has the hours of the counters where they are complete, and whole days before', () => {
    const days = daysBefore(now, [
      { sends: 100, hardBounces: 5, source: 'ses' },
      { sends: 24, hardBounces: 1 },
    ]);
    const history = historyOf({ days }, counters, now);
    expect([history.from, history.to]).toEqual([yesterday - day, now + 1]);
    expect([history.sends(history.to), history.hardBounces(history.to)]).toEqual([139, 8]);
    // The day of SES is spread, and the hour before has no emails yet.
    expect(history.sends(yesterday - day / 2)).toBeCloseTo(50);
    expect(history.sends(midnight + 30 * 60_000) - history.sends(midnight)).toBeCloseTo(5);
  });

  test('has the emails of today also on the first day, and counts no day twice', () => {
    expect(historyOf({ days: [] }, counters, now).sends(now + 1)).toBe(39);
    const days = daysBefore(now, [{ sends: 1000, source: 'ses' }]);
    expect(historyOf({ days }, counters, now).sends(now + 1)).toBe(1015);
  });

  test('ends now: what is newer is not part of it, and it may be empty', () => {
    const history = historyOf({ days: [] }, counters, midnight + hour);
    expect([history.sends(history.to), history.to]).toEqual([34, midnight + hour + 1]);
    expect(historyOf({ days: [] }, [], now).sends(now + 1)).toBe(0);
  });
});
