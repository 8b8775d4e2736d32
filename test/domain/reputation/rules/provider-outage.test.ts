import type { ProviderBounces } from '../../../../shared/domain/reputation/provider-bounces.ts';
import { hour, noon } from '../../../support/ses.ts';
import { bucket, evaluateAlarm, stored } from '../snapshot-fixture.ts';

const now = noon + hour / 2;
/** Hard bounces in each of the last 24 hours, the newest last. */
const hours = (bounces: readonly Readonly<Record<string, number>>[]): ProviderBounces[] =>
  bounces.map((one, index) => ({ start: noon - (bounces.length - 1 - index) * hour, bounces: one }));
const quiet = Array.from({ length: 22 }, () => ({ gmail: 1, microsoft: 1, other: 3 }));
const name = { scope: 'account', rule: 'provider-outage' } as const;

const evaluate = (
  recent: readonly Readonly<Record<string, number>>[],
  {
    before = quiet,
    isRaised = false,
    sends = [100, 100],
    weekly = { sends: 100, hard: 1 },
  }: {
    before?: typeof quiet | Record<string, number>[];
    isRaised?: boolean;
    sends?: readonly number[];
    weekly?: { sends: number; hard: number };
  } = {},
) => {
  const week = Array.from({ length: 48 }, (_, index) => bucket({ start: noon - (index + 2) * hour, ...weekly }));
  const newest = sends.map((count, index) => bucket({ start: noon - (1 - index) * hour, sends: count }));
  return evaluateAlarm(
    {
      now,
      until: now,
      providerBounces: hours([...before, ...recent]),
      buckets: [...week, ...newest].sort((a, b) => a.start - b.start),
      alarms: isRaised
        ? [stored(name, { status: 'approaching', announced: 'approaching', since: noon - 3 * hour })]
        : [],
    },
    'provider-outage',
  );
};
const statusOf = (...args: Parameters<typeof evaluate>) => evaluate(...args).result.status;

test('many more bounces at one provider than usual, while the others are calm, may be an outage', () => {
  const { result, figures } = evaluate([
    { gmail: 30, other: 3 },
    { gmail: 60, microsoft: 2 },
  ]);
  expect(result.status).toBe('approaching');
  expect(figures).toEqual({ bad: 90, total: 0, providerOutage: { provider: 'google', bounces: 90, usual: 2 } });
});

test.each<[string, Parameters<typeof evaluate>]>([
  ['fewer than twenty', [[{}, { gmail: 19 }]]],
  ['less than eight times as many as usual', [[{}, { gmail: 23 }], { before: quiet.map(() => ({ gmail: 1.5 })) }]],
  ['at a provider without a name', [[{}, { other: 90 }]]],
  [
    'at other providers as well',
    [[{}, { gmail: 60, microsoft: 6, yahoo: 5 }], { before: quiet.map(() => ({ gmail: 1 })) }],
  ],
  ['at the usual share of all emails', [[{}, { gmail: 79 }], { weekly: { sends: 100, hard: 10 } }]],
  ['of an account that has sent little', [[{}, { gmail: 60 }], { weekly: { sends: 20, hard: 0 }, sends: [20, 20] }]],
  ['from a mailing that is larger than usual', [[{}, { gmail: 60 }], { sends: [100, 141] }]],
])('%s are none', (_what, args) => {
  expect(statusOf(...args)).toBe('ok');
});

test('each condition ends exactly there', () => {
  expect(statusOf([{}, { gmail: 20 }])).toBe('approaching');
  expect(statusOf([{}, { gmail: 24 }], { before: quiet.map(() => ({ gmail: 1.5 })) })).toBe('approaching');
  expect(statusOf([{}, { gmail: 60, microsoft: 9 }], { before: quiet.map(() => ({ gmail: 1 })) })).toBe('approaching');
  expect(statusOf([{}, { gmail: 60 }], { sends: [100, 140] })).toBe('approaching');
  expect(statusOf([{}, { gmail: 80 }], { weekly: { sends: 100, hard: 10 } })).toBe('approaching');
  // The domains of AOL are refused by the servers of Yahoo.
  expect(evaluate([{ yahoo: 10 }, { aol: 10 }]).figures.providerOutage).toMatchObject({
    provider: 'yahoo',
    bounces: 20,
  });
});

test('an outage of hours does not become usual, and the alarm lasts until it is over', () => {
  const lasting = [...quiet.slice(0, 16), ...Array.from({ length: 6 }, () => ({ gmail: 40, microsoft: 1, other: 3 }))];
  expect(statusOf([{ gmail: 40 }, { gmail: 40 }], { before: lasting, isRaised: true })).toBe('approaching');
  // Meanwhile others bounce as well, and a mailing is sent: it has begun already.
  const recent = [{ gmail: 40 }, { microsoft: 50, gmail: 60 }];
  expect(statusOf(recent, { before: lasting, isRaised: true, sends: [900, 900] })).toBe('approaching');
  const over = evaluate([{ gmail: 1 }, { gmail: 8 }], { before: lasting, isRaised: true });
  expect(over.result.status).toBe('ok');
  expect(over.figures.providerOutage).toMatchObject({ provider: 'google', bounces: 9 });
});

test('without bounces there is no outage, and a raised alarm ends', () => {
  expect(evaluate([{}, {}], { before: [] }).figures).toEqual({ bad: 0, total: 0 });
  expect(statusOf([{}, {}], { isRaised: true })).toBe('ok');
});
