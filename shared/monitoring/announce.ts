import { defined } from '../domain/defined.ts';
import { describeError } from '../domain/describe-error.ts';
import { minute } from '../domain/durations.ts';
import { type Alarm, type AutoPauseState, isOverdue, publishTimeoutMs } from '../domain/reputation/alarm.ts';
import type { AlarmName } from '../domain/reputation/alarm-name.ts';
import { buildNotice } from '../domain/reputation/build-notice.ts';
import { type SendingEntity, sendingEntityOf } from '../domain/reputation/entity-status.ts';
import type { EvaluatedAlarm } from '../domain/reputation/evaluate-scope.ts';
import { type NoticeMessage, toNoticeMessage } from '../domain/reputation/format-notice.ts';
import type { Notice } from '../domain/reputation/notice.ts';
import { type FindContributorsDependencies, findContributors } from './find-contributors.ts';

/** What SES can pause alone: tenants and configuration sets, named by their scopes. */
export type Sending = {
  /** Pauses the sending of a tenant or a configuration set. */
  readonly pause: (entity: SendingEntity) => Promise<void>;
  /** Returns whether the sending of a tenant or a configuration set is enabled. One that was deleted is no longer paused. */
  readonly isEnabled: (entity: SendingEntity) => Promise<boolean>;
  /** Returns the open findings of SES about a tenant. It has none about configuration sets. */
  readonly findings: (entity: SendingEntity) => Promise<readonly string[]>;
};

export type AnnounceDependencies = FindContributorsDependencies & {
  /** Publishes a notice to the alarm topic. Throws if it cannot. */
  readonly publish: (message: NoticeMessage) => Promise<void>;
  readonly sending: Sending;
  /** Returns the current time in epoch milliseconds. */
  readonly clock: () => number;
  /** Name of the stack, for the commands in notices and as the namespace of the rate metrics in CloudWatch. */
  readonly stack: string;
  /** The Region of the stack. Missing if the evaluation does not run in AWS. */
  readonly region?: string;
};

/**
 * Announces a changed alarm. Saves the alarm and its notice in one write, publishes the notice, and then removes it
 * from the alarm. If the process crashes in between, the next run publishes the notice. If two runs see the same
 * change, the write of the second one fails and it publishes nothing.
 *
 * @returns the reason why the notice could not be published; empty if it was
 */
export async function announce(
  evaluated: EvaluatedAlarm,
  time: { readonly now: number; readonly until: number },
  dependencies: AnnounceDependencies,
): Promise<string[]> {
  const { store, stack, region } = dependencies;
  const { name, before, change } = evaluated;
  if (change === undefined) return [];
  const { now } = time;
  const needsContributors = change.notice !== undefined && change.notice !== 'resolved';
  const contributors = needsContributors ? await findContributors(evaluated, time, dependencies) : [];
  const findings = change.notice === undefined ? [] : await readFindings(name.scope, dependencies);
  const notice = buildNotice(evaluated, { contributors, findings, now, location: { stack, ...defined({ region }) } });
  const pending = notice && { notice, retryAt: now + publishTimeoutMs };
  const alarm: Alarm = { ...change.alarm, ...defined({ pending }) };
  if (!(await store.saveAlarm(name, alarm, before.version)) || notice === undefined) return [];
  return publishNotice(name, alarm, notice, dependencies);
}

/** The notice is useful without the findings of SES. */
async function readFindings(scope: string, { sending }: AnnounceDependencies): Promise<readonly string[]> {
  const entity = sendingEntityOf(scope);
  return entity?.kind === 'tenant' ? sending.findings(entity).catch(() => []) : [];
}

/**
 * Publishes the notices that an earlier run saved and did not publish.
 *
 * @returns the reasons why some still could not be published
 */
export async function publishOverdue(
  alarms: readonly (AlarmName & { readonly alarm: Alarm })[],
  now: number,
  dependencies: AnnounceDependencies,
): Promise<string[]> {
  const errors: string[] = [];
  for (const { alarm, ...name } of alarms) {
    if (alarm.pending === undefined || !isOverdue(alarm.pending, now)) continue;
    if (!(await dependencies.store.takePending(name, alarm, now + publishTimeoutMs))) continue;
    errors.push(...(await publishNotice(name, alarm, alarm.pending.notice, dependencies)));
  }
  return errors;
}

/**
 * Pauses sending if the alarm requests it, publishes the notice and marks it as published. If the pause fails, the
 * notice says so.
 */
async function publishNotice(
  name: AlarmName,
  alarm: Alarm,
  notice: Notice,
  dependencies: AnnounceDependencies,
): Promise<string[]> {
  const { store, publish } = dependencies;
  let { autoPause } = alarm;
  const paused = sendingEntityOf(name.scope);
  if (autoPause?.kind === 'due' && paused !== undefined) {
    autoPause = await pauseOnce(name, alarm, autoPause, { at: notice.at, paused }, dependencies);
    // Saved before publishing: if a later run has to publish the notice, it must not pause again what an operator has
    // resumed meanwhile.
    await store.saveAutoPause(name, alarm.version, autoPause);
  }
  try {
    await publish(toNoticeMessage(autoPause?.kind === 'failed' ? { ...notice, pauseError: autoPause.reason } : notice));
  } catch (error) {
    return [`a notice could not be published: ${describeError(error)}`];
  }
  await store.clearPending(name, alarm.version);
  return [];
}

/** A process that comes back after this time must not pause: the rate may be low again, or a person may have resumed sending. */
const maxPauseDelayMs = 10 * minute;

/**
 * Pauses a tenant or a configuration set. That a pause is tried is saved before it is: a process that crashes after the pause must not be followed by one
 * that repeats it hours later, when a person has resumed sending.
 */
async function pauseOnce(
  name: AlarmName,
  { version }: Alarm,
  { triedAt }: Extract<AutoPauseState, { kind: 'due' }>,
  { at, paused }: { readonly at: string; readonly paused: SendingEntity },
  { store, sending, clock }: AnnounceDependencies,
): Promise<AutoPauseState> {
  const isLate = Math.abs(clock() - Date.parse(at)) > maxPauseDelayMs;
  // Whether it is paused or resumed by now, the alarm follows the sending status from here on.
  if (isLate && triedAt !== undefined) return { kind: 'done', at: triedAt };
  if (isLate) return { kind: 'failed', reason: 'the process was interrupted before it could pause' };
  try {
    await store.saveAutoPause(name, version, { kind: 'due', triedAt: clock() });
    await sending.pause(paused);
    return { kind: 'done', at: clock() };
  } catch (error) {
    return { kind: 'failed', reason: describeError(error) };
  }
}
