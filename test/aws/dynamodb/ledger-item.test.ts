import fc from 'fast-check';
import { fromLedgerItem, toLedgerItem } from '../../../shared/aws/dynamodb/ledger-item.ts';
import { type LedgerDay, ledgerDays } from '../../../shared/domain/aws-window/ledger.ts';
import { attributesSize } from '../../support/item-size.ts';
import { daysBefore, knownWindow, ledgerAt } from '../../support/ledger.ts';
import { createMonitoring, type Monitoring } from '../../support/monitoring.ts';
import { day, noon } from '../../support/ses.ts';
import { createSystem, useSystem } from '../../support/system.ts';

useSystem();

const known = knownWindow({ emails: 10_476.3, days: 0 });
const midnight = noon - day / 2;
/** Days with gaps, oldest first. */
const someDays = fc.uniqueArray(fc.nat(ledgerDays - 1), { maxLength: 50 }).chain((indexes) =>
  fc.tuple(
    ...indexes
      .sort((a, b) => a - b)
      .map((index) =>
        fc.record({
          start: fc.constant(midnight - (ledgerDays - index) * day),
          sends: fc.nat(),
          hardBounces: fc.nat(),
          complaints: fc.nat(),
          source: fc.constantFrom('counters', 'ses', 'imported'),
        }),
      ),
  ),
) as fc.Arbitrary<LedgerDay[]>;

test('a ledger is read as it was written', () => {
  fc.assert(
    fc.property(someDays, fc.boolean(), (days, isKnown) => {
      const ledger = ledgerAt(noon, days, isKnown ? known : { kind: 'unknown', reason: 'too few values' });
      expect(fromLedgerItem(toLedgerItem(ledger))).toEqual(ledger);
    }),
  );
});

test('400 days of an account that sends three million emails a day are less than 10 KB', () => {
  const counts = { sends: 3_123_456, hardBounces: 31_234, complaints: 1234 };
  const days = daysBefore(
    noon,
    Array.from({ length: ledgerDays }, () => counts),
  );
  expect(attributesSize(toLedgerItem(ledgerAt(noon, days, known)))).toBeLessThan(10_000);
});

test('a fit in a form that another version has written is inferred again, and the days stay', () => {
  const ledger = ledgerAt(noon, daysBefore(noon, [{ sends: 5 }]), known);
  const item = toLedgerItem(ledger);
  for (const fit of [{ S: JSON.stringify({ form: 2, window: 'x' }) }, undefined]) {
    const { fit: found, days, testedUntil } = fromLedgerItem({ ...item, ...(fit ? { fit } : { fit: { S: '{}' } }) });
    expect([found.kind, days, testedUntil]).toEqual(['unknown', ledger.days, 0]);
  }
});

describe('in the table', () => {
  let monitoring: Monitoring;
  const ledger = ledgerAt(noon, daysBefore(noon, [{ sends: 5 }]), known);
  const read = async () => (await monitoring.store.read('account', noon, true)).ledger;
  beforeEach(async () => {
    monitoring = createMonitoring(await createSystem());
  });

  test('it is read with the account, and with no other scope', async () => {
    expect(await read()).toBeUndefined();
    expect(await monitoring.store.saveLedger({ ...ledger, version: 1 }, 0)).toBe(true);
    expect(await read()).toEqual({ ...ledger, version: 1 });
    expect((await monitoring.store.read('tenant:a', noon, true)).ledger).toBeUndefined();
  });

  test('of two runs, the second one does not replace what the first one wrote', async () => {
    expect(await monitoring.store.saveLedger({ ...ledger, version: 1 }, 0)).toBe(true);
    expect(await monitoring.store.saveLedger({ ...ledger, version: 1, days: [] }, 0)).toBe(false);
    expect(await monitoring.store.saveLedger({ ...ledger, version: 2 }, 1)).toBe(true);
    expect(await monitoring.store.saveLedger({ ...ledger, version: 2, days: [] }, 1)).toBe(false);
    expect((await read())?.days).toHaveLength(1);
  });
});
