import { describeOutlook } from '../../shared/domain/aws-window/describe-outlook.ts';
import { historyOf } from '../../shared/domain/aws-window/ledger.ts';
import { type Outlook, outlookOf } from '../../shared/domain/aws-window/outlook.ts';
import { daysTested } from '../../shared/domain/aws-window/update-ledger.ts';
import { day } from '../../shared/domain/durations.ts';
import { type AwsRate, awsRateOf } from '../../shared/domain/reputation/aws-rate.ts';
import { describeContributor } from '../../shared/domain/reputation/describe-contributor.ts';
import { type RateName, rateNames } from '../../shared/domain/reputation/rate-name.ts';
import { settlementDelayMs, slotStart } from '../../shared/domain/reputation/time-slots.ts';
import type { Contributor } from '../../shared/domain/reputation/top-contributors.ts';
import { formatTimestamp } from '../../shared/domain/timestamp.ts';
import { contributorsOfPeriod, dayOf } from '../../shared/monitoring/find-contributors.ts';
import type { ReputationStore, ScopeState } from '../../shared/monitoring/reputation-store.ts';
import { formatQuantity } from '../io/format.ts';

/** AWS's own rates, as far as their window is known. */
export type AwsWindowStatus = {
  /** When the ledger was updated, epoch milliseconds. 0: since a history was imported, it was not. */
  readonly updatedAt: number;
  /** How many days the window has explained values that it was not inferred from. 0 if it is not known. */
  readonly daysTested: number;
  readonly outlook: Outlook;
  /** What the bounces or complaints of the day have in common that raises a rate most. */
  readonly contributors: Readonly<Partial<Record<RateName, readonly Contributor[]>>>;
};

/** Longer, an operator does not wait for what is good to know. */
const contributorsTimeoutMs = 20_000;

/** Returns what is known of AWS's own rates, or `undefined` before the ledger is written for the first time. */
export async function readAwsWindow(
  { ledger, buckets }: ScopeState,
  store: ReputationStore,
  now: number,
): Promise<AwsWindowStatus | undefined> {
  if (ledger === undefined) return undefined;
  const outlook = outlookOf(historyOf(ledger, buckets, slotStart(now - settlementDelayMs)), ledger.fit);
  const deadline = Date.now() + contributorsTimeoutMs;
  const contributors: Partial<Record<RateName, readonly Contributor[]>> = {};
  for (const metric of rateNames) {
    const found = outlook.kind === 'known' ? outlook.rates[metric] : undefined;
    const { heaviestDay } = awsRateOf(outlook, metric);
    if (found === undefined || heaviestDay === undefined) continue;
    const period = { ...dayOf(heaviestDay), scope: 'account', metric, threshold: found.thresholds.review };
    contributors[metric] = await contributorsOfPeriod(period, now, { store, remaining: () => deadline - Date.now() });
  }
  return { updatedAt: ledger.updatedAt, daysTested: daysTested(ledger), outlook, contributors };
}

/** What there is to say before the ledger is written for the first time. */
export const noLedger = 'not known yet: the next evaluation of the rates, within a minute, starts to look for it';

/** Returns whether the ledger has not been updated for two days. */
export function isLedgerLate({ updatedAt }: AwsWindowStatus, now: number): boolean {
  return updatedAt > 0 && now - updatedAt > 2 * day;
}

/** Returns text for people: the rates by AWS's window, or a range, and what weighs on them. */
export function describeAwsWindow(status: AwsWindowStatus): string[] {
  const { outlook, contributors, daysTested: tested } = status;
  const days = tested === 0 ? [] : [`  It has explained the values of ${formatQuantity(tested, 'more day')} since.`];
  const [first = '', ...others] = describeOutlook(outlook);
  return [
    first,
    ...days,
    ...others,
    ...rateNames.flatMap((metric) => {
      const day = awsRateOf(outlook, metric).heaviestDay?.day;
      const lines = (contributors[metric] ?? []).map((one) => `  ${describeContributor(one)}`);
      const what = metric === 'bounceRate' ? 'bounces' : 'complaints';
      return lines.length === 0 ? [] : [`  Top contributors to the ${what} of ${day}:`, ...lines];
    }),
  ];
}

/** Returns the JSON form. Times are in ISO 8601. */
export function awsWindowJson({ updatedAt, daysTested: tested, outlook, contributors }: AwsWindowStatus) {
  const rate = (metric: RateName): AwsRate & { contributors: readonly Contributor[] } => ({
    ...awsRateOf(outlook, metric),
    contributors: contributors[metric] ?? [],
  });
  return {
    updatedAt: updatedAt === 0 ? null : formatTimestamp(updatedAt),
    daysTested: tested,
    bounceRate: rate('bounceRate'),
    complaintRate: rate('complaintRate'),
  };
}
