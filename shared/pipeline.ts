import { type CommitDependencies, type Committed, commit } from './commit.ts';
import { classify } from './feedback/classify.ts';
import { type Batch, openBatch } from './feedback/envelope.ts';
import { unreadableRecipients } from './feedback/explain.ts';
import type { Ours } from './feedback/feedback-event.ts';
import { parse } from './feedback/parse.ts';
import type { RecipientEvent } from './feedback/recipient-event.ts';
import { type Log, recipientEntry } from './report.ts';

export type PipelineDependencies = CommitDependencies & { readonly ours: Ours; readonly log: Log };

export type PipelineResult = {
  readonly kind: Batch['kind'];
  /** Ids of the messages that are not durable: to be delivered again, and in the end to the dead-letter queue, whole. */
  readonly failed: readonly string[];
};

/**
 * The way of a message: parse → classify → decide → commit. (The fifth verb, notify, works on what is committed here, at its own
 * pace.) Takes what a Lambda function is called with. Never throws: what goes wrong goes wrong for one message.
 */
export async function processFeedback(lambdaEvent: unknown, dependencies: PipelineDependencies): Promise<PipelineResult> {
  const { ours, policy, log } = dependencies;
  const { kind, deliveries } = openBatch(lambdaEvent);

  const messages = deliveries.map((delivery) => {
    const message = parse(delivery, ours);
    const events = message.kind === 'feedback' ? classify(message.event, policy) : [];
    return { id: delivery.id, message, events };
  });

  // `commit` reads what is held of each address and lets `decide` say what the event makes of it.
  const committed = await commit(
    messages.flatMap(({ events }) => events),
    dependencies,
  );

  const failed: string[] = [];
  for (const { id, message, events } of messages) {
    const fault = message.kind === 'unreadable' ? message.reason : whatFailed(events, committed);
    if (fault !== undefined) failed.push(id);
    if (message.kind !== 'feedback') {
      log({ kind: 'message', outcome: message.kind, message: id, reason: message.reason });
      continue;
    }
    for (const event of events) {
      const result = committed.get(event);
      if (result?.kind === 'durable') log(recipientEntry(event, result));
    }
    // Its other recipients are safe; the message is kept for a person to look at.
    const rest = unreadableRecipients(message.event.unreadableRecipients);
    if (fault === undefined && rest !== null) failed.push(id);
    if (fault !== undefined || rest !== null) {
      log({ kind: 'message', outcome: fault ? 'failed' : 'unreadable', message: id, reason: fault ?? String(rest) });
    }
  }
  log({ kind: 'batch', messages: messages.length, failed: failed.length });
  return { kind, failed };
}

function whatFailed(
  events: readonly RecipientEvent[],
  committed: ReadonlyMap<RecipientEvent, Committed>,
): string | undefined {
  for (const event of events) {
    const result = committed.get(event);
    if (result?.kind === 'failed') return result.reason;
  }
  return undefined;
}
