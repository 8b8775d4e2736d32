import { createDynamoDBClient } from '../../shared/aws/dynamodb/client.ts';
import { createReputationTable } from '../../shared/aws/dynamodb/reputation-table.ts';
import { thresholdsFor } from '../../shared/domain/policy/thresholds.ts';
import { rateBucketOf } from '../../shared/domain/reputation/counter-bucket.ts';
import { formatWindow, labels } from '../../shared/domain/reputation/format-rate.ts';
import { rateNames } from '../../shared/domain/reputation/rate-name.ts';
import { rollingRates, withIntervals } from '../../shared/domain/reputation/rolling-rates.ts';
import { settlementDelayMs, slotStart } from '../../shared/domain/reputation/time-slots.ts';
import { formatTimestamp } from '../../shared/domain/timestamp.ts';
import type { ScopeState } from '../../shared/monitoring/reputation-store.ts';
import type { CliIO, ExitCode } from '../io/cli-io.ts';
import { UsageError } from '../io/errors.ts';
import { loadPolicy } from '../io/files.ts';
import { formatTime } from '../io/format.ts';
import { drawRate } from '../io/rate-chart.ts';
import { sanitize, sanitizeJson } from '../io/sanitize.ts';
import { type ActiveAlarm, activeAlarms, nameAlarm } from '../stack/active-alarms.ts';

export type RatesOptions = {
  readonly table: string;
  readonly scope: string;
  readonly json?: true;
  readonly policy?: string;
};

/** The text output names this many other scopes. */
const maxListedScopes = 20;

/** Runs the command `rates`, which reads the reputation table as the alarms do. */
export async function ratesCommand({ table, scope, json, policy: file }: RatesOptions, io: CliIO): Promise<ExitCode> {
  const policy = await loadPolicy(file, io);
  const now = Date.now();
  const store = createReputationTable({ client: createDynamoDBClient(), reputationTable: table, clock: () => now });
  const [state, scopes] = [await store.read(scope, now, true), await store.knownScopes()];
  if (isUnknown(scope, state, scopes)) throw new UsageError(describeUnknown(scope, scopes));
  const until = slotStart(now - settlementDelayMs);
  const alarms = activeAlarms(state);
  const rates = ratesOf(state, until);
  if (json) {
    const dated = alarms.map((alarm) => ({ ...alarm, since: formatTimestamp(alarm.since) }));
    io.stdout.write(sanitizeJson({ scope, at: formatTimestamp(now), ...rates, alarms: dated, scopes }));
    return 0;
  }
  const { review } = thresholdsFor(policy, scope);
  const charts = rateNames.map((metric) => {
    const buckets = state.buckets.map((bucket) => rateBucketOf(bucket, metric)).filter(({ start }) => start < until);
    const rows = Object.entries(rates[metric]).map(([window, rate]) => formatWindow(window, rate));
    const chart = buckets.length === 0 ? [] : [drawRate(labels.rates[metric], buckets, review[metric])];
    return [...chart, ...rows].join('\n');
  });
  const alarmText = alarms.length === 0 ? 'No active alarms.' : alarms.map(describeAlarm).join('\n');
  io.stdout.write(`${[sanitize(scope), ...charts, alarmText, describeScopes(scopes)].join('\n\n')}\n`);
  return 0;
}

/** Whether nothing was ever counted in a scope. The account is always known, even before the first email. */
function isUnknown(scope: string, { buckets, alarms }: ScopeState, scopes: readonly string[]): boolean {
  return scope !== 'account' && buckets.length === 0 && alarms.length === 0 && !scopes.includes(scope);
}

function describeUnknown(scope: string, scopes: readonly string[]): string {
  const similar = scopes.filter((one) => one.toLowerCase().includes(scope.toLowerCase().replace(/^.*:/, '')));
  const suggestion = similar.length > 0 ? `Did you mean ${similar.slice(0, 3).join(' or ')}?` : describeScopes(scopes);
  return sanitize(`Nothing was counted in a scope "${scope}" in the last 31 days. ${suggestion}`);
}

function ratesOf({ buckets }: ScopeState, until: number) {
  const of = (metric: (typeof rateNames)[number]) =>
    withIntervals(
      rollingRates(
        buckets.map((bucket) => rateBucketOf(bucket, metric)),
        until,
      ),
    );
  return { bounceRate: of('bounceRate'), complaintRate: of('complaintRate') };
}

function describeAlarm({ isNoticePublished, status, since, ...alarm }: ActiveAlarm): string {
  const notice = isNoticePublished ? '' : '; its notice is not published yet';
  return `${status.toUpperCase()}: ${nameAlarm(alarm)}, since ${formatTime(since)}${notice}`;
}

function describeScopes(scopes: readonly string[]): string {
  if (scopes.length === 0) return 'No other scopes.';
  const more = scopes.length - maxListedScopes;
  const rest = more > 0 ? ` and ${more} more (--json lists all)` : '';
  return `Other scopes: ${scopes.slice(0, maxListedScopes).map(sanitize).join(', ')}${rest}`;
}
