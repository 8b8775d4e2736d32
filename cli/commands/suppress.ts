import { userInfo } from 'node:os';
import type { Address } from '../../shared/domain/address.ts';
import type { Reason } from '../../shared/domain/feedback/recipient-event.ts';
import { isSuppressedAt, type SuppressionRecord } from '../../shared/domain/suppression/record.ts';
import { formatTimestamp } from '../../shared/domain/timestamp.ts';
import { assertFuture, type SuppressAddressOptions, suppressAddress } from '../../shared/operator/suppress-address.ts';
import { isAddressError, processAddresses, readAddressInputs } from '../io/address-batch.ts';
import { loadPolicy } from '../io/files.ts';
import { openStackResources, type StackResources } from '../io/open-stack.ts';
import { openStack } from '../io/stack-options.ts';
import type { ReleaseCommandOptions } from './release.ts';

export type SuppressCommandOptions = ReleaseCommandOptions & { readonly until?: Date };

type SuppressReport = {
  readonly address: string;
  /** When what was said now ends; missing: never. */
  readonly until?: string;
  /** It was suppressed before, and for what. */
  readonly already?: { readonly reason?: Reason; readonly since?: string; readonly until?: string };
  /** SES's own list has still to be told. */
  readonly isToldSoon: boolean;
};

/**
 * The command `suppress`: suppresses addresses by hand, and says what was known of each. Writes the table alone: SES's own list is told by
 * the function account-list. What is wrong with one is said of it, and the rest go on. Exit code 1: not all are suppressed.
 */
export async function suppressCommand(given: readonly string[], options: SuppressCommandOptions): Promise<void> {
  const { note, by = userInfo().username, until, file, json, policy, ...ofStack } = options;
  const entries = await readAddressInputs(given, file);
  const details = { by, note, ...(until !== undefined && { until: until.getTime() }) };
  assertFuture(details.until, Date.now());
  const { stack } = await openStack(ofStack);
  const lists = openStackResources(stack, await loadPolicy(policy));
  const reports = await processAddresses(entries, {
    work: (address) => suppressOne(address, details, lists),
    describe,
    json,
  });
  if (reports.some(isAddressError)) process.exitCode = 1;
}

async function suppressOne(
  address: Address,
  details: SuppressAddressOptions,
  lists: StackResources,
): Promise<SuppressReport> {
  const { key } = address;
  const held = (await lists.store.read([{ address: key, eventIds: [] }])).get(key);
  const before = held !== undefined && 'record' in held ? held.record : undefined;
  const record = await suppressAddress(lists, address, details);
  return {
    address: key,
    ...stamp('until', details.until),
    ...(before !== undefined && isSuppressedAt(before, lists.clock()) && { already: alreadyOf(before) }),
    isToldSoon: details.until === undefined && record.pendingSync !== undefined,
  };
}

function alreadyOf({ reason, since, until }: SuppressionRecord): NonNullable<SuppressReport['already']> {
  return { ...(reason && { reason }), ...stamp('since', since), ...stamp('until', until) };
}

function stamp<Name extends string>(name: Name, time: number | undefined): { readonly [name in Name]?: string } {
  return time === undefined ? {} : ({ [name]: formatTimestamp(time) } as { [name in Name]: string });
}

function describe({ address, until, already, isToldSoon }: SuppressReport): string[] {
  const before =
    already && `; was suppressed already (${already.reason} since ${already.since}, ${endOf(already.until)})`;
  return [
    address,
    `  the table: suppressed ${endOf(until)}${before ?? ''}`,
    ...(isToldSoon ? ["  SES's list: is told within a minute or two by account-list"] : []),
  ];
}

function endOf(until: string | undefined): string {
  return until === undefined ? 'for good' : `until ${until}`;
}
