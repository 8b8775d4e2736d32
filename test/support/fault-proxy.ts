import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';

/** One request to DynamoDB, as a fault may look at it. */
export type DynamoDBRequest = {
  readonly operation: string;
  readonly body: Record<string, unknown>;
  readonly index: number;
};

/** What the network or DynamoDB does instead of answering. `lose answer`: it does what was asked, and nobody hears of it. */
export type Fault =
  | { readonly kind: 'answer'; readonly status: number; readonly body: Record<string, unknown> }
  | { readonly kind: 'hang' | 'drop' | 'lose answer' };

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
    const seen = { operation, body: JSON.parse(body.toString()), index: requests.length };
    requests.push(seen);
    const fault = decide(seen);
    if (fault?.kind === 'hang') return;
    if (fault?.kind === 'drop') return void outgoing.destroy();
    if (fault?.kind === 'answer') {
      outgoing.writeHead(fault.status, { 'content-type': 'application/x-amz-json-1.0' });
      return void outgoing.end(JSON.stringify(fault.body));
    }
    const answer = await forward(incoming, body);
    if (fault?.kind === 'lose answer') return void outgoing.destroy();
    outgoing.writeHead(answer.status, answer.headers);
    outgoing.end(answer.body);
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
