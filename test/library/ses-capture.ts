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

/** A request that arrived at SES. */
export type ArrivedRequest = {
  readonly path: string | undefined;
  readonly body: {
    readonly Destination?: Destination;
    readonly Content?: { readonly Raw?: { readonly Data: string } };
    readonly BulkEmailEntries?: readonly { readonly Destination: Destination }[];
  };
};

export type SesCapture = {
  readonly client: SESv2Client;
  readonly arrived: ArrivedRequest[];
  close(): Promise<void>;
};

/** Starts a server that accepts every email, as SES does, and keeps the requests. The message id contains the first recipient. */
export async function captureSes(): Promise<SesCapture> {
  const arrived: ArrivedRequest[] = [];
  const server = createServer((incoming, outgoing) => {
    void respond().then((body) => outgoing.setHeader('content-type', 'application/json').end(JSON.stringify(body)));

    async function respond(): Promise<object> {
      const body = incoming.method === 'POST' ? ((await json(incoming)) as ArrivedRequest['body']) : {};
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

/** Starts a capture for each test. Call the result inside a test. */
export function useSesCapture(): () => SesCapture {
  let capture: SesCapture;
  beforeEach(async () => {
    capture = await captureSes();
  });
  afterEach(() => capture.close());
  return () => capture;
}
