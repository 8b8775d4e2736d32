import { describeUnreadableRecipients } from '../domain/explain.ts';
import { classify } from '../domain/feedback/classify.ts';
import { separateReports } from '../domain/feedback/count-reports.ts';
import { countSend } from '../domain/feedback/count-send.ts';
import { type RawBatch, unwrapBatch, unwrapMessage } from '../domain/feedback/envelope.ts';
import type { ParsedMessage, TrustedSources } from '../domain/feedback/feedback-event.ts';
import { parse } from '../domain/feedback/parse.ts';
import type { RecipientEvent } from '../domain/feedback/recipient-event.ts';
import { separateTenants } from '../domain/feedback/separate-tenants.ts';
import { type CommitResults, commit } from './commit.ts';
import { countSends, resetStrikesOfRecipients, type VolumeDependencies } from './count-volume.ts';
import { type FeedbackLogEntry, recipientEntry } from './log-entry.ts';
import { type PrepareDependencies, prepareBounces } from './prepare-bounces.ts';
import { rememberDeliveries } from './remember-deliveries.ts';

export type ProcessFeedbackDependencies = VolumeDependencies &
  PrepareDependencies & {
    readonly trustedSources: TrustedSources;
  };

/** The result of a batch. */
export type BatchResult = {
  readonly kind: RawBatch['kind'];
  /** Ids of the messages to be delivered again. After the last attempt, SQS moves them to the dead-letter queue. */
  readonly failed: readonly string[];
};

/** A message between two steps. */
type Processed = { readonly id: string; readonly message: ParsedMessage; readonly events: readonly RecipientEvent[] };

/** The results of the events, and the reasons why messages with sends or deliveries failed. */
type Outcome = { readonly results: CommitResults; readonly failures: ReadonlyMap<string, string> };

/**
 * Processes the messages of a Lambda event: unwrap → parse → classify → commit, which decides. Sends and deliveries are
 * counted as well. Never throws: an error fails only the messages it affects.
 */
export async function processFeedback(
  lambdaEvent: unknown,
  dependencies: ProcessFeedbackDependencies,
): Promise<BatchResult> {
  const { trustedSources, policy, clock, log } = dependencies;
  const batch = unwrapBatch(lambdaEvent);

  const classified = batch.messages.map(({ id, body, queuedAt = clock() }) => {
    const message = parse(unwrapMessage({ id, body, queuedAt }), trustedSources);
    return { id, message, events: message.kind === 'feedback' ? classify(message.event, policy) : [] };
  });
  const prepared = await prepareBounces(
    classified.map(({ events }) => events),
    dependencies,
  );
  const messages = classified.map((message, index): Processed => {
    const events = separateReports(prepared[index] ?? []);
    return { ...message, events: separateTenants(events, policy) };
  });

  // `commit` reads the record of each address and calls `decide` for each event.
  const results = await commit(
    messages.flatMap(({ events }) => events),
    dependencies,
  );
  const failures = await countVolume(messages, dependencies);
  await countReceived(messages, results, dependencies);

  const outcome = { results, failures };
  const failed = messages
    .filter((message) => !isDone(message, outcome) || (batch.kind === 'queue' && isKept(message)))
    .map(({ id }) => id);
  for (const message of messages) for (const entry of toEntries(message, outcome)) log(entry);
  const count = (kind: ParsedMessage['kind']) => messages.filter(({ message }) => message.kind === kind).length;
  log({
    kind: 'batch',
    feedback: count('feedback'),
    volume: count('volume'),
    ignored: count('ignored'),
    untrusted: count('untrusted'),
    unreadable: count('unreadable'),
    failed: failed.length,
  });
  return { kind: batch.kind, failed };
}

