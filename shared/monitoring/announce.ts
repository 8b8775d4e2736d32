import { describeError } from '../domain/describe-error.ts';
import { day } from '../domain/durations.ts';
import {
  type Alarm,
  type AlarmName,
  type AutoPauseState,
  isOverdue,
  publishTimeoutMs,
} from '../domain/reputation/alarm.ts';
import { buildNotice } from '../domain/reputation/build-notice.ts';
import { rateBucketOf } from '../domain/reputation/counter-bucket.ts';
import type { EvaluatedAlarm } from '../domain/reputation/evaluate-scope.ts';
import { type NoticeMessage, toNoticeMessage } from '../domain/reputation/format-notice.ts';
import type { Notice } from '../domain/reputation/notice.ts';
import { rateBetween } from '../domain/reputation/rolling-rates.ts';
import { type Contributor, type ScopeShare, topContributors } from '../domain/reputation/top-contributors.ts';
import type { ReputationStore } from './reputation-store.ts';

/** What telling people takes. */
export type AnnounceDependencies = {
  readonly store: ReputationStore;
  /** Sends it to the topic of the alarms. Throws where it cannot. */
  readonly publish: (message: NoticeMessage) => Promise<void>;
  readonly sending: {
    /** Pauses a configuration set. */
    readonly pause: (configurationSet: string) => Promise<void>;
    readonly isEnabled: (configurationSet: string) => Promise<boolean>;
  };
  readonly clock: () => number;
  /** Milliseconds left to work in. */
  readonly remaining: () => number;
  /** Name of the table, for the command that shows more. */
  readonly table: string;
  /** Name of the stack: what the commands of notices name, and where CloudWatch has the metrics of the rates. */
  readonly stack: string;
};

type Look = { readonly now: number; readonly until: number };

/**
 * Writes a change down, and what is to be told of it in the same write; then tells it, and then takes the notice back. Who dies on the
 * way leaves it for the next run. Of two runs that saw the same the second one's write fails, and it tells nothing.
 * @returns why it could not be told, if it could not
 */
export async function announce(
  judged: EvaluatedAlarm,
  look: Look,
  dependencies: AnnounceDependencies,
): Promise<string[]> {
  const { store, table, stack } = dependencies;
  const { name, before, change } = judged;
  if (change === undefined) return [];
  const causes =
    change.notice === undefined || change.notice === 'resolved' ? [] : await findCauses(judged, look, dependencies);
  const notice = buildNotice(judged, { contributors: causes, now: look.now, table, stack });
  const pending = notice && { notice, retryAt: look.now + publishTimeoutMs };
  const alarm: Alarm = { ...change.alarm, ...(pending && { pending }) };
  if (!(await store.saveAlarm(name, alarm, before.version)) || notice === undefined) return [];
  return tell(name, alarm, notice, dependencies);
}

/** Tells what an earlier run has written and not told. @returns why some could not be told now either */
export async function publishOverdue(
  alarms: readonly (AlarmName & { readonly alarm: Alarm })[],
  now: number,
  dependencies: AnnounceDependencies,
): Promise<string[]> {
  const faults: string[] = [];
  for (const { alarm, ...name } of alarms) {
    if (alarm.pending === undefined || !isOverdue(alarm.pending, now)) continue;
    if (!(await dependencies.store.takePending(name, alarm, now + publishTimeoutMs))) continue;
    faults.push(...(await tell(name, alarm, alarm.pending.notice, dependencies)));
  }
  return faults;
}

/** A brake that fails is told like one that worked: a notice that waits for it would come too late, or never. */
async function tell(
  name: AlarmName,
  alarm: Alarm,
  notice: Notice,
  { store, publish, sending, clock }: AnnounceDependencies,
): Promise<string[]> {
  let { autoPause } = alarm;
  if (autoPause?.kind === 'due' && notice.pausedConfigurationSet !== undefined) {
    autoPause = await sending.pause(notice.pausedConfigurationSet).then(
      (): AutoPauseState => ({ kind: 'done', at: clock() }),
      (error: unknown): AutoPauseState => ({ kind: 'failed', reason: describeError(error) }),
    );
    // Before it is told: a person who resumes the sending must not be overruled by a notice that goes out late.
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

/** Kept back for the write itself. */
const reserve = 10_000;

/** Where it was sent from, what SES calls it, who it was sent to. Looks at all scopes, as nobody has done so for this time yet. */
async function findCauses(
  { name, figures }: EvaluatedAlarm,
  { now, until }: Look,
  dependencies: AnnounceDependencies,
): Promise<Contributor[]> {
  const { store, remaining } = dependencies;
  const { metric, scope } = name;
  if (metric === undefined) return [];
  const from = figures.elevatedSince ?? until - day;
  // They adorn the notice: what cannot be read is left out, and the notice goes out.
  const counts = await store.contributors(from, until).catch(() => ({}));
  const shares: ScopeShare[] = [];
  const others = scope === 'account' ? await store.knownScopes().catch(() => []) : [];
  for (let next = 0; next < others.length && remaining() > reserve; next += 8) {
    const read = others.slice(next, next + 8).map(async (other) => {
      const { buckets } = await store.read(other, now);
      const tallies = buckets.map((stretch) => rateBucketOf(stretch, metric));
      const { bad, total } = rateBetween(tallies, from, until);
      shares.push({ scope: other, bad, total });
    });
    await Promise.allSettled(read);
  }
  const whole =
    figures.rates === undefined || figures.elevatedSince !== undefined ? figures.bad : figures.rates['24h'].bad;
  return topContributors(
    { metric: metric === 'bounceRate' ? 'hard' : 'complaints', bad: whole, threshold: figures.thresholds?.review ?? 0 },
    shares,
    counts,
  );
}
