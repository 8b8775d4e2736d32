import { Readable } from 'node:stream';
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { type S3Emulator, startS3 } from '../../../local/emulator/s3.ts';
import { outcome } from '../../support/ses-fixture.ts';

let emulator: S3Emulator;
let s3: S3Client;

beforeEach(async () => {
  emulator = await startS3();
  s3 = new S3Client({
    endpoint: emulator.endpoint,
    forcePathStyle: true,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });
});

afterEach(async () => {
  s3.destroy();
  await emulator.close();
});

const at = { Bucket: 'lists', Key: 'a b/ü+c?.csv' };

async function content(): Promise<string | undefined> {
  return (await s3.send(new GetObjectCommand(at))).Body?.transformToString();
}

test('an object is returned as it was stored, with any characters in its key', async () => {
  await s3.send(new PutObjectCommand({ ...at, Body: 'änn@example.net,BOUNCE\n', ContentType: 'text/csv' }));
  expect([
    await content(),
    Buffer.from((await emulator.read(at.Bucket, at.Key)) ?? []).toString(),
    [...emulator.objects.keys()],
  ]).toEqual(['änn@example.net,BOUNCE\n', 'änn@example.net,BOUNCE\n', ['lists/a b/ü+c?.csv']]);
});

test('a stream, which the SDK sends in chunks, is stored without the chunk headers', async () => {
  const parts = ['one\r\n', '', 'two\r\n3\r\n', 'x'.repeat(100_000)];
  const Body = Readable.from(parts.map((part) => Buffer.from(part)));
  await s3.send(new PutObjectCommand({ ...at, Body, ContentLength: parts.join('').length }));
  const [object] = emulator.objects.values();
  expect([object?.headers['content-encoding'], (await content()) === parts.join('')]).toEqual(['aws-chunked', true]);
});

test('the encryption and the metadata of an object are recorded and returned', async () => {
  const encryption = { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: 'key-1' } as const;
  await s3.send(new PutObjectCommand({ ...at, Body: 'x', ...encryption, Metadata: { job: '7' } }));
  const [object] = emulator.objects.values();
  expect(object?.headers).toMatchObject({
    'x-amz-server-side-encryption': 'aws:kms',
    'x-amz-server-side-encryption-aws-kms-key-id': 'key-1',
    'x-amz-meta-job': '7',
  });
  expect(await s3.send(new HeadObjectCommand(at))).toMatchObject({
    ...encryption,
    ContentLength: 1,
    Metadata: { job: '7' },
  });
});

test('reading a missing object is an error, and deleting it is not', async () => {
  const remove = () => outcome(s3.send(new DeleteObjectCommand(at)));
  await s3.send(new PutObjectCommand({ ...at, Body: 'x' }));
  expect([
    await remove(),
    await remove(),
    await outcome(s3.send(new GetObjectCommand(at))),
    await outcome(s3.send(new HeadObjectCommand(at))),
    await emulator.read(at.Bucket, at.Key),
  ]).toEqual([{}, {}, '404 NoSuchKey', '404 NotFound', undefined]);
});

test('an empty object exists', async () => {
  await s3.send(new PutObjectCommand({ ...at, Body: new Uint8Array() }));
  expect([await content(), (await emulator.read(at.Bucket, at.Key))?.length]).toEqual(['', 0]);
});

test('a copy is rejected and does not store an empty object', async () => {
  const CopySource = encodeURIComponent('lists/other');
  expect([await outcome(s3.send(new CopyObjectCommand({ ...at, CopySource }))), emulator.objects.size]).toEqual([
    '501 NotImplemented',
    0,
  ]);
});

test.each([
  ['denied', '403 AccessDenied', 0],
  ['unavailable', '503 ServiceUnavailable', 0],
  ['lost response', expect.not.stringMatching(/^\d/), 1],
] as const)('the fault "%s" can be injected into a call', async (fault, expected, stored) => {
  const checked: unknown[] = [];
  emulator.fault = (call) => {
    checked.push(call);
    return fault;
  };
  expect([await outcome(s3.send(new PutObjectCommand({ ...at, Body: 'x' }))), emulator.objects.size, checked]).toEqual([
    expected,
    stored,
    [{ operation: 'PutObject', bucket: at.Bucket, key: at.Key }],
  ]);
});
