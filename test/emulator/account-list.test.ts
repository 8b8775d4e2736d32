import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import {
  GetFunctionConfigurationCommand,
  InvokeCommand,
  LambdaClient,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { SESv2Client, SendEmailCommand } from '@aws-sdk/client-sesv2';
import { PublishCommand, SubscribeCommand } from '@aws-sdk/client-sns';
import { CreateQueueCommand, GetQueueAttributesCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { type SesSimulator, startSesSimulator } from '../../local/ses-simulator/simulator.ts';
import { root, run } from '../support/run.ts';
import { bounce } from '../support/ses.ts';
import { eventually, useEmulator } from './emulator.ts';

/**
 * The SES account suppression list and the deployed functions. The emulator has no suppression list, so the functions
 * call the SES simulator of this project, which publishes to the stack's topics and reads import files from its bucket.
 * Each test continues from the state the previous one left.
 */
const aws = useEmulator();
let ses: SesSimulator;
let lambda: LambdaClient;
let s3: S3Client;
let outputs: Record<string, string>;
const sentAt = Date.now() - 20 * 60_000;

beforeAll(async () => {
  const policy = { accountList: { mode: 'always', regions: [] } };
  writeFileSync(path.join(aws().checkout.folder, 'policy.json'), JSON.stringify(policy));
  await aws().deploy('deploy', '--stage', 'prod');
  outputs = await aws().outputs('ses-feedback-prod');
  lambda = new LambdaClient();
  s3 = new S3Client({ forcePathStyle: true });
  ses = await startSesSimulator({
    async publish(TopicArn, Message, Subject) {
      await aws().sns.send(new PublishCommand({ TopicArn, Message, ...(Subject && { Subject }) }));
    },
    async readObject(Bucket, Key) {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
      return Body?.transformToByteArray();
    },
  });
  ses.identities['shop.example.com'] = { isVerified: true };
  const topics = { BOUNCE: 'BouncesTopicArn', COMPLAINT: 'ComplaintsTopicArn', SEND: 'VolumeTopicArn' };
  ses.configurationSets['ses-feedback-prod'] = {
    destinations: Object.entries(topics).map(([type, output]) => ({
      isEnabled: true,
      types: [type],
      topicArn: outputs[output] ?? '',
    })),
  };
  for (const name of ['account-list', 'reconcile']) await useSimulator(`ses-feedback-prod-${name}`);
}, 180_000);
afterAll(() => ses?.close());

async function useSimulator(FunctionName: string): Promise<void> {
  const { Environment } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
  const Variables = {
    ...Environment?.Variables,
    AWS_ENDPOINT_URL_SESV2: ses.endpoint,
    // A local S3 needs path-style requests.
    AWS_ENDPOINT_URL_S3: aws().environment.AWS_ENDPOINT_URL ?? '',
  };
  await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Environment: { Variables } }));
}

/** Invokes a function as its schedule does. */
async function invoke(name: string): Promise<unknown> {
  const { Payload, FunctionError } = await lambda.send(
    new InvokeCommand({ FunctionName: `ses-feedback-prod-${name}`, Payload: Buffer.from('{}') }),
  );
  const answer = JSON.parse(Buffer.from(Payload ?? []).toString() || 'null');
  if (FunctionError !== undefined) throw new Error(JSON.stringify(answer));
  return answer;
}

const record = async (address: string, list = 'account') => {
  const Key = { address, list };
  return (await aws().tables.send(new GetCommand({ TableName: outputs.SuppressionsTableName, Key }))).Item;
};
const publish = (message: unknown) =>
  aws().sns.send(new PublishCommand({ TopicArn: outputs.BouncesTopicArn, Message: JSON.stringify(message) }));
const whenSuppressed = (address: string) =>
  eventually(
    () => record(address),
    (item) => item?.status === 'suppressed',
  );
const command = (...args: string[]) =>
  run(process.execPath, ['cli/ses-feedback.js', ...args], {
    cwd: root,
    env: { ...aws().environment, AWS_ENDPOINT_URL_SESV2: ses.endpoint },
  });

