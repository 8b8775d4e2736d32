import {
  SESv2Client,
  SendEmailCommand,
  type SendEmailCommandInput,
  type SendEmailCommandOutput,
} from '@aws-sdk/client-sesv2';
import { type SesSimulator, type SesSimulatorOptions, startSesSimulator } from '../../local/ses-simulator/simulator.ts';

/** A fixed present with milliseconds: 2026-11-20T12:00:00.345Z. */
export const start = Date.UTC(2026, 10, 20, 12) + 345;

export type Published = { readonly topicArn: string; readonly message: string; readonly subject?: string };

export type SimulatedSes = {
  readonly ses: SesSimulator;
  readonly client: SESv2Client;
  readonly published: Published[];
  /** Moves the clock on. Milliseconds. */
  pass(time: number): void;
  /** Sends from a verified domain with topics, by the configuration set `news`. */
  send(to: string | string[], input?: Partial<SendEmailCommandInput>): Promise<SendEmailCommandOutput>;
  close(): Promise<void>;
};

/** A simulator with a clock that stands still and ids that count up, and the SDK's own client without its retries. */
export async function simulateSes(options: Partial<SesSimulatorOptions> = {}): Promise<SimulatedSes> {
  let now = start;
  let ids = 0;
  const published: Published[] = [];
  const ses = await startSesSimulator({
    publish: (topicArn, message, subject) => {
      published.push({ topicArn, message, ...(subject !== undefined && { subject }) });
    },
    clock: () => now,
    newId: () => `id-${ids++}`,
    ...options,
  });
  const identity = { bounceTopic: 'identity', complaintTopic: 'identity', deliveryTopic: 'identity' };
  ses.identities['shop.example.com'] = { isVerified: true, ...identity };
  ses.configurationSets.news = [
    { isEnabled: true, types: ['SEND', 'DELIVERY', 'BOUNCE', 'COMPLAINT', 'DELIVERY_DELAY'], topicArn: 'events' },
    { isEnabled: false, types: ['BOUNCE'], topicArn: 'disabled' },
    { isEnabled: true, types: ['OPEN'], topicArn: 'opens' },
  ];
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
    pass(time) {
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

/** What a call came to: its value without the metadata, or the name of its error, with the status. */
export async function outcome(call: Promise<object>): Promise<unknown> {
  try {
    const { $metadata, ...value } = (await call) as { $metadata?: unknown };
    return value;
  } catch (error) {
    const { name, $metadata } = error as Error & { $metadata?: { httpStatusCode?: number } };
    return $metadata?.httpStatusCode === undefined ? name : `${$metadata.httpStatusCode} ${name}`;
  }
}
