import { userInfo } from 'node:os';
import { describeOutcome } from '../../shared/account-list/account-list.ts';
import { createRateLimiter } from '../../shared/account-list/rate-limiter.ts';
import type { Address } from '../../shared/domain/address.ts';
import { homeRegion } from '../../shared/domain/suppression/account-list-state.ts';
import { type ReleaseReport, type RemovalReport, releaseEverywhere } from '../../shared/operator/release-everywhere.ts';
import type { Attribution } from '../../shared/operator/update-record.ts';
import { type AddressError, processAddresses, readAddressInputs } from '../io/address-batch.ts';
import { loadPolicy } from '../io/files.ts';
import { openStackResources, type StackResources } from '../io/open-stack.ts';
import { openStack, type StackOptions } from '../io/stack-options.ts';

export type ReleaseCommandOptions = StackOptions & {
  readonly note: string;
  readonly by?: string;
  readonly file?: string;
  readonly json?: true;
  readonly policy?: string;
};

/**
 * The command `release`: lets addresses go, here and at SES, and says what happened in each. What is wrong with one is said of it, and
 * the rest go on. Exit code 1: not all are let go everywhere.
 */
export async function releaseCommand(given: readonly string[], options: ReleaseCommandOptions): Promise<void> {
  const { note, by = userInfo().username, file, json, policy, ...ofStack } = options;
  const entries = await readAddressInputs(given, file);
  const { stack } = await openStack(ofStack);
  const lists = openStackResources(stack, await loadPolicy(policy));
  const words = { ownRegion: stack.region, isRetried: lists.policy.accountList.mode !== 'off' };
  const reports = await processAddresses(entries, {
    work: releaseWith(lists, { by, note }),
    describe: (report) => describe(report, words),
    json,
  });
  if (!reports.every(isDone)) process.exitCode = 1;
}

export function releaseWith(lists: StackResources, reason: Attribution): (address: Address) => Promise<ReleaseReport> {
  const paced = new Map(
    [...lists.lists].map(([region, list]) => [region, { list, rateLimiter: createRateLimiter(lists) }]),
  );
  return (address) => releaseEverywhere(address, reason, { ...lists, lists: paced });
}

function isDone(report: ReleaseReport | AddressError): boolean {
  return 'regions' in report && report.regions.every(({ error }) => error === undefined);
}

/** With `isRetried` account-list makes good what could not be done now. */
function describe(
  { address, table, regions }: ReleaseReport,
  { ownRegion, isRetried }: { ownRegion: string; isRetried: boolean },
): string[] {
  if (table === 'unknown' && regions.length === 0)
    return [`${address}: is neither in the table nor on SES's list; nothing to let go`];
  const inTable = {
    'was suppressed': 'was suppressed, and is let go',
    'was not suppressed': 'was not suppressed; what happened until now never suppresses it',
    unknown: 'was not in it; what happened until now never suppresses it',
  }[table];
  return [
    address,
    `  the table: ${inTable}`,
    ...regions.map(
      (region) =>
        `  SES's list in ${region.region === homeRegion ? ownRegion : region.region}: ${describeRemoval(region, isRetried)}`,
    ),
  ];
}

function describeRemoval({ removed, error, isImporting }: RemovalReport, isRetried: boolean): string {
  const done = removed.length === 0 ? [] : [`removed (${removed.join(', ')})`];
  if (error?.kind === 'refused') return [...done, `SES does not take it: ${error.reason}`].join('; ');
  if (error !== undefined) {
    const later = isRetried ? 'account-list tries again every minute' : 'run it again';
    return [...done, `could not be told: ${describeOutcome(error)}; ${later}`].join('; ');
  }
  if (isImporting && isRetried)
    return [...done, 'an import job is under way; removed once more when it is done'].join('; ');
  return done.length === 0 ? 'is not on it' : done.join('');
}
