import { describeKeyProblem } from '../../../cli/stack/kms-key.ts';
import { account, key, otherAccount, policies, policyOf } from './inventory-fixture.ts';

const arn = key().arn;
const allServices = ['ses.amazonaws.com', 'sns.amazonaws.com', 'cloudwatch.amazonaws.com'];
const byIam = { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${account}:root` }, Action: 'kms:*', Resource: '*' };
const allowing = (fields: object, ...others: object[]) =>
  policyOf(
    {
      Effect: 'Allow',
      Principal: { Service: allServices },
      Action: ['kms:GenerateDataKey', 'kms:Decrypt'],
      Resource: '*',
      ...fields,
    },
    ...others,
  );

test.each<[string, string]>([
  ['as deployed by the stack', policies.key()],
  ['without conditions', allowing({}, byIam)],
  ['with a wildcard in an action', allowing({ Action: ['kms:GenerateDataKey*', 'kms:Decrypt'] }, byIam)],
  ['that names the key', allowing({ Resource: arn }, byIam)],
  ['that names the account by its id', allowing({}, { ...byIam, Principal: { AWS: account } })],
  [
    'that names roles of the account',
    allowing({}, { ...byIam, Principal: { AWS: `arn:aws:iam::${account}:role/ses-feedback-prod-BounceRole` } }),
  ],
])('a key works with a policy %s', (_name, policy) => {
  expect(describeKeyProblem(key({ policy }), account)).toBeUndefined();
});

test('a key works with a policy that is limited to what each service publishes for', () => {
  const limited = (service: string, sourceArn: string) => ({
    Effect: 'Allow',
    Principal: { Service: `${service}.amazonaws.com` },
    Action: ['kms:GenerateDataKey*', 'kms:Decrypt'],
    Resource: '*',
    Condition: { ArnLike: { 'aws:SourceArn': sourceArn } },
  });
  const others = [
    limited('sns', `arn:aws:sns:*:${account}:*`),
    limited('cloudwatch', `arn:aws:cloudwatch:*:${account}:alarm:*`),
    byIam,
  ];
  for (const kind of ['*', 'identity/*', 'configuration-set/*']) {
    const policy = policyOf(limited('ses', `arn:aws:ses:*:${account}:${kind}`), ...others);
    expect(describeKeyProblem(key({ policy }), account)).toBeUndefined();
  }
  const elsewhere = policyOf(limited('ses', `arn:aws:ses:*:${otherAccount}:*`), ...others);
  expect(describeKeyProblem(key({ policy: elsewhere }), account)).toContain('denies access to ses.amazonaws.com:');
});

test.each<[string, string]>([
  ['allows only encryption', allowing({ Action: 'kms:GenerateDataKey' })],
  ['allows only decryption', allowing({ Action: 'kms:Decrypt' })],
  ['names another key', allowing({ Resource: `${arn}5` })],
  ['names no key, which KMS ignores', allowing({ Resource: undefined })],
  ['is for another account', allowing({ Condition: { StringEquals: { 'aws:SourceAccount': otherAccount } } })],
  ['is invalid', ''],
])('a key does not work if its policy %s', (_name, policy) => {
  const services = 'ses.amazonaws.com, sns.amazonaws.com, cloudwatch.amazonaws.com';
  const problem = `the policy of the key ${arn} denies access to ${services}: messages are lost`;
  expect(describeKeyProblem(key({ policy }), account)).toBe(problem);
});

test('the services without access are named, out of those that need it', () => {
  const policy = policies.key(['ses.amazonaws.com']);
  expect(describeKeyProblem(key({ policy }), account, ['ses.amazonaws.com'])).toBeUndefined();
  expect(describeKeyProblem(key({ policy }), account, ['ses.amazonaws.com', 'sns.amazonaws.com'])).toBe(
    `the policy of the key ${arn} denies access to sns.amazonaws.com: messages are lost`,
  );
});

test('an AWS managed key and a disabled key do not work, whatever their policy', () => {
  expect(
    [key({ isCustomerManaged: false }), key({ isEnabled: false })].map((one) => describeKeyProblem(one, account)),
  ).toEqual([
    `the key ${arn} is an AWS managed key, which cannot grant SES access: messages are lost`,
    `the key ${arn} is disabled or pending deletion: messages are lost`,
  ]);
});

test('a key does not work if the account itself cannot use it, as the functions could not read the queues', () => {
  const problem = describeKeyProblem(key({ policy: allowing({}) }), account);
  expect(problem).toMatch(/denies access to this account: the functions cannot read their queues$/);
  const forOtherAccount = { ...byIam, Principal: { AWS: `arn:aws:iam::${otherAccount}:root` } };
  expect(describeKeyProblem(key({ policy: allowing({}, forOtherAccount) }), account)).toBe(problem);
});
