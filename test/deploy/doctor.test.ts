import { PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { CreateKeyCommand, DisableKeyCommand, EnableKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import {
  ListSubscriptionsByTopicCommand,
  SetSubscriptionAttributesCommand,
  SetTopicAttributesCommand,
  SubscribeCommand,
  UnsubscribeCommand,
} from '@aws-sdk/client-sns';
import { PurgeQueueCommand, SendMessageCommand, SetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import type { Finding } from '../../wiring/finding.ts';
import { root, run } from '../support/run.ts';
import { accountId } from '../support/ses.ts';
import { healthyIdentity, type SesAccount, startSesAccount } from '../support/ses-account.ts';
import { useEmulator } from './emulator.ts';

/** `ses-feedback connect` and `doctor` as an operator runs them, on a deployed stack and an account that is wired like one at SES. */
const aws = useEmulator();
let ses: SesAccount;
let outputs: Record<string, string>;

const command = async (...args: string[]) =>
  run(process.execPath, ['cli/ses-feedback.js', ...args], {
    cwd: root,
    env: { ...aws().environment, AWS_ENDPOINT_URL_SES: ses.endpoint, AWS_ENDPOINT_URL_SESV2: ses.endpoint },
  });

const findings = async (): Promise<Finding[]> => {
  const { stdout, stderr } = await command('doctor', '--json');
  if (stderr !== '') throw new Error(stderr);
  return JSON.parse(stdout).findings;
};

const output = (name: string) => outputs[name] ?? '';
const topic = () => output('BouncesTopicArn');

beforeAll(async () => {
  ses = await startSesAccount();
  await aws().deploy('deploy', '--stage', 'prod');
  outputs = await aws().outputs('ses-feedback-prod');
  ses.configurationSets['ses-feedback-prod'] = {
    sendingEnabled: true,
    destinations: [
      { enabled: true, types: ['BOUNCE'], topic: topic() },
      { enabled: true, types: ['COMPLAINT'], topic: output('ComplaintsTopicArn') },
      { enabled: true, types: ['SEND'], topic: output('VolumeTopicArn') },
    ],
  };
  ses.identities['shop.example.com'] = healthyIdentity();
  ses.identities['news@shop.example.com'] = healthyIdentity();
  ses.account.suppressedReasons = ['BOUNCE'];
}, 180_000);
afterAll(async () => ses.close());

test('before it is connected, the doctor says who reports to nobody, that nobody is told, and what to do', async () => {
  const { code, stdout } = await command('doctor');
  expect(code).toBe(1);
  const lines = stdout.trim().split('\n');
  expect(lines).toContain(
    '✗ identity shop.example.com: its bounces and complaints do not come here; SES forwards them by e-mail → npx ses-feedback connect --identity shop.example.com',
  );
  expect(lines).toContain(
    `✗ alarms: nobody is subscribed to ${output('AlarmTopicArn')} → npx sls deploy --param="alarmEmail=<address>"`,
  );
  expect(lines).toContain('✓ bounces: what SES publishes comes to its function, and nothing is left behind');
  expect(lines.at(-1)).toBe('ses-feedback-prod: 4 wrong.');
});

test('connect asks which identities are meant, and changes nothing until it is told', async () => {
  const { code, stderr } = await command('connect');
  expect(code).toBe(1);
  expect(stderr).toBe(
    'ses-feedback: Which identities? Say --identity <name> (repeatable), or --all for shop.example.com, news@shop.example.com.\n',
  );
  expect(ses.changes).toEqual([]);
});

test('a dry run shows the diff and changes nothing', async () => {
  const { code, stdout } = await command('connect', '--identity', 'shop.example.com', '--dry-run');
  expect(stdout).toBe(
    [
      'account: what SES suppresses itself\n  - BOUNCE\n  + BOUNCE, COMPLAINT',
      `identity shop.example.com: bounce topic\n  - none\n  + ${topic()}`,
      `identity shop.example.com: complaint topic\n  - none\n  + ${output('ComplaintsTopicArn')}`,
      'identity shop.example.com: default configuration set\n  - none\n  + ses-feedback-prod',
      'identity shop.example.com: forwarding by e-mail\n  - on\n  + off',
      '5 changes to make; this was a dry run.\n',
    ].join('\n'),
  );
  expect(code).toBe(0);
  expect(ses.changes).toEqual([]);
});

test('connect makes what it shows, at the pace SES allows, and a second time there is nothing to change', async () => {
  ses.throttled.add('GetEmailIdentity').add('SetIdentityNotificationTopic');
  const first = await command('connect', '--all');
  expect(first.stderr).toBe('');
  expect(first.stdout).toContain('9 changes made. Next: npx ses-feedback doctor\n');
  expect(ses.changes).toHaveLength(9);
  const topics = { Bounce: topic(), Complaint: output('ComplaintsTopicArn') };
  for (const name of ['shop.example.com', 'news@shop.example.com']) {
    const wired = { topics, configurationSet: 'ses-feedback-prod', forwarding: false };
    expect(ses.identities[name]).toMatchObject(wired);
  }
  expect(ses.account.suppressedReasons).toEqual(['BOUNCE', 'COMPLAINT']);
  const second = await command('connect', '--all');
  expect(second.stdout).toBe('Nothing to change.\n');
  expect(ses.changes).toHaveLength(9);
});

test('then, with somebody to tell, all is well, and the exit code says so', async () => {
  const listener = { TopicArn: output('AlarmTopicArn'), Protocol: 'email', Endpoint: 'on-call@example.com' };
  await aws().sns.send(new SubscribeCommand(listener));
  const { code, stdout } = await command('doctor');
  expect(stdout).toBe(
    [
      '✓ account: may send, and SES suppresses bounces and complaints itself',
      '✓ configuration set ses-feedback-prod: bounces and complaints are published to our topics',
      '✓ identity shop.example.com: its bounces and complaints come here, by topics of its own',
      '✓ identity news@shop.example.com: its bounces and complaints come here, by topics of its own',
      '✓ bounces: what SES publishes comes to its function, and nothing is left behind',
      '✓ complaints: what SES publishes comes to its function, and nothing is left behind',
      '✓ volume: what SES publishes comes to its function, and nothing is left behind',
      '✓ traffic: in 24 hours SES sent 0 mails and had 0 bounces and complaints; 0 and 0 came in',
      '✓ alarms: are told by email',
      '',
      'All is well with ses-feedback-prod.\n',
    ].join('\n'),
  );
  expect(code).toBe(0);
});

/** A fault, planted in what was well; what the doctor has to say of it; and how it is taken back. */
type Planted = {
  plant: () => Promise<unknown> | unknown;
  says: RegExp;
  about: string;
  heal: () => Promise<unknown> | unknown;
};

const setTopic = async (name: string, value: string) =>
  aws().sns.send(new SetTopicAttributesCommand({ TopicArn: topic(), AttributeName: name, AttributeValue: value }));
const setQueue = async (attributes: Record<string, string>) =>
  aws().sqs.send(new SetQueueAttributesCommand({ QueueUrl: output('BouncesQueueUrl'), Attributes: attributes }));
const topicPolicy = (principal: unknown, condition?: object) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Principal: principal, Action: 'sns:Publish', Resource: topic(), Condition: condition },
    ],
  });
