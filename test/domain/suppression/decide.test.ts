import fc from 'fast-check';
import type { AddressKey } from '../../../shared/domain/address.ts';
import type { RecipientEvent } from '../../../shared/domain/feedback/recipient-event.ts';
import { defaultPolicy, readPolicy } from '../../../shared/domain/policy/policy.ts';
import { decide } from '../../../shared/domain/suppression/decide.ts';
import { address, decideAll, event } from '../../support/recipient-event.ts';
import { runs } from '../../support/runs.ts';
import { day, hour, noon } from '../../support/ses.ts';

describe('a duplicate', () => {
  test('returns the given record and counts nothing', () => {
    const first = decide(undefined, event(), defaultPolicy, noon + day);
    const second = decide(first.record, event(), defaultPolicy, noon + 2 * day);
    expect(second).toEqual({ record: first.record, counts: [], isNew: false });
    expect(second.record).toBe(first.record);
    expect(first.counts).toHaveLength(2);
  });

  test('that names more scopes is counted in those only', () => {
    const { record } = decide(undefined, event(), defaultPolicy, noon + day);
    const richer = event({ scopes: ['account', 'identity:example.com', 'configuration-set:news'] });
    const second = decide(record, richer, defaultPolicy, noon + day);
    expect(second.counts).toEqual([{ metric: 'hard', scope: 'configuration-set:news', sentAt: noon }]);
    expect(second.isNew).toBe(false);
    expect(decide(second.record, richer, defaultPolicy, noon + day).counts).toEqual([]);
    expect(decide(second.record, event(), defaultPolicy, noon + day).record).toBe(second.record);
  });

  test('that writes the address differently adds a variant, because the account suppression list is case-sensitive', () => {
    const { record } = decide(undefined, event(), defaultPolicy, noon + day);
    const second = decide(record, event({ originalAddress: 'Ann@Example.NET' }), defaultPolicy, noon + day);
    expect([second.record?.addressVariants, second.counts, second.isNew]).toEqual([['Ann@Example.NET'], [], false]);
  });

  test('that matches another rule than the first copy is not counted again and does not suppress', () => {
    const { record } = decide(undefined, event({ class: 'soft', metric: 'soft' }), defaultPolicy, noon + day);
    const changed = decide(
      record,
      event({ class: 'hard', rule: 'another', metric: 'hard' }),
      defaultPolicy,
      noon + day,
    );
    expect(changed.record).toBe(record);
    expect(changed.counts).toEqual([]);
  });
});

test.each<[RecipientEvent['class'], string, boolean]>([
  ['hard', 'hard', true],
  ['complaint', 'complaints', true],
  ['soft', 'soft', false],
  ['prevented', 'prevented', false],
])(
  '%s is counted with its contributors if it raises a rate, and with the account only',
  (class_, metric, raisesRate) => {
    const contributors = ['is_NoEmail', 'at_gmail'];
    const { counts } = decide(undefined, event({ class: class_, contributors }), defaultPolicy, noon + day);
    expect(counts).toStrictEqual([
      { metric, scope: 'account', sentAt: noon, ...(raisesRate && { contributors }) },
      { metric, scope: 'identity:example.com', sentAt: noon },
    ]);
  },
);

test('an event that the policy excluded from the rates is not counted after the policy has changed', () => {
  const { record } = decide(undefined, event({ metric: null }), defaultPolicy, noon + day);
  const changed = decide(record, event({ metric: 'hard' }), defaultPolicy, noon + day);
  expect(changed).toEqual({ record, counts: [], isNew: false });
});

