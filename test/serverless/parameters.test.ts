import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { readParameters } from '../../serverless/deploy/parameters.ts';
import { root } from '../support/run.ts';

type Values = Readonly<Record<string, unknown>>;

const { params } = parse(readFileSync(path.join(root, 'serverless.yml'), 'utf8'), { logLevel: 'error' }) as {
  params: { default: Values; dev: Values };
};
const read = (changes: Values) => readParameters({ ...params.default, ...changes });
const faults = (...texts: string[]) =>
  new Error(`The parameters are not right: ${texts.join('; ')}. See "params" in serverless.yml.`);

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
  removes: [],
  onRemoval: 'Retain',
  deletionProtection: 'true',
  logRetentionInDays: 400,
};

test('the defaults of serverless.yml are right, and leave out all that is optional', () => {
  expect(read({})).toEqual(defaults);
});

test('so are those of stage dev, which keeps nothing', () => {
  expect(read(params.dev)).toEqual({
    ...defaults,
    onRemoval: 'Delete',
    deletionProtection: 'false',
    logRetentionInDays: 30,
  });
});

const noAddress = 'alarmEmail: not an e-mail address';
const noIdentity = 'identity: not a domain (an address is verified in the console of SES)';
const noTopic = (place: string) => `${place}: not the ARN of a standard topic (SES takes no FIFO topics)`;
const noKey = 'encryptionKey: neither aws, nor create, nor the ARN of a KMS key';
const noMails = 'dailySendsAbove: not a number of mails';
const noShare = "bounceRateAbove: not a share below AWS's line of 0.05 (0.03 is 3 %)";
const noDays =
  'logRetentionInDays: CloudWatch keeps logs for 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, ' +
  '1096, 1827, 2192, 2557, 2922, 3288, 3653 days';

describe('a value that is wrong', () => {
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
    ['removes', 'Key AlarmEmail', 'removes.0: not the name of a resource'],
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
    ['dailySendsAbove', 'many', noMails],
    ['dailySendsAbove', '50,000', noMails],
    ['dailySendsAbove', '0x10', noMails],
    ['dailySendsAbove', ' ', noMails],
    ['dailySendsAbove', true, noMails],
    ['dailySendsAbove', null, noMails],
    ['dailySendsAbove', 0, noMails],
    ['dailySendsAbove', -1, noMails],
    ['dailySendsAbove', 1.5, noMails],
    ['bounceRateAbove', '3%', noShare],
    ['bounceRateAbove', 3, noShare],
    ['bounceRateAbove', 0, noShare],
    ['bounceRateAbove', 0.05, noShare],
    ['onRemoval', 'Snapshot', 'onRemoval must be one of Retain, Delete'],
    ['onRemoval', 'delete', 'onRemoval must be one of Retain, Delete'],
    ['deletionProtection', 'no', 'deletionProtection must be one of true, false'],
    ['deletionProtection', null, 'deletionProtection must be one of true, false'],
    ['logRetentionInDays', 366, noDays],
    ['logRetentionInDays', '', noDays],
    ['logRetentionInDays', 'always', 'logRetentionInDays is not a number'],
  ])('%s: %j is told', (name, value, fault) => {
    expect(() => read({ [name]: value })).toThrow(faults(fault));
  });

  test('mailFrom: one that is no domain is told', () => {
    expect(() => read({ identity: 'example.com', mailFrom: 'bounce_ .example.com' })).toThrow(
      faults('mailFrom: not a domain'),
    );
  });
});

describe('a value that is right, as a file or a command line says it', () => {
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

const twice = 'a topic belongs to one stream; any of the functions takes any event';

describe('values that contradict each other', () => {
  test.each<[string, Values, string[]]>([
    [
      'a MAIL FROM domain without an identity',
      { mailFrom: 'bounce.example.com' },
      ['mailFrom: is of an identity, and none is given'],
    ],
    [
      'a MAIL FROM domain that is the identity itself',
      { identity: 'example.com', mailFrom: 'example.com' },
      ['mailFrom: not a subdomain of example.com, nor of its parent'],
    ],
    [
      'a MAIL FROM domain that only ends like the identity',
      { identity: 'example.com', mailFrom: 'notexample.com' },
      ['mailFrom: not a subdomain of example.com, nor of its parent'],
    ],
    [
      "a MAIL FROM domain that is not of the address's domain",
      { identity: 'example.com', mailFrom: 'bounce.example.net' },
      ['mailFrom: not a subdomain of example.com, nor of its parent'],
    ],
    [
      'tables that are to be deleted and are protected',
      { onRemoval: 'Delete' },
      ['onRemoval: Delete needs deletionProtection false: protected tables cannot be deleted'],
    ],
    [
      'a topic of two streams',
      { bounceTopics: topic('a'), complaintTopics: topic('b'), volumeTopics: `${topic('c')}, ${topic('a')}` },
      [`bounceTopics: ${twice}`, `volumeTopics: ${twice}`],
    ],
  ])('%s', (_name, values, expected) => {
    expect(() => read(values)).toThrow(faults(...expected));
  });
});

describe('values that look like a contradiction and are none', () => {
  test.each<[string, Values]>([
    ['a subdomain of the identity', { identity: 'example.com', mailFrom: 'bounce.mail.example.com' }],
    ['a subdomain of its parent', { identity: 'shop.example.com', mailFrom: 'bounce.example.com' }],
    ['a domain is the same in any case', { identity: 'Example.com', mailFrom: 'bounce.example.COM' }],
    ['tables that are deleted and not protected', { onRemoval: 'Delete', deletionProtection: 'false' }],
    ['tables that stay and are not protected', { deletionProtection: 'false' }],
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

test('all faults are told at once', () => {
  expect(() =>
    read({
      alarmEmail: 'on-call',
      mailFrom: 'bounce.example.com',
      dailySendsAbove: 0,
      onRemoval: 'Delete',
      tables: '',
    }),
  ).toThrow(faults(noAddress, 'tables must be one of create, use', noMails));
  expect(() => read({ alarmEmail: 'on-call', mailFrom: 'bounce.example.com', onRemoval: 'Delete' })).toThrow(
    faults(
      noAddress,
      'mailFrom: is of an identity, and none is given',
      'onRemoval: Delete needs deletionProtection false: protected tables cannot be deleted',
    ),
  );
});

test('parameters there are not are named, with those there are', () => {
  expect(() => read({ alarmMail: 'on-call@example.com', key: 'aws' })).toThrow(
    new Error(`No such parameter: alarmMail, key. There are ${Object.keys(params.default).join(', ')}.`),
  );
});

test.each(Object.keys(defaults))('what was given as %s is not repeated', (name) => {
  const marker = 'evil-marker@evil-marker@example';
  expect(() => read({ identity: 'example.com', [name]: marker })).toThrow(
    expect.objectContaining({ message: expect.not.stringContaining('evil-marker') }),
  );
});

test('of an address only its domain is told', () => {
  expect(() => read({ identity: 'evil-marker@example.com', mailFrom: 'bounce.example.net' })).toThrow(
    faults(noIdentity, 'mailFrom: not a subdomain of example.com, nor of its parent'),
  );
});