test('the scheduled function adds a hard bounce to the SES account suppression list', async () => {
  await publish(bounce({ to: 'Ann@example.net', mailId: 'ann', sentAt }));
  await whenSuppressed('ann@example.net');
  await eventually(
    async () => [...ses.list.keys()],
    (addresses) => addresses.includes('Ann@example.net'),
  );
  await eventually(
    () => record('ann@example.net'),
    (item) => item?.mirror === undefined && item?.mirrored?.home?.says === 'BOUNCE',
  );
});

test('the reconcile function imports the addresses SES has, through pages in the bucket', async () => {
  for (let i = 0; i < 1500; i++) {
    const emailAddress = `Old${i}@example.org`;
    ses.list.set(emailAddress, { emailAddress, reason: 'COMPLAINT', lastUpdateTime: sentAt });
  }
  expect(await invoke('reconcile')).toMatchObject({
    failed: 0,
    regions: [
      { region: 'home', state: 'complete', entries: 1501, drift: { 'missing-here': 1500, 'missing-at-ses': 0 } },
    ],
  });
  expect(await record('old1499@example.org')).toMatchObject({ status: 'suppressed', reason: 'ses-list' });
  // It runs once a day.
  expect(await invoke('reconcile')).toBeNull();
});

test('for more than 1,000 addresses the function starts an import job with a file in the bucket', async () => {
  const recipients = (from: number) =>
    Array.from({ length: 600 }, (_, i) => ({ emailAddress: `many${from + i}@example.com` }));
  await publish(bounce({ recipients: recipients(0), mailId: 'many-0', sentAt }));
  await publish(bounce({ recipients: recipients(600), mailId: 'many-1', sentAt }));
  await whenSuppressed('many1199@example.com');
  await whenSuppressed('many599@example.com');
  const isListed = (address: string) => [...ses.list.keys()].includes(address);
  await eventually(
    async () => {
      await invoke('account-list');
      return ['many0@example.com', 'many1199@example.com'].map(isListed);
    },
    (listed) => listed.every(Boolean),
  );
  expect(ses.jobs.map(({ action, status, failedRecords }) => [action, status, failedRecords])).toEqual([
    ['PUT', 'COMPLETED', []],
  ]);
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: outputs.ImportBucketName ?? '' }));
  expect(Contents.map(({ Key }) => Key)).toEqual(
    expect.arrayContaining([expect.stringMatching(/^imports\/home\/.*\.jsonl$/)]),
  );
  await eventually(
    () => record('many1199@example.com'),
    (item) => item?.mirror === undefined,
  );
});

test('an operator releases an address in the table and at SES, and compares both', async () => {
  const released = await command('release', 'ann@example.net', '--note', 'wrote to us');
  expect([released.code, released.stderr]).toEqual([0, '']);
  expect(released.stdout).toContain('SES account suppression list in us-east-1: removed (Ann@example.net)');
  expect(ses.list.has('Ann@example.net')).toBe(false);
  await publish(bounce({ to: 'Ann@example.net', mailId: 'ann', sentAt }));
  const { code, stdout } = await command('reconcile', '--dry-run');
  expect([code, stdout]).toEqual([
    0,
    expect.stringMatching(/^SES account suppression list: 2,700 entries, compared with [\d,]+ records/),
  ]);
  expect(await record('ann@example.net')).toMatchObject({ status: 'released' });
});

