import fc from 'fast-check';
import { accumulate } from '../../../shared/domain/aws-window/cumulative.ts';
import { afterMailing } from '../../../shared/domain/aws-window/mailing.ts';
import { contentOf } from '../../../shared/domain/aws-window/window.ts';

const hour = 3_600_000;
const buckets = Array.from({ length: 100 }, (_, index) => ({
  start: index * hour,
  sends: 10 + (index % 7),
  hardBounces: index % 3,
  complaints: 1,
}));
const history = accumulate(buckets, hour);

test('a mailing is as if its emails had been sent in the hour after the history', () => {
  fc.assert(
    fc.property(
      fc.nat(3000),
      fc.nat(50),
      fc.integer({ min: 1, max: 1500 }),
      fc.nat(90),
      (sends, bad, emails, hours) => {
        const after = afterMailing(history, { sends, hardBounces: bad });
        const expected = accumulate([...buckets, { start: 100 * hour, sends, hardBounces: bad, complaints: 0 }], hour);
        for (const rule of [
          { emails, days: 0 },
          { emails: 0, days: hours / 24 },
          { emails, days: hours / 24 },
        ]) {
          const [found, wanted] = [contentOf(after, rule, after.to), contentOf(expected, rule, expected.to)];
          expect(found === undefined).toBe(wanted === undefined);
          for (const column of ['sends', 'hardBounces', 'complaints'] as const)
            expect(found?.[column] ?? 0).toBeCloseTo(wanted?.[column] ?? 0, 6);
        }
      },
    ),
  );
});
