import type { Address } from '../../shared/domain/address.ts';
import { defined } from '../../shared/domain/defined.ts';
import type { Reason } from '../../shared/domain/feedback/recipient-event.ts';
import { isSuppressedAt, type SuppressionRecord } from '../../shared/domain/suppression/record.ts';
import { formatTimestamp } from '../../shared/domain/timestamp.ts';
import { assertEnd, type SuppressAddressOptions, suppressAddress } from '../../shared/operator/suppress-address.ts';
import { isAddressError, processAddresses, readAddressInputs } from '../io/address-batch.ts';
import type { CliIO, ExitCode } from '../io/cli-io.ts';
import { UsageError } from '../io/errors.ts';
import { loadPolicy } from '../io/files.ts';
import { formatTime } from '../io/format.ts';
import { openStack } from '../io/stack-options.ts';
import { type ListResources, openStackResources, recordsOf } from '../io/stack-resources.ts';
import { callerOf } from '../stack/caller.ts';
import { chooseAddresses, readKnownSelection, type SuppressSelectionOptions } from '../suppress/choose-addresses.ts';
import type { ReleaseCommandOptions } from './release.ts';

export type SuppressCommandOptions = ReleaseCommandOptions & {
  readonly until?: Date;
  /** Milliseconds. */
  readonly for?: number;
  readonly yes?: true;
  /** Suppress for this tenant only. */
  readonly tenant?: string;
} & SuppressSelectionOptions;

type SuppressReport = {
  readonly address: string;
  /** When the manual suppression ends, ISO 8601. Missing if it is permanent. */
  readonly until?: string;
  /** What suppresses the address for longer than that. Missing if nothing does. */
  readonly stillSuppressed?: { readonly reason?: Reason; readonly until?: string };
  /** The suppression that existed before. */
  readonly already?: { readonly reason?: Reason; readonly since?: string; readonly until?: string };
  /** Whether the account-list function has to add the address to the SES account suppression list. */
  readonly isSyncPending: boolean;
};

/**
 * Runs the command `suppress`. It writes only the table; the account-list function updates the SES account suppression list. Exit code 1:
 * an address could not be suppressed. 3: no address matches the selection.
 */
export async function suppressCommand(
  given: readonly string[],
  options: SuppressCommandOptions,
  io: CliIO,
): Promise<ExitCode> {
  const { note, by: author, until: end, for: duration, file, json, policy, yes, tenant, ...others } = options;
  const until = duration === undefined ? end : new Date(Date.now() + duration);
  const selection = readKnownSelection(others);
  if (selection !== undefined && (given.length > 0 || file !== undefined))
    throw new UsageError('Pass addresses, or a selection such as --domain, not both.');
  const named = selection === undefined ? await readAddressInputs(given, file, io) : [];
  try {
    assertEnd(until?.getTime(), Date.now());
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
  const { stack } = await openStack(others, io);
  const resources = recordsOf(openStackResources(stack, await loadPolicy(policy, io)), tenant);
  const inputs =
    selection === undefined ? named : await chooseAddresses(selection, resources, { yes: yes === true, io });
  if (inputs === undefined || (selection !== undefined && inputs.length === 0)) {
    io.stdout.write(json ? '[]\n' : inputs ? 'No known address matches.\n' : 'Nothing was changed.\n');
    return inputs ? 3 : 0;
  }
  const by = author ?? (await callerOf(stack.region));
  const details = { by, note, ...defined({ until: until?.getTime() }) };
  const reports = await processAddresses(inputs, {
    processOne: (address) => suppressOne(address, details, resources),
    describe: (report) => describe(report, tenant),
    json,
    stdout: io.stdout,
  });
  return reports.some(isAddressError) ? 1 : 0;
}

async function suppressOne(
  address: Address,
  details: SuppressAddressOptions,
  resources: ListResources,
): Promise<SuppressReport> {
  const { key } = address;
  const stored = (await resources.store.read([{ address: key, eventIds: [] }])).get(key);
  const before = stored !== undefined && 'record' in stored ? stored.record : undefined;
  const record = await suppressAddress(resources, address, details);
  return {
    address: key,
    ...defined({ until: toIso(details.until) }),
    ...(isOutlasted(record, details.until) && {
      stillSuppressed: defined({ reason: record.reason, until: toIso(record.until) }),
    }),
    ...(before !== undefined && isSuppressedAt(before, resources.clock()) && { already: alreadyOf(before) }),
    isSyncPending: details.until === undefined && record.pendingSync !== undefined,
  };
}

/** Whether a bounce or complaint suppresses the address for longer than the operator does. */
function isOutlasted({ until = Number.POSITIVE_INFINITY }: SuppressionRecord, end: number | undefined): boolean {
  return end !== undefined && until > end;
}

function alreadyOf({ reason, since, until }: SuppressionRecord): NonNullable<SuppressReport['already']> {
  return defined({ reason, since: toIso(since), until: toIso(until) });
}

function toIso(time: number | undefined): string | undefined {
  return time === undefined ? undefined : formatTimestamp(time);
}

function describe(
  { address, until, already, stillSuppressed, isSyncPending }: SuppressReport,
  tenant: string | undefined,
): string[] {
  const table = tenant === undefined ? 'table' : `table, tenant ${tenant}`;
  const place = tenant === undefined ? 'SES account suppression list' : `SES list of tenant ${tenant}`;
  if (stillSuppressed !== undefined) {
    const end = describeEnd(stillSuppressed.until);
    return [
      address,
      `  ${table}: still suppressed ${end} (${stillSuppressed.reason}); a manual suppression ${describeEnd(until)} was added`,
    ];
  }
  return [
    address,
    `  ${table}: suppressed ${describeEnd(until)}${already === undefined ? '' : `; ${describeAlready(already)}`}`,
    ...(isSyncPending ? [`  ${place}: will be updated within two minutes`] : []),
  ];
}

function describeAlready({ reason, since, until }: NonNullable<SuppressReport['already']>): string {
  const start = since === undefined ? '' : ` since ${formatTime(Date.parse(since))}`;
  return `was already suppressed (${reason}${start}, ${describeEnd(until)})`;
}

function describeEnd(until: string | undefined): string {
  return until === undefined ? 'permanently' : `until ${formatTime(Date.parse(until))}`;
}
