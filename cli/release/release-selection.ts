import { normalizeDomain } from '../../shared/domain/address.ts';
import { defined } from '../../shared/domain/defined.ts';
import type { Reason } from '../../shared/domain/feedback/recipient-event.ts';
import { formatCount } from '../../shared/domain/reputation/format-rate.ts';
import type { Attribution } from '../../shared/domain/suppression/attribution.ts';
import { tenantOfList } from '../../shared/domain/suppression/list-name.ts';
import type { SuppressionRecord } from '../../shared/domain/suppression/record.ts';
import { formatTimestamp } from '../../shared/domain/timestamp.ts';
import { releaseAddress } from '../../shared/operator/release-address.ts';
import type { ReleaseReport } from '../../shared/operator/release-everywhere.ts';
import {
  defaultReleaseReasons,
  isSelected,
  type RecordSelection,
  type SelectedRecord,
  type SelectedRecords,
  selectRecords,
} from '../../shared/operator/select-records.ts';
import type { CliIO, ExitCode } from '../io/cli-io.ts';
import { confirm } from '../io/confirm.ts';
import { UsageError } from '../io/errors.ts';
import { formatQuantity, formatTime } from '../io/format.ts';
import { explainInterrupt } from '../io/interrupt.ts';
import { createProgress, type ProgressLine } from '../io/progress.ts';
import { sanitize, sanitizeJson } from '../io/sanitize.ts';
import { recordsOf, type StackResources } from '../io/stack-resources.ts';
import { createReleaser } from './releaser.ts';

/** Version of the JSON that the command prints. */
const schemaVersion = 1;

/** The options that select addresses by their records. */
export type SelectionOptions = {
  readonly domain?: string;
  readonly since?: Date;
  readonly until?: Date;
  readonly reason?: readonly Reason[];
  readonly provider?: string;
  readonly isOutage?: true;
};

export type ReleaseSelectionOptions = {
  readonly selection: RecordSelection;
  readonly resources: StackResources;
  readonly attribution: Attribution;
  readonly options: {
    readonly complaints?: true;
    readonly yes?: true;
    readonly json?: true;
    readonly tenant?: string;
  };
  readonly io: CliIO;
};

/** The table accepts this many writes at a time, so that a thousand addresses take seconds. */
const maxConcurrentWrites = 10;

/** Returns whether the options select addresses. */
export function hasSelection({ domain, since, until, reason, provider }: SelectionOptions): boolean {
  return [domain, since, until, reason, provider].some((option) => option !== undefined);
}

/**
 * Counts the selected addresses, and releases them if a person at a terminal, or `--yes`, agrees. After an interrupted run, the next run counts
 * and releases the remaining addresses. Exit code 6: some addresses could not be released.
 */
export async function releaseSelection(given: ReleaseSelectionOptions): Promise<ExitCode> {
  const { resources, attribution, options, io } = given;
  const selection = options.complaints
    ? { ...given.selection, reasons: [...new Set([...given.selection.reasons, 'complaint' as const])] }
    : { ...given.selection, reasons: given.selection.reasons.filter((reason) => reason !== 'complaint') };
  const progress = createProgress(io.stderr);
  const selected = await selectRecords(
    countPages(pagesOf(resources, selection, options.tenant), progress),
    selection,
    resources.clock(),
  );
  progress.clear();
  const { records, counts, leftOut, ofBadList } = selected;
  const print = (line: string) => void (options.json || io.stdout.write(`${sanitize(line)}\n`));
  for (const line of describe(selected, selection)) print(line);
  const report = {
    schemaVersion,
    selection: toJson(selection),
    counts,
    leftOut,
    ofBadList,
    released: 0,
    changed: 0,
    failed: 0,
  };
  const addresses = formatQuantity(records.length, 'address', 'addresses');
  if (records.length > 0 && (options.yes || (await confirm(`Release ${addresses}?`, io)))) {
    Object.assign(report, await releaseAll(selected, { selection, resources, attribution, progress, io }));
    for (const line of describeOutcome(report, resources.policy.accountList.mode !== 'off')) print(line);
  } else if (records.length > 0) print('Nothing was changed. Pass --yes to release these addresses.');
  if (options.json) io.stdout.write(sanitizeJson(report));
  return report.failed === 0 ? 0 : 6;
}

/** An outage suppressed on the list of the account, and on those of tenants. Everything else is selected on one list. */
function pagesOf(resources: StackResources, { isOutage }: RecordSelection, tenant: string | undefined) {
  const isEverywhere = isOutage === true && tenant === undefined;
  return isEverywhere ? resources.records({ withTenants: true }) : recordsOf(resources, tenant).records();
}

