import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { messagesOf } from '../../cli/commands/explain.ts';
import { readTextFile } from '../../cli/io/files.ts';
import { hour } from '../../shared/domain/durations.ts';
import { type RawMessage, unwrapBatch, unwrapMessage } from '../../shared/domain/feedback/envelope.ts';
import { parse } from '../../shared/domain/feedback/parse.ts';

/** A file with one or more messages of SES. */
export type Sample = {
  readonly name: string;
  readonly description?: string;
  /** The demo prints the other samples in one line per recipient. */
  readonly isShownInFull: boolean;
  readonly messages: readonly RawMessage[];
  /** The event the function is invoked with. */
  readonly lambdaEvent: unknown;
};

const folder = path.join(__dirname, '..', '..', 'events');
const expectationEnding = '.expected.json';

/** Loads the samples in events/, beginning with the two simplest. */
export async function loadSamples(): Promise<Sample[]> {
  const names = (await readdir(folder)).filter(isSampleFile);
  const first = ['bounce.json', 'complaint.json'];
  const ordered = [...first, ...names.filter((name) => !first.includes(name)).sort()];
  return Promise.all(ordered.map((name) => loadSample(path.join(folder, name), name)));
}

/** Returns whether a file in events/ is a sample, and not an expectation or the manifest. */
export function isSampleFile(name: string): boolean {
  return /\.(json|txt)$/.test(name) && !name.endsWith(expectationEnding) && name !== 'manifest.json';
}

/** Loads one sample, or a file of the user. */
export async function loadSample(file: string, name = file): Promise<Sample> {
  const content = await readTextFile(file);
  const messages = messagesOf(content);
  const { description, tour } = await readExpectation(file);
  return {
    name,
    ...(description && { description }),
    isShownInFull: tour,
    messages,
    lambdaEvent: readQueueEvent(content) ?? toQueueBatch(messages),
  };
}

/** Returns the SQS event with which Lambda delivers messages. */
export function toQueueBatch(messages: readonly RawMessage[]) {
  return {
    Records: messages.map(({ id, body, queuedAt }) => ({
      messageId: id,
      body: typeof body === 'string' ? body : JSON.stringify(body),
      attributes: queuedAt === undefined ? {} : { SentTimestamp: String(queuedAt) },
      eventSource: 'aws:sqs',
    })),
  };
}

/**
 * Returns the time at which the demo takes place: 12 hours after the newest sample email. The real time would not do,
 * because feedback about emails older than 30 days is not counted.
 */
export function demoTime(samples: readonly Sample[]): number {
  const times = samples.flatMap(({ messages }) =>
    messages.flatMap((raw) => {
      const message = parse(unwrapMessage(raw), {});
      return message.kind === 'feedback' ? [message.event.mail.sentAt] : [];
    }),
  );
  return Math.max(0, ...times) + 12 * hour;
}

/** Returns the content of a file if it is an SQS event. */
function readQueueEvent(content: string): unknown {
  try {
    const event: unknown = JSON.parse(content);
    return unwrapBatch(event).kind === 'queue' ? event : undefined;
  } catch {
    return undefined;
  }
}

/** Reads the expectation file beside a sample. A file of the user has none, and is always shown in full. */
async function readExpectation(file: string): Promise<{ description?: string; tour: boolean }> {
  try {
    const expectation = await readFile(file.replace(/\.[^.]+$/, expectationEnding), 'utf8');
    const { description, tour = false } = JSON.parse(expectation);
    return { description, tour };
  } catch {
    return { tour: true };
  }
}
