/**
 * An emulator of S3 on the loopback interface. Objects are in memory and addressed by path (`forcePathStyle: true`).
 *
 * It supports PutObject, GetObject (also of one range, and with If-Match), HeadObject and DeleteObject. It differs from S3 as follows: every
 * bucket exists; signatures and permissions are not checked; checksums are neither verified nor returned; encryption
 * settings are recorded, but nothing is encrypted. Versions, other conditions, multipart uploads, copies and object
 * listings are not supported.
 */
import { createHash, randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { startHttpServer } from './http-server.ts';

/** An object, with the headers of its PutObject request: encryption, type, metadata. */
export type StoredObject = { readonly body: Uint8Array; readonly headers: IncomingHttpHeaders };

export type S3Call = { readonly operation: string; readonly bucket: string; readonly key: string };

/**
 * A failure injected into a call. `lost response`: the call is performed, but the connection is closed without a
 * response. `hang`: the call is not performed, and the connection stays open until the emulator is closed. The others:
 * the call is rejected.
 */
export type S3Fault = 'unavailable' | 'denied' | 'hang' | 'lost response';

/** A running emulator of S3. */
export type S3Emulator = {
  /** `http://127.0.0.1:<port>` */
  readonly endpoint: string;
  /** By `<bucket>/<key>`. */
  readonly objects: Map<string, StoredObject>;
  /** Returns the content of an object, or `undefined` if it does not exist. */
  read(bucket: string, key: string): Promise<Uint8Array | undefined>;
  /** Called before each API call. Returns the failure to inject, if any. */
  fault?: ((call: S3Call) => S3Fault | undefined) | undefined;
  /** Stops the emulator, and ends calls that hang. */
  close(): Promise<void>;
};

/**
 * Starts an emulator of S3 without objects on a free port.
 *
 * @example
 * const emulator = await startS3();
 * const s3 = new S3Client({ endpoint: emulator.endpoint, forcePathStyle: true, region: 'us-east-1', credentials });
 */
export async function startS3(): Promise<S3Emulator> {
  const objects: S3Emulator['objects'] = new Map();

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(request);
    const { method, headers } = request;
    const call = readCall(request);
    const fault = emulator.fault?.(call);
    if (fault === 'hang') return;
    if (fault === 'denied') return respondWithError(response, 403, 'AccessDenied');
    if (fault === 'unavailable') return respondWithError(response, 503, 'ServiceUnavailable');
    if (fault === 'lost response') {
      perform(call, body, headers);
      return void request.socket.destroy();
    }
    const result = perform(call, body, headers);
    if (result.error !== undefined) return respondWithError(response, result.status, result.error);
    response.writeHead(result.status, { 'x-amz-request-id': randomUUID(), ...result.headers });
    response.end(method === 'HEAD' ? undefined : result.content);
  }

  function perform({ operation, bucket, key }: S3Call, body: Buffer, headers: IncomingHttpHeaders): S3Result {
    const name = `${bucket}/${key}`;
    const object = objects.get(name);
    switch (operation) {
      case 'PutObject': {
        const isChunked = headers['content-encoding']?.includes('aws-chunked') === true;
        const stored = { body: isChunked ? decodeChunks(body) : body, headers };
        objects.set(name, stored);
        const encryption = pickHeaders(headers, /^x-amz-server-side-encryption/);
        return { status: 200, headers: { etag: etagOf(stored), ...encryption } };
      }
      case 'DeleteObject':
        objects.delete(name);
        return { status: 204 };
      case 'GetObject':
      case 'HeadObject':
        if (object === undefined) return { status: 404, error: 'NoSuchKey' };
        if (headers['if-match'] !== undefined && headers['if-match'] !== etagOf(object))
          return { status: 412, error: 'PreconditionFailed' };
        return readRange(object, headers.range);
      default:
        return { status: 501, error: 'NotImplemented' };
    }
  }

  const server = await startHttpServer(handle);
  const emulator: S3Emulator = {
    endpoint: server.endpoint,
    objects,
    read: async (bucket, key) => objects.get(`${bucket}/${key}`)?.body,
    close: server.close,
  };
  return emulator;
}

/** Returns an object, or the range of its bytes that a request asks for: `bytes=0-99`. */
function readRange(object: StoredObject, range: string | undefined): S3Result {
  const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(range ?? '') ?? [];
  const headers = responseHeaders(object);
  if (first === undefined) return { status: 200, content: object.body, headers };
  const content = object.body.subarray(Number(first), Number(last) + 1);
  if (content.length === 0) return { status: 416, error: 'InvalidRange' };
  return { status: 206, content, headers: { ...headers, 'content-length': String(content.length) } };
}

type S3Result = {
  readonly status: number;
  readonly error?: string;
  readonly content?: Uint8Array;
  readonly headers?: Record<string, string>;
};

const operations: ReadonlyMap<string | undefined, string> = new Map([
  ['PUT', 'PutObject'],
  ['GET', 'GetObject'],
  ['HEAD', 'HeadObject'],
  ['DELETE', 'DeleteObject'],
]);

function readCall({ method, url = '/', headers }: IncomingMessage): S3Call {
  const [path = '', query = ''] = url.split('?');
  const [, bucket = '', key = ''] = /^\/([^/]+)\/(.+)$/.exec(decodeURIComponent(path)) ?? [];
  // Sub-resources (?tagging, ?uploads) and copies are other operations with the same method.
  const isPlain = bucket !== '' && /^(x-id=\w+)?$/.test(query) && headers['x-amz-copy-source'] === undefined;
  return { operation: (isPlain ? operations.get(method) : undefined) ?? 'Unknown', bucket, key };
}

/** Returns the content of a chunked body. The SDK sends one if it does not know the content in advance (a stream). */
function decodeChunks(body: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; ; ) {
    const end = body.indexOf('\r\n', at);
    const size = Number.parseInt(body.subarray(at, end).toString(), 16);
    if (end < 0 || !(size > 0)) return Buffer.concat(parts);
    parts.push(body.subarray(end + 2, end + 2 + size));
    at = end + 2 + size + 2;
  }
}

function responseHeaders(object: StoredObject): Record<string, string> {
  const stored = pickHeaders(object.headers, /^(content-type$|x-amz-meta-|x-amz-server-side-encryption)/);
  return { ...stored, 'content-length': String(object.body.length), etag: etagOf(object) };
}

function pickHeaders(headers: IncomingHttpHeaders, wanted: RegExp): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => (wanted.test(name) ? [[name, String(value)]] : [])),
  );
}

function etagOf({ body }: StoredObject): string {
  return `"${createHash('md5').update(body).digest('hex')}"`;
}

function respondWithError(response: ServerResponse, status: number, code: string): void {
  response.writeHead(status, { 'content-type': 'application/xml' });
  response.end(`<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>${code}</Message></Error>`);
}
