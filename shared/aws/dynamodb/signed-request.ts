import http from 'node:http';
import https from 'node:https';
import { sign } from 'aws4';

/** Where DynamoDB answers, and for which Region requests are signed. */
export type RequestTarget = {
  readonly protocol: string;
  readonly hostname: string;
  readonly port?: number;
  readonly path: string;
  readonly region: string;
};

export type Credentials = {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
};

export type SignedRequest = {
  readonly target: RequestTarget;
  readonly credentials: Credentials;
  /** `GetItem`, … */
  readonly operation: string;
  readonly body: string;
  /** When it is signed. Epoch milliseconds. */
  readonly at: number;
  /** How long it may take. Milliseconds. */
  readonly timeout: number;
  readonly signal: AbortSignal;
};

export type SignedResponse = { readonly status: number; readonly text: string; readonly date: string | undefined };

/** Connections stay open: opening one takes longer than all else. Idle ones keep no process from ending. */
const agents = {
  'http:': new http.Agent({ keepAlive: true, maxSockets: 50 }),
  'https:': new https.Agent({ keepAlive: true, maxSockets: 50 }),
};

/** One request to DynamoDB's API, signed (AWS Signature Version 4) and sent. Rejects where no whole answer comes back in time. */
export function sendSignedRequest({
  target,
  credentials,
  operation,
  body,
  at,
  timeout,
  signal,
}: SignedRequest): Promise<SignedResponse> {
  const { protocol, hostname, port, path, region } = target;
  const request = {
    hostname,
    port,
    path,
    method: 'POST',
    service: 'dynamodb',
    region,
    body,
    headers: {
      Host: port === undefined ? hostname : `${hostname}:${port}`,
      'Content-Type': 'application/x-amz-json-1.0',
      'X-Amz-Target': `DynamoDB_20120810.${operation}`,
      'X-Amz-Date': new Date(at).toISOString().replace(/[:-]|\.\d{3}/g, ''),
    },
  };
  sign(request, credentials);
  const isPlain = protocol === 'http:';
  return new Promise((resolve, reject) => {
    const outgoing = (isPlain ? http : https).request({
      ...request,
      // An IPv6 address stands in brackets in URLs and `Host` alone.
      hostname: hostname.replace(/[[\]]/g, ''),
      agent: agents[isPlain ? 'http:' : 'https:'],
    });
    const fail = (error: unknown) => {
      finish();
      reject(error);
      outgoing.destroy();
    };
    const onAbort = () => fail(signal.reason);
    const timer = setTimeout(() => fail(timedOut()), timeout);
    const finish = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
    };
    signal.addEventListener('abort', onAbort);
    outgoing.on('error', fail);
    outgoing.on('response', (incoming) => {
      let text = '';
      incoming.setEncoding('utf8');
      incoming.on('data', (part) => (text += part));
      incoming.on('error', fail);
      incoming.on('end', () => {
        finish();
        resolve({ status: incoming.statusCode ?? 0, text, date: incoming.headers.date });
      });
    });
    outgoing.end(body);
  });
}

/** As the SDK calls it. */
function timedOut(): Error {
  return Object.assign(new Error('No answer in time'), { name: 'TimeoutError' });
}
