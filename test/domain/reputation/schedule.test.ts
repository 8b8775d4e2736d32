import fc from 'fast-check';
import { isScopeDue } from '../../../shared/domain/reputation/schedule.ts';
import { runs } from '../../support/runs.ts';
import { noon } from '../../support/ses.ts';

const minute = 60_000;
const fiveFrom = (start: number) => Array.from({ length: 5 }, (_, i) => start + i * minute);

test('each scope is due in exactly one of any five consecutive minutes, during that whole minute', () => {
  fc.assert(
    fc.property(
      fc.string(),
      fc.integer({ min: 0, max: 1e7 }),
      fc.integer({ min: 0, max: minute - 1 }),
      (scope, start, later) => {
        const due = fiveFrom(noon + start * minute).map((at) => isScopeDue(scope, at));
        expect(due.filter(Boolean)).toHaveLength(1);
        expect(fiveFrom(noon + start * minute).map((at) => isScopeDue(scope, at + later))).toEqual(due);
      },
    ),
    { numRuns: runs(500) },
  );
});

test.each([
  ['numbers', (i: number) => `tenant:${i}`],
  ['the end of a long name', (i: number) => `configuration-set:${'customer-'.repeat(8)}${i}-production`],
  ['the order of letters', (i: number) => `tag:${i % 2 === 0 ? 'ab' : 'ba'}${String(i).split('').toSorted().join('')}`],
  ['characters beyond the basic multilingual plane', (i: number) => `tenant:${String.fromCodePoint(0x1f300 + i)}`],
])('a thousand scopes that differ in %s are spread evenly over the minutes', (_name, nameOf) => {
  const names = [...new Set(Array.from({ length: 1000 }, (_, i) => nameOf(i)))];
  for (const at of fiveFrom(noon)) {
    const share = names.filter((scope) => isScopeDue(scope, at)).length / names.length;
    expect(Math.abs(share - 0.2)).toBeLessThan(0.07);
  }
});
