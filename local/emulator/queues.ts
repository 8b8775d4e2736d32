import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

type QueuedMessage = {
  readonly id: string;
  readonly body: string;
  readonly attributes: unknown;
  readonly sentAt: number;
  /** Until then it is invisible, epoch milliseconds. */
  visibleAt: number;
  receipt: string;
};

/** The parameters of all operations; each operation uses some of them. */
type QueueInput = {
  readonly QueueUrl: string;
  readonly QueueName: string;
  readonly MaxNumberOfMessages: number;
  readonly VisibilityTimeout: number;
  readonly MessageBody: string;
  readonly MessageAttributes?: unknown;
  readonly ReceiptHandle: string;
  readonly MetricName: string;
  readonly EndTime: number;
  readonly Statistics: readonly [string];
};

/** A local endpoint of SQS and of CloudWatch's `GetMetricStatistics`. */
export type QueueStub = {
  readonly endpoint: string;
  /** The bodies of the messages that are visible in a queue, by the name of the queue. */
  bodies(queue: string): string[];
  /** Adds a message to a queue. Returns its id. */
  add(queue: string, body: string): string;
  /** The value of a metric at all times, by name. */
  readonly metrics: Record<string, number>;
  /** The operations that fail, such as `SendMessage`. */
  readonly failing: Set<string>;
  close(): Promise<void>;
};

/** The SDK compares it with the body. */
const md5 = (text: string) => createHash('md5').update(text).digest('hex');

/** Starts the endpoint on loopback. As SQS may do, every second `ReceiveMessage` returns nothing, and no more than three messages are returned. */
export async function startQueueStub(): Promise<QueueStub> {
  const queues = new Map<string, QueuedMessage[]>();
  const queueOf = (url: string) => {
    const name = url.split('/').at(-1) ?? '';
    const queue = queues.get(name) ?? [];
    queues.set(name, queue);
    return queue;
  };
  let receives = 0;
  const visible = (queue: readonly QueuedMessage[]) => queue.filter(({ visibleAt }) => visibleAt <= Date.now());
  const operations: Record<string, (input: QueueInput) => object> = {
    GetQueueUrl: ({ QueueName }) => ({ QueueUrl: `${stub.endpoint}/123456789012/${QueueName}` }),
    GetQueueAttributes: ({ QueueUrl }) => ({
      Attributes: { ApproximateNumberOfMessages: String(visible(queueOf(QueueUrl)).length) },
    }),
    ReceiveMessage: ({ QueueUrl, MaxNumberOfMessages, VisibilityTimeout }) => {
      if (receives++ % 2 === 0) return {};
      const messages = visible(queueOf(QueueUrl)).slice(0, Math.min(3, MaxNumberOfMessages));
      for (const message of messages) {
        message.visibleAt = Date.now() + 1000 * VisibilityTimeout;
        message.receipt = randomUUID();
      }
      return {
        Messages: messages.map(({ id, body, receipt, sentAt, attributes }) => ({
          MessageId: id,
          Body: body,
          MD5OfBody: md5(body),
          ReceiptHandle: receipt,
          Attributes: { SentTimestamp: String(sentAt) },
          MessageAttributes: attributes,
        })),
      };
    },
    SendMessage: ({ QueueUrl, MessageBody, MessageAttributes }) => {
      const id = randomUUID();
      queueOf(QueueUrl).push({ ...message(id, MessageBody), attributes: MessageAttributes });
      return { MessageId: id, MD5OfMessageBody: md5(MessageBody) };
    },
    DeleteMessage: ({ QueueUrl, ReceiptHandle }) => {
      const queue = queueOf(QueueUrl);
      const index = queue.findIndex(({ receipt }) => receipt === ReceiptHandle);
      if (index >= 0) queue.splice(index, 1);
      return {};
    },
    ChangeMessageVisibility: ({ QueueUrl, ReceiptHandle, VisibilityTimeout }) => {
      for (const one of queueOf(QueueUrl))
        if (one.receipt === ReceiptHandle) one.visibleAt = Date.now() + 1000 * VisibilityTimeout;
      return {};
    },
    GetMetricStatistics: ({ MetricName, EndTime, Statistics }) => {
      const value = stub.metrics[MetricName];
      return { Datapoints: value === undefined ? [] : [{ Timestamp: EndTime - 60, [Statistics[0]]: value }] };
    },
  };
  const message = (id: string, body: string): QueuedMessage => ({
    id,
    body,
    attributes: undefined,
    sentAt: Date.now(),
    visibleAt: 0,
    receipt: '',
  });
  const server = createServer((request, response) => {
    void json(request).then((input) => {
      const name = String(request.headers['x-amz-target']).split('.').at(-1) ?? '';
      const perform = stub.failing.has(name) ? undefined : operations[name];
      response.writeHead(perform ? 200 : 403, { 'content-type': 'application/x-amz-json-1.0' });
      const denied = { __type: 'AccessDeniedException', message: `may not call ${name}` };
      response.end(JSON.stringify(perform ? perform(input as QueueInput) : denied));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const stub: QueueStub = {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    metrics: {},
    failing: new Set(),
    bodies: (queue) => visible(queueOf(queue)).map(({ body }) => body),
    add(queue, body) {
      const id = randomUUID();
      queueOf(queue).push(message(id, body));
      return id;
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return stub;
}
