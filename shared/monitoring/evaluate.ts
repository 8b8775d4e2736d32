import { defined } from '../domain/defined.ts';
import { describeError } from '../domain/describe-error.ts';
import { minute } from '../domain/durations.ts';
import { forEachConcurrently } from '../domain/for-each-concurrently.ts';
import type { Policy } from '../domain/policy/policy.ts';
import { type EntityStatuses, sendingEntityOf } from '../domain/reputation/entity-status.ts';
import { type EvaluatedAlarm, evaluateScope } from '../domain/reputation/evaluate-scope.ts';
import type { CurrentAlarm } from '../domain/reputation/inhibits.ts';
import { pauseObstacle } from '../domain/reputation/pause-obstacle.ts';
import { isScopeDue, rotate } from '../domain/reputation/schedule.ts';
import type { ScopeSnapshot } from '../domain/reputation/scope-snapshot.ts';
import type { SesMetrics } from '../domain/reputation/ses-metrics.ts';
import { settlementDelayMs, slotLengthMs, slotStart } from '../domain/reputation/time-slots.ts';
import { type AnnounceDependencies, announce, publishOverdue } from './announce.ts';
import { backfillSends } from './backfill-sends.ts';
import { type KeepLedgerDependencies, keepLedger } from './keep-ledger.ts';
import { type EvaluationEntry, type MonitoringEntry, ratesEntry } from './log-entry.ts';
import type { ScopeState } from './reputation-store.ts';
import { saveIncidents } from './save-incidents.ts';

export type EvaluateDependencies = AnnounceDependencies &
  Pick<KeepLedgerDependencies, 'readFigures'> & {
    /** Reads the figures that SES publishes about the account. Leaves out, and logs, those it cannot read. */
    readonly observe: (now: number) => Promise<SesMetrics>;
    /**
     * Reads what SES says of the tenants: which it has paused, and about which it has findings. `undefined`, after a log entry, if it cannot be
     * read.
     */
    readonly readEntities: () => Promise<EntityStatuses | undefined>;
    /** Scopes to evaluate in this run even if they are not due: those that an event of SES names. @default none */
    readonly urgentScopes?: readonly string[];
    readonly policy: Policy;
    readonly log: (entry: MonitoringEntry) => void;
  };

/** The number of scopes evaluated at the same time. */
const concurrency = 8;

/**
 * Evaluates the rates of all scopes once: observe → evaluate → announce. The account is evaluated in each run, each of
 * the other scopes once in five minutes. Only the alarms are kept between two runs, so a run that is missed, or repeated,
 * changes nothing.
 */
export async function evaluateScopes(dependencies: EvaluateDependencies): Promise<EvaluationEntry> {
  const { store, observe, readEntities, urgentScopes = [], policy, clock, remaining, log } = dependencies;
  const now = clock();
  const errors: string[] = [];
  const [sesMetrics, knownScopes] = await Promise.all([
    observe(now),
    store.knownScopes().catch((error: unknown): string[] => {
      errors.push(describeError(error));
      return [];
    }),
  ]);
  const until = slotStart(now - settlementDelayMs - (sesMetrics.volumeDelayMs ?? 0));
  // An urgent scope may be the first one.
  const common = { now, until, scopeCount: Math.max(1, knownScopes.length) };
  const settled = policy.sendsFrom === 'ses' ? settledUntil(until, sesMetrics) : until;
  const account = await evaluateOne('account', { ...common, until: settled, sesMetrics, inhibitors: [] }, dependencies);
  if (account.error !== undefined) errors.push(account.error);
  // Accounts without tenants, and most have none, need no further calls.
  const hasTenants = [...knownScopes, ...urgentScopes].some((scope) => sendingEntityOf(scope)?.kind === 'tenant');
  const entityStatuses = hasTenants ? await readEntities() : undefined;
  const urgent = new Set([...urgentScopes, ...(entityStatuses?.keys() ?? [])]);
  const due = [
    ...urgent,
    ...rotate(
      knownScopes.filter((scope) => isScopeDue(scope, now) && !urgent.has(scope)),
      now,
    ),
  ];
  let [changes, evaluated] = [account.changes, 1];
  const { alarms: inhibitors, pauseObstacles } = account;
  const context = { ...common, sesMetrics: {}, inhibitors, pauseObstacles, ...defined({ entityStatuses }) };
  await forEachConcurrently(due, concurrency, async (scope) => {
    if (remaining() <= 0) return;
    const result = await evaluateOne(scope, context, dependencies);
    evaluated += 1;
    changes += result.changes;
    if (result.error !== undefined) errors.push(result.error);
  });
  if (account.state !== undefined) await keepLedger(account.state, now, dependencies);
  const entry: EvaluationEntry = {
    kind: 'evaluation',
    evaluated,
    skipped: due.length + 1 - evaluated,
    changes,
    failed: errors.length,
    ...(errors[0] !== undefined && { reason: errors[0] }),
    unknown: missingFigures(sesMetrics),
  };
  log(entry);
  return entry;
}

/** The longest time that SES's own count of the sends is waited for. At night, there may be none to count. */
const maxCountDelayMs = 30 * minute;

/**
 * Returns until when SES has counted the sends itself, where no events count them. Bounces arrive in seconds, and the count later: without this
 * wait, the newest minutes would have bounces and no sends.
 */
function settledUntil(until: number, { sends = [] }: SesMetrics): number {
  const newest = sends.at(-1);
  if (newest === undefined) return until;
  return Math.min(until, Math.max(newest.at + slotLengthMs, until - maxCountDelayMs));
}

