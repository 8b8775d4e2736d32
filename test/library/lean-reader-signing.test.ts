import { createHash, createHmac } from 'node:crypto';
import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { createSuppressionList } from '../../shared/suppression-list/create-suppression-list.ts';
import {
  type DynamoDBRequest,
  dynamoDBError,
  type Fault,
  type FaultProxy,
  startFaultProxy,
} from '../support/fault-proxy.ts';
import { hour } from '../support/ses.ts';
import { useSystem } from '../support/system.ts';

const system = useSystem();
let proxy: FaultProxy;
beforeAll(async () => {
  proxy = await startFaultProxy(String(process.env.AWS_ENDPOINT_URL_DYNAMODB));
});
afterAll(() => proxy.close());
beforeEach(() => proxy.misbehave(() => undefined));

const secretAccessKey = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';
const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey, sessionToken: 'a/session+token==' };
const connection = () => ({ region: 'eu-central-1', endpoint: proxy.endpoint });
const makeList = (options: Partial<Parameters<typeof createSuppressionList>[0]> = {}) =>
  createSuppressionList({ tableName: system().tables.suppressionsTable, ...connection(), credentials, ...options });

/** Computes the signature of a request as AWS documents Signature Version 4. */
function expectedSignature({ headers, body }: DynamoDBRequest): string {
  const text = String(headers.authorization);
  const [, day, region, service] = /Credential=[^/]+\/(\d+)\/([^/]+)\/([^/]+)\/aws4_request,/.exec(text) ?? [];
  const signed = String(/SignedHeaders=([^,]+),/.exec(text)?.[1]);
  const canonical = signed.split(';').map((name) => `${name}:${String(headers[name]).trim().replace(/ +/g, ' ')}\n`);
  const request = ['POST', '/', '', canonical.join(''), signed, sha256(JSON.stringify(body))].join('\n');
  const scope = `${day}/${region}/${service}/aws4_request`;
  const toSign = ['AWS4-HMAC-SHA256', headers['x-amz-date'], scope, sha256(request)].join('\n');
  const key = [day, region, service, 'aws4_request'].reduce<string | Buffer>(
    (secret, part) => createHmac('sha256', secret).update(String(part)).digest(),
    `AWS4${secretAccessKey}`,
  );
  return createHmac('sha256', key).update(toSign).digest('hex');
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

const authorizationOf = ({ headers }: DynamoDBRequest) => {
  const [, key, scope, signed, signature] =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/([^,]+), ?SignedHeaders=([^,]+), ?Signature=(\w+)$/.exec(
      String(headers.authorization),
    ) ?? [];
  return { key, scope, signed: signed?.split(';'), signature };
};
const signedAt = ({ headers }: DynamoDBRequest) =>
  Date.parse(String(headers['x-amz-date']).replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));

test('a request is signed as AWS documents it, and as the SDK does', async () => {
  const client = new DynamoDBClient({ ...connection(), credentials });
  for (const list of [makeList(), makeList({ client })]) {
    await list.check('josé@exämple.net');
    await list.filterSuppressed(['josé@exämple.net', '"ann lee"@example.net']);
  }
  expect(proxy.requests.map(({ operation }) => operation)).toEqual([
    'GetItem',
    'BatchGetItem',
    'GetItem',
    'BatchGetItem',
  ]);
  for (const request of proxy.requests) {
    const { key, scope, signed, signature } = authorizationOf(request);
    const day = String(request.headers['x-amz-date']).slice(0, 8);
    expect({ key, scope }).toEqual({ key: 'AKIDEXAMPLE', scope: `${day}/eu-central-1/dynamodb/aws4_request` });
    expect(signed).toEqual(expect.arrayContaining(['host', 'x-amz-date', 'x-amz-security-token', 'x-amz-target']));
    expect(signature).toBe(expectedSignature(request));
    expect(Math.abs(signedAt(request) - Date.now())).toBeLessThan(60_000);
  }
  const [one, many, oneOfSdk, manyOfSdk] = proxy.requests;
  expect([one?.body, many?.body]).toEqual([oneOfSdk?.body, manyOfSdk?.body]);
  for (const name of ['host', 'content-type', 'x-amz-target', 'x-amz-security-token']) {
    expect(one?.headers[name]).toBe(oneOfSdk?.headers[name]);
  }
});

