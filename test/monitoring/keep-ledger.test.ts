import { seededRandom } from '../../local/demo/shuffle.ts';
import { reputationRates } from '../../local/ses-simulator/reputation-rates.ts';
import { historyOf } from '../../shared/domain/aws-window/ledger.ts';
import { fittedDays } from '../../shared/domain/aws-window/update-ledger.ts';
import { contentOf } from '../../shared/domain/aws-window/window.ts';
import { StoreError } from '../../shared/domain/suppression/store.ts';
import { formatMonitoringEntry } from '../../shared/monitoring/log-entry.ts';
import { createMonitoring, type Monitoring, minute } from '../support/monitoring.ts';
import { day, hour, noon } from '../support/ses.ts';
import { createSystem, type System, useSystem } from '../support/system.ts';

useSystem();
let system: System;
let monitoring: Monitoring;
beforeEach(async () => {
  system = await createSystem();
  monitoring = createMonitoring(system);
});

const ledger = async () => (await monitoring.store.read('account', system.now, true)).ledger;
const midnight = noon - 12 * hour;
const ledgerEntries = () => monitoring.entries.filter(({ kind }) => kind === 'ledger');

test('the first evaluation writes it, and after that the first one of each day, once CloudWatch is complete', async () => {
  const versions: (number | undefined)[] = [];
  for (const time of [0, 5 * minute, 13 * hour + 59 * minute, 14 * hour, 15 * hour, 38 * hour]) {
    system.now = noon + time;
    await monitoring.evaluate();
    versions.push((await ledger())?.version);
  }
  expect(versions).toEqual([1, 1, 1, 2, 2, 3]);
  expect(ledgerEntries()).toHaveLength(3);
  expect(formatMonitoringEntry(ledgerEntries()[0] as never)).toBe(
    'Ledger of 0 days: the window of AWS is unknown (needs 60 values of AWS within the history, and has 0)',
  );
});

test('feedback that arrives weeks later is counted on the day of its email', async () => {
  await monitoring.count({ sends: 100, hard: 2 }, { sentAt: midnight - 5 * hour });
  await monitoring.evaluate();
  expect((await ledger())?.days).toEqual([
    { start: midnight - day, sends: 100, hardBounces: 2, complaints: 0, source: 'counters' },
  ]);
  system.now = noon + 29 * day;
  await monitoring.count({ hard: 3, complaints: 1 }, { sentAt: midnight - 5 * hour });
  await monitoring.evaluate();
  expect((await ledger())?.days).toMatchObject([{ sends: 100, hardBounces: 5, complaints: 1 }]);
  system.now = noon + 60 * day;
  await monitoring.evaluate();
  expect((await ledger())?.days).toMatchObject([{ sends: 100, hardBounces: 5, complaints: 1 }]);
});

test('without the figures of SES it has the counters, and the next day fills the rest', async () => {
  await monitoring.count({ sends: 100 }, { sentAt: midnight - hour });
  const readFigures = async () => Promise.reject(Object.assign(new Error(), { code: 'AccessDenied' }));
  await monitoring.evaluate({ readFigures });
  expect((await ledger())?.days).toHaveLength(1);
  expect(monitoring.entries).toContainEqual({
    kind: 'error',
    subject: 'what SES has published about the account',
    reason: 'AccessDenied',
  });
  system.now += day;
  monitoring.figures = {
    ses: [{ start: midnight - 100 * day, sends: 7, hardBounces: 1, complaints: 0 }],
    points: [],
  };
  await monitoring.evaluate();
  expect((await ledger())?.days.map(({ sends, source }) => [sends, source])).toEqual([
    [7, 'ses'],
    [100, 'counters'],
  ]);
});

test('a run that is short of time leaves it to the next one, and one that cannot write it logs the error', async () => {
  await monitoring.evaluate({ remaining: () => 19_999 });
  expect(await ledger()).toBeUndefined();
  const store = {
    ...monitoring.store,
    saveLedger: async () => Promise.reject(new StoreError('DynamoDB: throttled', { scope: 'transient' })),
  };
  const { failed } = await monitoring.evaluate({ store });
  expect(failed).toBe(0);
  expect(monitoring.entries).toContainEqual({
    kind: 'error',
    subject: 'the ledger of the account',
    reason: 'DynamoDB: throttled',
  });
  await monitoring.evaluate();
  expect((await ledger())?.version).toBe(1);
});

