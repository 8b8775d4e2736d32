import type { AccountList, SesOutcome } from '../account-list/account-list.ts';
import type { Outbox } from '../account-list/outbox.ts';
import type { RateLimiter } from '../account-list/rate-limiter.ts';
import type { Address } from '../domain/address.ts';
import { addressVariantsOf } from '../domain/suppression/account-list-state.ts';
import { isExpired, isSuppressedAt } from '../domain/suppression/record.ts';
import { releaseAddress } from './release-address.ts';
import type { Attribution, OperatorDependencies } from './update-record.ts';

export type ReleaseEverywhereDependencies = OperatorDependencies & {
  /** By Region. */
  readonly lists: ReadonlyMap<string, { readonly list: AccountList; readonly rateLimiter: RateLimiter }>;
  readonly outbox: Outbox;
};

/** What happened in one Region's list. */
export type RemovalReport = {
  readonly region: string;
  /** As SES held it. */
  readonly removed: readonly string[];
  /** SES could not be told now. */
  readonly error?: Exclude<SesOutcome, { kind: 'done' | 'absent' }>;
  /** An import job is under way there, which may put it on the list again: it is removed once more after it. */
  readonly isImporting: boolean;
};

export type ReleaseReport = {
  readonly address: string;
  /** `was suppressed`: …here, and is not any more. `was not suppressed`: it was held, and the release is noted. `unknown`: nothing was held. */
  readonly table: 'was suppressed' | 'was not suppressed' | 'unknown';
  readonly regions: readonly RemovalReport[];
};

/**
 * Lets an address go in the table and in SES's own lists, in this order: who dies in between leaves a mark in the outbox. The outbox
 * deletes a second time, when no call of before can put it back any more.
 * @throws StoreFault where the table cannot be asked; Error where it cannot be written
 */
export async function releaseEverywhere(
  { key, original }: Address,
  reason: Attribution,
  dependencies: ReleaseEverywhereDependencies,
): Promise<ReleaseReport> {
  const { store, clock } = dependencies;
  const held = (await store.read([{ address: key, eventIds: [] }])).get(key);
  const before = held !== undefined && 'record' in held && !isExpired(held.record, clock()) ? held.record : undefined;
  const isHeldAtSes = before === undefined && (await isListed([...new Set([original, key])], dependencies));
  const record = await releaseAddress(dependencies, key, reason, { originalAddress: original, isHeldAtSes });
  // What the operator writes is to go, also where the record keeps no more spellings.
  const spellings = record && [...new Set([...addressVariantsOf(record), original])];
  const regions =
    spellings === undefined
      ? []
      : await Promise.all([...dependencies.lists.keys()].map((region) => remove(region, spellings, dependencies)));
  const table =
    before === undefined ? 'unknown' : isSuppressedAt(before, clock()) ? 'was suppressed' : 'was not suppressed';
  return { address: key, table, regions };
}

/** Whether any Region lists it. Where one cannot be asked it may: then the release is noted, too. */
async function isListed(spellings: readonly string[], { lists }: ReleaseEverywhereDependencies): Promise<boolean> {
  const answers = await Promise.all(
    [...lists.values()].map(async ({ list, rateLimiter }) => {
      for (const spelling of spellings) {
        const found = await untilTaken(rateLimiter, () => list.get(spelling));
        if (found.kind !== 'absent' && found.kind !== 'refused') return true;
      }
      return false;
    }),
  );
  return answers.includes(true);
}

async function remove(
  region: string,
  spellings: readonly string[],
  { lists, outbox }: ReleaseEverywhereDependencies,
): Promise<RemovalReport> {
  const { list, rateLimiter: pace } = lists.get(region) as { list: AccountList; rateLimiter: RateLimiter };
  // The release stands by now: what cannot be known is no reason not to say so.
  const job = await outbox.readJob(region).catch(() => undefined);
  const isImporting = job !== undefined && job.failedUntil === undefined;
  const removed: string[] = [];
  let error: RemovalReport['error'];
  for (const spelling of spellings) {
    const outcome = await untilTaken(pace, () => list.delete(spelling));
    if (outcome.kind === 'done') removed.push(spelling);
    else if (outcome.kind !== 'absent') error = outcome;
    // One spelling SES cannot hold is no reason to leave another there.
    if (error !== undefined && error.kind !== 'refused') break;
  }
  return { region, removed, isImporting, ...(error && { error }) };
}

/** So often an operator waits for SES's turn, some two minutes in all. */
const patience = 10;

async function untilTaken<Result extends { readonly kind: string }>(
  pace: RateLimiter,
  call: () => Promise<Result>,
): Promise<Result | { readonly kind: 'throttled' }> {
  for (let attempt = 0; attempt < patience; attempt++) {
    const result = await pace.run(call);
    if (result !== undefined && result.kind !== 'throttled') return result;
  }
  return { kind: 'throttled' };
}