describe('feedback about an old email', () => {
  test('suppresses, but is not counted if the email is 30 days old', () => {
    const recent = decide(undefined, event(), defaultPolicy, noon + 30 * day - 1);
    const old = decide(undefined, event(), defaultPolicy, noon + 30 * day);
    expect([recent.counts.length, old.counts.length]).toEqual([2, 0]);
    expect([recent.record?.status, old.record?.status]).toEqual(['suppressed', 'suppressed']);
  });

  test('is not a strike', () => {
    const policy = readPolicy({ soft: { strikes: 1, onDays: 1 } });
    const at = (now: number) => decide(undefined, event({ class: 'soft' }), policy, now).record?.status;
    expect([at(noon + 29 * day), at(noon + 30 * day)]).toEqual(['suppressed', 'watched']);
  });

  test.each<[string, Partial<RecipientEvent>]>([
    ['soft bounce', { class: 'soft' }],
    ['simulator bounce', { address: 'bounce@simulator.amazonses.com' as AddressKey, maxDurationMs: hour }],
  ])(
    'creates no record if it is a %s from a year ago, because the record would have expired already',
    (_title, fields) => {
      const decision = decide(undefined, event(fields), defaultPolicy, noon + 365 * day);
      expect(decision).toEqual({ record: undefined, counts: [], isNew: true });
    },
  );

  test('creates a record for a block from a year ago only if the entry at SES has to be deleted', () => {
    const block = event({ class: 'policy-block' });
    const late = noon + 365 * day;
    expect(decide(undefined, block, defaultPolicy, late).record).toMatchObject({
      pendingSync: { regions: ['home'], due: noon + 2000 + 14 * day },
    });
    const syncOff = readPolicy({ accountList: { mode: 'off' } });
    expect(decide(undefined, block, syncOff, late)).toEqual({ record: undefined, counts: [], isNew: true });
  });

  test('changes nothing after the first delivery', () => {
    const first = decide(undefined, event({ class: 'prevented' }), defaultPolicy, noon + 40 * day);
    const second = decide(first.record, event({ class: 'prevented' }), defaultPolicy, noon + 41 * day);
    expect(second.record).toBe(first.record);
    expect(second.isNew).toBe(false);
  });
});

const anyEvents = fc
  .array(
    fc.record({
      id: fc.integer({ min: 0, max: 24 }),
      class: fc.constantFrom<RecipientEvent['class']>(
        'hard',
        'soft',
        'soft',
        'soft',
        'soft',
        'policy-block',
        'complaint',
        'prevented',
      ),
      // Mostly a few days, so that several events share a day. Sometimes days far apart, so that windows end.
      sentDay: fc.oneof({ weight: 3, arbitrary: fc.integer({ min: 0, max: 3 }) }, fc.integer({ min: 0, max: 25 })),
      delay: fc.integer({ min: 0, max: 4 * 24 }),
      suspected: fc.boolean(),
      originalAddress: fc.mixedCase(fc.constant<string>(address)),
      isSimulator: fc.boolean(),
    }),
    { maxLength: 26 },
  )
  .map((all) => {
    const byId = new Map(all.map((one) => [one.id, one]));
    return all.map(({ id }) => {
      const { class: class_, sentDay, delay, suspected, originalAddress } = byId.get(id) as (typeof all)[number];
      const sentAt = noon + sentDay * day;
      const at = sentAt + delay * hour;
      // All events of one address agree on whether it belongs to the simulator.
      const ends = all[0]?.isSimulator ? { maxDurationMs: hour } : {};
      return event({ id: `e${id}`, class: class_, suspected, originalAddress, sentAt, at, ...ends });
    });
  });

test('events leave the same record and the same counts in any order and with any duplicates', () => {
  const policy = readPolicy({ soft: { strikes: 3, onDays: 2, withinDays: 7, suppressDays: 9 } });
  const shuffled = anyEvents.chain((events) =>
    fc.tuple(fc.constant(events), fc.shuffledSubarray([...events, ...events], { minLength: events.length * 2 })),
  );
  const summary = ({ record, counts }: ReturnType<typeof decideAll>) => ({
    record,
    counts: counts.map(({ metric, scope, sentAt }) => `${metric} ${scope} ${sentAt}`).toSorted(),
  });
  fc.assert(
    fc.property(shuffled, ([events, again]) => {
      const now = noon + 29 * day;
      expect(summary(decideAll(again, policy, now))).toEqual(summary(decideAll(events, policy, now)));
    }),
    { numRuns: runs(1000) },
  );
});
