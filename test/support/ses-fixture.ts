import {
  SESv2Client,
  SendEmailCommand,
  type SendEmailCommandInput,
  type SendEmailCommandOutput,
} from '@aws-sdk/client-sesv2';
import type { PublishedMessage } from '../../local/emulator/queue.ts';
import { type SesSimulator, type SesSimulatorOptions, startSesSimulator } from '../../local/ses-simulator/simulator.ts';

/** The time at which a fixture starts, with milliseconds: 2026-11-20T12:00:00.345Z. */
export const start = Date.UTC(2026, 10, 20, 12) + 345;

/** A SES simulator with a clock that a test advances, and a client for it. */
export type SesFixture = {
  readonly ses: SesSimulator;
  readonly client: SESv2Client;
  readonly published: PublishedMessage[];
  /** Advances the clock. Milliseconds. */
  advance(time: number): void;
  /** Sends an email from a verified domain that has topics, with the configuration set `news`. */
  send(to: string | string[], input?: Partial<SendEmailCommandInput>): Promise<SendEmailCommandOutput>;
  close(): Promise<void>;
};

/** Starts a simulator whose ids count up, and a client of the SDK that does not retry. */
export async function createSesFixture(options: Partial<SesSimulatorOptions> = {}): Promise<SesFixture> {
  let now = start;
  let ids = 0;
  const published: PublishedMessage[] = [];
  const ses = await startSesSimulator({
    publish: (topicArn, message, subject) => {
      published.push({ topicArn, message, ...(subject !== undefined && { subject }) });
    },
    clock: () => now,
    newId: () => `id-${ids++}`,
    ...options,
  });
  const topics = { bounceTopic: 'identity', complaintTopic: 'identity', deliveryTopic: 'identity' };
  ses.identities['shop.example.com'] = { isVerified: true, ...topics };
  ses.configurationSets.news = {
    destinations: [
      { isEnabled: true, types: ['SEND', 'DELIVERY', 'BOUNCE', 'COMPLAINT', 'DELIVERY_DELAY'], topicArn: 'events' },
      { isEnabled: false, types: ['BOUNCE'], topicArn: 'disabled' },
      { isEnabled: true, types: ['OPEN'], topicArn: 'opens' },
    ],
  };
  const client = new SESv2Client({
    endpoint: ses.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });
  return {
    ses,
    client,
    published,
    advance(time) {
      now += time;
    },
    send: (to, input) =>
      client.send(
        new SendEmailCommand({
          FromEmailAddress: 'Shop <news@shop.example.com>',
          Destination: { ToAddresses: [to].flat() },
          ConfigurationSetName: 'news',
          Content: { Simple: { Subject: { Data: 'Hello' }, Body: { Text: { Data: 'Hello.' } } } },
          ...input,
        }),
      ),
    async close() {
      client.destroy();
      await ses.close();
    },
  };
}

/** Returns the result of a call without its metadata, or the status and the name of its error. */
export async function outcome(call: Promise<object>): Promise<unknown> {
  try {
    const { $metadata, ...value } = (await call) as { $metadata?: unknown };
    return value;
  } catch (error) {
    const { name, $metadata } = error as Error & { $metadata?: { httpStatusCode?: number } };
    return $metadata?.httpStatusCode === undefined ? name : `${$metadata.httpStatusCode} ${name}`;
  }
}
