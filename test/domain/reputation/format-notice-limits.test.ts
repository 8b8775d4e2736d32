import fc from 'fast-check';
import { defaultPolicy } from '../../../shared/domain/policy/policy.ts';
import { buildNotice } from '../../../shared/domain/reputation/build-notice.ts';
import { evaluateScope } from '../../../shared/domain/reputation/evaluate-scope.ts';
import { toNoticeMessage } from '../../../shared/domain/reputation/format-notice.ts';
import { headline } from '../../../shared/domain/reputation/headline.ts';
import { runs } from '../../support/runs.ts';
import { day, hour, noon } from '../../support/ses.ts';
import { reputation, snapshot, stored } from './snapshot-fixture.ts';

const count = fc.oneof(fc.constantFrom(0, 0, 1, 2), fc.nat(100), fc.nat(100_000_000));
const buckets = fc
  .array(fc.record({ start: fc.nat(40 * 24), sends: count, hard: count, complaints: count, prevented: count }), {
    maxLength: 5,
  })
  .map((all) => all.map((one) => ({ ...one, start: noon - one.start * hour })).sort((a, b) => a.start - b.start));
const share = fc.oneof(fc.constantFrom(0, 1e-9, 0.03, 0.05, 1), fc.double({ min: 0, max: 2, noNaN: true }));
const scopes = fc.oneof(
  fc.constant('account'),
  fc.string({ unit: 'binary', maxLength: 120 }).map((name) => `configuration-set:${name}`),
);
const storedAlarms = fc.record({
  status: fc.constantFrom('ok' as const, 'approaching' as const, 'critical' as const),
  since: fc.constantFrom(noon - 100 * day, noon - hour, noon + day),
  notifiedAt: fc.constantFrom(noon - 100 * day, noon + 100 * day),
});

/** Any counters, including impossible ones: more bounces or prevented sends than sends, no sends, and times in the future. */
const snapshots = fc.record({
  scope: scopes,
  buckets,
  rates: fc.array(share, { maxLength: 3 }),
  feedbackCount: fc.option(count, { nil: undefined }),
  enforcementStatus: fc.string({ maxLength: 20 }),
  storedAlarm: storedAlarms,
  isPausing: fc.boolean(),
});

const cases = fc.record({
  fields: snapshots,
  contributors: fc.constantFrom([], [{ kind: 'sub-type' as const, name: 'x', bad: 9, of: 3 }]),
});

test('for any counters, every rate has valid bounds, and SNS accepts every notice', () => {
  fc.assert(
    fc.property(
      cases,
      ({ fields: { rates, feedbackCount, isPausing, storedAlarm, enforcementStatus, ...fields }, contributors }) => {
        const evaluated = evaluateScope(
          snapshot({
            ...fields,
            now: noon + hour,
            alarms: (['rate-exceeded', 'near-threshold'] as const).map((rule) =>
              stored(
                { scope: fields.scope, rule, metric: 'bounceRate' },
                { ...storedAlarm, announced: storedAlarm.status },
              ),
            ),
            sesMetrics: {
              reputation: reputation(rates, rates),
              enforcementStatus,
              ...(feedbackCount !== undefined && {
                feedback: { bounceRate: [{ at: noon, value: feedbackCount }], complaintRate: [] },
              }),
            },
            policy: { ...defaultPolicy, autoPause: { enabled: isPausing, minSends: 1000 } },
          }),
        );
        for (const one of evaluated) {
          for (const { bad, total, rate, low = 0, high = 1 } of Object.values(one.figures.rates ?? {})) {
            expect([rate === undefined, 0 <= low && low <= high && high <= 1]).toEqual([total === 0, true]);
            if (rate !== undefined)
              expect([low <= rate, Math.min(rate, 1) <= high, bad >= 0]).toEqual([true, true, true]);
          }
          const { remaining = 0, hoursToThreshold = 1 } = one.figures.headroom ?? {};
          expect([
            Number.isSafeInteger(remaining) && remaining >= 0,
            Number.isFinite(hoursToThreshold) && hoursToThreshold > 0,
          ]).toEqual([true, true]);
          const notice = buildNotice(one, {
            contributors,
            now: noon + hour,
            location: { stack: 'ses-feedback-prod' },
          });
          expect(notice === undefined).toBe(one.change?.notice === undefined);
          if (notice === undefined) continue;
          const { subject, parts } = toNoticeMessage(notice);
          expect(subject).toMatch(/^\[ses-feedback\] [\x20-\x7e]{1,85}$/);
          expect(parts.sms).toMatch(/^SES [\x20-\x7e]{1,136}$/);
          expect(JSON.parse(parts.sqs ?? '')).toEqual(notice);
          expect(parts.email?.replace(headline(notice), '')).not.toMatch(/undefined|NaN|Infinity|null/);
        }
      },
    ),
    { numRuns: runs(500) },
  );
});
