import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { readParameters } from '../../../serverless/deploy/parameters.ts';
import { root } from '../../support/run.ts';

type Values = Readonly<Record<string, unknown>>;

const { params } = parse(readFileSync(path.join(root, 'serverless.yml'), 'utf8'), { logLevel: 'error' }) as {
  params: { default: Values; dev: Values };
};
const read = (changes: Values) => readParameters({ ...params.default, ...changes });
const invalid = (...issues: string[]) =>
  new Error(`Invalid parameters: ${issues.join('; ')}. See "params" in serverless.yml.`);

const topic = (name: string) => `arn:aws:sns:us-east-1:123456789012:${name}`;
const key = 'arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const defaults = {
  alarmEmail: '',
  identity: '',
  mailFrom: '',
  bounceTopics: [],
  complaintTopics: [],
  volumeTopics: [],
  encryptionKey: 'aws',
  tables: 'create',
  dailySendsAbove: '',
  bounceRateAbove: '',
  relayRecipients: '',
  relayHost: '',
  relayPort: 25,
  relayTls: 'starttls',
  relaySecret: '',
  relaySubnets: '',
  relaySecurityGroups: '',
  relayRuleSet: '',
  relayBucketAboveGB: 50,
  returnPathDomains: '',
  removes: [],
  onRemoval: 'Retain',
  deletionProtection: 'true',
  logRetentionInDays: 400,
};

test('the defaults of serverless.yml are valid and leave out everything optional', () => {
  expect(read({})).toEqual(defaults);
});

test('the defaults of stage dev are valid and keep nothing when the stack is removed', () => {
  expect(read(params.dev)).toEqual({
    ...defaults,
    onRemoval: 'Delete',
    deletionProtection: 'false',
    logRetentionInDays: 30,
  });
});

const noAddress = 'alarmEmail: not an email address';
const noIdentity = 'identity: not a domain (verify a single address in the SES console)';
const noTopic = (place: string) => `${place}: not the ARN of a standard topic (SES does not publish to FIFO topics)`;
const noKey = 'encryptionKey: must be aws, create, or the ARN of a KMS key';
const noCount = 'dailySendsAbove: must be a whole number of emails above 0';
const noRate = 'bounceRateAbove: must be above 0 and below the AWS review threshold of 0.05 (0.03 means 3 %)';
const noDays =
  'logRetentionInDays: CloudWatch Logs supports retention times of 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, ' +
  '1096, 1827, 2192, 2557, 2922, 3288, 3653 days';

describe('the relay', () => {
  test('is described by its parameters', () => {
    const relay = {
      relayRecipients: 'shop.example,ann@other.example',
      relayHost: 'mail.shop.example',
      relayPort: '587',
    };
    expect(read(relay)).toEqual({ ...defaults, ...relay, relayPort: 587 });
    expect(() =>
      read({ relayRecipients: 'bounces.shop.example', returnPathDomains: 'bounces.shop.example' }),
    ).not.toThrow();
  });

  test.each<[Values, string]>([
    [
      { relayRecipients: 'shop.example' },
      'relayHost: is required, because not all of relayRecipients are in returnPathDomains',
    ],
    [
      { returnPathDomains: 'bounces.shop.example' },
      'returnPathDomains: must be among relayRecipients, because SES must receive their email',
    ],
    [{ relaySubnets: 'subnet-1' }, 'relaySubnets: and relaySecurityGroups are needed together'],
    [
      { relayHost: 'email-smtp.eu-west-1.amazonaws.com' },
      'relayHost: must not be SES: it would send the email on, or receive it again',
    ],
    [
      { relayRecipients: 'a.example, b.example', relayHost: 'x' },
      'relayRecipients: must be domains and addresses, separated by commas, without spaces',
    ],
    [{ relayPort: 0 }, 'relayPort must be at least 1'],
    [{ relayPort: 'smtp' }, 'relayPort is not a number'],
    [
      { relaySecret: 'relay' },
      'relaySecret: must be the name of a parameter of Systems Manager, with a / at its start',
    ],
    [{ relayBucketAboveGB: 0 }, 'relayBucketAboveGB must be at least 1'],
  ])('%j', (changes, message) => {
    expect(() => read(changes)).toThrow(invalid(message));
  });
});