const sesPolicy = () =>
  topicPolicy({ Service: 'ses.amazonaws.com' }, { StringEquals: { 'aws:SourceAccount': accountId } });
const subscription = async () => {
  const { Subscriptions = [] } = await aws().sns.send(new ListSubscriptionsByTopicCommand({ TopicArn: topic() }));
  return Subscriptions[0]?.SubscriptionArn ?? '';
};
const setSubscription = async (name: string, value: string) => {
  const attribute = { SubscriptionArn: await subscription(), AttributeName: name, AttributeValue: value };
  await aws().sns.send(new SetSubscriptionAttributesCommand(attribute));
};
const queuePolicy = (from: string) =>
  JSON.stringify({
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: 'sns.amazonaws.com' },
        Action: 'sqs:SendMessage',
        Condition: { ArnEquals: { 'aws:SourceArn': from } },
      },
    ],
  });
const redrive = async () => {
  const target = `arn:aws:sqs:us-east-1:${accountId}:ses-feedback-prod-bounces-dlq`;
  await setSubscription('RedrivePolicy', JSON.stringify({ deadLetterTargetArn: target }));
};
let key = '';
const kms = () => new KMSClient();
const identity = (name = 'shop.example.com') => {
  const found = ses.identities[name];
  if (found === undefined) throw new Error(`no identity ${name}`);
  return found;
};
const set = () => {
  const found = ses.configurationSets['ses-feedback-prod'];
  if (found === undefined) throw new Error('no configuration set');
  return found;
};
const measure = async (namespace: string, name: string, value: number, queue?: string) =>
  aws().cloudWatch.send(
    new PutMetricDataCommand({
      Namespace: namespace,
      MetricData: [
        {
          MetricName: name,
          Timestamp: new Date(Date.now() - 60_000),
          Value: value,
          ...(queue && { Dimensions: [{ Name: 'QueueName', Value: queue }] }),
        },
      ],
    }),
  );