test('an address that a tenant may not email is suppressed for the tenant, and released on its list', async () => {
  const entry = { emailAddress: 'Tina@example.net', reason: 'BOUNCE' as const, lastUpdateTime: sentAt };
  const configurationSet = 'configuration-set/ses-feedback-prod';
  const resources = ['identity/shop.example.com', configurationSet].map(
    (name) => `arn:aws:ses:us-east-1:000000000000:${name}`,
  );
  ses.tenants.acme = { list: new Map([['Tina@example.net', entry]]), resources, suppressionScope: 'TENANT' };
  const client = new SESv2Client({ endpoint: ses.endpoint });
  await client.send(
    new SendEmailCommand({
      FromEmailAddress: 'news@shop.example.com',
      Destination: { ToAddresses: ['Tina@example.net'] },
      Content: { Simple: { Subject: { Data: 'Hello' }, Body: { Text: { Data: 'Hello' } } } },
      ConfigurationSetName: 'ses-feedback-prod',
      TenantName: 'acme',
    }),
  );
  await eventually(
    () => record('tina@example.net', 'tenant:acme'),
    (item) => item?.status === 'suppressed',
  );
  expect((await record('tina@example.net'))?.status).not.toBe('suppressed');
  const [forTenant, forAll] = await Promise.all([
    command('check', 'tina@example.net', '--tenant', 'acme'),
    command('check', 'tina@example.net'),
  ]);
  expect([forTenant.code, forAll.code]).toEqual([3, 0]);
  const { code, stderr } = await command('release', 'tina@example.net', '--note', 'wrote to us');
  expect([code, stderr]).toEqual([0, '']);
  expect([...ses.tenants.acme.list.keys()]).toEqual([]);
  expect(await record('tina@example.net', 'tenant:acme')).toMatchObject({ status: 'released' });
}, 300_000);

test('a tenant that SES pauses is announced once, although the event and each evaluation see it', async () => {
  const tenant = ses.tenants.acme;
  if (tenant === undefined) throw new Error('no tenant');
  await useSimulator('ses-feedback-prod-reputation');
  const { QueueUrl = '' } = await aws().sqs.send(new CreateQueueCommand({ QueueName: 'on-call' }));
  const { Attributes } = await aws().sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }),
  );
  const Endpoint = Attributes?.QueueArn;
  await aws().sns.send(new SubscribeCommand({ TopicArn: outputs.AlarmTopicArn, Protocol: 'sqs', Endpoint }));
  tenant.sesStatus = 'DISABLED';
  tenant.sesCause = 'Bounce rate above 15 %';
  // The form of the event: https://docs.aws.amazon.com/eventbridge/latest/ref/events-ref-ses.html
  await new EventBridgeClient().send(
    new PutEventsCommand({
      Entries: [
        {
          Source: 'aws.ses',
          DetailType: 'Sending Status Disabled',
          Resources: ['arn:aws:ses:us-east-1:000000000000:tenant/acme/tn-acme'],
          Detail: JSON.stringify({ version: '1.0.0', data: { origin: 'AWS_SES' } }),
        },
      ],
    }),
  );
  const notices: string[] = [];
  const receive = async (WaitTimeSeconds: number) => {
    const { Messages = [] } = await aws().sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds }));
    notices.push(...Messages.flatMap(({ Body = '' }) => (Body.includes('sending-status') ? Body : [])));
    return notices;
  };
  await eventually(
    () => receive(1),
    ({ length }) => length > 0,
  );
  for (let run = 0; run < 2; run++) await invoke('reputation');
  await receive(2);
  expect(notices).toEqual([expect.stringMatching(/acme.*Bounce rate above 15 %/s)]);
}, 300_000);

test('the mailbox simulator tests pass on the stack, and the first hour finds SES as it is assumed to be', async () => {
  const { code, stdout, stderr } = await run(
    'npm',
    ['run', '--silent', 'test:e2e', '--', '--stage', 'prod', '--from', 'news@shop.example.com', '--first-hour'],
    {
      cwd: root,
      env: { ...aws().environment, AWS_ENDPOINT_URL_SESV2: ses.endpoint },
    },
  );
  expect([stderr, stdout]).toEqual(['', expect.stringMatching(/✓ bounce@/)]);
  // The emulator counts no sends of SES, and has no rates of it.
  expect(stdout.match(/^\| [✗?] .*$/gm)).toEqual([
    expect.stringContaining("age of SES's newest count of sends"),
    expect.stringContaining("SES's counts of sends by day"),
    expect.stringContaining("values of SES's own bounce rate in a day"),
  ]);
  expect(code).toBe(1);
}, 240_000);

test('removing the stack removes the objects in its bucket', async () => {
  await aws().deploy('remove', '--stage', 'prod');
  await expect(s3.send(new ListObjectsV2Command({ Bucket: outputs.ImportBucketName ?? '' }))).rejects.toThrow();
});
