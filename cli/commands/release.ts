import { describeOutcome } from '../../shared/account-list/account-list.ts';
import { homeRegion } from '../../shared/domain/suppression/account-list-state.ts';
import type { SuppressionRecord } from '../../shared/domain/suppression/record.ts';
import type { KeptSuppression } from '../../shared/operator/erasures.ts';
import type { ListRelease, ReleaseReport, RemovalReport } from '../../shared/operator/release-everywhere.ts';
import { type AddressError, processAddresses, readAddressInputs } from '../io/address-batch.ts';
import type { CliIO, ExitCode } from '../io/cli-io.ts';
import { UsageError } from '../io/errors.ts';
import { loadPolicy } from '../io/files.ts';
import { openStack, type StackOptions } from '../io/stack-options.ts';
import { openStackResources } from '../io/stack-resources.ts';
import { hasSelection, readSelection, releaseSelection, type SelectionOptions } from '../release/release-selection.ts';
import { createReleaser } from '../release/releaser.ts';
import { callerOf } from '../stack/caller.ts';
import { assertIncidentAlone, incidentReasons, selectIncident } from '../stack/incidents.ts';

export type ReleaseCommandOptions = StackOptions & {
  readonly note: string;
  readonly by?: string;
  readonly file?: string;
  readonly json?: true;
  readonly policy?: string;
};

export type ReleaseOptions = ReleaseCommandOptions &
  SelectionOptions & {
    /** Release the addresses on this tenant's list only. */
    readonly tenant?: string;
    /** Release addresses whose owner reported an email as spam, too. */
    readonly complaints?: true;
    /** Release what was suppressed in this outage of a provider. */
    readonly incident?: string;
    readonly yes?: true;
  };

/**
 * Runs the command `release`, for addresses or for a selection of them. Exit code 1: an address could not be released in the table and on every
 * SES list. 3: an address has a complaint, and `--complaints` was not passed.
 */
export async function releaseCommand(given: readonly string[], options: ReleaseOptions, io: CliIO): Promise<ExitCode> {
  const { incident } = options;
  const isSelection = hasSelection(options) || incident !== undefined;
  if (isSelection && (given.length > 0 || options.file !== undefined))
    throw new UsageError('Pass addresses, or a selection such as --domain, not both.');
  assertIncidentAlone(options);
  const inputs = isSelection ? [] : await readAddressInputs(given, options.file, io);
  const chosen = isSelection ? readSelection(options) : undefined;
  const { stack } = await openStack(options, io);
  const selection =
    incident === undefined
      ? chosen
      : readSelection({
          ...options,
          reason: options.reason ?? incidentReasons,
          ...(await selectIncident(stack, incident)),
        });
  const resources = openStackResources(stack, await loadPolicy(options.policy, io));
  const attribution = { by: options.by ?? (await callerOf(stack.region)), note: options.note };
  if (selection !== undefined) return releaseSelection({ selection, resources, attribution, options, io });
  const context = {
    ownRegion: stack.region,
    isSyncOn: resources.policy.accountList.mode !== 'off',
    tenant: options.tenant,
  };
  const mayRelease = (record: SuppressionRecord) =>
    options.complaints === true || record.causes.complaint === undefined;
  const isKeptSelected = ({ reason }: KeptSuppression) => options.complaints === true || reason !== 'complaint';
  const release = createReleaser(resources, attribution, { isSelected: mayRelease, isKeptSelected });
  let isRefused = false;
  const reports = await processAddresses(inputs, {
    processOne: async (address) => {
      const report = await release(address, options.tenant);
      if (!isKeptAnywhere(report)) return report;
      isRefused = true;
      throw new Error(
        'not released: the recipient reported an email as spam. If they asked for it, pass --complaints.',
      );
    },
    describe: (report) => describeReleaseReport(report, context),
    json: options.json,
    stdout: io.stdout,
  });
  if (reports.every(isDone)) return 0;
  return isRefused ? 3 : 1;
}

/** Returns whether a list still suppresses the address, because its owner reported an email as spam. */
export const isKeptAnywhere = (report: ReleaseReport): boolean => [report, ...report.tenants].some(isKept);

/** Only a complaint keeps what is known of an address from being selected. */
function isKept({ regions, table }: ListRelease): boolean {
  return regions.length === 0 && table !== 'unknown' && table !== 'was erased';
}

function isDone(report: ReleaseReport | AddressError): boolean {
  if (!('regions' in report)) return false;
  return [report, ...report.tenants].every(({ regions }) => regions.every(({ error }) => error === undefined));
}

type DescribeContext = {
  readonly ownRegion: string;
  /** Whether the account-list function repeats the calls to SES that failed. */
  readonly isSyncOn: boolean;
  readonly tenant: string | undefined;
};

/** Describes what was released, and what was not. */
export function describeReleaseReport(
  { address, tenants, ...account }: ReleaseReport,
  context: DescribeContext,
): string[] {
  const { tenant } = context;
  const lists =
    tenant === undefined
      ? [...describeList(account, context), ...tenants.flatMap(describeTenant)]
      : describeTenant({ ...account, tenant });
  if (lists.length > 0) return [address, ...lists];
  const where = tenant === undefined ? 'on the SES account suppression list' : `on the list of tenant ${tenant} at SES`;
  return [
    `${address}: neither in the table nor ${where}; nothing to release`,
    '  SES distinguishes upper and lower case. If it lists the address in another form, pass that form, or run sync first.',
  ];

  function describeTenant({ tenant: name, ...list }: ReleaseReport['tenants'][number]): string[] {
    return describeList(list, context, `tenant ${name}`);
  }
}

function describeList(
  { table, regions }: ListRelease,
  { ownRegion, isSyncOn }: DescribeContext,
  owner?: string,
): string[] {
  if (table === 'unknown' && regions.length === 0) return [];
  const tableResult = {
    'was suppressed': 'released',
    'was not suppressed': 'not suppressed; earlier bounces and complaints will not suppress it',
    unknown: 'not in the table; earlier bounces and complaints will not suppress it',
    'was erased': 'its data was erased, and its hash no longer suppresses it',
  }[table];
  const place = owner === undefined ? 'SES account suppression list' : `SES list of ${owner}`;
  return [
    `  ${owner === undefined ? 'table' : `table, ${owner}`}: ${tableResult}`,
    ...regions.map(
      (region) =>
        `  ${place} in ${region.region === homeRegion ? ownRegion : region.region}: ${describeRemoval(region, isSyncOn)}`,
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
