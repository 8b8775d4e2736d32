import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { PublishCommand } from '@aws-sdk/client-sns';
import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { createS3Client } from '../../shared/aws/s3/client.ts';
import { signReturnPath } from '../../shared/domain/email-report/return-path.ts';
import { useMailServersOfFile } from '../support/mail-servers.ts';
import { root } from '../support/run.ts';
import { accountId } from '../support/ses.ts';
import { eventually, useEmulator } from './emulator.ts';

/**
 * The relay, deployed with `sls deploy`. The emulator knows no receipt rules, so that they are taken from the template, and the tests store the
 * email and publish the message, as SES does.
 */
const aws = useEmulator();
const servers = useMailServersOfFile();
const key = 'k'.repeat(32);
const refused = 'gone@shop.example';
let outputs: Record<string, string>;
let received: { sender: string; recipients: readonly string[]; content: Buffer }[];

beforeAll(async () => {
  const { copies, port } = await servers.start({
    onRcptTo: ({ address }, _session, callback) =>
      callback(address === refused ? Object.assign(new Error('5.1.1 no such user'), { responseCode: 550 }) : undefined),
  });
  received = copies;
  const value = JSON.stringify({ returnPathKeys: [key] });
  await new SSMClient({}).send(
    new PutParameterCommand({ Name: '/ses-feedback/relay', Type: 'SecureString', Value: value }),
  );
  removeReceiptRules(aws().checkout.folder);
  await aws().deploy(
    'deploy',
    '--stage=prod',
    '--param=relayRecipients=shop.example,bounces.shop.example',
    '--param=relayHost=127.0.0.1',
    `--param=relayPort=${port}`,
    '--param=relayTls=none',
    '--param=relaySecret=/ses-feedback/relay',
    '--param=returnPathDomains=bounces.shop.example',
  );
  outputs = await aws().outputs('ses-feedback-prod');
}, 300_000);

function removeReceiptRules(folder: string): void {
  const copy = path.join(folder, 'resources');
  rmSync(copy);
  cpSync(path.join(root, 'resources'), copy, { recursive: true });
  const file = path.join(copy, 'relay.yml');
  const text = readFileSync(file, 'utf8');
  const [start, end] = [text.indexOf('  # A rule set takes effect'), text.indexOf('  RelayEvents:')];
  const output = text.slice(
    text.indexOf('  InboundRuleSetName:'),
    text.indexOf('# The framework creates the function'),
  );
  writeFileSync(file, `${text.slice(0, start)}${text.slice(end)}`.replace(output, ''));
}

/** Stores an email, and publishes where it is. */
async function receive(id: string, content: string, recipients: readonly string[]): Promise<void> {
  const bucket = outputs.InboundBucketName ?? '';
  const objectKey = `inbound/${id}`;
  await createS3Client({ environment: process.env }).send(
    new PutObjectCommand({ Bucket: bucket, Key: objectKey, Body: content }),
  );
  const message = {
    notificationType: 'Received',
    mail: { messageId: id, source: 'sam@example.com', headers: [] },
    receipt: { recipients, spamVerdict: { status: 'FAIL' }, action: { type: 'S3', bucketName: bucket, objectKey } },
  };
  const TopicArn = `arn:aws:sns:us-east-1:${accountId}:ses-feedback-prod-inbound`;
  await aws().sns.send(new PublishCommand({ TopicArn, Message: JSON.stringify(message) }));
}

test('an email that SES stored arrives at the mail server, tagged and otherwise byte for byte', async () => {
  const content = 'From: sam@example.com\r\nSubject: hello\r\n\r\n.dots\r\n..and more\r\n';
  await receive('m1', content, ['ann@shop.example', 'bob@shop.example']);
  await eventually(
    async () => received.length,
    (count) => count > 0,
  );
  expect(received).toEqual([
    {
      sender: 'sam@example.com',
      recipients: ['ann@shop.example', 'bob@shop.example'],
      content: Buffer.from(`X-Spam-Flag: YES\r\n${content}`),
    },
  ]);
});

test('a bounce at a signed return path suppresses', async () => {
  const recipient = signReturnPath({
    recipient: 'cem@example.net',
    domain: 'bounces.shop.example',
    key,
    at: Date.now(),
  });
  const report = `From: MAILER-DAEMON@mx.example.net\r\nSubject: failure notice\r\n\r\n<cem@example.net>:\r\n550 5.1.1 User unknown\r\n`;
  await receive('m2', report, [recipient]);
  const Key = { address: 'cem@example.net', list: 'account' };
  const TableName = outputs.SuppressionsTableName ?? '';
  const stored = await eventually(
    async () => (await aws().tables.send(new GetCommand({ TableName, Key }))).Item,
    (item) => item !== undefined,
  );
  expect(stored).toMatchObject({ status: 'suppressed', reason: 'hard' });
});

test('an email that the server refuses is in the dead-letter queue, with the words of the server', async () => {
  await receive('m3', 'From: sam@example.com\r\n\r\n', [refused]);
  const request = { QueueUrl: outputs.RelayDeadLetterQueueUrl, MessageAttributeNames: ['All'], VisibilityTimeout: 0 };
  const messages = await eventually(
    async () => (await aws().sqs.send(new ReceiveMessageCommand(request))).Messages ?? [],
    (found) => found.length > 0,
  );
  expect(messages[0]?.MessageAttributes?.reasons?.StringValue).toBe('recipient 1: 550 5.1.1 no such user');
});
