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
const reach = () => ({ region: 'eu-central-1', endpoint: proxy.endpoint });
const makeList = (options: Partial<Parameters<typeof createSuppressionList>[0]> = {}) =>
  createSuppressionList({ tableName: system().tables.suppressionsTable, ...reach(), credentials, ...options });

/** What the signature of a request has to be, by AWS's description of Signature Version 4. */
function signatureOf({ headers, body }: DynamoDBRequest): string {
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

test('a request is signed as AWS wants it, and as the SDK does', async () => {
  const client = new DynamoDBClient({ ...reach(), credentials });
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
    expect(signature).toBe(signatureOf(request));
    expect(Math.abs(signedAt(request) - Date.now())).toBeLessThan(60_000);
  }
  const [one, many, oneOfSdk, manyOfSdk] = proxy.requests;
  expect([one?.body, many?.body]).toEqual([oneOfSdk?.body, manyOfSdk?.body]);
  for (const name of ['host', 'content-type', 'x-amz-target', 'x-amz-security-token']) {
    expect(one?.headers[name]).toBe(oneOfSdk?.headers[name]);
  }
});

test('credentials that last have no session token to send', async () => {
  await makeList({ credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey } }).check('ann@example.net');
  expect(proxy.requests[0]?.headers).not.toHaveProperty('x-amz-security-token');
});

test('credentials that run out are asked for again, and the new ones are sent', async () => {
  let asked = 0;
  const list = makeList({
    async credentials() {
      asked++;
      const expiration = new Date(Date.now() + 1000);
      return { accessKeyId: `KEY${asked}`, secretAccessKey, sessionToken: `token ${asked}`, expiration };
    },
  });
  for (const _ of [1, 2, 3]) await list.check('ann@example.net');
  const keys = proxy.requests.map((request) => String(authorizationOf(request).key));
  expect(new Set(keys).size).toBe(3);
  expect(proxy.requests.map(({ headers }) => headers['x-amz-security-token'])).toEqual(
    keys.map((key) => key.replace('KEY', 'token ')),
  );
  for (const request of proxy.requests) expect(authorizationOf(request).signature).toBe(signatureOf(request));
});

test('credentials that cannot be had are an error of that call alone', async () => {
  let isUp = false;
  const list = makeList({
    async credentials() {
      if (!isUp) throw Object.assign(new Error('of ann@example.net'), { name: 'CredentialsProviderError' });
      return credentials;
    },
  });
  await expect(list.check('ann@example.net')).rejects.toMatchObject({ code: 'CredentialsProviderError' });
  expect(proxy.requests).toEqual([]);
  isUp = true;
  expect(await list.isSuppressed('ann@example.net')).toBe(false);
});

test.each<[string, DynamoDBClientConfig['credentials']]>([
  ['at once', () => Promise.reject(new Error('none'))],
  ['late', () => new Promise((_, reject) => setTimeout(() => reject(new Error('none')), 50))],
])(
  'credentials that fail %s, and a Region that is missing as well, end one call and not the process',
  async (_name, provider) => {
    const { AWS_REGION } = process.env;
    delete process.env.AWS_REGION;
    const list = createSuppressionList({ tableName: 'any', ...(provider && { credentials: provider }) });
    await expect(list.check('ann@example.net')).rejects.toMatchObject({ name: 'SuppressionStoreError' });
    // A rejection that nobody has heard of by then is a failure of this test.
    await new Promise((resolve) => setTimeout(resolve, 100));
    process.env.AWS_REGION = AWS_REGION;
  },
);

test('credentials that never come are waited for as long as an answer', async () => {
  const list = makeList({ credentials: () => new Promise(() => {}), timeoutMs: 100 });
  await expect(list.check('ann@example.net')).rejects.toMatchObject({ code: 'TimeoutError' });
  expect(proxy.requests).toEqual([]);
});

/** As a server whose clock says so. */
const refusal = (name: string, at: number): Fault => {
  const fault = dynamoDBError(name);
  return fault.kind === 'answer' ? { ...fault, headers: { date: new Date(at).toUTCString() } } : fault;
};

test.each(['InvalidSignatureException', 'RequestTimeTooSkewed'])(
  'where our clock is wrong (%s), the next attempts are signed for the time of DynamoDB',
  async (name) => {
    const list = makeList();
    proxy.misbehave(({ index }) => (index === 0 ? refusal(name, Date.now() + 5 * hour) : undefined));
    for (const _ of [1, 2]) await list.check('ann@example.net');
    const hours = () => proxy.requests.map((request) => Math.round((signedAt(request) - Date.now()) / hour) + 0);
    expect(hours()).toEqual([0, 5, 5]);
    // And if it is set right meanwhile:
    proxy.misbehave(({ index }) => (index === 0 ? refusal(name, Date.now()) : undefined));
    for (const _ of [1, 2]) await list.check('ann@example.net');
    expect(hours()).toEqual([5, 0, 0]);
    for (const request of proxy.requests) expect(authorizationOf(request).signature).toBe(signatureOf(request));
  },
);

test('a signature that is refused by a server whose clock is ours is not tried again', async () => {
  proxy.misbehave(() => refusal('InvalidSignatureException', Date.now()));
  await expect(makeList().check('ann@example.net')).rejects.toMatchObject({ code: 'InvalidSignatureException' });
  expect(proxy.requests).toHaveLength(1);
});

test('an endpoint may be an IPv6 address', async () => {
  const endpoint = proxy.endpoint.replace('127.0.0.1', '[::ffff:127.0.0.1]');
  expect(await makeList({ endpoint }).isSuppressed('ann@example.net')).toBe(false);
});
