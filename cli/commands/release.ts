import { describeOutcome } from '../../shared/account-list/account-list.ts';
import { createRateLimiter } from '../../shared/account-list/rate-limiter.ts';
import type { Address } from '../../shared/domain/address.ts';
import { homeRegion } from '../../shared/domain/suppression/account-list-state.ts';
import type { Attribution } from '../../shared/domain/suppression/attribution.ts';
import {
  type ReleaseEverywhereDependencies,
  type ReleaseReport,
  type RemovalReport,
  releaseEverywhere,
} from '../../shared/operator/release-everywhere.ts';
import { type AddressError, processAddresses, readAddressInputs } from '../io/address-batch.ts';
import type { CliIO, ExitCode } from '../io/cli-io.ts';
import { loadPolicy } from '../io/files.ts';
import { openStack, type StackOptions } from '../io/stack-options.ts';
import { openStackResources, type StackResources } from '../io/stack-resources.ts';
import { callerOf } from '../stack/caller.ts';

export type ReleaseCommandOptions = StackOptions & {
  readonly note: string;
  readonly by?: string;
  readonly file?: string;
  readonly json?: true;
  readonly policy?: string;
};

/** Runs the command `release`. Exit code 1: an address could not be released in the table and on every SES list. */
export async function releaseCommand(
  given: readonly string[],
  options: ReleaseCommandOptions,
  io: CliIO,
): Promise<ExitCode> {
  const { note, by: author, file, json, policy, ...stackOptions } = options;
  const inputs = await readAddressInputs(given, file, io);
  const { stack } = await openStack(stackOptions, io);
  const resources = openStackResources(stack, await loadPolicy(policy, io));
  const by = author ?? (await callerOf(stack.region));
  const context = { ownRegion: stack.region, isSyncOn: resources.policy.accountList.mode !== 'off' };
  const reports = await processAddresses(inputs, {
    processOne: createReleaser(resources, { by, note }),
    describe: (report) => describe(report, context),
    json,
    stdout: io.stdout,
  });
  return reports.every(isDone) ? 0 : 1;
}

/** Returns a function that releases one address. Its calls share the rate limit of each Region. */
export function createReleaser(
  resources: StackResources,
  attribution: Attribution,
  options: Pick<ReleaseEverywhereDependencies, 'isSelected'> = {},
): (address: Address) => Promise<ReleaseReport> {
  const lists = new Map(
    [...resources.lists].map(([region, list]) => [region, { list, rateLimiter: createRateLimiter(resources) }]),
  );
  return (address) => releaseEverywhere(address, attribution, { ...resources, lists, ...options });
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
      '  SES distinguishes upper and lower case. If it lists the address in another form, pass that form, or run reconcile first.',
    ];
  const tableResult = {
    'was suppressed': 'released',
    'was not suppressed': 'not suppressed; earlier bounces and complaints will not suppress it',
    unknown: 'not in the table; earlier bounces and complaints will not suppress it',
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
