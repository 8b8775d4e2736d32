import { randomUUID } from 'node:crypto';
import type { DeliveryFiles } from '../../deliveries/delivery-files.ts';
import { appendedPrefix, monthPrefix } from './delivery-keys.ts';
import { requestObject, type SignedBucket } from './signed-object.ts';

/** Returns the memory of deliveries in the stack's bucket, as the functions that process feedback need it. */
export function createDeliveryFiles(bucket: SignedBucket, clock: () => number): DeliveryFiles {
  return {
    async append(body, signal) {
      // Names sort by time.
      const key = `${appendedPrefix}${new Date(clock()).toISOString().replace(/[:.]/g, '-')}-${randomUUID()}`;
      const response = await requestObject(bucket, { method: 'PUT', key, body, ...(signal && { signal }) });
      if (!response.ok) throw await toError(response);
    },
    async readPart(month, { start, end, version }, signal) {
      const headers = { Range: `bytes=${start}-${end - 1}`, ...(version !== undefined && { 'If-Match': version }) };
      const request = { method: 'GET', key: `${monthPrefix}${month}`, headers, ...(signal && { signal }) } as const;
      const response = await requestObject(bucket, request);
      if (response.status === 404) return undefined;
      if (response.status === 412) return 'changed';
      if (!response.ok) throw await toError(response);
      const whole = new Uint8Array(await response.arrayBuffer());
      const bytes = response.status === 206 ? whole : whole.subarray(start, end);
      return { bytes, version: response.headers.get('etag') ?? '' };
    },
  };
}

/** The body of an error is XML, with the name of the error in it. */
async function toError(response: Response): Promise<Error> {
  const [, code] = /<Code>(\w+)<\/Code>/.exec(await response.text()) ?? [];
  return Object.assign(new Error(`S3 answered ${response.status}`), { name: code ?? `status ${response.status}` });
}
