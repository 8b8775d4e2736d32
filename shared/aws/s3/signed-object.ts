import { sign } from 'aws4';

/** A bucket, and how to reach it. */
export type SignedBucket = {
  readonly bucket: string;
  readonly region: string;
  /** The environment variables: credentials, as Lambda sets them, and the endpoint, if it is not that of AWS. */
  readonly environment: Readonly<Record<string, string | undefined>>;
};

export type ObjectRequest = {
  readonly method: 'GET' | 'PUT';
  readonly key: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  readonly signal?: AbortSignal;
};

/** One object is small, and nothing may wait long for it. */
const timeoutMs = 3000;

/**
 * Sends one signed request for an object of S3, and returns the response, whatever its status is. The SDK's client would more than double the
 * functions that process bounces, for two calls.
 *
 * @throws a `TimeoutError`, the reason of the signal, or the error of the connection
 */
export async function requestObject(
  { bucket, region, environment }: SignedBucket,
  { method, key, headers = {}, body, signal }: ObjectRequest,
): Promise<Response> {
  const url = urlOf(bucket, region, key, environment);
  const request = {
    host: url.host,
    path: url.pathname,
    method,
    service: 's3',
    region,
    headers: { ...headers },
    ...(body && { body: Buffer.from(body) }),
  };
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_SESSION_TOKEN } = environment;
  if (accessKeyId === undefined || secretAccessKey === undefined)
    throw new Error('AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set; Lambda sets them');
  sign(request, { accessKeyId, secretAccessKey, ...(AWS_SESSION_TOKEN && { sessionToken: AWS_SESSION_TOKEN }) });
  const timeout = AbortSignal.timeout(timeoutMs);
  // `fetch` sets these itself.
  const { Host: _, 'Content-Length': __, ...signed } = request.headers as Record<string, string>;
  return fetch(url, {
    method,
    headers: signed,
    ...(body && { body: Buffer.from(body) }),
    signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
  });
}

/** Only AWS has a host name for each bucket. Any other endpoint, such as a local emulator, expects the bucket in the path. */
function urlOf(bucket: string, region: string, key: string, environment: SignedBucket['environment']): URL {
  const endpoint = environment.AWS_ENDPOINT_URL_S3 ?? environment.AWS_ENDPOINT_URL;
  if (endpoint !== undefined) return new URL(`/${bucket}/${key}`, endpoint);
  const suffix = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
  return new URL(`https://${bucket}.s3.${region}.${suffix}/${key}`);
}
