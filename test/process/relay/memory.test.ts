import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buildSync } from 'esbuild';
import { SMTPServer } from 'smtp-server';
import { useLocalAwsEnvironment } from '../../../local/emulator/aws-environment.ts';
import type { DynamoDBEngine } from '../../../local/emulator/dynamodb.ts';
import { createTables } from '../../../local/emulator/tables.ts';
import { createDynamoDBClient } from '../../../shared/aws/dynamodb/client.ts';
import { root, run } from '../../support/run.ts';

/** The memory of the function with the largest email that SES stores, as it is bundled for Lambda. */

/** 40 MB and a little, in whole lines. */
const large = 42_000_000;
const bucket = 'inbound-123456789012-eu-west-1';

let engine: DynamoDBEngine;
let folder: string;
let s3: { port: number; close(): void };
let smtp: { port: number; received: number[]; close(): void };
const tables = { suppressionsTable: 'suppressions', reputationTable: 'reputation' };

beforeAll(async () => {
  engine = await useLocalAwsEnvironment();
  await createTables(createDynamoDBClient(), tables);
  folder = mkdtempSync(path.join(tmpdir(), 'ses-feedback-'));
  buildSync({
    entryPoints: [path.join(root, 'functions', 'relay.ts')],
    outfile: path.join(folder, 'relay.cjs'),
    bundle: true,
    platform: 'node',
    format: 'cjs',
    minify: true,
    mainFields: ['module', 'main'],
  });
  writeFileSync(path.join(folder, 'main.cjs'), driver);
  [s3, smtp] = await Promise.all([startObjects(), startSmtp()]);
});
afterAll(async () => {
  s3.close();
  smtp.close();
  rmSync(folder, { recursive: true });
  await engine.stop();
});

/** Answers HEAD and GET: the key ends with the size. The content is made while it is read. */
async function startObjects() {
  const line = Buffer.from(`${'x'.repeat(998)}\r\n`);
  const server = createServer(async ({ method, url = '' }, response) => {
    const size = Number(/-(\d+)(?:\?|$)/.exec(url)?.[1]);
    response.writeHead(200, { 'content-length': size });
    if (method === 'HEAD') return void response.end();
    for (let sent = 0; sent < size; sent += line.length)
      if (!response.write(line)) await new Promise((resolve) => response.once('drain', resolve));
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { port: (server.address() as AddressInfo).port, close: () => void server.close() };
}

/** Takes emails slowly, so that a function that reads ahead would fill its memory. */
async function startSmtp() {
  const received: number[] = [];
  const server = new SMTPServer({
    logger: false,
    authOptional: true,
    hideSTARTTLS: true,
    onData(stream, _session, callback) {
      let size = 0;
      stream.on('data', (chunk: Buffer) => {
        size += chunk.length;
        stream.pause();
        setTimeout(() => stream.resume(), 1);
      });
      stream.on('end', () => {
        received.push(size);
        callback();
      });
    },
  });
  server.on('error', () => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { port: (server.server.address() as AddressInfo).port, received, close: () => void server.close() };
}

/** Invokes the function with one email, and prints the most memory that the process had, in MB. */
const driver = `
const { handler } = require('./relay.cjs');
const message = { notificationType: 'Received', mail: { messageId: process.argv[2], source: 'a@b.example' },
  receipt: { recipients: ['c@d.example'], action: { type: 'S3', bucketName: '${bucket}', objectKey: 'inbound/' + process.argv[2] } } };
const context = { invokedFunctionArn: 'arn:aws:lambda:eu-west-1:123456789012:function:x', getRemainingTimeInMillis: () => 300000 };
handler({ Records: [{ messageId: 'm', receiptHandle: 'r', body: JSON.stringify(message) }] }, context).then(({ batchItemFailures }) => {
  console.log(JSON.stringify({ failures: batchItemFailures.length, maxMB: process.resourceUsage().maxRSS / 1024 }));
  process.exit();
});
`;

async function relay(size: number): Promise<{ failures: number; maxMB: number }> {
  const { stdout, stderr } = await run(process.execPath, [path.join(folder, 'main.cjs'), `email-${size}`], {
    env: {
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
      AWS_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
      AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${s3.port}`,
      AWS_ENDPOINT_URL_DYNAMODB: process.env.AWS_ENDPOINT_URL_DYNAMODB ?? '',
      SUPPRESSIONS_TABLE: tables.suppressionsTable,
      REPUTATION_TABLE: tables.reputationTable,
      RELAY_HOST: '127.0.0.1',
      RELAY_PORT: String(smtp.port),
      RELAY_TLS: 'none',
      RELAY_BUCKET: 'inbound',
      RELAY_PREFIX: 'inbound/',
      RELAY_QUEUE: 'q',
      RELAY_DEAD_LETTER_QUEUE: 'd',
      ALARM_TOPIC: 'alarms',
    },
  });
  expect(stderr).toBe('');
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
}

test('an email of 40 MB is relayed with less than 128 MB of memory, and a larger one would need no more', async () => {
  const largest = await relay(large);
  const larger = await relay(4 * large);
  expect([largest.failures, larger.failures, smtp.received]).toEqual([0, 0, [large, 4 * large]]);
  console.log(
    `memory of the relay: ${largest.maxMB.toFixed(0)} MB for 40 MB, ${larger.maxMB.toFixed(0)} MB for 160 MB`,
  );
  expect(largest.maxMB).toBeLessThan(128);
  // One that reads ahead of the server would need more than 100 MB more.
  expect(larger.maxMB - largest.maxMB).toBeLessThan(20);
}, 120_000);
