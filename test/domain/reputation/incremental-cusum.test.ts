import { createHistory } from '../../../shared/domain/reputation/incremental-cusum.ts';
import { day, hour, noon } from '../../support/ses.ts';

const line = 0.05;

const feed = (history: ReturnType<typeof createHistory>, hours: number, n: number, b: number, from = 0) =>
  Array.from({ length: hours }, (_, i) => {
    history.add({ start: noon + (from + i) * hour, n, b });
    return history.evaluate(noon + (from + i + 1) * hour);
  }).flatMap((transition) => transition ?? []);

test('flapping around the line is one incident: two notices up, and one when it is over', () => {
  const history = createHistory(line);
  const flapping = Array.from({ length: 60 }, (_, i) => feed(history, 1, 100, i % 2 === 0 ? 9 : 3, i)).flat();
  const after = feed(history, 30, 100, 0, 60);
  expect([...flapping, ...after].map(({ from, to }) => `${from} → ${to}`)).toEqual([
    'ok → approaching',
    'approaching → critical',
    'critical → ok',
  ]);
});

test('a redrive three days late raises no alarm about what has recovered since', () => {
  const history = createHistory(line);
  feed(history, 24, 100, 1);
  feed(history, 72, 1000, 10, 24);
  history.add({ start: noon + 2 * hour, n: 0, b: 30 });
  expect(history.evaluate(noon + 96 * hour)).toBeUndefined();
});

test('a clock that jumps, and minutes without an evaluation, change nothing', () => {
  const run = (looks: readonly number[]) => {
    const history = createHistory(line);
    for (let i = 0; i < 48; i++) history.add({ start: noon + i * hour, n: 100, b: 1 });
    return looks.map((hours) => history.evaluate(noon + hours * hour));
  };
  expect(run([1, 40, 3, 48, 48, 90])).toEqual(Array.from({ length: 6 }, () => undefined));
});

describe('an excess that began more than 30 days ago', () => {
  /** One bounce in ten mails a month: too much by 0.6 each time, and in no 30 days enough to say so. */
  const monthly = (history: ReturnType<typeof createHistory>, months: number, from = 0) =>
    Array.from({ length: months }, (_, i) => {
      const start = noon + (from + i) * 31 * day;
      history.add({ start, n: 10, b: 1 });
      return history.evaluate(start + hour);
    });

  test('is weighed without its beginning', () => {
    expect(monthly(createHistory(line), 24)).toEqual(Array.from({ length: 24 }, () => undefined));
  });

  test('is reported without it as well', () => {
    const history = createHistory(line);
    monthly(history, 12);
    const start = noon + 12 * 31 * day;
    history.add({ start, n: 10, b: 9 });
    expect(history.evaluate(start + hour)).toEqual({ from: 'ok', to: 'critical', b: 9, n: 10 });
  });
});

test('feedback may come for a mail nobody has told of yet, between others and before them', () => {
  const history = createHistory(line);
  feed(history, 3, 100, 0, 1);
  history.add({ start: noon, n: 50, b: 2 });
  history.add({ start: noon + 1.5 * hour, n: 20, b: 20 });
  expect(history.evaluate(noon + 4 * hour)).toEqual({ from: 'ok', to: 'critical', b: 20, n: 220 });
});

test('what starts in the moment an incident ends belongs to the next', () => {
  const history = createHistory(line);
  feed(history, 1, 100, 50);
  expect(feed(history, 4, 100, 0, 1)).toEqual([{ from: 'critical', to: 'ok', b: 50, n: 400 }]);
  const again = createHistory(line);
  feed(again, 1, 100, 50);
  feed(again, 3, 100, 0, 1);
  expect(feed(again, 1, 100, 50, 4)).toEqual([{ from: 'ok', to: 'critical', b: 50, n: 100 }]);
});

test('bounces that are known before and after their sends are of the same tally', () => {
  const history = createHistory(line);
  history.add({ start: noon, n: 100, b: 0 });
  history.add({ start: noon, n: 0, b: 20 });
  expect(history.evaluate(noon + hour)).toEqual({ from: 'ok', to: 'critical', b: 20, n: 100 });
});

describe('the limit goes by the sends of the last day', () => {
  test('of all of it', () => {
    const history = createHistory(line);
    feed(history, 23, 4000, 160);
    expect(feed(history, 1, 1000, 80, 23)).toEqual([]);
    expect(feed(history, 1, 1000, 80, 24)).toEqual([{ from: 'ok', to: 'critical', b: 160, n: 2000 }]);
  });

  test('also of those that are told late', () => {
    const history = createHistory(line);
    feed(history, 1, 10, 0);
    history.add({ start: noon, n: 100_000, b: 4000 });
    history.add({ start: noon + hour, n: 1000, b: 80 });
    expect(history.evaluate(noon + 2 * hour)).toBeUndefined();
  });
});
