import { userInfo } from 'node:os';
import type { Address } from '../../shared/domain/address.ts';
import { defined } from '../../shared/domain/defined.ts';
import type { Reason } from '../../shared/domain/feedback/recipient-event.ts';
import { isSuppressedAt, type SuppressionRecord } from '../../shared/domain/suppression/record.ts';
import { formatTimestamp } from '../../shared/domain/timestamp.ts';
import { assertEnd, type SuppressAddressOptions, suppressAddress } from '../../shared/operator/suppress-address.ts';
import { isAddressError, processAddresses, readAddressInputs } from '../io/address-batch.ts';
import type { CliIO, ExitCode } from '../io/cli-io.ts';
import { loadPolicy } from '../io/files.ts';
import { formatTime } from '../io/format.ts';
import { openStack } from '../io/stack-options.ts';
import { openStackResources, type StackResources } from '../io/stack-resources.ts';
import type { ReleaseCommandOptions } from './release.ts';

export type SuppressCommandOptions = ReleaseCommandOptions & { readonly until?: Date };

type SuppressReport = {
  readonly address: string;
  /** When the suppression ends, ISO 8601. Missing if it is permanent. */
  readonly until?: string;
  /** The suppression that existed before. */
  readonly already?: { readonly reason?: Reason; readonly since?: string; readonly until?: string };
  /** Whether the account-list function has to add the address to the SES account suppression list. */
  readonly isSyncPending: boolean;
};

/**
 * Runs the command `suppress`. It writes only the table; the account-list function updates the SES account suppression list. Exit code 1:
 * an address could not be suppressed.
 */
export async function suppressCommand(
  given: readonly string[],
  options: SuppressCommandOptions,
  io: CliIO,
): Promise<ExitCode> {
  const { note, by = userInfo().username, until, file, json, policy, ...stackOptions } = options;
  const inputs = await readAddressInputs(given, file, io);
  const details = { by, note, ...(until !== undefined && { until: until.getTime() }) };
  assertEnd(details.until, Date.now());
  const { stack } = await openStack(stackOptions);
  const resources = openStackResources(stack, await loadPolicy(policy, io));
  const reports = await processAddresses(inputs, {
    processOne: (address) => suppressOne(address, details, resources),
    describe,
    json,
    stdout: io.stdout,
  });
  return reports.some(isAddressError) ? 1 : 0;
}

async function suppressOne(
  address: Address,
  details: SuppressAddressOptions,
  resources: StackResources,
): Promise<SuppressReport> {
  const { key } = address;
  const stored = (await resources.store.read([{ address: key, eventIds: [] }])).get(key);
  const before = stored !== undefined && 'record' in stored ? stored.record : undefined;
  const record = await suppressAddress(resources, address, details);
  return {
    address: key,
    ...defined({ until: toIso(details.until) }),
    ...(before !== undefined && isSuppressedAt(before, resources.clock()) && { already: alreadyOf(before) }),
    isSyncPending: details.until === undefined && record.pendingSync !== undefined,
  };
}

function alreadyOf({ reason, since, until }: SuppressionRecord): NonNullable<SuppressReport['already']> {
  return defined({ reason, since: toIso(since), until: toIso(until) });
}

function toIso(time: number | undefined): string | undefined {
  return time === undefined ? undefined : formatTimestamp(time);
}

function describe({ address, until, already, isSyncPending }: SuppressReport): string[] {
  return [
    address,
    `  table: suppressed ${describeEnd(until)}${already === undefined ? '' : `; ${describeAlready(already)}`}`,
    ...(isSyncPending ? ['  SES account suppression list: will be updated within two minutes'] : []),
  ];
}

function describeAlready({ reason, since, until }: NonNullable<SuppressReport['already']>): string {
  const start = since === undefined ? '' : ` since ${formatTime(Date.parse(since))}`;
  return `was already suppressed (${reason}${start}, ${describeEnd(until)})`;
}

function describeEnd(until: string | undefined): string {
  return until === undefined ? 'permanently' : `until ${formatTime(Date.parse(until))}`;
}
