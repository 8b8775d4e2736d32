import { describeKeyProblem } from '../../../cli/stack/kms-key.ts';
import { account, key, policies, policyOf, otherAccount } from './inventory-fixture.ts';

const arn = key().arn;
const everyone = ['ses.amazonaws.com', 'sns.amazonaws.com', 'cloudwatch.amazonaws.com'];
const byIam = { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${account}:root` }, Action: 'kms:*', Resource: '*' };
const letting = (fields: object, ...others: object[]) =>
  policyOf(
    {
      Effect: 'Allow',
      Principal: { Service: everyone },
      Action: ['kms:GenerateDataKey', 'kms:Decrypt'],
      Resource: '*',
      ...fields,
    },
    ...others,
  );

test.each<[string, string]>([
  ['as it is deployed', policies.key()],
  ['without conditions', letting({}, byIam)],
  ['with a wildcard for an action', letting({ Action: ['kms:GenerateDataKey*', 'kms:Decrypt'] }, byIam)],
  ['that names the key', letting({ Resource: arn }, byIam)],
  ['that names the account by its id', letting({}, { ...byIam, Principal: { AWS: account } })],
  [
    'that names roles, which may be ours',
    letting({}, { ...byIam, Principal: { AWS: `arn:aws:iam::${account}:role/ses-feedback-prod-BounceRole` } }),
  ],
])('a key that is let in on by a policy %s has no fault', (_how, policy) => {
  expect(describeKeyProblem(key({ policy }), account)).toBeUndefined();
});

test.each<[string, string]>([
  ['lets only encrypt', letting({ Action: 'kms:GenerateDataKey' })],
  ['lets only decrypt', letting({ Action: 'kms:Decrypt' })],
  ['names another key', letting({ Resource: `${arn}5` })],
  ['names no key: KMS takes it for nothing', letting({ Resource: undefined })],
  ['is for another account', letting({ Condition: { StringEquals: { 'aws:SourceAccount': otherAccount } } })],
  ['is none', ''],
])('a key whose policy %s loses what is published', (_what, policy) => {
  const who = 'ses.amazonaws.com, sns.amazonaws.com, cloudwatch.amazonaws.com';
  const fault = `the policy of the key ${arn} does not let in ${who}: what they publish is lost`;
  expect(describeKeyProblem(key({ policy }), account)).toBe(fault);
});

test('of who has to be let in, those who are shut out are named', () => {
  const policy = policies.key(['ses.amazonaws.com']);
  expect(describeKeyProblem(key({ policy }), account, ['ses.amazonaws.com'])).toBeUndefined();
  expect(describeKeyProblem(key({ policy }), account, ['ses.amazonaws.com', 'sns.amazonaws.com'])).toBe(
    `the policy of the key ${arn} does not let in sns.amazonaws.com: what they publish is lost`,
  );
});

test("a key of AWS's own, and one that is disabled, let nobody in, whatever the policy", () => {
  expect(
    [key({ isCustomerManaged: false }), key({ isEnabled: false })].map((one) => describeKeyProblem(one, account)),
  ).toEqual([
    `the key ${arn} is AWS's own, and nobody can let SES in on it: what it publishes is lost`,
    `the key ${arn} is disabled or resource to be deleted: what is published is lost`,
  ]);
});

test('a key that our own account cannot use is at fault: nobody could read the queues', () => {
  const fault = describeKeyProblem(key({ policy: letting({}) }), account);
  expect(fault).toMatch(/does not let this account use it: the functions could not read their queues$/);
  const ofOthers = { ...byIam, Principal: { AWS: `arn:aws:iam::${otherAccount}:root` } };
  expect(describeKeyProblem(key({ policy: letting({}, ofOthers) }), account)).toBe(fault);
});
