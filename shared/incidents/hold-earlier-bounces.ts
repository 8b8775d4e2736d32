import type { AddressKey } from '../domain/address.ts';
import { hour, minute } from '../domain/durations.ts';
import type { Reason } from '../domain/feedback/recipient-event.ts';
import { forEachConcurrently } from '../domain/for-each-concurrently.ts';
import { groupBy } from '../domain/group-by.ts';
import { holdRecord } from '../domain/incidents/hold-record.ts';
import type { Policy } from '../domain/policy/policy.ts';
import type { ProviderIncident } from '../domain/reputation/provider-incident.ts';
import { defaultListName } from '../domain/suppression/list-name.ts';
import { policyOfList } from '../domain/suppression/list-policy.ts';
import type { StoredRecord, SuppressionStore } from '../domain/suppression/store.ts';

/** A suppressed address, as the index has it. `list` is missing for the account's list. */
type Suppressed = {
  readonly address: AddressKey;
  readonly reason: Reason;
  readonly since: number;
  readonly until?: number;
  readonly list?: string;
};

export type HoldDependencies = {
  readonly incidents: () => Promise<readonly ProviderIncident[]>;
  /** Yields what lists of the account and of tenants suppress since a time, page by page. */
  readonly suppressed: (period: { since: number; until: number }) => AsyncIterable<readonly Suppressed[]>;
  readonly store: SuppressionStore;
  /** Until when the bounces of an incident were looked at, by its id. Kept for the life of the container; a new one begins again. */
  readonly progress: Pick<Map<string, number>, 'get' | 'set'>;
  readonly policy: Policy;
  readonly clock: () => number;
  /** Returns the time left for further work, in milliseconds. */
  readonly remaining: () => number;
};

/** The functions that process bounces know of an outage within a minute, and the index is a moment behind the table. */
const overlapMs = 5 * minute;
/** A page of the index is split into as many records as the store reads at once. */
const batchSize = 100;
const concurrency = 10;

/**
 * Gives the hard bounces that came in an outage, before it was noticed, the end that later ones have. A run that ends early, or crashes, is
 * continued by the next one: what is held already is seen in the index, and changes nothing when it is read again.
 *
 * @returns the number of records that were changed
 * @throws StoreError
 */
export async function holdEarlierBounces(dependencies: HoldDependencies): Promise<number> {
  const { incidents, suppressed, progress, policy, clock, remaining } = dependencies;
  if (policy.hard.incidentHours === 0) return 0;
  let held = 0;
  for (const incident of await incidents()) {
    const seenUntil = progress.get(incident.id) ?? incident.from;
    if (seenUntil >= (incident.to ?? Number.POSITIVE_INFINITY) + overlapMs) continue;
    const now = clock();
    const since = Math.max(incident.from, seenUntil - overlapMs);
    let contested = 0;
    for await (const page of suppressed({
      since,
      until: Math.min(now + overlapMs, incident.to ?? Number.POSITIVE_INFINITY),
    })) {
      const outcome = await holdPage(page, incident, dependencies);
      held += outcome.held;
      contested += outcome.contested;
      if (remaining() <= 0) return held;
    }
    if (contested === 0) progress.set(incident.id, now);
  }
  return held;
}

async function holdPage(
  page: readonly Suppressed[],
  incident: ProviderIncident,
  dependencies: HoldDependencies,
): Promise<{ readonly held: number; readonly contested: number }> {
  const { store, policy, remaining } = dependencies;
  const heldMs = policy.hard.incidentHours * hour;
  const candidates = page.filter(
    ({ reason, since, until = Number.POSITIVE_INFINITY }) => reason === 'hard' && until > since + heldMs,
  );
  const counts = { held: 0, contested: 0 };
  for (const [list = defaultListName, some] of groupBy(candidates, (one) => one.list)) {
    const ofList = list === defaultListName ? store : store.ofList(list);
    const listPolicy = policyOfList(policy, list);
    for (let from = 0; from < some.length && remaining() > 0; from += batchSize) {
      const batch = some.slice(from, from + batchSize).map(({ address }) => ({ address, eventIds: [] }));
      const stored = [...(await ofList.read(batch)).values()].filter(
        (one): one is StoredRecord => one !== undefined && 'record' in one,
      );
      await forEachConcurrently(stored, concurrency, async (one) => {
        const record = holdRecord(one.record, incident, policy.hard.incidentHours, listPolicy);
        if (record === undefined) return;
        const outcome = await ofList.write({ changes: [{ record, stored: one }], counts: [] });
        // If feedback, or an operator, has changed the record in between, the next run looks at it again.
        counts[outcome.kind === 'written' ? 'held' : 'contested']++;
      });
    }
  }
  return counts;
}
