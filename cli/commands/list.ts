import { defined } from '../../shared/domain/defined.ts';
import type { Reason } from '../../shared/domain/feedback/recipient-event.ts';
import { formatCount } from '../../shared/domain/reputation/format-rate.ts';
import { tenantOfList } from '../../shared/domain/suppression/list-name.ts';
import { formatTimestamp } from '../../shared/domain/timestamp.ts';
import type { Fault } from '../../shared/domain/verdict/fault.ts';
import {
  type CountKey,
  countSuppressions,
  filterIndex,
  isIndexEnough,
  type ListedSuppression,
  type ListFilter,
  listSuppressions,
} from '../../shared/operator/list-suppressions.ts';
import { mayBeBadList, wasNeverDelivered } from '../../shared/operator/select-records.ts';
import type { CliIO, ExitCode } from '../io/cli-io.ts';
import { loadPolicy } from '../io/files.ts';
import { formatQuantity, formatTime } from '../io/format.ts';
import { createProgress } from '../io/progress.ts';
import { sanitizeJson } from '../io/sanitize.ts';
import { openStack, type StackOptions } from '../io/stack-options.ts';
import { openStackResources } from '../io/stack-resources.ts';
import { type Column, formatTable, tableWidth, toCsvRow } from '../io/table.ts';
import { assertIncidentAlone, incidentReasons, selectIncident } from '../stack/incidents.ts';

export type ListCommandOptions = StackOptions & {
  readonly reason?: readonly Reason[];
  readonly fault?: readonly Fault[];
  readonly domain?: readonly string[];
  readonly provider?: readonly string[];
  readonly scope?: string;
  readonly author?: string;
  readonly since?: Date;
  readonly until?: Date;
  readonly incident?: string;
  readonly limit: number;
  readonly count?: true;
  readonly by: CountKey;
  readonly format: 'table' | 'json' | 'csv';
  readonly policy?: string;
};

/** Version of the JSON that the command prints. */
const schemaVersion = 1;

/** Clocks differ: feedback may be dated a little later than now. */
const latestStart = () => Date.now() + 86_400_000;

/** Runs the command `list`, which only reads. */
export async function listCommand(options: ListCommandOptions, io: CliIO): Promise<ExitCode> {
  assertIncidentAlone(options);
  const { stack } = await openStack(options, io);
  const incident = options.incident === undefined ? undefined : await selectIncident(stack, options.incident);
  const filter: ListFilter = defined({
    reasons: options.reason ?? (incident && incidentReasons),
    faults: options.fault,
    domains: options.domain,
    providers: incident === undefined ? options.provider : [incident.provider],
    scope: options.scope,
    author: options.author,
  });
  const { since, until } = incident ?? options;
  const { store, clock, suppressed } = openStackResources(stack, await loadPolicy(options.policy, io));
  const period = { since: since?.getTime() ?? 0, until: until?.getTime() ?? latestStart() };
  const source = () => ({ pages: suppressed(period, { withTenants: incident !== undefined }), store, clock });
  const isBadListIn = incident !== undefined && (await hasBadList(listSuppressions(filter, source())));
  const matching = listSuppressions(isBadListIn ? { ...filter, wereDelivered: true } : filter, source());
  if (options.count) {
    const counted = isIndexEnough(filter) ? filterIndex(filter, source().pages) : inPages(matching);
    return printCounts(await countSuppressions(options.by, withProgress(counted, io)), options, io);
  }
  return printList(matching, options, io);
}

/** Returns whether so many of the addresses of an outage had no email before that they may be those of a bad list. */
async function hasBadList(matching: AsyncIterable<ListedSuppression>): Promise<boolean> {
  const counts = { known: 0, unknown: 0 };
  for await (const { record } of matching) counts[wasNeverDelivered(record) ? 'unknown' : 'known']++;
  return mayBeBadList(counts);
}

async function* inPages(all: AsyncIterable<ListedSuppression>): AsyncGenerator<ListedSuppression[]> {
  for await (const one of all) yield [one];
}

/** Shows how many suppressions were counted so far. A million take some seconds. */
async function* withProgress<One>(
  pages: AsyncIterable<readonly One[]>,
  { stderr }: CliIO,
): AsyncGenerator<readonly One[]> {
  const progress = createProgress(stderr);
  let count = 0;
  for await (const page of pages) {
    count += page.length;
    progress.showCount('suppressed addresses', count);
    yield page;
  }
  progress.clear();
}