test('without a session token, none is sent', async () => {
  await makeList({ credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey } }).check('ann@example.net');
  expect(proxy.requests[0]?.headers).not.toHaveProperty('x-amz-security-token');
});

test('credentials are renewed when they expire', async () => {
  let calls = 0;
  const list = makeList({
    async credentials() {
      calls++;
      const expiration = new Date(Date.now() + 1000);
      return { accessKeyId: `KEY${calls}`, secretAccessKey, sessionToken: `token ${calls}`, expiration };
    },
  });
  for (const _ of [1, 2, 3]) await list.check('ann@example.net');
  const keys = proxy.requests.map((request) => String(authorizationOf(request).key));
  expect(new Set(keys).size).toBe(3);
  expect(proxy.requests.map(({ headers }) => headers['x-amz-security-token'])).toEqual(
    keys.map((key) => key.replace('KEY', 'token ')),
  );
  for (const request of proxy.requests) expect(authorizationOf(request).signature).toBe(expectedSignature(request));
});

test('a failure of the credentials provider is an error of that call only', async () => {
  let isAvailable = false;
  const list = makeList({
    async credentials() {
      if (!isAvailable) throw Object.assign(new Error('of ann@example.net'), { name: 'CredentialsProviderError' });
      return credentials;
    },
  });
  await expect(list.check('ann@example.net')).rejects.toMatchObject({ code: 'CredentialsProviderError' });
  expect(proxy.requests).toEqual([]);
  isAvailable = true;
  expect(await list.isSuppressed('ann@example.net')).toBe(false);
});

test.each<[string, DynamoDBClientConfig['credentials']]>([
  ['at once', () => Promise.reject(new Error('none'))],
  ['later', () => new Promise((_, reject) => setTimeout(() => reject(new Error('none')), 50))],
])(
  'credentials that fail %s together with a missing Region reject the call and do not end the process',
  async (_name, provider) => {
    const { AWS_REGION } = process.env;
    delete process.env.AWS_REGION;
    const list = createSuppressionList({ tableName: 'any', ...(provider && { credentials: provider }) });
    await expect(list.check('ann@example.net')).rejects.toMatchObject({ name: 'SuppressionStoreError' });
    // An unhandled rejection in this time would fail the test.
    await new Promise((resolve) => setTimeout(resolve, 100));
    process.env.AWS_REGION = AWS_REGION;
  },
);

test('a credentials provider that does not answer ends in a timeout', async () => {
  const list = makeList({ credentials: () => new Promise(() => {}), timeoutMs: 100 });
  await expect(list.check('ann@example.net')).rejects.toMatchObject({ code: 'TimeoutError' });
  expect(proxy.requests).toEqual([]);
});

/** Returns an error response with a server time. */
const errorAt = (name: string, at: number): Fault => {
  const fault = dynamoDBError(name);
  return fault.kind === 'respond' ? { ...fault, headers: { date: new Date(at).toUTCString() } } : fault;
};

test.each(['InvalidSignatureException', 'RequestTimeTooSkewed'])(
  'after %s because of a wrong local clock, requests are signed with the time of DynamoDB',
  async (name) => {
    const list = makeList();
    proxy.misbehave(({ index }) => (index === 0 ? errorAt(name, Date.now() + 5 * hour) : undefined));
    for (const _ of [1, 2]) await list.check('ann@example.net');
    const hours = () => proxy.requests.map((request) => Math.round((signedAt(request) - Date.now()) / hour) + 0);
    expect(hours()).toEqual([0, 5, 5]);
    // The local clock is corrected:
    proxy.misbehave(({ index }) => (index === 0 ? errorAt(name, Date.now()) : undefined));
    for (const _ of [1, 2]) await list.check('ann@example.net');
    expect(hours()).toEqual([5, 0, 0]);
    for (const request of proxy.requests) expect(authorizationOf(request).signature).toBe(expectedSignature(request));
  },
);

test('a refused signature is not retried if both clocks agree', async () => {
  proxy.misbehave(() => errorAt('InvalidSignatureException', Date.now()));
  await expect(makeList().check('ann@example.net')).rejects.toMatchObject({ code: 'InvalidSignatureException' });
  expect(proxy.requests).toHaveLength(1);
});

test('an endpoint can be an IPv6 address', async () => {
  const endpoint = proxy.endpoint.replace('127.0.0.1', '[::ffff:127.0.0.1]');
  expect(await makeList({ endpoint }).isSuppressed('ann@example.net')).toBe(false);
});