const faults: Record<string, Planted> = {
  'a topic SES may not publish to': {
    plant: () =>
      setTopic(
        'Policy',
        topicPolicy({ Service: 'events.amazonaws.com' }, { StringEquals: { 'aws:SourceAccount': accountId } }),
      ),
    about: 'bounces',
    says: /^SES may not publish to the topic/,
    heal: () => setTopic('Policy', sesPolicy()),
  },
  'a topic anyone may publish to': {
    plant: () => setTopic('Policy', topicPolicy('*')),
    about: 'bounces',
    says: /lets others than SES for this account publish/,
    heal: () => setTopic('Policy', sesPolicy()),
  },
  'a key that does not let SES in': {
    plant: async () => {
      const policy = {
        Statement: [{ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${accountId}:root` }, Action: 'kms:*' }],
      };
      const { KeyMetadata } = await kms().send(new CreateKeyCommand({ Policy: JSON.stringify(policy) }));
      key = KeyMetadata?.Arn ?? '';
      await setTopic('KmsMasterKeyId', key);
    },
    about: 'bounces',
    says: /^the policy of the key .* does not let in ses\.amazonaws\.com, sns\.amazonaws\.com/,
    heal: () => setTopic('KmsMasterKeyId', ''),
  },
  'a key that is disabled': {
    plant: async () => {
      await kms().send(new DisableKeyCommand({ KeyId: key }));
      await setTopic('KmsMasterKeyId', key);
    },
    about: 'bounces',
    says: /^the key .* is disabled/,
    heal: async () => {
      await kms().send(new EnableKeyCommand({ KeyId: key }));
      await setTopic('KmsMasterKeyId', '');
    },
  },
  'raw message delivery': {
    plant: () => setSubscription('RawMessageDelivery', 'true'),
    about: 'bounces',
    says: /delivers raw messages/,
    heal: () => setSubscription('RawMessageDelivery', 'false'),
  },
  'a subscription without a dead-letter queue': {
    plant: () => setSubscription('RedrivePolicy', ''),
    about: 'bounces',
    says: /has no dead-letter queue/,
    heal: redrive,
  },
  'a queue that does not let its topic in': {
    plant: () => setQueue({ Policy: queuePolicy('arn:aws:sns:us-east-1:123456789012:another') }),
    about: 'bounces',
    says: /^the queue does not let the topic .* in/,
    heal: () => setQueue({ Policy: queuePolicy(topic()) }),
  },
  'a message in the dead-letter queue': {
    plant: () =>
      aws().sqs.send(new SendMessageCommand({ QueueUrl: output('BouncesDeadLetterQueueUrl'), MessageBody: 'poison' })),
    about: 'bounces',
    says: /^1 message lies in the dead-letter queue/,
    heal: () => aws().sqs.send(new PurgeQueueCommand({ QueueUrl: output('BouncesDeadLetterQueueUrl') })),
  },
  'messages that nobody takes': {
    plant: () => measure('AWS/SQS', 'ApproximateAgeOfOldestMessage', 900, 'ses-feedback-prod-complaints'),
    about: 'complaints',
    says: /^the oldest message has waited for 15 minutes/,
    heal: async () => {
      const now = { Timestamp: new Date(), Value: 0, MetricName: 'ApproximateAgeOfOldestMessage' };
      const Dimensions = [{ Name: 'QueueName', Value: 'ses-feedback-prod-complaints' }];
      const MetricData = [{ ...now, Dimensions }];
      await aws().cloudWatch.send(new PutMetricDataCommand({ Namespace: 'AWS/SQS', MetricData }));
    },
  },
  'a topic SES has taken off an identity, with forwarding off': {
    plant: () => {
      identity().topics = {};
      identity().configurationSet = 'gone';
    },
    about: 'identity shop.example.com',
    says: /^its bounces and complaints go to nobody$/,
    heal: () => {
      identity().topics = { Bounce: topic(), Complaint: output('ComplaintsTopicArn') };
      identity().configurationSet = 'ses-feedback-prod';
    },
  },
  "an address that was never connected: it has nothing of its domain's": {
    plant: () => {
      ses.identities['new@shop.example.com'] = healthyIdentity();
    },
    about: 'identity new@shop.example.com',
    says: /^its bounces and complaints do not come here; SES forwards them by e-mail$/,
    heal: () => {
      delete ses.identities['new@shop.example.com'];
    },
  },
  'forwarding by e-mail, too': {
    plant: () => {
      identity().forwarding = true;
    },
    about: 'identity shop.example.com',
    says: /^SES forwards its bounces by e-mail as well$/,
    heal: () => {
      identity().forwarding = false;
    },
  },
  'a configuration set whose destination is off': {
    plant: () => {
      for (const destination of set().destinations) destination.enabled = false;
    },
    about: 'configuration set ses-feedback-prod',
    says: /are not published to our topics$/,
    heal: () => {
      for (const destination of set().destinations) destination.enabled = true;
    },
  },
  'a configuration set that is paused': {
    plant: () => {
      set().sendingEnabled = false;
    },
    about: 'configuration set ses-feedback-prod',
    says: /^sending with it is paused$/,
    heal: () => {
      set().sendingEnabled = true;
    },
  },
  'an account that does not suppress complaints': {
    plant: () => {
      ses.account.suppressedReasons = ['BOUNCE'];
    },
    about: 'account',
    says: /^SES's own list does not take COMPLAINT/,
    heal: () => {
      ses.account.suppressedReasons = ['BOUNCE', 'COMPLAINT'];
    },
  },
  'an account in the sandbox': {
    plant: () => {
      ses.account.sandbox = true;
    },
    about: 'account',
    says: /^is in the sandbox/,
    heal: () => {
      ses.account.sandbox = false;
    },
  },
  'an account under review': {
    plant: () => {
      ses.account.enforcement = 'PROBATION';
    },
    about: 'account',
    says: /PROBATION/,
    heal: () => {
      ses.account.enforcement = 'HEALTHY';
    },
  },
  'a call that is not permitted': {
    plant: () => ses.denied.add('GetAccount'),
    about: 'account',
    says: /^could not be looked at: AccessDenied.*ses:GetAccount/,
    heal: () => ses.denied.delete('GetAccount'),
  },
};

test.each(Object.entries(faults))(
  '%s is found, with what to do about it',
  async (_name, { plant, about, says, heal }) => {
    await plant();
    try {
      const faulty = (await findings()).filter(({ status }) => status !== 'ok');
      expect(faulty.map((finding) => finding.about)).toEqual([about]);
      expect(faulty[0]?.says).toMatch(says);
      expect(faulty[0]).toHaveProperty('fix', expect.stringMatching(/\w{4}/));
    } finally {
      await heal();
    }
    expect((await findings()).filter(({ status }) => status !== 'ok')).toEqual([]);
  },
);

test('silence while mail is sent is how a broken loop looks', async () => {
  await measure('AWS/SES', 'Send', 5000);
  await measure('AWS/SES', 'Bounce', 100);
  const traffic = (await findings()).filter(({ about }) => about === 'traffic');
  expect(traffic.map(({ status, says }) => [status, says])).toEqual([
    ['wrong', '0 of 100 bounces and complaints SES counted in 24 hours came in'],
    ['wrong', '0 of 5,000 mails SES sent in 24 hours were reported here: rates are too high, as mails are missing'],
  ]);
});

test('a queue that is subscribed to nothing is found, and connect does not rely on it', async () => {
  await aws().sns.send(new UnsubscribeCommand({ SubscriptionArn: await subscription() }));
  const says = (await findings()).map((finding) => finding.says);
  expect(says).toContain(`the queue is not subscribed to the topic ${topic()}: feedback is lost`);
  ses.identities['late.example.com'] = healthyIdentity();
  const { stdout } = await command('connect', '--identity', 'late.example.com');
  expect(stdout).toContain('identity late.example.com: bounce topic left as it is: what is published to');
  expect(stdout).toContain('identity late.example.com: forwarding by e-mail left as it is: it stays on');
  expect(identity('late.example.com')).toMatchObject({
    forwarding: true,
    topics: { Complaint: output('ComplaintsTopicArn') },
  });
});

test('a stack that is not there, an identity SES does not know, and no credentials are a sentence each', async () => {
  const none = await command('doctor', '--stage', 'staging');
  expect([none.code, none.stderr]).toEqual([
    1,
    'ses-feedback: There is no stack ses-feedback-staging in us-east-1. Deploy it (npx sls deploy), or say which: --stage, --stack, --region.\n',
  ]);
  const stranger = await command('connect', '--identity', 'nobody.example.com');
  expect(stranger.stderr).toContain('SES knows no identity nobody.example.com in this Region.');
  const nobody = await run(process.execPath, ['cli/ses-feedback.js', 'doctor', '--region', 'us-east-1'], {
    cwd: root,
    env: { AWS_EC2_METADATA_DISABLED: 'true', HOME: '/nonexistent' },
  });
  expect(nobody.stderr).toBe(
    'ses-feedback: There are no AWS credentials. Set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.\n',
  );
});