describe('an invalid value is reported', () => {
  test.each<[keyof typeof defaults, unknown, string]>([
    ['alarmEmail', 'on-call', noAddress],
    ['alarmEmail', 'on-call@', noAddress],
    ['alarmEmail', 'on-call@example.com, boss@example.com', noAddress],
    ['alarmEmail', null, 'alarmEmail is not a string'],
    ['identity', 'my shop', noIdentity],
    ['identity', 'shop', noIdentity],
    ['identity', 'shop.example.com.', noIdentity],
    ['identity', '192.0.2.1', noIdentity],
    ['identity', '[192.0.2.1]', noIdentity],
    ['identity', 'bücher.example', noIdentity],
    ['identity', '@shop.example.com', noIdentity],
    ['identity', 'news@shop.example.com', noIdentity],
    ['removes', 'Key AlarmEmail', 'removes.0: not the logical id of a resource'],
    ['identity', null, 'identity is not a string'],
    ['bounceTopics', 'ses-bounces', noTopic('bounceTopics.0')],
    ['complaintTopics', `${topic('a')},${topic('b')}.fifo`, noTopic('complaintTopics.1')],
    ['volumeTopics', 'arn:aws:sqs:us-east-1:123456789012:a', noTopic('volumeTopics.0')],
    ['volumeTopics', 'arn:aws:sns:us-east-1:12345:a', noTopic('volumeTopics.0')],
    ['encryptionKey', 'yes', noKey],
    ['encryptionKey', '', noKey],
    ['encryptionKey', 'alias/aws/sns', noKey],
    ['encryptionKey', 'arn:aws:kms:us-east-1:123456789012:alias/own', noKey],
    ['encryptionKey', `see ${key}`, noKey],
    ['tables', 'keep', 'tables must be one of create, use'],
    ['tables', '', 'tables must be one of create, use'],
    ['dailySendsAbove', 'many', noCount],
    ['dailySendsAbove', '50,000', noCount],
    ['dailySendsAbove', '0x10', noCount],
    ['dailySendsAbove', ' ', noCount],
    ['dailySendsAbove', true, noCount],
    ['dailySendsAbove', null, noCount],
    ['dailySendsAbove', 0, noCount],
    ['dailySendsAbove', -1, noCount],
    ['dailySendsAbove', 1.5, noCount],
    ['bounceRateAbove', '3%', noRate],
    ['bounceRateAbove', 3, noRate],
    ['bounceRateAbove', 0, noRate],
    ['bounceRateAbove', 0.05, noRate],
    ['onRemoval', 'Snapshot', 'onRemoval must be one of Retain, Delete'],
    ['onRemoval', 'delete', 'onRemoval must be one of Retain, Delete'],
    ['deletionProtection', 'no', 'deletionProtection must be one of true, false'],
    ['deletionProtection', null, 'deletionProtection must be one of true, false'],
    ['logRetentionInDays', 366, noDays],
    ['logRetentionInDays', '', noDays],
    ['logRetentionInDays', 'always', 'logRetentionInDays is not a number'],
  ])('%s: %j', (name, value, issue) => {
    expect(() => read({ [name]: value })).toThrow(invalid(issue));
  });

  test('mailFrom: not a domain', () => {
    expect(() => read({ identity: 'example.com', mailFrom: 'bounce_ .example.com' })).toThrow(
      invalid('mailFrom: not a domain'),
    );
  });
});

describe('a valid value is accepted as a file or the command line provides it', () => {
  test.each<[keyof typeof defaults, unknown, unknown]>([
    ['alarmEmail', 'on-call+ses@example.com', 'on-call+ses@example.com'],
    ['identity', 'shop.example.com', 'shop.example.com'],
    ['identity', 'xn--bcher-kva.example', 'xn--bcher-kva.example'],
    ['removes', 'Key, AlarmEmail', ['Key', 'AlarmEmail']],
    ['bounceTopics', topic('a'), [topic('a')]],
    ['complaintTopics', ` ${topic('a')} , ${topic('b')},`, [topic('a'), topic('b')]],
    ['volumeTopics', 'arn:aws-cn:sns:cn-north-1:123456789012:a', ['arn:aws-cn:sns:cn-north-1:123456789012:a']],
    ['encryptionKey', 'create', 'create'],
    ['encryptionKey', key, key],
    ['tables', 'use', 'use'],
    ['dailySendsAbove', '50000', 50_000],
    ['dailySendsAbove', 1, 1],
    ['bounceRateAbove', '0.03', 0.03],
    ['bounceRateAbove', 0.0499, 0.0499],
    ['deletionProtection', 'false', 'false'],
    ['deletionProtection', true, 'true'],
    ['logRetentionInDays', '365', 365],
    ['logRetentionInDays', 3653, 3653],
  ])('%s: %j', (name, value, expected) => {
    expect(read({ [name]: value })).toEqual({ ...defaults, [name]: expected });
  });
});

