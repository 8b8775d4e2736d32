/**
 * A stand-in for S3 on loopback: objects in memory, addressed by path (`forcePathStyle: true`).
 *
 * It puts, gets, looks at and deletes whole objects. It differs from S3 in that every bucket exists, signatures and
 * permissions are not checked, checksums are neither verified nor given back, encryption is recorded and not done, and there
 * are no versions, ranges, conditions, multipart uploads, copies or lists of objects.
 */
import { createHash, randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { serve } from './http-server.ts';

/** An object, with the headers it was put with: its encryption, its type, its metadata. */
export type StoredObject = { readonly body: Uint8Array; readonly headers: IncomingHttpHeaders };

/** One request, as a fault may look at it. */
export type ObjectCall = { readonly operation: string; readonly bucket: string; readonly key: string };

/** What happens to a call instead. `lost answer`: it is done, and nobody hears of it. `hang`: no answer until the end. */
export type ObjectFault = 'unavailable' | 'denied' | 'hang' | 'lost answer';

export type ObjectStore = {
  /** `http://127.0.0.1:<port>` */
  readonly endpoint: string;
  /** By `<bucket>/<key>`. */
  readonly objects: Map<string, StoredObject>;
  /** The content of an object, or `undefined` where there is none. */
  read(bucket: string, key: string): Promise<Uint8Array | undefined>;
  /** Asked before each call. */
  fault?: ((call: ObjectCall) => ObjectFault | undefined) | undefined;
  /** Ends it, with all calls that hang. */
  close(): Promise<void>;
};

/**
 * Starts an empty store on a free port.
 *
 * @example
 * const store = await startObjectStore();
 * const s3 = new S3Client({ endpoint: store.endpoint, forcePathStyle: true, region: 'us-east-1', credentials });
 */
export async function startObjectStore(): Promise<ObjectStore> {
  const objects: ObjectStore['objects'] = new Map();

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(request);
    const { method, headers } = request;
    const call = callOf(request);
    const fault = store.fault?.(call);
    if (fault === 'hang') return;
    if (fault === 'denied') return refuse(response, 403, 'AccessDenied');
    if (fault === 'unavailable') return refuse(response, 503, 'ServiceUnavailable');
    if (fault === 'lost answer') {
      perform(call, body, headers);
      return void request.socket.destroy();
    }
    const { status, content, error, given = {} } = perform(call, body, headers);
    if (error !== undefined) return refuse(response, status, error);
    response.writeHead(status, { 'x-amz-request-id': randomUUID(), ...given });
    response.end(method === 'HEAD' ? undefined : content);
  }

  function perform({ operation, bucket, key }: ObjectCall, body: Buffer, headers: IncomingHttpHeaders): Answer {
    const name = `${bucket}/${key}`;
    const object = objects.get(name);
    switch (operation) {
      case 'PutObject': {
        const isChunked = headers['content-encoding']?.includes('aws-chunked') === true;
        const stored = { body: isChunked ? unchunk(body) : body, headers };
        objects.set(name, stored);
        return { status: 200, given: { etag: etagOf(stored), ...echoed(headers, /^x-amz-server-side-encryption/) } };
      }
      case 'DeleteObject':
        objects.delete(name);
        return { status: 204 };
      case 'GetObject':
      case 'HeadObject':
        if (object === undefined) return { status: 404, error: 'NoSuchKey' };
        return { status: 200, content: object.body, given: describe(object) };
      default:
        return { status: 501, error: 'NotImplemented' };
    }
  }

  const server = await serve(handle);
  const store: ObjectStore = {
    endpoint: server.endpoint,
    objects,
    read: async (bucket, key) => objects.get(`${bucket}/${key}`)?.body,
    close: server.close,
  };
  return store;
}

type Answer = {
  readonly status: number;
  readonly error?: string;
  readonly content?: Uint8Array;
  readonly given?: Record<string, string>;
};

const operations: ReadonlyMap<string | undefined, string> = new Map([
  ['PUT', 'PutObject'],
  ['GET', 'GetObject'],
  ['HEAD', 'HeadObject'],
  ['DELETE', 'DeleteObject'],
]);

function callOf({ method, url = '/', headers }: IncomingMessage): ObjectCall {
  const [path = '', query = ''] = url.split('?');
  const [, bucket = '', key = ''] = /^\/([^/]+)\/(.+)$/.exec(decodeURIComponent(path)) ?? [];
  // Sub-resources (?tagging, ?uploads) and copies are other operations with the same method.
  const isPlain = bucket !== '' && /^(x-id=\w+)?$/.test(query) && headers['x-amz-copy-source'] === undefined;
  return { operation: (isPlain ? operations.get(method) : undefined) ?? 'Unknown', bucket, key };
}

/** The content of a body in chunks: what the SDK sends where it does not know the content beforehand (a stream). */
function unchunk(body: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; ; ) {
    const end = body.indexOf('\r\n', at);
    const size = Number.parseInt(body.subarray(at, end).toString(), 16);
    if (end < 0 || !(size > 0)) return Buffer.concat(parts);
    parts.push(body.subarray(end + 2, end + 2 + size));
    at = end + 2 + size + 2;
  }
}

function describe(object: StoredObject): Record<string, string> {
  const given = echoed(object.headers, /^(content-type$|x-amz-meta-|x-amz-server-side-encryption)/);
  return { ...given, 'content-length': String(object.body.length), etag: etagOf(object) };
}

function echoed(headers: IncomingHttpHeaders, wanted: RegExp): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => (wanted.test(name) ? [[name, String(value)]] : [])),
  );
}

function etagOf({ body }: StoredObject): string {
  return `"${createHash('md5').update(body).digest('hex')}"`;
}

function refuse(response: ServerResponse, status: number, code: string): void {
  response.writeHead(status, { 'content-type': 'application/xml' });
  response.end(`<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>${code}</Message></Error>`);
}
