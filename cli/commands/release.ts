import { describeOutcome } from '../../shared/account-list/account-list.ts';
import { homeRegion } from '../../shared/domain/suppression/account-list-state.ts';
import type { SuppressionRecord } from '../../shared/domain/suppression/record.ts';
import type { ReleaseReport, RemovalReport } from '../../shared/operator/release-everywhere.ts';
import { type AddressError, processAddresses, readAddressInputs } from '../io/address-batch.ts';
import type { CliIO, ExitCode } from '../io/cli-io.ts';
import { UsageError } from '../io/errors.ts';
import { loadPolicy } from '../io/files.ts';
import { openStack, type StackOptions } from '../io/stack-options.ts';
import { openStackResources } from '../io/stack-resources.ts';
import { hasSelection, readSelection, releaseSelection, type SelectionOptions } from '../release/release-selection.ts';
import { createReleaser } from '../release/releaser.ts';
import { callerOf } from '../stack/caller.ts';

export type ReleaseCommandOptions = StackOptions & {
  readonly note: string;
  readonly by?: string;
  readonly file?: string;
  readonly json?: true;
  readonly policy?: string;
};

export type ReleaseOptions = ReleaseCommandOptions &
  SelectionOptions & {
    /** Release addresses whose owner reported an email as spam, too. */
    readonly complaints?: true;
    readonly yes?: true;
  };

/**
 * Runs the command `release`, for addresses or for a selection of them. Exit code 1: an address could not be released in the table and on every
 * SES list. 3: an address has a complaint, and `--complaints` was not passed.
 */
export async function releaseCommand(given: readonly string[], options: ReleaseOptions, io: CliIO): Promise<ExitCode> {
  const isSelection = hasSelection(options);
  if (isSelection && (given.length > 0 || options.file !== undefined))
    throw new UsageError('Pass addresses, or a selection such as --domain, not both.');
  const selection = isSelection ? readSelection(options) : undefined;
  const inputs = selection === undefined ? await readAddressInputs(given, options.file, io) : [];
  const { stack } = await openStack(options, io);
  const resources = openStackResources(stack, await loadPolicy(options.policy, io));
  const attribution = { by: options.by ?? (await callerOf(stack.region)), note: options.note };
  if (selection !== undefined) return releaseSelection({ selection, resources, attribution, options, io });
  const context = { ownRegion: stack.region, isSyncOn: resources.policy.accountList.mode !== 'off' };
  const mayRelease = (record: SuppressionRecord) =>
    options.complaints === true || record.causes.complaint === undefined;
  const release = createReleaser(resources, attribution, {
    isSelected: mayRelease,
    isKeptSelected: ({ reason }) => options.complaints === true || reason !== 'complaint',
  });
  let isRefused = false;
  const reports = await processAddresses(inputs, {
    processOne: async (address) => {
      const report = await release(address);
      // Only a complaint keeps a record, or what is kept of an erased address, from being selected.
      if (report.regions.length > 0 || report.table === 'unknown' || report.table === 'was erased') return report;
      isRefused = true;
      throw new Error(
        'not released: the recipient reported an email as spam. If they asked for it, pass --complaints.',
      );
    },
    describe: (report) => describe(report, context),
    json: options.json,
    stdout: io.stdout,
  });
  if (reports.every(isDone)) return 0;
  return isRefused ? 3 : 1;
}

function isDone(report: ReleaseReport | AddressError): boolean {
  return 'regions' in report && report.regions.every(({ error }) => error === undefined);
}

/** With `isSyncOn`, the account-list function repeats the calls to SES that failed. */
function describe(
  { address, table, regions }: ReleaseReport,
  { ownRegion, isSyncOn }: { ownRegion: string; isSyncOn: boolean },
): string[] {
  if (table === 'unknown' && regions.length === 0)
    return [
      `${address}: neither in the table nor on the SES account suppression list; nothing to release`,
      '  SES distinguishes upper and lower case. If it lists the address in another form, pass that form, or run sync first.',
    ];
  const tableResult = {
    'was suppressed': 'released',
    'was not suppressed': 'not suppressed; earlier bounces and complaints will not suppress it',
    unknown: 'not in the table; earlier bounces and complaints will not suppress it',
    'was erased': 'its data was erased, and its hash no longer suppresses it',
  }[table];
  return [
    address,
    `  table: ${tableResult}`,
    ...regions.map(
      (region) =>
        `  SES account suppression list in ${region.region === homeRegion ? ownRegion : region.region}: ${describeRemoval(region, isSyncOn)}`,
    ),
  ];
}

function describeRemoval({ removed, error, isImporting }: RemovalReport, isSyncOn: boolean): string {
  const done = removed.length === 0 ? [] : [`removed (${removed.join(', ')})`];
  if (error?.kind === 'rejected') return [...done, `SES rejected the removal: ${error.reason}`].join('; ');
  if (error !== undefined) {
    const next = isSyncOn ? 'the account-list function retries every minute' : 'run the command again';
    return [...done, `not updated: ${describeOutcome(error)}; ${next}`].join('; ');
  }
  if (isImporting && isSyncOn)
    return [...done, 'an import job is running; the address is removed again when it has finished'].join('; ');
  return done.length === 0 ? 'not on the list' : done.join('');
}
