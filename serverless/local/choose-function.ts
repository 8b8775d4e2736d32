import { unwrapBatch, unwrapMessage } from '../../shared/domain/feedback/envelope.ts';
import type { ParsedMessage } from '../../shared/domain/feedback/feedback-event.ts';
import { parse } from '../../shared/domain/feedback/parse.ts';

/** A function that processes SES messages, and why it was chosen. */
export type ChosenFunction = { readonly name: 'bounce' | 'complaint' | 'volume'; readonly reason: string };

/**
 * Returns the function whose queue receives a Lambda event in a deployed stack. Each of the three functions processes messages of every
 * kind, so the first message decides about a batch. Messages that cannot be read, or have no effect, decide only if there are no others.
 *
 * @returns the reason why there is none as text: no message can be read
 */
export function chooseFunction(lambdaEvent: unknown): ChosenFunction | string {
  const parsed = unwrapBatch(lambdaEvent).messages.map((message) => parse(unwrapMessage(message), {}));
  const which = parsed.length === 1 ? 'the message' : 'the first message with an effect';
  for (const message of parsed) {
    const name = functionFor(message);
    if (name !== undefined) return { name, reason: `${which} is a ${nameOf(message)}` };
  }
  if (parsed.some(({ kind }) => kind === 'ignored'))
    return { name: 'bounce', reason: 'no message has an effect, and every function ignores such messages' };
  const [first] = parsed;
  return first === undefined || !('reason' in first) ? 'the event contains no messages' : first.reason;
}

function functionFor(message: ParsedMessage): ChosenFunction['name'] | undefined {
  if (message.kind === 'feedback') return message.event.kind;
  return message.kind === 'volume' ? 'volume' : undefined;
}

function nameOf(message: ParsedMessage): string {
  return 'event' in message ? message.event.kind : message.kind;
}