/** Counts sends, the denominator of the rates. Also resets strikes after deliveries, and remembers these, if the policy says so. */
async function countVolume(messages: readonly Processed[], dependencies: ProcessFeedbackDependencies) {
  const { policy, clock } = dependencies;
  const volume = messages.flatMap(({ id, message }) => (message.kind === 'volume' ? { id, event: message.event } : []));
  const now = clock();
  const sends = volume.flatMap(({ id, event }) =>
    event.kind === 'send' ? { id, counts: countSend(event, policy, now) } : [],
  );
  const delivered = volume.flatMap(({ id, event }) => (event.kind === 'delivery' ? { id, event } : []));
  await rememberDeliveries(
    delivered.map(({ event }) => event),
    dependencies,
  );
  const resetFailures = policy.soft.endedByDelivery ? await resetStrikesOfRecipients(delivered, dependencies) : [];
  return new Map([...(await countSends(sends, dependencies)), ...resetFailures]);
}

/**
 * Records how many recipients feedback was received for, each piece of feedback once. Ignores an error: the rule
 * `missing-feedback` tolerates a lost count of one batch.
 */
async function countReceived(messages: readonly Processed[], results: CommitResults, dependencies: VolumeDependencies) {
  const { counters, signal } = dependencies;
  const counts = { bounces: 0, complaints: 0 };
  try {
    for (const { message, events } of messages) {
      if (message.kind !== 'feedback') continue;
      for (const event of events) {
        const result = results.get(event);
        if (countsOnly(event) || result?.kind !== 'durable' || !result.isNew) continue;
        // No record knows an event without an effect.
        if (event.effect === 'none' && !(await counters.remember(event, signal))) continue;
        counts[message.event.kind === 'bounce' ? 'bounces' : 'complaints']++;
      }
    }
    if (counts.bounces + counts.complaints > 0) await counters.addReceived(counts, signal);
  } catch {}
}

/** Returns whether the event only counts what another event of the same recipient reports. */
function countsOnly({ effect, tenant, list }: RecipientEvent): boolean {
  return effect === 'count' || (tenant !== undefined && list === undefined && effect !== 'none');
}

/** Returns whether the message is finished: it need not be delivered again, nor be inspected. */
function isDone({ id, message, events }: Processed, { results, failures }: Outcome): boolean {
  if (message.kind === 'unreadable' || failures.has(id)) return false;
  const isReadable = message.kind !== 'feedback' || message.event.unreadableCount === 0;
  return isReadable && events.every((event) => results.get(event)?.kind === 'durable');
}

/**
 * Returns whether a message is not processed and still goes to the dead-letter queue: feedback from an account or a topic that is not trusted.
 * Once an operator trusts it, a redrive brings it back.
 */
function isKept({ message }: Processed): boolean {
  return message.kind === 'untrusted' && (message.name === 'bounce' || message.name === 'complaint');
}

function toEntries({ id, message, events }: Processed, { results, failures }: Outcome): FeedbackLogEntry[] {
  if (message.kind === 'volume') {
    const reason = failures.get(id);
    return reason === undefined ? [] : [{ kind: 'message', outcome: 'failed', message: id, reason }];
  }
  if (message.kind !== 'feedback') {
    return [{ kind: 'message', outcome: message.kind, message: id, reason: message.reason }];
  }
  const entries = events.flatMap((event, index): FeedbackLogEntry[] => {
    const result = results.get(event);
    if (result?.kind !== 'durable')
      return [{ kind: 'message', outcome: 'failed', message: id, reason: result?.reason ?? 'not tried' }];
    if (countsOnly(event)) return [];
    // The event that counts for a recipient follows the one that changes the recipient's record.
    const next = events[index + 1];
    const counted = next !== undefined && countsOnly(next) ? results.get(next) : undefined;
    if (next === undefined || counted?.kind !== 'durable' || counted.counts.length === 0)
      return [recipientEntry(event, result)];
    return [recipientEntry({ ...event, metric: next.metric }, { ...result, counts: counted.counts })];
  });
  const reason = describeUnreadableRecipients(message.event.unreadableCount);
  return reason === null ? entries : [...entries, { kind: 'message', outcome: 'unreadable', message: id, reason }];
}
