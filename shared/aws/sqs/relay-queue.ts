import {
  ChangeMessageVisibilityCommand,
  GetQueueUrlCommand,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import type { RelayQueue } from '../../relay/ports.ts';

/** SQS hides a message for at most twelve hours. */
const maxSeconds = 43_200;
/** A message of SQS may have 1 MiB with its attributes; the message of SES is below 150 KB. */
const maxReasonsLength = 4000;

/** Returns the queue of the relay and its dead-letter queue, by their names. */
export function createRelayQueue(
  client: SQSClient,
  names: { readonly queue: string; readonly deadLetters: string },
): RelayQueue {
  const urls = new Map<string, Promise<string | undefined>>();
  const urlOf = (QueueName: string) => {
    const url =
      urls.get(QueueName) ?? client.send(new GetQueueUrlCommand({ QueueName })).then(({ QueueUrl }) => QueueUrl);
    urls.set(QueueName, url);
    url.catch(() => urls.delete(QueueName));
    return url;
  };
  return {
    async delay(ReceiptHandle, milliseconds) {
      const VisibilityTimeout = Math.min(maxSeconds, Math.ceil(milliseconds / 1000));
      const QueueUrl = await urlOf(names.queue);
      await client.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout }));
    },
    async giveUp(MessageBody, reasons) {
      const text = reasons.join('\n').slice(0, maxReasonsLength).toWellFormed();
      const QueueUrl = await urlOf(names.deadLetters);
      await client.send(
        new SendMessageCommand({
          QueueUrl,
          MessageBody,
          MessageAttributes: { reasons: { DataType: 'String', StringValue: printable(text) || 'unknown' } },
        }),
      );
    },
  };
}

/** SQS accepts the characters of XML only. */
function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the characters to remove
  return text.replace(/[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g, ' ');
}
