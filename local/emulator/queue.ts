import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';

/** A message that SES publishes to a topic. */
export type PublishedMessage = { readonly topicArn: string; readonly message: string; readonly subject?: string };

export type LambdaFunction = (event: SQSEvent) => Promise<SQSBatchResponse>;

export type QueueOptions = {
  readonly arn: string;
  /** The function that the queue triggers. */
  readonly invoke: LambdaFunction;
  /** Receives each message that the function failed to process at every attempt: a dead letter. */
  readonly reject: (published: PublishedMessage, attempts: number) => void;
};

/** An SQS queue that is subscribed to a topic and triggers a function. */
export type Queue = {
  /** Adds a message. Every second message is delivered twice, as SQS may do. */
  add(published: PublishedMessage): void;
  /** Waits until every message is processed or rejected. */
  waitUntilIdle(): Promise<void>;
  /** Waits for the batch that is being processed, and discards the messages that are waiting. */
  close(): Promise<void>;
};

/** As in resources/queues.yml: after this many attempts a message is a dead letter. */
const maxReceives = 5;
/** From the topic to the function. */
const deliveryDelayMs = 20;
/** Until the second copy of a message, or the next attempt for a message that failed. */
const redeliveryDelayMs = 80;

/** A message in the queue, with the attributes SQS keeps. */
type QueueMessage = {
  readonly id: string;
  readonly published: PublishedMessage;
  readonly sentAt: number;
  receives: number;
};

/**
 * Starts a queue and its trigger, which invokes the function with all messages that are available, one batch at a time.
 */
export function startQueue({ arn, invoke, reject }: QueueOptions): Queue {
  const timers = new Set<NodeJS.Timeout>();
  const available: QueueMessage[] = [];
  let added = 0;
  let isPolling = false;
  let isOpen = true;

  function deliverLater(message: QueueMessage, delayMs: number): void {
    const timer = setTimeout(() => {
      timers.delete(timer);
      available.push(message);
      void poll();
    }, delayMs);
    timers.add(timer);
  }

  async function poll(): Promise<void> {
    if (isPolling) return;
    isPolling = true;
    while (isOpen && available.length > 0) await processBatch(available.splice(0));
    isPolling = false;
  }

  async function processBatch(batch: readonly QueueMessage[]): Promise<void> {
    for (const message of batch) message.receives++;
    const failed = await invoke({ Records: batch.map((message) => toRecord(message, arn)) }).then(
      ({ batchItemFailures }) => new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier)),
      // If the function throws, Lambda returns the whole batch to the queue.
      () => new Set(batch.map(({ id }) => id)),
    );
    for (const message of batch.filter(({ id }) => failed.has(id))) {
      if (message.receives < maxReceives) deliverLater(message, redeliveryDelayMs);
      else reject(message.published, maxReceives);
    }
  }

  async function waitUntilIdle(): Promise<void> {
    while (timers.size > 0 || isPolling) await sleep(5);
  }

  return {
    waitUntilIdle,
    add(published) {
      const [id, sentAt] = [randomUUID(), Date.now()];
      deliverLater({ id, published, sentAt, receives: 0 }, deliveryDelayMs);
      if (added++ % 2 === 0) deliverLater({ id, published, sentAt, receives: 0 }, deliveryDelayMs + redeliveryDelayMs);
    },
    async close() {
      isOpen = false;
      for (const timer of timers) clearTimeout(timer);
      timers.clear();
      await waitUntilIdle();
    },
  };
}

/** Returns the record SQS delivers for a message from SNS without raw message delivery. */
function toRecord({ id, published, sentAt, receives }: QueueMessage, arn: string): SQSRecord {
  const { topicArn: TopicArn, subject: Subject, message: Message } = published;
  const Timestamp = new Date(sentAt).toISOString();
  const signature = { SignatureVersion: '1', Signature: 'bG9jYWw=', SigningCertURL: 'https://sns.invalid/cert.pem' };
  const envelope = { Type: 'Notification', MessageId: id, TopicArn, Subject, Message, Timestamp, ...signature };
  const body = JSON.stringify({ ...envelope, UnsubscribeURL: 'https://sns.invalid/' });
  return {
    messageId: id,
    receiptHandle: `${id}#${receives}`,
    body,
    attributes: {
      ApproximateReceiveCount: String(receives),
      SentTimestamp: String(sentAt),
      SenderId: 'AIDAIENQZJOLO23YVJ4VO',
      ApproximateFirstReceiveTimestamp: String(sentAt + deliveryDelayMs),
    },
    messageAttributes: {},
    md5OfBody: createHash('md5').update(body).digest('hex'),
    eventSource: 'aws:sqs',
    eventSourceARN: arn,
    awsRegion: arn.split(':')[3] ?? '',
  };
}