/** An account with good days and bad days, and what SES shows about it. The newest 31 days are in the counters. */
async function simulate(perDay: number, rule: { emails: number; days: number }, days: number) {
  const start = midnight - days * day;
  const random = seededRandom(7);
  const qualityOf = Array.from({ length: days + 1 }, () => (random() < 0.15 ? 0.03 + 0.1 * random() : 0.004));
  const volumeOf = Array.from({ length: days + 1 }, () => 0.4 + 1.2 * random());
  const hours = Array.from({ length: days * 24 + 2 }, (_, index) => {
    const [volume = 1, quality = 0] = [volumeOf[Math.floor(index / 24)], qualityOf[Math.floor(index / 24)]];
    const sends = Math.round((perDay / 24) * volume * (1 + 0.5 * Math.sin(index / 4)));
    const hardBounces = Math.floor(sends * quality + random());
    return { sends, hardBounces, complaints: Math.round(sends / 4000) };
  });
  const bucketOf = (index: number, one: (typeof hours)[number]) => ({ start: start + index * hour, ...one });
  const hidden = { ...rule, delayHours: 3, digits: 6, eligible: { bounceRate: 1, complaintRate: 0.6 } };
  const points = hours.flatMap((_, index) => {
    const shown = index > (days - fittedDays) * 24 ? reputationRates(hours, hidden, index) : undefined;
    return shown ? [{ at: start + index * hour, ...shown }] : [];
  });
  monitoring.figures = {
    points,
    ses: Array.from({ length: days - 31 }, (_, index) => {
      const ofDay = hours.slice(index * 24, (index + 1) * 24);
      const sum = (name: 'sends' | 'hardBounces' | 'complaints') => ofDay.reduce((total, one) => total + one[name], 0);
      return {
        ...bucketOf(index * 24, { sends: 0, hardBounces: 0, complaints: 0 }),
        sends: sum('sends'),
        hardBounces: sum('hardBounces'),
        complaints: sum('complaints'),
      };
    }),
  };
  const first = (days - 31) * 24;
  for (const [index, one] of hours.entries())
    if (index >= first)
      await monitoring.count(
        { sends: one.sends, hard: one.hardBounces, complaints: one.complaints },
        { sentAt: start + index * hour },
      );
  system.now = midnight + 2 * hour + 10 * minute;
  return hours;
}

test.each([
  [100, { emails: 4000, days: 0 }, 120],
  [3_000_000, { emails: 0, days: 6 }, 90],
])(
  'the window of an account that sends %d emails a day is inferred, and warns before SES does',
  async (perDay, rule, days) => {
    const hours = await simulate(perDay, rule, days);
    await monitoring.evaluate();
    const state = await monitoring.store.read('account', system.now, true);
    expect(state.ledger?.fit).toMatchObject({ kind: 'known' });
    if (state.ledger?.fit.kind !== 'known') return;
    const history = historyOf(state.ledger, state.buckets, system.now);
    const sends = contentOf(history, state.ledger.fit.rule, history.to)?.sends ?? 0;
    const truth = rule.emails > 0 ? rule.emails : hours.slice(-rule.days * 24).reduce((sum, one) => sum + one.sends, 0);
    expect(Math.abs(sends - truth) / truth).toBeLessThan(0.05);
    expect(monitoring.published()).toEqual([]);
    // A bad mailing of two hours takes the account half of the way, while SES still shows the rate of yesterday.
    const bad = Math.round(truth * 0.045);
    monitoring.sesMetrics = { reputation: { bounceRate: [{ at: system.now, value: 0.01 }], complaintRate: [] } };
    await monitoring.count({ sends: bad, hard: bad }, { sentAt: system.now });
    system.now += 10 * minute;
    await monitoring.evaluate();
    expect(monitoring.published()).toContain('account/near-threshold/bounceRate ok → critical');
  },
  60_000,
);
