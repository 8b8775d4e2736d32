import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { messagesOf } from '../../cli/commands/explain-event.ts';
import { readTextFile } from '../../cli/io/files.ts';
import { hour } from '../../shared/domain/durations.ts';
import { type RawMessage, unwrapBatch } from '../../shared/domain/feedback/envelope.ts';
import { parse } from '../../shared/domain/feedback/parse.ts';

/** A file of messages, with what its expectation says about it. */
export type Sample = {
  readonly name: string;
  readonly description?: string;
  /** The others are shown in a line or two. */
  readonly isShownInFull: boolean;
  readonly deliveries: readonly RawMessage[];
  /** What the function is called with. */
  readonly lambdaEvent: unknown;
};

const folder = path.join(__dirname, '..', '..', 'events');
const expectationEnding = '.expected.json';

/** The samples of events/, the two every newcomer meets first in front. */
export async function loadSamples(): Promise<Sample[]> {
  const names = (await readdir(folder)).filter(isSample);
  const first = ['bounce.json', 'complaint.json'];
  const ordered = [...first, ...names.filter((name) => !first.includes(name)).sort()];
  return Promise.all(ordered.map((name) => loadSample(path.join(folder, name), name)));
}

/** Whether a file of events/ is a sample, not an expectation nor the manifest. */
export function isSample(name: string): boolean {
  return /\.(json|txt)$/.test(name) && !name.endsWith(expectationEnding) && name !== 'manifest.json';
}

/** One sample, or a file of the user's own. */
export async function loadSample(file: string, name = file): Promise<Sample> {
  const content = await readTextFile(file);
  const deliveries = messagesOf(content);
  const { description, tour } = await readExpectation(file);
  return {
    name,
    ...(description && { description }),
    isShownInFull: tour,
    deliveries,
    lambdaEvent: queueEvent(content) ?? toQueueBatch(deliveries),
  };
}

/** Messages as the queue would hand them over. */
export function toQueueBatch(deliveries: readonly RawMessage[]) {
  return {
    Records: deliveries.map(({ id, body, queuedAt }) => ({
      messageId: id,
      body: typeof body === 'string' ? body : JSON.stringify(body),
      attributes: queuedAt === undefined ? {} : { SentTimestamp: String(queuedAt) },
      eventSource: 'aws:sqs',
    })),
  };
}

/** Half a day after the newest mail, when its feedback is in: samples grow old, and feedback on old mail is not counted. */
export function timeOf(samples: readonly Sample[]): number {
  const times = samples.flatMap(({ deliveries }) =>
    deliveries.flatMap((delivery) => {
      const message = parse(delivery, {});
      return message.kind === 'feedback' ? [message.event.mail.sentAt] : [];
    }),
  );
  return Math.max(0, ...times) + 12 * hour;
}

/** The event a function gets from a queue, if the file holds one. */
function queueEvent(content: string): unknown {
  try {
    const event: unknown = JSON.parse(content);
    return unwrapBatch(event).kind === 'queue' ? event : undefined;
  } catch {
    return undefined;
  }
}

/** What the expectation beside a file says of it. A file of the user's own has none, and is always shown in full. */
async function readExpectation(file: string): Promise<{ description?: string; tour: boolean }> {
  try {
    const expectation = await readFile(file.replace(/\.[^.]+$/, expectationEnding), 'utf8');
    const { description, tour = false } = JSON.parse(expectation);
    return { description, tour };
  } catch {
    return { tour: true };
  }
}
