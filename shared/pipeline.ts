import { type CommitDependencies, type CommitResults, commit } from './commit.ts';
import { classify } from './feedback/classify.ts';
import { type Batch, openBatch } from './feedback/envelope.ts';
import { describeUnreadable } from './feedback/explain.ts';
import type { Ours, ParsedMessage } from './feedback/feedback-event.ts';
import { parse } from './feedback/parse.ts';
import type { RecipientEvent } from './feedback/recipient-event.ts';
import { type Entry, type Log, recipientEntry } from './report.ts';

/** What the pipeline works with, beside what `commit` needs: whose feedback is ours, and where its report goes. */
export type PipelineDependencies = CommitDependencies & { readonly ours: Ours; readonly log: Log };

/** What the caller is told of a batch. */
export type PipelineResult = {
  readonly kind: Batch['kind'];
  /** Ids of the messages that are not durable: to be delivered again, and in the end to the dead-letter queue, whole. */
  readonly failed: readonly string[];
};

/** A message on its way. */
type Processed = { readonly id: string; readonly message: ParsedMessage; readonly events: readonly RecipientEvent[] };

/**
 * The way of a message: parse → classify → decide → commit. Takes what a Lambda function is called with. Never throws: what goes
 * wrong goes wrong for one message.
 */
export async function processFeedback(
  lambdaEvent: unknown,
  dependencies: PipelineDependencies,
): Promise<PipelineResult> {
  const { ours, policy, clock, log } = dependencies;
  const { kind, deliveries } = openBatch(lambdaEvent);

  const messages = deliveries.map(({ id, body, queuedAt = clock() }): Processed => {
    const message = parse({ id, body, queuedAt }, ours);
    const events = message.kind === 'feedback' ? classify(message.event, policy) : [];
    return { id, message, events };
  });

  // `commit` reads what is held of each address and lets `decide` say what the event makes of it.
  const results = await commit(
    messages.flatMap(({ events }) => events),
    dependencies,
  );

  const failed = messages.filter((message) => !isDone(message, results)).map(({ id }) => id);
  for (const message of messages) for (const entry of report(message, results)) log(entry);
  const count = (outcome: ParsedMessage['kind']) => messages.filter(({ message }) => message.kind === outcome).length;
  log({
    kind: 'batch',
    feedback: count('feedback'),
    ignored: count('ignored'),
    foreign: count('foreign'),
    unreadable: count('unreadable'),
    failed: failed.length,
  });
  return { kind, failed };
}

/** Nothing of it is left that another delivery could make durable, or that a person should look at. */
function isDone({ message, events }: Processed, results: CommitResults): boolean {
  if (message.kind === 'unreadable') return false;
  const isRead = message.kind !== 'feedback' || message.event.unreadableCount === 0;
  return isRead && events.every((event) => results.get(event)?.kind === 'durable');
}

function report({ id, message, events }: Processed, results: CommitResults): Entry[] {
  if (message.kind !== 'feedback') {
    return [{ kind: 'message', outcome: message.kind, message: id, reason: message.reason }];
  }
  const entries = events.map((event): Entry => {
    const result = results.get(event);
    if (result?.kind === 'durable') return recipientEntry(event, result);
    return { kind: 'message', outcome: 'failed', message: id, reason: result?.reason ?? 'was not tried' };
  });
  const reason = describeUnreadable(message.event.unreadableCount);
  return reason === null ? entries : [...entries, { kind: 'message', outcome: 'unreadable', message: id, reason }];
}