function describeOutcome({ released, changed, failed }: Record<Outcome, number>, isSyncOn: boolean): string[] {
  const lines = [`Released ${formatQuantity(released, 'address', 'addresses')}.`];
  if (changed > 0)
    lines.push(
      `Kept ${formatQuantity(changed, 'address', 'addresses')} that changed in the meantime and no longer ${changed === 1 ? 'matches' : 'match'} the selection.`,
    );
  if (failed > 0)
    lines.push(
      `Could not release ${formatQuantity(failed, 'address', 'addresses')} everywhere. Run the command again. Pass the address itself if SES still lists it.`,
    );
  if (isSyncOn)
    lines.push(
      'The account-list function updates the SES account suppression list: about 40 addresses per minute, or more than 1,000 with an import job.',
    );
  return lines;
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

/** @throws UsageError if the options contradict each other */
export function readSelection(given: SelectionOptions): RecordSelection {
  const { since, until, provider, isOutage, reason = defaultReleaseReasons } = given;
  const domain = given.domain === undefined ? undefined : normalizeDomain(given.domain);
  if (given.domain !== undefined && domain === undefined)
    throw new UsageError(`"${sanitize(given.domain)}" is not a valid domain.`);
  if (since !== undefined && until !== undefined && since >= until)
    throw new UsageError('--since must be before --until.');
  return {
    reasons: reason,
    ...defined({ domain, provider, isOutage, since: since?.getTime(), until: until?.getTime() }),
  };
}

/** The text output names this many of the selected addresses. */
const maxExamples = 5;

function describe(selected: SelectedRecords, selection: RecordSelection): string[] {
  const { records, counts, leftOut, ofBadList } = selected;
  const perReason = (countPerReason: SelectedRecords['counts']) =>
    Object.entries(countPerReason)
      .map(([reason, count]) => `${formatCount(count)} ${reason}`)
      .join(', ');
  const { domain, provider, since, until } = selection;
  const criteria = [
    domain === undefined ? '' : ` of ${domain}`,
    provider === undefined ? '' : ` at ${provider}`,
    since === undefined && until === undefined ? '' : ' suppressed',
    since === undefined ? '' : ` since ${formatTime(since)}`,
    since === undefined || until === undefined ? '' : ' and',
    until === undefined ? '' : ` before ${formatTime(until)}`,
  ].join('');
  const notSelected = [
    ...(Object.keys(leftOut).length === 0
      ? []
      : [
          `Not selected: ${perReason(leftOut)}. To include them, pass ${leftOut.complaint ? '--complaints' : '--reason'}.`,
        ]),
    ...(ofBadList === 0
      ? []
      : [
          `Not selected: ${formatQuantity(ofBadList, 'address', 'addresses')} that never had an email, so many that a bad list may have been mailed. To include them, pass --provider, --since and --until instead of --incident.`,
        ]),
  ];
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

function toJson({ since, until, isOutage: _, ...rest }: RecordSelection) {
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
  readonly io: CliIO;
};

async function releaseAll(
  { records }: SelectedRecords,
  { selection, resources, attribution, progress, io }: ReleaseAllOptions,
): Promise<Record<Outcome, number>> {
  // Reading a large table takes minutes. A complaint that arrives meanwhile must not be released.
  const options = { isSelected: (record: SuppressionRecord) => isSelected(record, selection, resources.clock()) };
  // Without the account-list function the command itself calls SES, which accepts one call per second.
  const isOff = resources.policy.accountList.mode === 'off';
  const releaseInTableAndAtSes = createReleaser(resources, attribution, options);
  const releaseOne = async ({ address, list }: SelectedRecord): Promise<Outcome> => {
    const owner = list === undefined ? undefined : tenantOfList(list);
    if (isOff) return outcomeOf(await releaseInTableAndAtSes({ key: address, original: address }, owner));
    const ofList = recordsOf(resources, owner);
    return (await releaseAddress(ofList, address, attribution, options)) === undefined ? 'changed' : 'released';
  };
  const outcomes = { released: 0, changed: 0, failed: 0 };
  let next = 0;
  const work = async () => {
    for (let record = records[next++]; record !== undefined; record = records[next++]) {
      // An address that failed is counted, and the run continues with the others.
      outcomes[await releaseOne(record).catch((): Outcome => 'failed')]++;
      const done = outcomes.released + outcomes.changed + outcomes.failed;
      progress.show('released', done - 1, records.length);
    }
  };
  const describeProgress = () =>
    `${formatCount(outcomes.released)} of ${formatCount(records.length)} addresses were released. Run the command again to release the others.`;
  await explainInterrupt(io.stderr, describeProgress, () =>
    Promise.all(Array.from({ length: isOff ? 1 : maxConcurrentWrites }, work)),
  );
  return outcomes;
}
