import { marshall } from '@aws-sdk/util-dynamodb';
import type { WindowFit } from '../../domain/aws-window/fit-window.ts';
import type { Ledger, LedgerDay, LedgerSource } from '../../domain/aws-window/ledger.ts';
import { day } from '../../domain/durations.ts';
import type { Item } from './item.ts';

/** The ledger is in the partition of the account, before the alarms: the query that reads an account reads it, too. */
export const ledgerKey = { scope: 'account', hour: 'account#ledger' } as const;

/** The form in which the fit is stored. A fit of another form is not read: the window is then inferred again. */
const fitForm = 1;

const letters: Readonly<Record<LedgerSource, string>> = { counters: 'c', ses: 's', imported: 'i' };
const sources: Readonly<Record<string, LedgerSource>> = { c: 'counters', s: 'ses', i: 'imported' };

/** Converts a ledger to its item: a list of numbers for each column, from the first day on. A day without emails has no source: `-`. */
export function toLedgerItem({ version, days, fit, since, testedUntil, updatedAt }: Ledger): Item {
  const from = days[0]?.start ?? 0;
  const length = days.length === 0 ? 0 : ((days.at(-1) as LedgerDay).start - from) / day + 1;
  const rows: (LedgerDay | undefined)[] = Array.from({ length });
  for (const one of days) rows[(one.start - from) / day] = one;
  const column = (name: 'sends' | 'hardBounces' | 'complaints') => rows.map((row) => row?.[name] || '').join();
  return marshall({
    ...ledgerKey,
    version,
    from,
    sends: column('sends'),
    hard: column('hardBounces'),
    complaints: column('complaints'),
    sources: rows.map((row) => (row === undefined ? '-' : letters[row.source])).join(''),
    fit: JSON.stringify({ form: fitForm, ...fit }),
    since,
    testedUntil,
    updatedAt,
  });
}

/** Reads a ledger from its item. */
export function fromLedgerItem(item: Item): Ledger {
  const numberOf = (name: string) => Number(item[name]?.N ?? 0);
  const listOf = (name: string) => item[name]?.S?.split(',').map(Number) ?? [];
  const [from, sends, hard, complaints] = [numberOf('from'), listOf('sends'), listOf('hard'), listOf('complaints')];
  const days = [...(item.sources?.S ?? '')].flatMap((letter, index): LedgerDay[] => {
    const source = sources[letter];
    if (source === undefined) return [];
    return [
      {
        start: from + index * day,
        sends: sends[index] ?? 0,
        hardBounces: hard[index] ?? 0,
        complaints: complaints[index] ?? 0,
        source,
      },
    ];
  });
  const { form, ...fit } = JSON.parse(item.fit?.S ?? '{}') as WindowFit & { form?: number };
  const isReadable = form === fitForm;
  return {
    version: numberOf('version'),
    days,
    fit: isReadable ? fit : { kind: 'unknown', reason: 'it is inferred again after an update' },
    since: isReadable ? numberOf('since') : 0,
    testedUntil: isReadable ? numberOf('testedUntil') : 0,
    updatedAt: numberOf('updatedAt'),
  };
}
