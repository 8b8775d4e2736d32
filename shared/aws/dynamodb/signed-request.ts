import http from 'node:http';
import https from 'node:https';
import { sign } from 'aws4';

/** The endpoint of DynamoDB, and the Region that requests are signed for. */
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
  /** The operation of DynamoDB's API, such as `GetItem`. */
  readonly operation: string;
  /** The input of the operation as JSON. */
  readonly body: string;
  /** The time in the signature. Epoch milliseconds. */
  readonly signedAt: number;
  /** The time within which the whole response must arrive. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
};

export type SignedResponse = {
  readonly status: number;
  readonly text: string;
  /** The header `Date`: DynamoDB's clock. */
  readonly date: string | undefined;
};

/** Keep connections open, because opening one takes longer than the rest of a request. Idle connections do not keep the process running. */
const agents = {
  'http:': new http.Agent({ keepAlive: true, maxSockets: 50 }),
  'https:': new https.Agent({ keepAlive: true, maxSockets: 50 }),
};

/**
 * Signs one request to DynamoDB's API (AWS Signature Version 4), sends it, and returns the response, whatever its status is.
 *
 * @throws a `TimeoutError`, the reason of the signal, or the error of the connection, if no whole response arrives
 */
export function sendSignedRequest({
  target,
  credentials,
  operation,
  body,
  signedAt,
  timeoutMs,
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
      'X-Amz-Date': new Date(signedAt).toISOString().replace(/[:-]|\.\d{3}/g, ''),
    },
  };
  sign(request, credentials);
  const isPlain = protocol === 'http:';
  return new Promise((resolve, reject) => {
    const outgoing = (isPlain ? http : https).request({
      ...request,
      // Only URLs and the header `Host` put an IPv6 address in brackets.
      hostname: hostname.replace(/[[\]]/g, ''),
      agent: agents[isPlain ? 'http:' : 'https:'],
    });
    const fail = (error: unknown) => {
      finish();
      reject(error);
      outgoing.destroy();
    };
    const onAbort = () => fail(signal.reason);
    const timer = setTimeout(() => fail(createTimeoutError()), timeoutMs);
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

/** Names the error as the SDK does. */
function createTimeoutError(): Error {
  return Object.assign(new Error('No response in time'), { name: 'TimeoutError' });
}
