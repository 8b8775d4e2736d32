import { type AccountFigures, emptyLedger, isLedgerDue, updateLedger } from '../domain/aws-window/update-ledger.ts';
import { describeError } from '../domain/describe-error.ts';
import type { ErrorEntry, LedgerEntry } from './log-entry.ts';
import type { ReputationStore, ScopeState } from './reputation-store.ts';

export type KeepLedgerDependencies = {
  readonly store: ReputationStore;
  /** Reads what SES publishes about the account: once a day. */
  readonly readFigures: (now: number) => Promise<AccountFigures>;
  /** Returns the milliseconds left to work in. */
  readonly remaining: () => number;
  readonly log: (entry: ErrorEntry | LedgerEntry) => void;
};

/** A fit takes some seconds on a small function. A run that is short of time leaves it to the next one. */
const reserveMs = 20_000;

/**
 * Updates the ledger of the account once a day, and infers the window of AWS's rates from it. Alarms do not wait for it, so an error is logged,
 * and the next run tries again. Without SES's figures, the ledger has the counters of ses-feedback, and the next day fills the rest.
 *
 * @param account the account as the evaluation has read it
 */
export async function keepLedger(
  account: Pick<ScopeState, 'ledger'>,
  now: number,
  { store, readFigures, remaining, log }: KeepLedgerDependencies,
): Promise<void> {
  if (!isLedgerDue(account.ledger ?? emptyLedger, now) || remaining() < reserveMs) return;
  try {
    const figures = await readFigures(now).catch((error: unknown): AccountFigures => {
      log({ kind: 'error', subject: 'what SES has published about the account', reason: describeError(error) });
      return { ses: [], points: [] };
    });
    const { ledger: stored = emptyLedger, buckets, countedFrom } = await store.read('account', now, true);
    const ledger = updateLedger(stored, { buckets, countedFrom, now }, figures);
    if (!(await store.saveLedger(ledger, stored.version))) return;
    const { kind: window, reason } = ledger.fit;
    log({ kind: 'ledger', days: ledger.days.length, window, reason });
  } catch (error) {
    log({ kind: 'error', subject: 'the ledger of the account', reason: describeError(error) });
  }
}
