import { describeError } from '../domain/describe-error.ts';
import { minute } from '../domain/durations.ts';
import type { Policy } from '../domain/policy/policy.ts';
import { settlementDelay } from '../domain/reputation/backtest.ts';
import { type CurrentAlarm, type EvaluatedAlarm, evaluateScope } from '../domain/reputation/evaluate-scope.ts';
import { isScopeDue } from '../domain/reputation/schedule.ts';
import type { SesMetrics } from '../domain/reputation/ses-metrics.ts';
import { slotStart } from '../domain/reputation/time-slots.ts';
import { type AnnounceDependencies, announce, publishOverdue } from './announce.ts';
import { backfillSends } from './backfill-sends.ts';
import { type EvaluationEntry, type MonitoringEntry, ratesEntry } from './log-entry.ts';
import type { ScopeState } from './reputation-store.ts';

/** What an evaluation works with. */
export type EvaluateDependencies = AnnounceDependencies & {
  /** Asks SES about itself. What cannot be had is left out, and logged by whoever asked. */
  readonly observe: (now: number) => Promise<SesMetrics>;
  readonly policy: Policy;
  readonly clock: () => number;
  /** Milliseconds left to work in. */
  readonly remaining: () => number;
  readonly log: (entry: MonitoringEntry) => void;
};

/** Scopes are looked at side by side, so many at a time. */
const concurrency = 8;

/**
 * One look at all rates: observe → judge → announce. The account is judged each time, every other scope each fifth minute. Nothing is
 * remembered between two looks but the alarms themselves, so a minute that is missed, or comes twice, changes nothing.
 */
export async function evaluate(dependencies: EvaluateDependencies): Promise<EvaluationEntry> {
  const { store, observe, clock, remaining, log } = dependencies;
  const now = clock();
  const failed: string[] = [];
  const fail = (error: unknown): string[] => {
    failed.push(describeError(error));
    return [];
  };
  const [facts, known] = await Promise.all([observe(now), store.knownScopes().catch(fail)]);
  const look = {
    now,
    sesMetrics: facts,
    scopeCount: known.length,
    until: slotStart(now - settlementDelay - (facts.volumeDelayMs ?? 0)),
  };
  const account = await lookAt('account', { ...look, inhibitors: [] }, dependencies);
  const due = rotate(
    known.filter((scope) => isScopeDue(scope, now)),
    now,
  );
  if (account.fault !== undefined) failed.push(account.fault);
  let [changes, evaluated] = [account.changes, 1];
  const parts = { ...look, sesMetrics: {}, inhibitors: account.standing };
  await eachOf(due, async (scope) => {
    if (remaining() <= 0) return;
    const result = await lookAt(scope, parts, dependencies);
    evaluated += 1;
    changes += result.changes;
    if (result.fault !== undefined) failed.push(result.fault);
  });
  const entry: EvaluationEntry = {
    kind: 'evaluation',
    evaluated,
    skipped: due.length + 1 - evaluated,
    changes,
    failed: failed.length,
    ...(failed[0] !== undefined && { reason: failed[0] }),
    unknown: unknownOf(facts),
  };
  log(entry);
  return entry;
}

type Look = {
  readonly now: number;
  readonly until: number;
  readonly sesMetrics: SesMetrics;
  readonly scopeCount: number;
  readonly inhibitors: readonly CurrentAlarm[];
};

type Looked = { readonly standing: readonly CurrentAlarm[]; readonly changes: number; readonly fault?: string };

/** One scope. A fault here is no reason not to look at the others. */
async function lookAt(scope: string, look: Look, dependencies: EvaluateDependencies): Promise<Looked> {
  const { store, policy, log, stack } = dependencies;
  const { now } = look;
  try {
    let state = await store.read(scope, now);
    if (scope === 'account' && policy.sendsFrom === 'ses')
      state = await backfillSends(store, state, look.sesMetrics, now);
    const faults = await publishOverdue(state.alarms, now, dependencies);
    const isResumed = await wasResumed(scope, state, now, dependencies);
    const sightOf = ({ buckets, received, alarms }: ScopeState) => ({
      ...look,
      scope,
      buckets,
      received,
      alarms,
      policy,
      isResumed,
    });
    let judged = evaluateScope(sightOf(state));
    if (judged.some(({ change }) => change !== undefined)) {
      // What is about to be told is read once more, with all that was written: a replica that lags behind, or half of a day that is
      // being rolled up, must not raise an alarm.
      state = await store.read(scope, now, true);
      judged = evaluateScope(sightOf(state));
    }
    const changes = judged.filter(({ change }) => change !== undefined);
    for (const one of changes) faults.push(...(await announce(one, look, dependencies)));
    if (scope === 'account' || policy.metricScopes.includes(scope)) log(ratesEntry(scope, judged, now, stack));
    await state.rollUp(now);
    return {
      standing: judged.map(standingOf),
      changes: changes.filter(({ before, change }) => change?.notice ?? change?.alarm.status !== before.status).length,
      ...(faults[0] !== undefined && { fault: faults[0] }),
    };
  } catch (error) {
    return { standing: [], changes: 0, fault: describeError(error) };
  }
}

/** SES tells of a pause at once or a moment later; before that its old answer would look like a person's. */
const pauseSettles = 10 * minute;

async function wasResumed(
  scope: string,
  { alarms }: ScopeState,
  now: number,
  { sending, log }: EvaluateDependencies,
): Promise<boolean> {
  const paused = alarms.some(
    ({ alarm: { autoPause } }) => autoPause?.kind === 'done' && now - autoPause.at >= pauseSettles,
  );
  if (!paused) return false;
  try {
    return await sending.isEnabled(scope.slice('configuration-set:'.length));
  } catch (error) {
    // Not to know it holds this alarm, and must not hold the others.
    log({ kind: 'fault', what: `whether ${scope} is paused`, reason: describeError(error) });
    return false;
  }
}

function standingOf({ name, before, change }: EvaluatedAlarm): CurrentAlarm {
  return { ...name, status: (change?.alarm ?? before).status };
}

/** What an alarm of the account would go by, and is not to be had: its state is held. */
function unknownOf({ reputation, enforcementStatus, feedbackCount, volumeDelayMs = 0 }: SesMetrics): string[] {
  const behind = Math.round(volumeDelayMs / minute);
  return [
    ...(behind > 5 ? [`the last ${behind} minutes (volume events wait in their queue)`] : []),
    ...(reputation === undefined || reputation.bounceRate.length === 0 ? ['Reputation.BounceRate'] : []),
    ...(reputation === undefined || reputation.complaintRate.length === 0 ? ['Reputation.ComplaintRate'] : []),
    ...(enforcementStatus === undefined ? ['EnforcementStatus'] : []),
    ...(feedbackCount === undefined ? ['Bounce and Complaint'] : []),
  ];
}

/** Each time it begins somewhere else, far from where it began before: where there is no time for all, each is left out seldom. */
function rotate<Item>(items: readonly Item[], now: number): Item[] {
  const first = items.length === 0 ? 0 : (Math.floor(now / (5 * minute)) * farStep) % items.length;
  return [...items.slice(first), ...items.slice(0, first)];
}

/** A prime: no number of scopes is a multiple of it. */
const farStep = 7919;

async function eachOf<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  const queue = items.values();
  const worker = async () => {
    for (const item of queue) await work(item);
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
}