const listedTwice =
  'contains a topic that another parameter lists as well; list each topic once, because every function accepts every event';

describe('values that contradict each other are reported', () => {
  test.each<[string, Values, string[]]>([
    [
      'MAIL FROM domain without an identity',
      { mailFrom: 'bounce.example.com' },
      ['mailFrom: requires the parameter identity'],
    ],
    [
      'MAIL FROM domain that is the identity itself',
      { identity: 'example.com', mailFrom: 'example.com' },
      ['mailFrom: must be a subdomain of example.com or of its parent domain'],
    ],
    [
      'MAIL FROM domain that only ends with the same letters as the identity',
      { identity: 'example.com', mailFrom: 'notexample.com' },
      ['mailFrom: must be a subdomain of example.com or of its parent domain'],
    ],
    [
      'MAIL FROM domain of another domain',
      { identity: 'example.com', mailFrom: 'bounce.example.net' },
      ['mailFrom: must be a subdomain of example.com or of its parent domain'],
    ],
    [
      'tables that are to be deleted and that are protected',
      { onRemoval: 'Delete' },
      ['onRemoval: Delete requires deletionProtection: false, because protected tables cannot be deleted'],
    ],
    [
      'a topic in two streams',
      { bounceTopics: topic('a'), complaintTopics: topic('b'), volumeTopics: `${topic('c')}, ${topic('a')}` },
      [`bounceTopics: ${listedTwice}`, `volumeTopics: ${listedTwice}`],
    ],
  ])('%s', (_name, values, expected) => {
    expect(() => read(values)).toThrow(invalid(...expected));
  });
});

describe('values that only look contradictory are accepted', () => {
  test.each<[string, Values]>([
    ['a subdomain of the identity', { identity: 'example.com', mailFrom: 'bounce.mail.example.com' }],
    ['a subdomain of the parent domain', { identity: 'shop.example.com', mailFrom: 'bounce.example.com' }],
    ['a domain in another case', { identity: 'Example.com', mailFrom: 'bounce.example.COM' }],
    ['tables that are deleted and not protected', { onRemoval: 'Delete', deletionProtection: 'false' }],
    ['tables that are kept and not protected', { deletionProtection: 'false' }],
  ])('%s', (_name, values) => {
    expect(read(values)).toEqual({ ...defaults, ...values });
  });

  test('a topic twice in one list, and another topic in another list', () => {
    expect(read({ bounceTopics: `${topic('a')},${topic('a')}`, complaintTopics: topic('b') })).toEqual({
      ...defaults,
      bounceTopics: [topic('a'), topic('a')],
      complaintTopics: [topic('b')],
    });
  });
});

test('all issues are reported at once', () => {
  expect(() =>
    read({
      alarmEmail: 'on-call',
      mailFrom: 'bounce.example.com',
      dailySendsAbove: 0,
      onRemoval: 'Delete',
      tables: '',
    }),
  ).toThrow(invalid(noAddress, 'tables must be one of create, use', noCount));
  expect(() => read({ alarmEmail: 'on-call', mailFrom: 'bounce.example.com', onRemoval: 'Delete' })).toThrow(
    invalid(
      noAddress,
      'mailFrom: requires the parameter identity',
      'onRemoval: Delete requires deletionProtection: false, because protected tables cannot be deleted',
    ),
  );
});

test('an unknown parameter is reported, with the names of the valid ones', () => {
  expect(() => read({ alarmMail: 'on-call@example.com', key: 'aws' })).toThrow(
    new Error(
      `Unknown parameters: alarmMail, key. The valid parameters are ${Object.keys(params.default).join(', ')}.`,
    ),
  );
});

test.each(Object.keys(defaults))('an error does not repeat the value of %s', (name) => {
  const marker = 'evil-marker@evil-marker@example';
  expect(() => read({ identity: 'example.com', [name]: marker })).toThrow(
    expect.objectContaining({ message: expect.not.stringContaining('evil-marker') }),
  );
});

test('an error repeats only the domain of an address', () => {
  expect(() => read({ identity: 'evil-marker@example.com', mailFrom: 'bounce.example.net' })).toThrow(
    invalid(noIdentity, 'mailFrom: must be a subdomain of example.com or of its parent domain'),
  );
});
