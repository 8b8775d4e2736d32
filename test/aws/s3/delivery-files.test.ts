import { type S3Emulator, startS3 } from '../../../local/emulator/s3.ts';
import { createDeliveryFiles } from '../../../shared/aws/s3/delivery-files.ts';
import { createKnownAddresses } from '../../../shared/deliveries/known-addresses.ts';
import type { AddressKey } from '../../../shared/domain/address.ts';
import { addHashes, indexBytes } from '../../../shared/domain/deliveries/address-filter.ts';
import { hashOfAddress } from '../../../shared/domain/deliveries/address-hash.ts';
import { noon } from '../../support/ses.ts';

let s3: S3Emulator;
beforeEach(async () => {
  s3 = await startS3();
});
afterEach(() => s3.close());

const credentials = { AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' };
const open = (environment: Record<string, string> = credentials) =>
  createDeliveryFiles(
    { bucket: 'bucket', region: 'eu-west-1', environment: { AWS_ENDPOINT_URL_S3: s3.endpoint, ...environment } },
    () => noon,
  );
const write = (month: string, ...addresses: string[]) =>
  s3.objects.set(`bucket/deliveries/months/${month}`, {
    body: addHashes(
      undefined,
      addresses.map((one) => hashOfAddress(one as AddressKey)),
      1000,
    ),
    headers: {},
  });

test('new deliveries are one object each, whose names sort by time, signed for S3', async () => {
  await open().append(new Uint8Array([1, 2, 3, 4, 5]));
  await open({ ...credentials, AWS_SESSION_TOKEN: 'token' }).append(new Uint8Array([6]));
  const names = [...s3.objects.keys()];
  expect(names).toHaveLength(2);
  for (const name of names) expect(name).toMatch(/^bucket\/deliveries\/new\/2026-11-20T12-00-00-000Z-[\w-]{36}$/);
  const [first, second] = [...s3.objects.values()];
  expect([...(first?.body ?? [])]).toEqual([1, 2, 3, 4, 5]);

  expect(first?.headers.authorization).toMatch(
    /^AWS4-HMAC-SHA256 Credential=local\/\d{8}\/eu-west-1\/s3\/aws4_request, SignedHeaders=/,
  );
  expect(first?.headers['x-amz-content-sha256']).toMatch(/^[0-9a-f]{64}$/);
  expect(second?.headers['x-amz-security-token']).toBe('token');
});

test('a part is read with its version; another version, or no file, is distinguished', async () => {
  write('2026-11', 'ann@example.com');
  const files = open();
  const read = await files.readPart('2026-11', { start: 0, end: indexBytes });
  if (read === undefined || read === 'changed') throw new Error('not read');
  expect(read.bytes).toHaveLength(indexBytes);
  expect(read.version).not.toBe('');
  expect(await files.readPart('2026-10', { start: 0, end: indexBytes })).toBeUndefined();
  write('2026-11', 'ann@example.com', 'bob@example.com');
  expect(await files.readPart('2026-11', { start: 0, end: 4, version: read.version })).toBe('changed');
});

test('addresses are looked up in the files of this month and the one before', async () => {
  write('2026-11', 'ann@example.com');
  write('2026-10', 'bob@example.com');
  const known = createKnownAddresses({ files: open(), clock: () => noon });
  const addresses = ['ann@example.com', 'bob@example.com', 'eve@example.com'] as AddressKey[];
  const answer = await known(addresses);
  expect(answer).toEqual({
    known: new Map([
      [addresses[0], true],
      [addresses[1], true],
      [addresses[2], false],
    ]),
  });
});

test.each([
  ['denied', 'AccessDenied'],
  ['unavailable', 'ServiceUnavailable'],
] as const)('an answer of S3 (%s) is an error with its name', async (fault, name) => {
  s3.fault = () => fault;
  await expect(open().append(new Uint8Array())).rejects.toMatchObject({ name });
  await expect(open().readPart('2026-11', { start: 0, end: 1 })).rejects.toMatchObject({ name });
});

test('nothing waits longer than the caller allows, and missing credentials are named', async () => {
  s3.fault = () => 'hang';
  const stop = new AbortController();
  const waiting = open().append(new Uint8Array(), stop.signal);
  stop.abort(new Error('out of time'));
  await expect(waiting).rejects.toThrow('out of time');
  await expect(open({ AWS_ACCESS_KEY_ID: 'x' }).append(new Uint8Array())).rejects.toThrow(
    'AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set',
  );
});
