import { GetQueueAttributesCommand, type GetQueueAttributesCommandOutput } from '@aws-sdk/client-sqs';
import type { Clients } from './clients.ts';
import { type Stack, type Stream, streams } from './stack.ts';

/** The approximate number of messages in the queue of a stream, and in its dead-letter queue. */
export type QueueCounts = { readonly waiting: number; readonly deadLetters: number };

/** Returns how many messages are in the queues of a stack. */
export async function inspectQueues(
  { sqs }: Clients,
  { queues, deadLetterQueues }: Stack,
): Promise<Record<Stream, QueueCounts>> {
  const messagesIn = async (QueueUrl: string) => {
    const AttributeNames = ['ApproximateNumberOfMessages' as const];
    const { Attributes }: GetQueueAttributesCommandOutput = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames }),
    );
    return Number(Attributes?.ApproximateNumberOfMessages ?? 0);
  };
  const entries = await Promise.all(
    streams.map(async (stream) => {
      const [waiting, deadLetters] = await Promise.all([
        messagesIn(queues[stream]),
        messagesIn(deadLetterQueues[stream]),
      ]);
      return [stream, { waiting, deadLetters }] as const;
    }),
  );
  return Object.fromEntries(entries) as Record<Stream, QueueCounts>;
}
