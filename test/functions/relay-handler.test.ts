import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import type { Context, SQSEvent } from 'aws-lambda';
import { dkimSign } from 'mailauth/lib/dkim/sign.js';
import { dkimVerify } from 'mailauth/lib/dkim/verify.js';
import { createRelayHandler } from '../../functions/handlers/relay-handler.ts';
import { type QueueStub, startQueueStub } from '../../local/emulator/queues.ts';
import { type S3Emulator, startS3 } from '../../local/emulator/s3.ts';
import { signReturnPath } from '../../shared/domain/email-report/return-path.ts';
import { readPolicy } from '../../shared/domain/policy/policy.ts';
import { type AwsStub, startAwsStub } from '../support/aws-stub.ts';
import { useMailServers } from '../support/mail-servers.ts';
import { createSystem, type System, useSystem } from '../support/system.ts';

/** A message dropped into the local S3 comes out of an SMTP server. Everything is real but the queue, the secret and the alarm topic. */

useSystem();
const { start } = useMailServers();
const bucket = 'ses-feedback-dev-inbound';
const fullBucket = `${bucket}-123456789012-eu-west-1`;
const key = 'k'.repeat(32);
const now = Date.UTC(2026, 10, 16, 10);
const context = {
  invokedFunctionArn: 'arn:aws:lambda:eu-west-1:123456789012:function:ses-feedback-dev-relay',
  getRemainingTimeInMillis: () => 300_000,
} as Context;

let system: System;
let s3: S3Emulator;
let queues: QueueStub;
let sns: AwsStub;
let ssm: { endpoint: string; value: string | undefined; close(): void };

beforeEach(async () => {
  system = await createSystem();
  [s3, queues, sns, ssm] = await Promise.all([startS3(), startQueueStub(), startAwsStub(), startSsm()]);
  vi.stubEnv('AWS_ENDPOINT_URL_S3', s3.endpoint);
  vi.stubEnv('AWS_ENDPOINT_URL_SQS', queues.endpoint);
  vi.stubEnv('AWS_ENDPOINT_URL_SNS', sns.endpoint);
  vi.stubEnv('AWS_ENDPOINT_URL_SSM', ssm.endpoint);
  vi.stubEnv('AWS_REGION', 'eu-west-1');
});
afterEach(async () => {
  vi.unstubAllEnvs();
  ssm.close();
  await Promise.all([s3.close(), queues.close(), sns.close()]);
});

/**
 * Answers GetParameter.
 * @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameter.html
 */
