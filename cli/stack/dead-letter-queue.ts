import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import type { Stack, Stream } from './stack.ts';

/** A message that its function could not process, as it lies in the dead-letter queue of its stream. */
export type FailedMessage = {
  readonly stream: Stream;
  readonly id: string;
  readonly body: string;
  /** When the message was sent to the queue, epoch milliseconds. */
  readonly sentAt: number;
  /** The message as SQS returned it, with what is needed to return it or to delete it. */
  readonly message: Message;
};

/** Messages that are being read are invisible to others for this long, in seconds. If the process crashes, they return by themselves. */
const visibilityTimeoutSeconds = 120;

/** SQS returns at most this many messages at once. */
const batchSize = 10;

/** SQS may answer "none" although there are messages: it asks only some of its servers. */
const maxEmptyAnswers = 3;

/**
 * Reads the messages of a dead-letter queue. The caller returns or deletes each of them.
 *
 * @param limit the number of messages to read at most
 */
export async function* receiveDeadLetters(
  sqs: SQSClient,
  { deadLetterQueues }: Stack,
  stream: Stream,
  limit: number,
): AsyncGenerator<FailedMessage> {
  const seen = new Set<string>();
  for (let emptyAnswers = 0; seen.size < limit && emptyAnswers < maxEmptyAnswers; ) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: deadLetterQueues[stream],
        MaxNumberOfMessages: Math.min(batchSize, limit - seen.size),
        VisibilityTimeout: visibilityTimeoutSeconds,
        WaitTimeSeconds: 1,
        MessageSystemAttributeNames: ['SentTimestamp'],
        MessageAttributeNames: ['All'],
      }),
    );
    const fresh = Messages.filter(({ MessageId = '' }) => !seen.has(MessageId));
    emptyAnswers = fresh.length === 0 ? emptyAnswers + 1 : 0;
    for (const message of fresh) {
      const { MessageId: id = '', Body: body = '', Attributes } = message;
      seen.add(id);
      yield { stream, id, body, sentAt: Number(Attributes?.SentTimestamp ?? 0), message };
    }
  }
}

/** Makes a message visible again for others. If this fails, the message becomes visible by itself. */
export async function returnToQueue(
  sqs: SQSClient,
  stack: Stack,
  { stream, message }: Pick<FailedMessage, 'stream' | 'message'>,
): Promise<void> {
  const { ReceiptHandle } = message;
  const command = { QueueUrl: stack.deadLetterQueues[stream], ReceiptHandle, VisibilityTimeout: 0 };
  await sqs.send(new ChangeMessageVisibilityCommand(command)).catch(() => {});
}

/**
 * Sends a message to the queue of its stream again, and then deletes it from the dead-letter queue. If the process crashes in between, the
 * message is in both: processing it twice changes nothing.
 */
export async function replay(sqs: SQSClient, stack: Stack, { stream, body, message }: FailedMessage): Promise<void> {
  const { MessageAttributes, ReceiptHandle } = message;
  await sqs.send(
    new SendMessageCommand({
      QueueUrl: stack.queues[stream],
      MessageBody: body,
      ...(MessageAttributes && { MessageAttributes }),
    }),
  );
  await sqs.send(new DeleteMessageCommand({ QueueUrl: stack.deadLetterQueues[stream], ReceiptHandle }));
}
