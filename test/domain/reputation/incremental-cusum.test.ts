import { createIncrementalCusum } from '../../../shared/domain/reputation/incremental-cusum.ts';
import { day, hour, noon } from '../../support/ses.ts';

const options = { threshold: 0.05, maturityMs: 12 * hour };

const feed = (cusum: ReturnType<typeof createIncrementalCusum>, hours: number, total: number, bad: number, from = 0) =>
  Array.from({ length: hours }, (_, i) => {
    cusum.add({ start: noon + (from + i) * hour, total, bad });
    return cusum.evaluate(noon + (from + i + 1) * hour);
  }).flatMap((transition) => transition ?? []);

test('a rate that flaps around the threshold is one incident: two steps up, and one down', () => {
  const cusum = createIncrementalCusum(options);
  const flapping = Array.from({ length: 60 }, (_, i) => feed(cusum, 1, 100, i % 2 === 0 ? 9 : 3, i)).flat();
  const after = feed(cusum, 30, 100, 0, 60);
  expect([...flapping, ...after].map(({ from, to }) => `${from} → ${to}`)).toEqual([
    'ok → approaching',
    'approaching → critical',
    'critical → ok',
  ]);
});

test('a redrive three days later raises no alarm about a rate that has recovered since', () => {
  const cusum = createIncrementalCusum(options);
  feed(cusum, 24, 100, 1);
  feed(cusum, 72, 1000, 10, 24);
  cusum.add({ start: noon + 2 * hour, total: 0, bad: 30 });
  expect(cusum.evaluate(noon + 96 * hour)).toBeUndefined();
});

describe('an alarm ends at any volume', () => {
  const complaints = { threshold: 0.001, maturityMs: 30 * hour };

  /** Feeds days of hourly emails, and returns the days on which the status changed. */
  const changes = (days: number, perHour: number, badAt: (i: number) => number) => {
    const cusum = createIncrementalCusum(complaints);
    return Array.from({ length: 24 * days }, (_, i) => {
      cusum.add({ start: noon + i * hour, total: perHour, bad: badAt(i) });
      const transition = cusum.evaluate(noon + (i + 1) * hour);
      return transition === undefined ? [] : [`day ${Math.floor(i / 24)}: ${transition.to}`];
    }).flat();
  };

  test('after nine complaints of 300 clean emails a day, when they leave the window', () => {
    expect(changes(400, 12.5, (i) => (i >= 24 && i < 33 ? 1 : 0))).toEqual(['day 1: critical', 'day 31: ok']);
  });

  test('with a healthy background of complaints', () => {
    // 800 emails a day, of which 0.03 % cause a complaint.
    const background = (i: number) => (i % 100 === 50 ? 1 : 0);
    const all = changes(200, 800 / 24, (i) => background(i) + (i >= 24 && i < 36 ? 1 : 0));
    expect(all.filter((change) => change.endsWith('critical'))).toHaveLength(1);
    expect(all.at(-1)).toMatch(/^day (1\d|2\d|3[0-3]): ok$/);
  });
});

test('clock jumps and minutes without an evaluation change nothing', () => {
  const run = (times: readonly number[]) => {
    const cusum = createIncrementalCusum(options);
    for (let i = 0; i < 48; i++) cusum.add({ start: noon + i * hour, total: 100, bad: 1 });
    return times.map((hours) => cusum.evaluate(noon + hours * hour));
  };
  expect(run([1, 40, 3, 48, 48, 90])).toEqual(Array.from({ length: 6 }, () => undefined));
});

describe('an excess that began more than 30 days ago', () => {
  /** One bounce in ten emails a month: an excess of 0.6 bounces each time, and never enough within 30 days. */
  const monthly = (cusum: ReturnType<typeof createIncrementalCusum>, months: number, from = 0) =>
    Array.from({ length: months }, (_, i) => {
      const start = noon + (from + i) * 31 * day;
      cusum.add({ start, total: 10, bad: 1 });
      return cusum.evaluate(start + hour);
    });

  test('counts without its beginning', () => {
    expect(monthly(createIncrementalCusum(options), 24)).toEqual(Array.from({ length: 24 }, () => undefined));
  });

  test('is reported without its beginning, too', () => {
    const cusum = createIncrementalCusum(options);
    monthly(cusum, 12);
    const start = noon + 12 * 31 * day;
    cusum.add({ start, total: 10, bad: 9 });
    expect(cusum.evaluate(start + hour)).toEqual({ from: 'ok', to: 'critical', bad: 9, total: 10 });
  });
});

test('feedback may arrive before the event that counts its email, for a bucket before or between the others', () => {
  const cusum = createIncrementalCusum(options);
  feed(cusum, 3, 100, 0, 1);
  cusum.add({ start: noon, total: 50, bad: 2 });
  cusum.add({ start: noon + 1.5 * hour, total: 20, bad: 20 });
  expect(cusum.evaluate(noon + 4 * hour)).toEqual({ from: 'ok', to: 'critical', bad: 20, total: 220 });
});

test('feedback on emails that were not mature at the end of an incident belongs to the next incident', () => {
  const cusum = createIncrementalCusum(options);
  feed(cusum, 1, 100, 50);
  // The three hours after the incident are mature, and the twelve hours after them are not.
  expect(feed(cusum, 15, 100, 0, 1)).toMatchObject([{ from: 'critical', to: 'ok' }]);
  const late = (hours: number) => {
    cusum.add({ start: noon + hours * hour, total: 0, bad: 100 });
    return cusum.evaluate(noon + 16 * hour);
  };
  expect(late(3)).toBeUndefined();
  expect(late(4)).toMatchObject({ from: 'ok', to: 'critical' });
});

test('bounces that arrive before or after their sends belong to the same bucket', () => {
  const cusum = createIncrementalCusum(options);
  cusum.add({ start: noon, total: 100, bad: 0 });
  cusum.add({ start: noon, total: 0, bad: 20 });
  expect(cusum.evaluate(noon + hour)).toEqual({ from: 'ok', to: 'critical', bad: 20, total: 100 });
});

describe('the limit depends on the sends of the last day', () => {
  test('all of them', () => {
    const cusum = createIncrementalCusum(options);
    feed(cusum, 23, 4000, 160);
    expect(feed(cusum, 1, 1000, 80, 23)).toEqual([]);
    expect(feed(cusum, 1, 1000, 80, 24)).toEqual([{ from: 'ok', to: 'critical', bad: 160, total: 2000 }]);
  });

  test('including those that become known late', () => {
    const cusum = createIncrementalCusum(options);
    feed(cusum, 1, 10, 0);
    cusum.add({ start: noon, total: 100_000, bad: 4000 });
    cusum.add({ start: noon + hour, total: 1000, bad: 80 });
    expect(cusum.evaluate(noon + 2 * hour)).toBeUndefined();
  });
});
