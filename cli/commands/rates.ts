import type { SESv2Client } from '@aws-sdk/client-sesv2';
import { createDynamoDBClient } from '../../shared/aws/dynamodb/client.ts';
import { createReputationTable } from '../../shared/aws/dynamodb/reputation-table.ts';
import { listSuppressed } from '../../shared/aws/dynamodb/suppressed-index.ts';
import { createSendingEntities } from '../../shared/aws/ses/sending-entities.ts';
import { defined } from '../../shared/domain/defined.ts';
import { describeError } from '../../shared/domain/describe-error.ts';
import { hour } from '../../shared/domain/durations.ts';
import { thresholdsFor } from '../../shared/domain/policy/thresholds.ts';
import { rateBucketOf } from '../../shared/domain/reputation/counter-bucket.ts';
import { sendingEntityOf } from '../../shared/domain/reputation/entity-status.ts';
import {
  formatCount,
  formatPercent,
  formatWindow,
  labels,
  unitOf,
} from '../../shared/domain/reputation/format-rate.ts';
import { type RateName, rateNames } from '../../shared/domain/reputation/rate-name.ts';
import { type RollingRate, rollingRates, withIntervals } from '../../shared/domain/reputation/rolling-rates.ts';
import { settlementDelayMs, slotStart } from '../../shared/domain/reputation/time-slots.ts';
import { formatTimestamp } from '../../shared/domain/timestamp.ts';
import type { ScopeState } from '../../shared/monitoring/reputation-store.ts';
import type { CliIO, ExitCode } from '../io/cli-io.ts';
import { UsageError } from '../io/errors.ts';
import { loadPolicy } from '../io/files.ts';
import { formatDuration, formatTime } from '../io/format.ts';
import { drawRate } from '../io/rate-chart.ts';
import { sanitize, sanitizeJson } from '../io/sanitize.ts';
import { openStack, type StackOptions } from '../io/stack-options.ts';
import { type Column, formatTable, tableWidth } from '../io/table.ts';
import { type Contribution, type ContributionKey, contributionsBy, noPages } from '../rates/contributions.ts';
import { type ActiveAlarm, activeAlarms, nameAlarm } from '../stack/active-alarms.ts';

export type RatesOptions = StackOptions & {
  readonly table?: string;
  readonly scope: string;
  readonly by?: ContributionKey;
  /** Milliseconds. */
  readonly period: number;
  readonly json?: true;
  readonly policy?: string;
};

/** Version of the JSON that the command prints. */
const schemaVersion = 1;

/** The text output names this many other scopes. */
const maxListedScopes = 20;

/** Runs the command `rates`, which reads the reputation table as the alarms do. */
export async function ratesCommand(options: RatesOptions, io: CliIO): Promise<ExitCode> {
  const { scope, by, json } = options;
  const policy = await loadPolicy(options.policy, io);
  const now = Date.now();
  const { client, reputationTable, suppressionsTable, ses } = await openTables(options, io);
  const store = createReputationTable({ client, reputationTable, clock: () => now });
  if (by !== undefined) {
    const [from, until] = [now - options.period, now];
    const suppressed =
      suppressionsTable === undefined
        ? noPages()
        : listSuppressed({ client, suppressionsTable, clock: () => 0 }, { since: from, until });
    const parts = await contributionsBy(by, { store, from, until, suppressed });
    return printContributions(parts, options, io);
  }
  const [state, scopes] = [await store.read(scope, now, true), await store.knownScopes()];
  if (isUnknown(scope, state, scopes)) throw new UsageError(describeUnknown(scope, scopes));
  const until = slotStart(now - settlementDelayMs);
  const alarms = activeAlarms(state);
  const rates = ratesOf(state, until);
  const ofSes = ses && (await readTenant(ses, scope));
  if (json) {
    const dated = alarms.map((alarm) => ({ ...alarm, since: formatTimestamp(alarm.since) }));
    io.stdout.write(
      sanitizeJson({
        schemaVersion,
        scope,
        at: formatTimestamp(now),
        ...rates,
        alarms: dated,
        ...defined({ ses: ofSes }),
        scopes,
      }),
    );
    return 0;
  }
  const { review } = thresholdsFor(policy, scope);
  const charts = rateNames.map((metric) => {
    const buckets = state.buckets.map((bucket) => rateBucketOf(bucket, metric)).filter(({ start }) => start < until);
    const rows = Object.entries(rates[metric]).map(([window, rate]) => describeWindow(window, rate, metric));
    const chart = buckets.some(({ total }) => total > 0)
      ? [drawRate(labels.rates[metric], buckets, review[metric])]
      : [];
    return [labels.rates[metric], ...rows, ...chart].join('\n');
  });
  const alarmText = alarms.length === 0 ? 'No active alarms.' : alarms.map(describeAlarm).join('\n');
  io.stdout.write(
    `${[sanitize(scope), alarmText, ...describeTenant(ofSes), ...charts, describeScopes(scopes), contributorsHint].join('\n\n')}\n`,
  );
  return 0;
}

