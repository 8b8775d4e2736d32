import { unmarshall } from '@aws-sdk/util-dynamodb';
import { toLedgerItem } from '../../shared/aws/dynamodb/ledger-item.ts';
import { ledgerDays } from '../../shared/domain/aws-window/ledger.ts';
import { daysBefore, knownWindow, ledgerAt } from './ledger.ts';
import { day, hour, iso } from './ses.ts';

/**
 * Returns the items of a busy scope in the `reputation` table: 31 days, and the newest hours, which are not rolled up
 * yet. The account has its ledger, too.
 *
 * @param now the time of the newest sends
 * @param shards the number of containers that have counted
 */
export function busyScope(scope: string, now: number, shards: number): Record<string, unknown>[] {
  const expiresAt = Math.ceil((now + 45 * day) / 1000);
  const byHour = (value: number) => Array.from({ length: 24 }, () => value).join();
  const bySlot = (counter: string, value: number) =>
    Array.from({ length: 12 }, (_, slot) => [`${counter}${slot}`, value]);
  const days = Array.from({ length: 31 }, (_, i) => ({
    scope,
    hour: `${iso(now - i * day).slice(0, 10)}#day`,
    version: 24,
    through: Math.floor(now / hour) * hour - 6 * hour,
    sends: byHour(187_200),
    hard: byHour(1872),
    soft: byHour(3840),
    complaints: byHour(48),
    prevented: byHour(576),
    received: byHour(6100),
    expiresAt,
  }));
  // The current hour, six that are over, and one that is about to be rolled up.
  const openHours = 8;
  const hours = Array.from({ length: openHours * shards }, (_, i) => ({
    scope,
    hour: `${iso(now - Math.floor(i / shards) * hour).slice(0, 13)}#${i % shards}`,
    ...Object.fromEntries([
      ...bySlot('sends', 3900),
      ...bySlot('hard', 39),
      ...bySlot('soft', 80),
      ...bySlot('complaints', 1),
      ...bySlot('prevented', 12),
    ]),
    received: 12,
    writes: 300,
    expiresAt,
  }));
  return [...days, ...hours, ...(scope === 'account' ? [unmarshall(toLedgerItem(busyLedger(now)))] : [])];
}

/** 400 days of an account that sends as the busy scope does, and a window that is known. */
function busyLedger(now: number) {
  const counts = { sends: 4_492_800, hardBounces: 44_928, complaints: 1152 };
  const days = daysBefore(
    now,
    Array.from({ length: ledgerDays }, () => counts),
  );
  return ledgerAt(now, days, knownWindow({ emails: 31_234_567.123_456, days: 7.123_456_789 }));
}
