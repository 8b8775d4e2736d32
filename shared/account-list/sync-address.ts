import type { AddressKey } from '../domain/address.ts';
import type { Policy } from '../domain/policy/policy.ts';
import {
  homeRegion,
  listedRule,
  lookUp,
  mirrorOf,
  spellingsOf,
  spellingToPut,
  type Told,
  textOf,
  type Wish,
  wishOf,
  withTold,
} from '../domain/suppression/account-list-state.ts';
import { derive, type SuppressionRecord } from '../domain/suppression/record.ts';
import type { Held, SuppressionStore } from '../domain/suppression/store.ts';
import type { AccountList, Found, Outcome } from './account-list.ts';
import type { Pace } from './rate-limiter.ts';

export type TellDependencies = {
  readonly store: SuppressionStore;
  readonly policy: Policy;
  /** Epoch milliseconds. */
  readonly clock: () => number;
  readonly list: AccountList;
  readonly pace: Pace;
};

/**
 * What became of one address. `idle`: nothing was to be told. `late`: there was no time. `sandbox`: SES takes no address yet.
 * `damaged`: our own record cannot be read.
 */
export type Telling =
  | Outcome
  | { readonly kind: 'idle' }
  | { readonly kind: 'late' }
  | { readonly kind: 'sandbox' }
  | { readonly kind: 'damaged'; readonly reason: string };

/**
 * Tells one Region's list what a record wishes, and the record that it was told, on condition that it still wishes for that. Who changes
 * its wish meanwhile (an operator lets the address go) leaves it to the next turn to tell what is true then.
 */
export async function tell(region: string, address: AddressKey, dependencies: TellDependencies): Promise<Telling> {
  const { store, policy, clock } = dependencies;
  const held = (await store.read([{ address, eventIds: [] }])).get(address);
  if (held === undefined) return { kind: 'idle' };
  if ('unreadable' in held) return { kind: 'damaged', reason: held.unreadable };
  const pending = mirrorOf(held.record, policy.accountList)?.pending ?? [];
  if (!pending.includes(region)) {
    // The policy has changed since it was written; or else it has been told, and the index lags behind.
    if (held.record.mirror?.pending.includes(region)) await note(dependencies, held, (record) => record);
    return { kind: 'idle' };
  }
  if (region === lookUp) return findMail(held, dependencies);
  const wish = wishOf(held.record);
  if (wish === undefined || (wish.kind === 'unlisted' && wish.from > clock())) return { kind: 'idle' };
  const outcome = await explainRefusal(await call(held.record, wish, dependencies), dependencies);
  if (outcome.kind === 'done' || outcome.kind === 'refused') {
    const told: Told = {
      says: textOf(wish, held.record.spellings),
      at: clock(),
      ...(outcome.kind === 'refused' && { refused: outcome.reason }),
    };
    await note(dependencies, held, (record) => withTold(record, region, told));
  }
  return outcome;
}

async function call(record: SuppressionRecord, wish: Wish, { list, pace }: TellDependencies): Promise<Telling> {
  if (wish.kind === 'listed') {
    const outcome = await pace.take(() => list.put(spellingToPut(record), wish.reason));
    // There is nothing that could be missing: whoever answered did not do it.
    if (outcome?.kind === 'absent') return { kind: 'failed', reason: 'SES finds nothing to put it on' };
    return outcome ?? { kind: 'late' };
  }
  let refused: Outcome | undefined;
  for (const spelling of spellingsOf(record)) {
    const outcome = await pace.take(() => list.delete(spelling));
    if (outcome === undefined) return { kind: 'late' };
    // One spelling SES cannot hold is no reason to leave another there.
    if (outcome.kind === 'refused') refused = outcome;
    else if (outcome.kind !== 'done' && outcome.kind !== 'absent') return outcome;
  }
  return refused ?? { kind: 'done' };
}

/** In the sandbox SES refuses every address: that is not to be remembered of this one. */
async function explainRefusal(outcome: Telling, { list, pace }: TellDependencies): Promise<Telling> {
  if (outcome.kind !== 'refused') return outcome;
  const account = await pace.take(() => list.isInSandbox());
  if (account === undefined) return { kind: 'late' };
  if (account.kind !== 'sandbox') return account;
  return account.isInSandbox ? { kind: 'sandbox' } : outcome;
}

/** Asks SES for which mail it has listed an address that was adopted from its list. */
async function findMail(held: Held, dependencies: TellDependencies): Promise<Telling> {
  const { list, pace, clock } = dependencies;
  const found = await pace.take(() => list.get(spellingToPut(held.record)));
  if (found === undefined) return { kind: 'late' };
  if (found.kind !== 'found' && found.kind !== 'absent' && found.kind !== 'refused') return found;
  const told: Told = { says: found.kind === 'found' ? 'held' : 'absent', at: clock() };
  await note(dependencies, held, (record) =>
    withTold(found.kind === 'found' ? withMail(record, found) : record, homeRegion, told),
  );
  return { kind: 'done' };
}

function withMail(record: SuppressionRecord, { messageId }: Found): SuppressionRecord {
  if (messageId === undefined) return record;
  const evidence = record.evidence.map((one) =>
    one.rule === listedRule && one.messageId === '' ? { ...one, messageId } : one,
  );
  return { ...record, evidence };
}

/**
 * Notes something in the record, also where somebody else has written it since: the Regions are told side by side. Not where it would
 * have led to another call by now: it is still in the outbox then, or rightly not.
 */
async function note(
  { store, policy }: TellDependencies,
  read: Held,
  change: (record: SuppressionRecord) => SuppressionRecord,
): Promise<void> {
  let held = read;
  for (let attempt = 0; attempt < tries; attempt++) {
    const { kind } = await store.write({
      changes: [{ record: derive(change(held.record), policy), held }],
      counts: [],
    });
    if (kind === 'written') return;
    const { address } = read.record;
    const now = (await store.read([{ address, eventIds: [] }])).get(address);
    if (now === undefined || 'unreadable' in now || callOf(now.record) !== callOf(read.record)) return;
    held = now;
  }
}

/** One more than there can be Regions. */
const tries = 5;

/** What a Region is to be told, and everything the call depends on. One that was let go and suppressed anew is another matter. */
function callOf(record: SuppressionRecord): string {
  const wish = wishOf(record);
  return JSON.stringify([wish && textOf(wish), record.released?.at, spellingsOf(record)]);
}