/** The rates say that something is wrong, and not what. */
const contributorsHint =
  'To see what makes them up: rates --by configuration-set, identity, tag, provider, domain or reason';

/** Where a scope has no sends, a rate would be misleading. */
function describeWindow(window: string, rate: RollingRate, metric: RateName): string {
  if (rate.total > 0 || rate.bad === 0) return formatWindow(window, rate);
  return `  ${window.padEnd(4)}${formatCount(rate.bad)} ${unitOf(metric, rate.bad)}, sends unknown: no Send events arrived (see doctor)`;
}

/** With `--table`, the stack is not needed. */
async function openTables({ table, ...options }: RatesOptions, io: CliIO) {
  if (table !== undefined) {
    const client = createDynamoDBClient(options.region === undefined ? {} : { region: options.region });
    return { client, reputationTable: table, suppressionsTable: undefined, ses: undefined };
  }
  const { stack, clients } = await openStack(options, io);
  return { ...stack, client: createDynamoDBClient({ region: stack.region }), ses: clients.ses };
}

/** What SES says of a tenant, or why it could not be asked. */
type TenantAtSes = { readonly isSending?: boolean; readonly findings?: readonly string[]; readonly error?: string };

/** Reads what SES itself says of a tenant. `undefined` for any other scope. */
async function readTenant(ses: SESv2Client, scope: string): Promise<TenantAtSes | undefined> {
  const entity = sendingEntityOf(scope);
  if (entity?.kind !== 'tenant') return undefined;
  const { sending } = createSendingEntities({ ses });
  try {
    return { isSending: await sending.isEnabled(entity), findings: await sending.findings(entity) };
  } catch (error) {
    return { error: describeError(error) };
  }
}

function describeTenant(tenant: TenantAtSes | undefined): string[] {
  if (tenant === undefined) return [];
  const { isSending, findings = [], error } = tenant;
  if (error !== undefined) return [`SES could not be asked about the tenant: ${sanitize(error)}`];
  const status = `SES: sending is ${isSending ? 'enabled' : 'paused'}, ${findings.length === 0 ? 'no open findings' : 'open findings:'}`;
  return [[status, ...findings.map((one) => `  ${sanitize(one)}`)].join('\n')];
}

function printContributions(
  parts: readonly Contribution[],
  { by, period, json }: RatesOptions,
  { stdout }: CliIO,
): ExitCode {
  if (json) {
    stdout.write(sanitizeJson({ schemaVersion, by, hours: period / hour, parts }));
    return 0;
  }
  if (parts.length === 0) {
    stdout.write(`No bounces or complaints by ${by} in the last ${formatDuration(period)}.\n`);
    return 0;
  }
  const rate = (bad: number, sends: number | undefined) => (sends ? formatPercent(bad / sends) : '–');
  const hasSends = parts.some(({ sends }) => sends !== undefined);
  const columns: Column<Contribution>[] = [
    { heading: `${by}, last ${formatDuration(period)}`, text: ({ name }) => name },
    ...(hasSends
      ? [{ heading: 'sends', text: ({ sends = 0 }: Contribution) => formatCount(sends), align: 'right' as const }]
      : []),
    { heading: 'bounces', text: ({ bounces }) => formatCount(bounces), align: 'right' },
    ...(hasSends
      ? [{ heading: 'rate', text: ({ bounces, sends }: Contribution) => rate(bounces, sends), align: 'right' as const }]
      : []),
    { heading: 'complaints', text: ({ complaints }) => formatCount(complaints), align: 'right' },
    ...(hasSends
      ? [
          {
            heading: 'rate',
            text: ({ complaints, sends }: Contribution) => rate(complaints, sends),
            align: 'right' as const,
          },
        ]
      : []),
  ];
  stdout.write(`${formatTable(parts, columns, tableWidth(stdout)).join('\n')}\n`);
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
