import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';

/** One request to DynamoDB. */
export type DynamoDBRequest = {
  readonly operation: string;
  readonly body: Record<string, unknown>;
  readonly index: number;
  readonly headers: IncomingHttpHeaders;
  /** The port of the client, which is the same for all requests on one connection. */
  readonly connection: number | undefined;
};

/**
 * A fault to inject instead of the response. `hang`: no response. `drop`: the connection is closed before the request
 * takes effect. `lose response`: the request takes effect, and its response is lost. `cut response`: half of the
 * response arrives.
 */
export type Fault =
  | {
      readonly kind: 'respond';
      readonly status: number;
      /** An object is sent as JSON, and a string as it is. */
      readonly body: Record<string, unknown> | string;
      readonly headers?: Readonly<Record<string, string>>;
    }
  | { readonly kind: 'hang' | 'drop' | 'lose response' | 'cut response' };

export type FaultProxy = {
  readonly endpoint: string;
  readonly requests: readonly DynamoDBRequest[];
  /** Sets the fault for each of the following requests; `undefined` forwards the request. Also clears `requests`. */
  misbehave(decide: (request: DynamoDBRequest) => Fault | undefined): void;
  close(): Promise<void>;
};

/**
 * Starts a proxy between the SDK and the local engine that injects faults, which a local engine never has.
 *
 * @param seesErasureKey whether the reads of the key of erased addresses, which the first lookups of a list add, count as requests and get faults.
 *   By default they are forwarded unseen.
 */
export async function startFaultProxy(target: string, { seesErasureKey = false } = {}): Promise<FaultProxy> {
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
    const origin = { index: requests.length, headers, connection: socket.remotePort };
    const received = { operation, body: JSON.parse(body.toString()), ...origin };
    const isUnseen = !seesErasureKey && received.body.Key?.address?.S === 'erasure-key';
    if (!isUnseen) requests.push(received);
    const fault = isUnseen ? undefined : decide(received);
    if (fault?.kind === 'hang') return;
    if (fault?.kind === 'drop') return void outgoing.destroy();
    if (fault?.kind === 'respond') {
      outgoing.writeHead(fault.status, { 'content-type': 'application/x-amz-json-1.0', ...fault.headers });
      return void outgoing.end(typeof fault.body === 'string' ? fault.body : JSON.stringify(fault.body));
    }
    const response = await forward(incoming, body);
    if (fault?.kind === 'lose response') return void outgoing.destroy();
    const { 'transfer-encoding': _, ...otherHeaders } = response.headers;
    outgoing.writeHead(response.status, { ...otherHeaders, 'content-length': String(response.body.length) });
    if (fault?.kind !== 'cut response') return void outgoing.end(response.body);
    outgoing.write(response.body.subarray(0, response.body.length / 2), () => outgoing.destroy());
  }

  async function forward(incoming: IncomingMessage, body: Buffer) {
    const outgoing = request(target, { method: 'POST', path: incoming.url, headers: incoming.headers });
    outgoing.end(body);
    const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
    return { status: response.statusCode ?? 500, headers: response.headers, body: await buffer(response) };
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

/** Returns the response to a request that fails, as DynamoDB's API writes it. */
export function dynamoDBError(name: string, status = 400, fields: Record<string, unknown> = {}): Fault {
  const body = { __type: `com.amazonaws.dynamodb.v20120810#${name}`, message: `${name} injected by a test`, ...fields };
  return { kind: 'respond', status, body };
}
