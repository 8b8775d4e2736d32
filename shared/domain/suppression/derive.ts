import { defined } from '../defined.ts';
import { isSimulator } from '../feedback/mailbox-simulator.ts';
import { type Reason, reasons } from '../feedback/recipient-event.ts';
import { firstHardRetentionMs, idRetentionMs, strikeRetentionMs } from '../retention.ts';
import { explainedUntil, pendingSyncOf } from './account-list-state.ts';
import type { ListPolicy } from './list-policy.ts';
import type { Cause, SuppressionRecord } from './record.ts';

/**
 * Returns the record with every derived field computed anew: `status`, `reason`, `since`, `until`, `pendingSync` and `expiresAt`. The result
 * does not depend on the current time, so it is the same in whatever order events arrive.
 */
export function derive(
  record: SuppressionRecord,
  { accountList: settings }: Pick<ListPolicy, 'accountList'>,
): SuppressionRecord {
  const causes = effectiveCauses(record, settings);
  // The strongest cause is shown; the longest one decides when the suppression ends.
  const reason = strongestOf(causes);
  const status = reason !== undefined ? 'suppressed' : record.released ? 'released' : 'watched';
  const all = Object.values(causes);
  const pendingSync = pendingSyncOf(record, settings);
  const derived: SuppressionRecord = {
    ...withoutDerivedFields(record),
    status,
    ...(reason !== undefined && { reason, since: Math.min(...all.map(({ since }) => since)) }),
    ...defined({ until: latestEnd(all), pendingSync }),
  };
  // A record must not expire while a Region still has to be synced.
  return { ...derived, ...defined({ expiresAt: pendingSync === undefined ? expiryOf(derived) : undefined }) };
}

function withoutDerivedFields({
  status,
  reason,
  since,
  until,
  pendingSync,
  expiresAt,
  ...rest
}: SuppressionRecord): Omit<SuppressionRecord, 'status' | 'reason' | 'since' | 'until' | 'pendingSync' | 'expiresAt'> {
  return rest;
}

/**
 * Returns the causes that count. SES lists most addresses for a cause the record also has, and then that cause decides when the suppression
 * ends. The SES list is a cause of its own if the record has no other, or if SES still prevents sends after the others have ended.
 */
function effectiveCauses(record: SuppressionRecord, settings: ListPolicy['accountList']): SuppressionRecord['causes'] {
  const { 'ses-list': listed, ...known } = record.causes;
  if (listed === undefined) return known;
  // SES does not list an address for soft bounces. It lists a manually suppressed one only after a sync, see explainedUntil.
  const { soft: _, manual: __, ...explaining } = known;
  const ends = Object.values(explaining).map(({ until = Number.POSITIVE_INFINITY }) => until);
  const outlivesOthers = listed.last > Math.max(...ends, explainedUntil(record, settings));
  return outlivesOthers ? { ...known, 'ses-list': listed } : known;
}

/**
 * Returns the strongest cause. What an operator suppressed for a time is not the reason while something else suppresses the address for longer.
 */
function strongestOf(causes: SuppressionRecord['causes']): Reason | undefined {
  const { manual, ...others } = causes;
  const end = latestEnd(Object.values(others)) ?? Number.POSITIVE_INFINITY;
  const isOutlasted = manual?.until !== undefined && Object.keys(others).length > 0 && manual.until < end;
  const shown: SuppressionRecord['causes'] = isOutlasted ? others : causes;
  return reasons.find((name) => shown[name] !== undefined);
}

/** Returns when the longest of the causes ends, or `undefined` if one never ends or there is none. */
function latestEnd(causes: readonly Cause[]): number | undefined {
  const ends = causes.map(({ until = Number.POSITIVE_INFINITY }) => until);
  const latest = Math.max(...ends);
  return Number.isFinite(latest) ? latest : undefined;
}

/**
 * Returns when the record may be deleted, or `undefined` for never: released and permanently suppressed records stay. A record is kept until
 * its newest email is too old to be counted, until its latest strike and its first hard bounce are of no use, and until no more feedback can
 * arrive about an email that SES did not send because of a manual suppression.
 */
function expiryOf(record: SuppressionRecord): number | undefined {
  const { released, status, until, causes, newestSentAt, strikes, domainStrikes = [] } = record;
  if (released || (status === 'suppressed' && until === undefined)) return undefined;
  const manualUntil = causes.manual?.until ?? 0;
  return Math.max(
    until ?? 0,
    manualUntil + idRetentionMs,
    newestSentAt + idRetentionMs,
    Math.max(0, ...strikes, ...domainStrikes) + strikeRetentionMs,
    causes.hard === undefined || isSimulator(record.address) ? 0 : causes.hard.last + firstHardRetentionMs,
  );
}