function printCounts(
  counts: readonly { readonly value: string; readonly count: number }[],
  { by, format }: ListCommandOptions,
  { stdout }: CliIO,
): ExitCode {
  const total = counts.reduce((sum, { count }) => sum + count, 0);
  if (format === 'json') stdout.write(sanitizeJson({ schemaVersion, by, total, counts }));
  else if (format === 'csv') {
    stdout.write(toCsvRow([by, 'count']));
    for (const { value, count } of counts) stdout.write(toCsvRow([value, String(count)]));
  } else {
    const columns: Column<(typeof counts)[number]>[] = [
      { heading: by, text: ({ value }) => value },
      { heading: 'addresses', text: ({ count }) => formatCount(count), align: 'right' },
    ];
    const rows = [...counts, { value: 'total', count: total }];
    stdout.write(`${formatTable(rows, columns, tableWidth(stdout)).join('\n')}\n`);
  }
  return 0;
}

async function printList(
  matching: AsyncIterable<ListedSuppression>,
  { format, limit }: ListCommandOptions,
  { stdout, stderr }: CliIO,
): Promise<ExitCode> {
  const listed: ListedSuppression[] = [];
  let isMore = false;
  if (format === 'csv') stdout.write(toCsvRow(csvColumns.map(([heading]) => heading)));
  let count = 0;
  for await (const one of matching) {
    if (count === limit) {
      isMore = true;
      break;
    }
    count++;
    // A long list in this form is written as it is read, and takes no memory.
    if (format === 'csv') stdout.write(toCsvRow(csvColumns.map(([, text]) => text(one))));
    else listed.push(one);
  }
  if (format === 'json')
    stdout.write(sanitizeJson({ schemaVersion, isComplete: !isMore, suppressions: listed.map(toJson) }));
  if (format === 'table' && count > 0) stdout.write(`${formatTable(listed, columns, tableWidth(stdout)).join('\n')}\n`);
  if (format === 'table' && count === 0) stdout.write('No suppressed address matches.\n');
  if (isMore)
    stderr.write(
      `The newest ${formatQuantity(limit, 'address', 'addresses')}; there are more. To see them: --limit all\n`,
    );
  return 0;
}

const newestOf = ({ record }: ListedSuppression) => record.evidence[0];
const answerOf = (one: ListedSuppression) => newestOf(one)?.diagnosticCode ?? newestOf(one)?.status ?? '';
const noteOf = ({ record }: ListedSuppression) => record.suppressedManually?.note ?? '';
const endOf = ({ until }: ListedSuppression) => (until === undefined ? 'permanent' : formatTime(until));

const columns: readonly Column<ListedSuppression>[] = [
  { heading: 'since', text: ({ since }) => formatTime(since) },
  { heading: 'reason', text: ({ reason }) => reason },
  { heading: 'until', text: endOf },
  { heading: 'address', text: ({ address }) => address },
  { heading: 'why', text: (one) => noteOf(one) || answerOf(one) },
];

const csvColumns: readonly (readonly [heading: string, text: (one: ListedSuppression) => string])[] = [
  ['address', ({ address }) => address],
  ['reason', ({ reason }) => reason],
  ['since', ({ since }) => formatTimestamp(since)],
  ['until', ({ until }) => (until === undefined ? '' : formatTimestamp(until))],
  ['fault', (one) => newestOf(one)?.fault ?? ''],
  ['provider', (one) => newestOf(one)?.provider ?? ''],
  ['status', (one) => newestOf(one)?.status ?? ''],
  ['answer', (one) => newestOf(one)?.diagnosticCode ?? ''],
  ['by', ({ record }) => record.suppressedManually?.by ?? ''],
  ['note', noteOf],
  ['tenant', ({ list = '' }) => tenantOfList(list) ?? ''],
  ['messageId', (one) => newestOf(one)?.messageId ?? ''],
];

/** Times in ISO 8601; `until` is `null` if the suppression is permanent. */
function toJson(one: ListedSuppression): object {
  const { address, reason, since, until, record } = one;
  const { fault, provider, status, diagnosticCode } = newestOf(one) ?? {};
  const { by, note } = record.suppressedManually ?? {};
  return {
    address,
    reason,
    since: formatTimestamp(since),
    until: until === undefined ? null : formatTimestamp(until),
    ...defined({ fault, provider, status, diagnosticCode, by, note }),
  };
}