/** The part of a snapshot that is the same for several scopes. */
type EvaluationContext = Pick<
  ScopeSnapshot,
  'now' | 'until' | 'sesMetrics' | 'entityStatuses' | 'scopeCount' | 'inhibitors' | 'pauseObstacles'
>;

type Evaluation = {
  /** `undefined` if the scope could not be evaluated. */
  readonly alarms: readonly CurrentAlarm[] | undefined;
  /** Why nothing may be paused because of a rate. */
  readonly pauseObstacles: NonNullable<ScopeSnapshot['pauseObstacles']>;
  readonly changes: number;
  /** What was read. Missing if it could not be. */
  readonly state?: ScopeState;
  readonly error?: string;
};

/**
 * Evaluates one scope and announces what has changed. Never throws, so that an error in one scope does not stop the
 * others.
 */
async function evaluateOne(
  scope: string,
  context: EvaluationContext,
  dependencies: EvaluateDependencies,
): Promise<Evaluation> {
  const { store, policy, log, stack } = dependencies;
  const { now } = context;
  try {
    let state = await store.read(scope, now);
    if (scope === 'account' && policy.sendsFrom === 'ses') {
      state = await backfillSends(store, state, context.sesMetrics, now);
    }
    const refusals = scope === 'account' ? await store.refusals(now) : noRefusals;
    const errors = await publishOverdue(state.alarms, now, dependencies);
    const isResumed = await isSendingResumed(scope, state, now, dependencies);
    const snapshotOf = ({ buckets, received, alarms, ledger }: ScopeState): ScopeSnapshot => ({
      ...context,
      ...defined({ ledger }),
      scope,
      buckets,
      received,
      ...refusals,
      alarms,
      policy,
      isResumed,
    });
    const evaluate = (read: ScopeState) => evaluateScope(snapshotOf(read));
    let evaluated = evaluate(state);
    if (evaluated.some(({ change }) => change !== undefined)) {
      // Reads again, consistently, before an alarm changes. A lagging replica, or a day that is half rolled up, must
      // not raise an alarm.
      state = await store.read(scope, now, true);
      evaluated = evaluate(state);
    }
    const unsaved = await saveIncidents(evaluated, now, dependencies, errors);
    const changed = evaluated.filter((one) => one.change !== undefined && !unsaved.has(one));
    for (const one of changed) errors.push(...(await announce(one, context, dependencies)));
    if (scope === 'account' || policy.metricScopes.includes(scope)) log(ratesEntry(scope, evaluated, now, stack));
    await store.rollUp(scope, state, now);
    return {
      state,
      alarms: evaluated.map(toCurrentAlarm),
      pauseObstacles: scope === 'account' ? pauseObstaclesOf(snapshotOf(state)) : {},
      changes: changed.filter(
        ({ before, change }) => change?.notice !== undefined || change?.alarm.status !== before.status,
      ).length,
      ...(errors[0] !== undefined && { error: errors[0] }),
    };
  } catch (error) {
    const pauseObstacles = { bounceRate: accountUnknown, complaintRate: accountUnknown };
    return { alarms: undefined, pauseObstacles, changes: 0, error: describeError(error) };
  }
}

const noRefusals = { senderFaults: [], providerBounces: [], knownBounces: [] };

const accountUnknown = 'the account could not be evaluated';

function pauseObstaclesOf(account: ScopeSnapshot): Evaluation['pauseObstacles'] {
  const [bounceRate, complaintRate] = [pauseObstacle(account, 'bounceRate'), pauseObstacle(account, 'complaintRate')];
  return defined({ bounceRate, complaintRate });
}

/**
 * SES may report the old status for a moment after a pause. Before this time, it would look as if an operator had
 * resumed sending.
 */
const pauseSettlesMs = 10 * minute;

/** Returns whether an operator has resumed the sending of a tenant or a configuration set that was paused automatically. */
async function isSendingResumed(
  scope: string,
  { alarms }: ScopeState,
  now: number,
  { sending, log }: EvaluateDependencies,
): Promise<boolean> {
  const isPaused = alarms.some(
    ({ alarm: { autoPause } }) => autoPause?.kind === 'done' && now - autoPause.at >= pauseSettlesMs,
  );
  const entity = sendingEntityOf(scope);
  if (!isPaused || entity === undefined) return false;
  try {
    return await sending.isEnabled(entity);
  } catch (error) {
    // If the sending status is unknown, leave its alarm unchanged and continue with the
    // others.
    log({ kind: 'error', subject: `the sending status of ${scope}`, reason: describeError(error) });
    return false;
  }
}

function toCurrentAlarm({ name, before, change, result: { isRecovering } }: EvaluatedAlarm): CurrentAlarm {
  return { ...name, status: (change?.alarm ?? before).status, ...defined({ isRecovering }) };
}

/** Names the figures that the account's alarms need and that are not available. These alarms keep their state. */
function missingFigures({ reputation, enforcementStatus, feedback, sends, volumeDelayMs = 0 }: SesMetrics): string[] {
  const delayMinutes = Math.round(volumeDelayMs / minute);
  return [
    ...(delayMinutes > 5
      ? [`sends of the last ${delayMinutes} minutes (their events are still in the volume queue)`]
      : []),
    ...(reputation === undefined || reputation.bounceRate.length === 0 ? ['bounce rate measured by SES'] : []),
    ...(reputation === undefined || reputation.complaintRate.length === 0 ? ['complaint rate measured by SES'] : []),
    ...(enforcementStatus === undefined ? ['account status'] : []),
    ...(feedback === undefined ? ['bounces and complaints counted by SES'] : []),
    ...(sends === undefined ? ['sends counted by SES'] : []),
  ];
}
