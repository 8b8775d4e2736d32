import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { SESv2Client } from '@aws-sdk/client-sesv2';

type Destination = {
  readonly ToAddresses?: string[];
  readonly CcAddresses?: string[];
  readonly BccAddresses?: string[];
};

/** What has arrived at SES. */
export type Arrived = {
  readonly path: string | undefined;
  readonly body: {
    readonly Destination?: Destination;
    readonly Content?: { readonly Raw?: { readonly Data: string } };
    readonly BulkEmailEntries?: readonly { readonly Destination: Destination }[];
  };
};

export type SesCapture = {
  readonly client: SESv2Client;
  readonly arrived: Arrived[];
  close(): Promise<void>;
};

/** Takes whatever is sent, as SES does, and keeps it as it came. The id of a mail names its first recipient. */
export async function captureSes(): Promise<SesCapture> {
  const arrived: Arrived[] = [];
  const server = createServer((incoming, outgoing) => {
    void answer().then((body) => outgoing.setHeader('content-type', 'application/json').end(JSON.stringify(body)));

    async function answer(): Promise<object> {
      const body = incoming.method === 'POST' ? ((await json(incoming)) as Arrived['body']) : {};
      arrived.push({ path: incoming.url, body });
      const entries = body.BulkEmailEntries;
      if (entries === undefined) return { MessageId: idFor(body.Destination) };
      const results = entries.map((entry) => ({ Status: 'SUCCESS', MessageId: idFor(entry.Destination) }));
      return { BulkEmailEntryResults: results };
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = new SESv2Client({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });
  return {
    client,
    arrived,
    async close() {
      client.destroy();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function idFor({ ToAddresses = [], CcAddresses = [], BccAddresses = [] }: Destination = {}): string {
  return `id for ${[...ToAddresses, ...CcAddresses, ...BccAddresses][0]}`;
}

/** The capture of a test. Reach it inside one. */
export function useSesCapture(): () => SesCapture {
  let capture: SesCapture;
  beforeEach(async () => {
    capture = await captureSes();
  });
  afterEach(() => capture.close());
  return () => capture;
}
