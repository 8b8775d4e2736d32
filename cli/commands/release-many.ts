import { type AddressKey, normalizeDomain } from '../../shared/domain/address.ts';
import { defined } from '../../shared/domain/defined.ts';
import type { Reason } from '../../shared/domain/feedback/recipient-event.ts';
import { formatCount } from '../../shared/domain/reputation/format-rate.ts';
import type { Attribution } from '../../shared/domain/suppression/attribution.ts';
import type { SuppressionRecord } from '../../shared/domain/suppression/record.ts';
import { formatTimestamp } from '../../shared/domain/timestamp.ts';
import { releaseAddress } from '../../shared/operator/release-address.ts';
import type { ReleaseReport } from '../../shared/operator/release-everywhere.ts';
import {
  defaultReleaseReasons,
  isSelected,
  type RecordSelection,
  type SelectedRecords,
  selectRecords,
} from '../../shared/operator/select-records.ts';
import type { CliIO, ExitCode } from '../io/cli-io.ts';
import { UsageError } from '../io/errors.ts';
import { loadPolicy } from '../io/files.ts';
import { formatQuantity, formatTime } from '../io/format.ts';
import { createProgress, type ProgressLine } from '../io/progress.ts';
import { sanitize, sanitizeJson } from '../io/sanitize.ts';
import { openStack, type StackOptions } from '../io/stack-options.ts';
import { openStackResources, type StackResources } from '../io/stack-resources.ts';
import { callerOf } from '../stack/caller.ts';
import { createReleaser } from './release.ts';

export type ReleaseManyOptions = StackOptions & {
  readonly note: string;
  readonly by?: string;
  readonly domain?: string;
  readonly since?: Date;
  readonly until?: Date;
  readonly reason?: readonly Reason[];
  readonly yes?: true;
  readonly json?: true;
  readonly policy?: string;
};

/** The table accepts this many writes at a time, so that a thousand addresses take seconds. */
const maxConcurrentWrites = 10;

/**
 * Runs the command `release-many`, which counts the selected addresses and, with `--yes`, releases them. After an interrupted run, the next
 * run counts and releases the remaining addresses. Exit code 1: an address could not be released.
 */
export async function releaseManyCommand(
  { policy: file, ...options }: ReleaseManyOptions,
  io: CliIO,
): Promise<ExitCode> {
  const { note, by: author, domain, since, until, reason, yes, json, ...stackOptions } = options;
  if (domain === undefined && since === undefined)
    throw new UsageError('No selection given. Pass --domain, --since, or both.');
  const selection = readSelection({ domain, since, until, reason });
  const policy = await loadPolicy(file, io);
  const { stack } = await openStack(stackOptions, io);
  const resources = openStackResources(stack, policy);
  const by = author ?? (await callerOf(stack.region));
  const progress = createProgress(io.stderr);
  const selected = await selectRecords(countPages(resources.records(), progress), selection, resources.clock());
  progress.clear();
  const print = (line: string) => void (json || io.stdout.write(`${sanitize(line)}\n`));
  for (const line of describe(selected, selection)) print(line);
  const { counts, leftOut } = selected;
  const report = { selection: toJson(selection), counts, leftOut, released: 0, changed: 0, failed: 0 };
  if (yes && selected.records.length > 0) {
    Object.assign(report, await releaseAll(selected, { selection, resources, attribution: { by, note }, progress }));
    print(`Released ${formatQuantity(report.released, 'address', 'addresses')}.`);
    if (report.changed > 0)
      print(
        `Kept ${formatQuantity(report.changed, 'address', 'addresses')} that changed in the meantime and no longer ${report.changed === 1 ? 'matches' : 'match'} the selection.`,
      );
    if (report.failed > 0)
      print(
        `Could not release ${formatQuantity(report.failed, 'address', 'addresses')} everywhere. Run the command again. Use release for an address that SES still lists.`,
      );
    if (policy.accountList.mode !== 'off')
      print(
        'The account-list function updates the SES account suppression list: about 40 addresses per minute, or more than 1,000 with an import job.',
      );
  } else if (selected.records.length > 0) print('Nothing was changed. Pass --yes to release these addresses.');
  if (json) io.stdout.write(sanitizeJson(report));
  return report.failed === 0 ? 0 : 1;
}

/** Shows how many records have been read while the pages pass. */
async function* countPages<Page extends { readonly length: number }>(
  pages: AsyncIterable<Page>,
  progress: ProgressLine,
): AsyncGenerator<Page> {
  let count = 0;
  for await (const page of pages) {
    count += page.length;
    progress.showCount('records read', count);
    yield page;
  }
}

