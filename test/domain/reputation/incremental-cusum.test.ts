import { createIncrementalCusum } from '../../../shared/domain/reputation/incremental-cusum.ts';
import { day, hour, noon } from '../../support/ses.ts';

const line = 0.05;

const feed = (
  history: ReturnType<typeof createIncrementalCusum>,
  hours: number,
  total: number,
  bad: number,
  from = 0,
) =>
  Array.from({ length: hours }, (_, i) => {
    history.add({ start: noon + (from + i) * hour, total, bad });
    return history.evaluate(noon + (from + i + 1) * hour);
  }).flatMap((transition) => transition ?? []);

test('flapping around the line is one incident: two notices up, and one when it is over', () => {
  const history = createIncrementalCusum(line);
  const flapping = Array.from({ length: 60 }, (_, i) => feed(history, 1, 100, i % 2 === 0 ? 9 : 3, i)).flat();
  const after = feed(history, 30, 100, 0, 60);
  expect([...flapping, ...after].map(({ from, to }) => `${from} → ${to}`)).toEqual([
    'ok → approaching',
    'approaching → critical',
    'critical → ok',
  ]);
});

test('a redrive three days late raises no alarm about what has recovered since', () => {
  const history = createIncrementalCusum(line);
  feed(history, 24, 100, 1);
  feed(history, 72, 1000, 10, 24);
  history.add({ start: noon + 2 * hour, total: 0, bad: 30 });
  expect(history.evaluate(noon + 96 * hour)).toBeUndefined();
});

test('a clock that jumps, and minutes without an evaluation, change nothing', () => {
  const run = (looks: readonly number[]) => {
    const history = createIncrementalCusum(line);
    for (let i = 0; i < 48; i++) history.add({ start: noon + i * hour, total: 100, bad: 1 });
    return looks.map((hours) => history.evaluate(noon + hours * hour));
  };
  expect(run([1, 40, 3, 48, 48, 90])).toEqual(Array.from({ length: 6 }, () => undefined));
});

describe('an excess that began more than 30 days ago', () => {
  /** One bounce in ten mails a month: too much by 0.6 each time, and in no 30 days enough to say so. */
  const monthly = (history: ReturnType<typeof createIncrementalCusum>, months: number, from = 0) =>
    Array.from({ length: months }, (_, i) => {
      const start = noon + (from + i) * 31 * day;
      history.add({ start, total: 10, bad: 1 });
      return history.evaluate(start + hour);
    });

  test('is weighed without its beginning', () => {
    expect(monthly(createIncrementalCusum(line), 24)).toEqual(Array.from({ length: 24 }, () => undefined));
  });

  test('is reported without it as well', () => {
    const history = createIncrementalCusum(line);
    monthly(history, 12);
    const start = noon + 12 * 31 * day;
    history.add({ start, total: 10, bad: 9 });
    expect(history.evaluate(start + hour)).toEqual({ from: 'ok', to: 'critical', bad: 9, total: 10 });
  });
});

test('feedback may come for a mail nobody has told of yet, between others and before them', () => {
  const history = createIncrementalCusum(line);
  feed(history, 3, 100, 0, 1);
  history.add({ start: noon, total: 50, bad: 2 });
  history.add({ start: noon + 1.5 * hour, total: 20, bad: 20 });
  expect(history.evaluate(noon + 4 * hour)).toEqual({ from: 'ok', to: 'critical', bad: 20, total: 220 });
});

test('what starts in the moment an incident ends belongs to the next', () => {
  const history = createIncrementalCusum(line);
  feed(history, 1, 100, 50);
  expect(feed(history, 4, 100, 0, 1)).toEqual([{ from: 'critical', to: 'ok', bad: 50, total: 400 }]);
  const again = createIncrementalCusum(line);
  feed(again, 1, 100, 50);
  feed(again, 3, 100, 0, 1);
  expect(feed(again, 1, 100, 50, 4)).toEqual([{ from: 'ok', to: 'critical', bad: 50, total: 100 }]);
});

test('bounces that are known before and after their sends are of the same tally', () => {
  const history = createIncrementalCusum(line);
  history.add({ start: noon, total: 100, bad: 0 });
  history.add({ start: noon, total: 0, bad: 20 });
  expect(history.evaluate(noon + hour)).toEqual({ from: 'ok', to: 'critical', bad: 20, total: 100 });
});

describe('the limit goes by the sends of the last day', () => {
  test('of all of it', () => {
    const history = createIncrementalCusum(line);
    feed(history, 23, 4000, 160);
    expect(feed(history, 1, 1000, 80, 23)).toEqual([]);
    expect(feed(history, 1, 1000, 80, 24)).toEqual([{ from: 'ok', to: 'critical', bad: 160, total: 2000 }]);
  });

  test('also of those that are told late', () => {
    const history = createIncrementalCusum(line);
    feed(history, 1, 10, 0);
    history.add({ start: noon, total: 100_000, bad: 4000 });
    history.add({ start: noon + hour, total: 1000, bad: 80 });
    expect(history.evaluate(noon + 2 * hour)).toBeUndefined();
  });
});
