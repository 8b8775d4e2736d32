import { describeUnreadableRecipients } from '../domain/explain.ts';
import { classify } from '../domain/feedback/classify.ts';
import { countSend } from '../domain/feedback/count-send.ts';
import { type RawBatch, unwrapBatch } from '../domain/feedback/envelope.ts';
import type { ParsedMessage, TrustedSources } from '../domain/feedback/feedback-event.ts';
import { parse } from '../domain/feedback/parse.ts';
import type { RecipientEvent } from '../domain/feedback/recipient-event.ts';
import { type CommitResults, commit } from './commit.ts';
import { countSends, resetStrikesOfRecipients, type VolumeDependencies } from './count-volume.ts';
import { type FeedbackLog, type FeedbackLogEntry, recipientEntry } from './log-entry.ts';

/** What the pipeline works with: the stores, the policy, whose feedback is ours, and where its report goes. */
export type ProcessFeedbackDependencies = VolumeDependencies & {
  readonly trustedSources: TrustedSources;
  readonly log: FeedbackLog;
};

/** What the caller is told of a batch. */
export type BatchResult = {
  readonly kind: RawBatch['kind'];
  /** Ids of the messages that are not durable: to be delivered again, and in the end to the dead-letter queue, whole. */
  readonly failed: readonly string[];
};

/** A message on its way. */
type Processed = { readonly id: string; readonly message: ParsedMessage; readonly events: readonly RecipientEvent[] };

/** What became of the events, and of the messages that were counted together. */
type Outcome = { readonly results: CommitResults; readonly failures: ReadonlyMap<string, string> };

/**
 * The way of a message: parse → classify → decide → commit; sends and deliveries are counted on the way. Takes what a Lambda function
 * is called with. Never throws: what goes wrong goes wrong for one message.
 */
export async function processFeedback(
  lambdaEvent: unknown,
  dependencies: ProcessFeedbackDependencies,
): Promise<BatchResult> {
  const { trustedSources, policy, clock, log } = dependencies;
  const batch = unwrapBatch(lambdaEvent);

  const messages = batch.messages.map(({ id, body, queuedAt = clock() }): Processed => {
    const message = parse({ id, body, queuedAt }, trustedSources);
    const events = message.kind === 'feedback' ? classify(message.event, policy) : [];
    return { id, message, events };
  });

  // `commit` reads what is held of each address and lets `decide` say what the event makes of it.
  const results = await commit(
    messages.flatMap(({ events }) => events),
    dependencies,
  );
  const failures = await countVolume(messages, dependencies);
  await noteReceived(results, dependencies);

  const outcome = { results, failures };
  const failed = messages.filter((message) => !isDone(message, outcome)).map(({ id }) => id);
  for (const message of messages) for (const entry of report(message, outcome)) log(entry);
  const count = (of: ParsedMessage['kind']) => messages.filter(({ message }) => message.kind === of).length;
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

/** What a rate is a share of; and, where the policy asks for it, who got a mail at last. */
async function countVolume(messages: readonly Processed[], dependencies: VolumeDependencies) {
  const { policy, clock } = dependencies;
  const volume = messages.flatMap(({ id, message }) => (message.kind === 'volume' ? { id, event: message.event } : []));
  const now = clock();
  const sends = volume.flatMap(({ id, event }) =>
    event.kind === 'send' ? { id, counts: countSend(event, policy, now) } : [],
  );
  const delivered = volume.flatMap(({ id, event }) => (event.kind === 'delivery' ? { id, event } : []));
  const ended = policy.soft.endedByDelivery ? await resetStrikesOfRecipients(delivered, dependencies) : [];
  return new Map([...(await countSends(sends, dependencies)), ...ended]);
}

/** For the watch over the loop, once a batch. It compares halves, so a batch whose note is lost is no reason to handle it again. */
async function noteReceived(results: CommitResults, { counters, signal }: VolumeDependencies): Promise<void> {
  const received = [...results.values()].filter((result) => result.kind === 'durable' && result.isNew).length;
  if (received > 0) await counters.addReceived(received, signal).catch(() => {});
}

/** Nothing of it is left that another delivery could make durable, or that a person should look at. */
function isDone({ id, message, events }: Processed, { results, failures }: Outcome): boolean {
  if (message.kind === 'unreadable' || failures.has(id)) return false;
  const isRead = message.kind !== 'feedback' || message.event.unreadableCount === 0;
  return isRead && events.every((event) => results.get(event)?.kind === 'durable');
}

function report({ id, message, events }: Processed, { results, failures }: Outcome): FeedbackLogEntry[] {
  if (message.kind === 'volume') {
    const reason = failures.get(id);
    return reason === undefined ? [] : [{ kind: 'message', outcome: 'failed', message: id, reason }];
  }
  if (message.kind !== 'feedback') {
    return [{ kind: 'message', outcome: message.kind, message: id, reason: message.reason }];
  }
  const entries = events.map((event): FeedbackLogEntry => {
    const result = results.get(event);
    if (result?.kind === 'durable') return recipientEntry(event, result);
    return { kind: 'message', outcome: 'failed', message: id, reason: result?.reason ?? 'was not tried' };
  });
  const reason = describeUnreadableRecipients(message.event.unreadableCount);
  return reason === null ? entries : [...entries, { kind: 'message', outcome: 'unreadable', message: id, reason }];
}