function readSelection(given: {
  domain: string | undefined;
  since: Date | undefined;
  until: Date | undefined;
  reason: readonly Reason[] | undefined;
}): RecordSelection {
  const { since, until, reason = defaultReleaseReasons } = given;
  const domain = given.domain === undefined ? undefined : normalizeDomain(given.domain);
  if (given.domain !== undefined && domain === undefined)
    throw new UsageError(`"${sanitize(given.domain)}" is not a valid domain.`);
  if (since !== undefined && until !== undefined && since >= until)
    throw new UsageError('--since must be before --until.');
  return { reasons: reason, ...defined({ domain, since: since?.getTime(), until: until?.getTime() }) };
}

/** The text output names this many of the selected addresses. */
const maxExamples = 5;

function describe({ records, counts, leftOut }: SelectedRecords, selection: RecordSelection): string[] {
  const perReason = (countPerReason: SelectedRecords['counts']) =>
    Object.entries(countPerReason)
      .map(([reason, count]) => `${formatCount(count)} ${reason}`)
      .join(', ');
  const { domain, since, until } = selection;
  const criteria = [
    domain === undefined ? '' : ` of ${domain}`,
    since === undefined && until === undefined ? '' : ' suppressed',
    since === undefined ? '' : ` since ${formatTime(since)}`,
    since === undefined || until === undefined ? '' : ' and',
    until === undefined ? '' : ` before ${formatTime(until)}`,
  ].join('');
  const notSelected =
    Object.keys(leftOut).length === 0 ? [] : [`Not selected: ${perReason(leftOut)}. To include them, pass --reason.`];
  if (records.length === 0) return [`No addresses${criteria}.`, ...notSelected];
  const examples = records.slice(0, maxExamples).map(({ address }) => `  ${address}`);
  const more = records.length - examples.length;
  return [
    `${formatQuantity(records.length, 'address', 'addresses')}${criteria}: ${perReason(counts)}`,
    ...examples,
    ...(more > 0 ? [`  and ${formatCount(more)} more`] : []),
    ...notSelected,
  ];
}

function toJson({ since, until, ...rest }: RecordSelection) {
  return {
    ...rest,
    ...(since !== undefined && { since: formatTimestamp(since) }),
    ...(until !== undefined && { until: formatTimestamp(until) }),
  };
}

/** What happened to a selected address. `changed`: feedback or an operator changed it, so that it no longer matches. */
type Outcome = 'released' | 'changed' | 'failed';

function outcomeOf({ regions }: ReleaseReport): Outcome {
  if (regions.length === 0) return 'changed';
  return regions.every(({ error }) => error === undefined) ? 'released' : 'failed';
}

type ReleaseAllOptions = {
  readonly selection: RecordSelection;
  readonly resources: StackResources;
  readonly attribution: Attribution;
  readonly progress: ProgressLine;
};

async function releaseAll(
  { records }: SelectedRecords,
  { selection, resources, attribution, progress }: ReleaseAllOptions,
): Promise<Record<Outcome, number>> {
  // Reading a large table takes minutes. A complaint that arrives meanwhile must not be released.
  const options = { isSelected: (record: SuppressionRecord) => isSelected(record, selection, resources.clock()) };
  // Without the account-list function the command itself calls SES, which accepts one call per second.
  const isOff = resources.policy.accountList.mode === 'off';
  const releaseInTableAndAtSes = createReleaser(resources, attribution, options);
  const releaseOne = async (address: AddressKey): Promise<Outcome> => {
    if (isOff) return outcomeOf(await releaseInTableAndAtSes({ key: address, original: address }));
    return (await releaseAddress(resources, address, attribution, options)) === undefined ? 'changed' : 'released';
  };
  const outcomes = { released: 0, changed: 0, failed: 0 };
  let next = 0;
  const work = async () => {
    for (let record = records[next++]; record !== undefined; record = records[next++]) {
      // An address that failed is counted, and the run continues with the others.
      outcomes[await releaseOne(record.address).catch((): Outcome => 'failed')]++;
      const done = outcomes.released + outcomes.changed + outcomes.failed;
      progress.show('released', done - 1, records.length);
    }
  };
  await Promise.all(Array.from({ length: isOff ? 1 : maxConcurrentWrites }, work));
  return outcomes;
}