async function startSsm() {
  const server = createServer((request, response) => {
    void json(request).then((input) => {
      const { Name } = input as { Name: string };
      response.writeHead(stub.value === undefined ? 400 : 200, { 'content-type': 'application/x-amz-json-1.1' });
      const found = { Parameter: { Name, Type: 'SecureString', Value: stub.value } };
      response.end(JSON.stringify(stub.value === undefined ? { __type: 'ParameterNotFound' } : found));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const stub = { endpoint, value: undefined as string | undefined, close: () => void server.close() };
  return stub;
}

type Options = {
  readonly recipients?: readonly string[];
  readonly port: number;
  readonly policy?: object;
  readonly variables?: object;
};

/** Stores an email, as SES does, and invokes the function with the message that SES publishes. */
async function receive(
  content: Buffer | string,
  { recipients = ['ann@shop.example'], port, policy = {}, variables = {} }: Options,
) {
  s3.objects.set(`${fullBucket}/inbound/m1`, { body: Buffer.from(content), headers: {} });
  const message = {
    notificationType: 'Received',
    mail: { messageId: 'm1', source: 'sam@example.com', headers: [] },
    receipt: { recipients, action: { type: 'S3', bucketName: fullBucket, objectKey: 'inbound/m1' } },
  };
  const envelope = {
    Type: 'Notification',
    TopicArn: 'arn:aws:sns:eu-west-1:123456789012:t',
    Message: JSON.stringify(message),
  };
  const body = JSON.stringify(envelope);
  queues.add('ses-feedback-dev-relay', body);
  const lines: string[] = [];
  const handler = createRelayHandler({
    variables: {
      ...process.env,
      SUPPRESSIONS_TABLE: system.tables.suppressionsTable,
      REPUTATION_TABLE: system.tables.reputationTable,
      RELAY_HOST: '127.0.0.1',
      RELAY_PORT: String(port),
      RELAY_TLS: 'none',
      RELAY_BUCKET: bucket,
      RELAY_PREFIX: 'inbound/',
      RELAY_QUEUE: 'ses-feedback-dev-relay',
      RELAY_DEAD_LETTER_QUEUE: 'ses-feedback-dev-relay-dlq',
      RETURN_PATH_DOMAINS: 'bounces.shop.example',
      ALARM_TOPIC: 'alarms',
      ...variables,
    },
    policy: readPolicy({ relay: policy }),
    clock: () => now,
    print: (line) => lines.push(line),
  });
  const event = { Records: [{ messageId: 'sqs-1', receiptHandle: 'r', body }] } as unknown as SQSEvent;
  const { batchItemFailures } = await handler(event, context);
  return { unfinished: batchItemFailures.length, lines };
}

const deadLetters = () => queues.bodies('ses-feedback-dev-relay-dlq');

test('an email in the bucket comes out of the mail server byte for byte, and its DKIM signature still verifies', async () => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const text =
    'From: Sam <sam@example.com>\r\nTo: ann@shop.example\r\nSubject: sch\u00f6n\r\nMIME-Version: 1.0\r\n\r\n.one\r\n..two\r\n\r\nFrom x\r\n';
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
  const signer = { signingDomain: 'example.com', selector: 's1', privateKey: pem };
  const { signatures } = await dkimSign(text, {
    canonicalization: 'simple/simple',
    ...signer,
    signatureData: [signer],
  });
  const signed = Buffer.from(signatures + text);
  const server = await start();
  // SES takes it for spam, so that the relay adds a field.
  const { unfinished } = await receive(signed, { port: server.port });
  expect(unfinished).toBe(0);
  expect(server.copies).toEqual([{ sender: 'sam@example.com', recipients: ['ann@shop.example'], content: signed }]);
  const record = `v=DKIM1; k=rsa; p=${publicKey.export({ type: 'spki', format: 'der' }).toString('base64')}`;
  const resolver = async () => [[record]];
  const verdictOn = async (content: Buffer) =>
    (await dkimVerify(content, { resolver })).results.map(
      ({ status }: { status: { result: string } }) => status.result,
    );
  const content = server.copies[0]?.content ?? Buffer.alloc(0);
  expect(await verdictOn(content)).toEqual(['pass']);
  expect(await verdictOn(Buffer.concat([Buffer.from('X-Spam-Flag: YES\r\n'), content]))).toEqual(['pass']);
  // The verifier notices a change: the hash of the body is another one.
  expect(await verdictOn(Buffer.from(content.toString().replace('one', 'two')))).toEqual(['neutral']);
});

test('a bounce that arrives at a signed return path suppresses, and is not delivered', async () => {
  ssm.value = JSON.stringify({ returnPathKeys: [key] });
  const server = await start();
  const report = [
    'From: MAILER-DAEMON@mx.example.net',
    'Date: Mon, 16 Nov 2026 09:30:00 +0000',
    'Content-Type: multipart/report; report-type=delivery-status; boundary=b',
    '',
    '--b',
    'Content-Type: message/delivery-status',
    '',
    'Reporting-MTA: dns; mx.example.net',
    '',
    'Final-Recipient: rfc822; ann@example.net',
    'Action: failed',
    'Status: 5.1.1',
    '',
    '--b--',
    '',
  ].join('\r\n');
  const returnPath = signReturnPath({ recipient: 'ann@example.net', domain: 'bounces.shop.example', key, at: now });
  const { unfinished, lines } = await receive(report, {
    port: server.port,
    recipients: [returnPath],
    variables: { RELAY_SECRET: '/ses-feedback/relay' },
  });
  expect([unfinished, server.copies.length]).toEqual([0, 0]);
  expect(await system.record('ann@example.net')).toMatchObject({ status: 'suppressed', reason: 'hard' });
  expect(lines.join('\n')).not.toContain('ann@example.net');
});

test('the server wants a login, which is in the secret', async () => {
  const server = await start({
    authOptional: false,
    allowInsecureAuth: true,
    onAuth: ({ username, password }, _session, callback) =>
      username === 'relay' && password === 'secret' ? callback(null, { user: 'relay' }) : callback(new Error('wrong')),
  });
  const variables = { RELAY_SECRET: '/ses-feedback/relay' };
  ssm.value = JSON.stringify({ user: 'relay', password: 'wrong' });
  expect(await receive('From: a\r\n\r\n', { port: server.port, variables })).toMatchObject({ unfinished: 1 });
  expect(deadLetters()).toEqual([]);
  ssm.value = JSON.stringify({ user: 'relay', password: 'secret' });
  expect(await receive('From: a\r\n\r\n', { port: server.port, variables })).toMatchObject({ unfinished: 0 });
  expect(server.copies).toHaveLength(1);
});

test.each([
  [undefined, /ParameterNotFound/],
  ['secret', /^Error: \/ses-feedback\/relay is not JSON/],
  ['{"user":7}', /is not valid: user/],
])('a secret that is %s is an error, which contains no value', async (value, message) => {
  ssm.value = value;
  const failed = await receive('x', { port: 1, variables: { RELAY_SECRET: '/ses-feedback/relay' } }).catch(String);
  expect(failed).toMatch(message);
});

test('an email that is refused is in the dead-letter queue, and one notice an hour says why', async () => {
  const onRcptTo = (_address: unknown, _session: unknown, done: (error: Error) => void) =>
    done(Object.assign(new Error('5.1.1 <ann@shop.example> no such user'), { responseCode: 550 }));
  const server = await start({ onRcptTo });
  for (let time = 0; time < 2; time++)
    expect(await receive('From: a\r\n\r\n', { port: server.port })).toMatchObject({ unfinished: 0 });
  expect(deadLetters()).toHaveLength(2);
  expect(sns.published).toHaveLength(1);
  const { default: text } = JSON.parse(sns.published[0]?.Message ?? '');
  expect(text).toContain('recipient 1: 550 5.1.1 <(address)> no such user');
  expect(JSON.stringify(sns.published)).not.toContain('ann@shop.example');
});

test.each([
  ['email-smtp.eu-west-1.amazonaws.com', /must not be SES/],
  ['inbound-smtp.eu-west-1.amazonaws.com', /must not be SES/],
  ['mail server', /RELAY_HOST/],
])('the host %s is refused', async (host, message) => {
  await expect(receive('x', { port: 25, variables: { RELAY_HOST: host } })).rejects.toThrow(message);
});
