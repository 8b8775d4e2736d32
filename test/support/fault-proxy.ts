import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';

/** One request to DynamoDB, as a fault may look at it. */
export type DynamoDBRequest = {
  readonly operation: string;
  readonly body: Record<string, unknown>;
  readonly index: number;
  readonly headers: IncomingHttpHeaders;
  /** The client's port: whoever keeps a connection open has the same one again. */
  readonly connection: number | undefined;
};

/**
 * What the network or DynamoDB does instead of answering. `lose answer`: it does what was asked, and nobody hears of it. `cut answer`: half
 * of it arrives.
 */
export type Fault =
  | {
      readonly kind: 'answer';
      readonly status: number;
      /** A text is sent as it is. */
      readonly body: Record<string, unknown> | string;
      readonly headers?: Readonly<Record<string, string>>;
    }
  | { readonly kind: 'hang' | 'drop' | 'lose answer' | 'cut answer' };

export type FaultProxy = {
  readonly endpoint: string;
  readonly requests: readonly DynamoDBRequest[];
  /** Decides about each request from now on; `undefined` lets it pass. */
  misbehave(decide: (request: DynamoDBRequest) => Fault | undefined): void;
  close(): Promise<void>;
};

/** Stands between the SDK and the real engine, on loopback, and makes the faults an engine on the same machine never has. */
export async function startFaultProxy(target: string): Promise<FaultProxy> {
  const requests: DynamoDBRequest[] = [];
  let decide: (request: DynamoDBRequest) => Fault | undefined = () => undefined;
  const server = createServer((incoming, outgoing) => void handle(incoming, outgoing));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no address');

  async function handle(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const body = await buffer(incoming);
    const operation = String(incoming.headers['x-amz-target']).split('.')[1] ?? '';
    const { headers, socket } = incoming;
    const about = { index: requests.length, headers, connection: socket.remotePort };
    const seen = { operation, body: JSON.parse(body.toString()), ...about };
    requests.push(seen);
    const fault = decide(seen);
    if (fault?.kind === 'hang') return;
    if (fault?.kind === 'drop') return void outgoing.destroy();
    if (fault?.kind === 'answer') {
      outgoing.writeHead(fault.status, { 'content-type': 'application/x-amz-json-1.0', ...fault.headers });
      return void outgoing.end(typeof fault.body === 'string' ? fault.body : JSON.stringify(fault.body));
    }
    const answer = await forward(incoming, body);
    if (fault?.kind === 'lose answer') return void outgoing.destroy();
    const { 'transfer-encoding': _, ...headersOfAll } = answer.headers;
    outgoing.writeHead(answer.status, { ...headersOfAll, 'content-length': String(answer.body.length) });
    if (fault?.kind !== 'cut answer') return void outgoing.end(answer.body);
    outgoing.write(answer.body.subarray(0, answer.body.length / 2), () => outgoing.destroy());
  }

  async function forward(incoming: IncomingMessage, body: Buffer) {
    const outgoing = request(target, { method: 'POST', path: incoming.url, headers: incoming.headers });
    outgoing.end(body);
    const [answer] = (await once(outgoing, 'response')) as [IncomingMessage];
    return { status: answer.statusCode ?? 500, headers: answer.headers, body: await buffer(answer) };
  }

  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    requests,
    misbehave(next) {
      requests.length = 0;
      decide = next;
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** An error of DynamoDB as its API words it. */
export function dynamoDBError(name: string, status = 400, fields: Record<string, unknown> = {}): Fault {
  const body = { __type: `com.amazonaws.dynamodb.v20120810#${name}`, message: `${name} says so`, ...fields };
  return { kind: 'answer', status, body };
}
