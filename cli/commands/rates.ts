import { createDynamoDBClient } from '../../shared/aws/dynamodb/client.ts';
import { createReputationTable } from '../../shared/aws/dynamodb/reputation-table.ts';
import { thresholdsFor } from '../../shared/domain/policy/thresholds.ts';
import { settlementDelay } from '../../shared/domain/reputation/backtest.ts';
import { rateBucketOf } from '../../shared/domain/reputation/counter-bucket.ts';
import { formatWindow, labels } from '../../shared/domain/reputation/format-rate.ts';
import { rateNames } from '../../shared/domain/reputation/rate-name.ts';
import { rollingRates, withIntervals } from '../../shared/domain/reputation/rolling-rates.ts';
import { slotStart } from '../../shared/domain/reputation/time-slots.ts';
import { formatTimestamp } from '../../shared/domain/timestamp.ts';
import type { ScopeState } from '../../shared/monitoring/reputation-store.ts';
import { loadPolicy } from '../io/files.ts';
import { drawRate } from '../io/rate-chart.ts';
import { sanitize, sanitizeJson } from '../io/sanitize.ts';

export type RatesOptions = {
  readonly table: string;
  readonly scope: string;
  readonly json?: true;
  readonly policy?: string;
};

/** The command `rates`: how do the rates of a scope stand, and which alarms are raised? Reads the table as the alarms do. */
export async function ratesCommand({ table, scope, json, policy: file }: RatesOptions): Promise<void> {
  const policy = await loadPolicy(file);
  const now = Date.now();
  const store = createReputationTable({ client: createDynamoDBClient(), reputationTable: table, clock: () => now });
  const [state, known] = [await store.read(scope, now, true), await store.knownScopes()];
  const until = slotStart(now - settlementDelay);
  const answer = { scope, at: formatTimestamp(now), ...ratesOf(state, until), alarms: alarmsOf(state), scopes: known };
  if (json) return void process.stdout.write(sanitizeJson(answer));
  const { review } = thresholdsFor(policy, scope);
  const charts = rateNames.map((metric) => {
    const tallies = state.buckets.map((stretch) => rateBucketOf(stretch, metric)).filter(({ start }) => start < until);
    const rows = Object.entries(answer[metric]).map(([window, rate]) => formatWindow(window, rate));
    const chart = tallies.length === 0 ? [] : [drawRate(labels.rates[metric], tallies, review[metric])];
    return [...chart, ...rows].join('\n');
  });
  const alarms = answer.alarms.length === 0 ? ['No alarm is raised.'] : answer.alarms.map(describeAlarm);
  const others =
    known.length === 0 ? 'no other scope is known' : `also known: ${known.slice(0, 20).map(sanitize).join(', ')}`;
  const more = known.length > 20 ? ` and ${known.length - 20} more (--json lists all)` : '';
  process.stdout.write(`${[sanitize(scope), ...charts, alarms.join('\n'), others + more].join('\n\n')}\n`);
}

function ratesOf({ buckets }: ScopeState, until: number) {
  const of = (metric: (typeof rateNames)[number]) =>
    withIntervals(
      rollingRates(
        buckets.map((stretch) => rateBucketOf(stretch, metric)),
        until,
      ),
    );
  return { bounceRate: of('bounceRate'), complaintRate: of('complaintRate') };
}

function alarmsOf({ alarms }: ScopeState) {
  const raised = alarms.filter(({ alarm }) => alarm.status !== 'ok');
  return raised.map(({ rule, metric, alarm: { status, since = 0, pending } }) => ({
    rule,
    ...(metric && { metric }),
    status,
    since: formatTimestamp(since),
    isTold: pending === undefined,
  }));
}

function describeAlarm({ rule, metric, status, since, isTold }: ReturnType<typeof alarmsOf>[number]): string {
  const what = metric === undefined ? labels.rules[rule] : `${labels.rates[metric]} (rule ${rule})`;
  return `${status.toUpperCase()}: ${what}, since ${since}${isTold ? '' : '; its notice is not published yet'}`;
}
