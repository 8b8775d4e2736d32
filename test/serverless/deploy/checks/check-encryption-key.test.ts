import type { ExistingResource } from '../../../../serverless/deploy/deployment-target.ts';
import { findProblems, region } from '../../../support/preflight.ts';
import { accountId } from '../../../support/ses.ts';

const key = `arn:aws:kms:${region}:${accountId}:key/1234`;

const findKeyProblems = (existingKey: ExistingResource | undefined) =>
  findProblems(
    { existing: existingKey ? { [`AWS::KMS::Key ${key}`]: existingKey } : {} },
    { encryptionKey: key, template: { Resources: {} } },
  );

const statement = (effect: string, ...services: string[]) => ({
  Effect: effect,
  Principal: { Service: services.map((service) => `${service}.amazonaws.com`) },
  Action: 'kms:*',
  Resource: '*',
});
const allowAccount = {
  Effect: 'Allow',
  Principal: { AWS: `arn:aws:iam::${accountId}:root` },
  Action: 'kms:*',
  Resource: '*',
};
const allowAll = statement('Allow', 'ses', 'sns', 'cloudwatch');

const keyWith = (...statements: object[]): ExistingResource => ({
  kmsKey: {
    arn: key,
    isCustomerManaged: true,
    isEnabled: true,
    policy: JSON.stringify({ Statement: [allowAccount, ...statements] }),
  },
});

const denies = (services: string) =>
  `The policy of the key ${key} denies access to ${services}: messages are lost. ` +
  'See resources/encryption-key.yml for the policy that a key needs.';

describe('the key in the parameter encryptionKey', () => {
  test.each<[string, ExistingResource | undefined, string[]]>([
    ['that admits all publishers has no problem', keyWith(allowAll), []],
    [
      'that does not exist is reported',
      undefined,
      [`The key ${key} does not exist. Correct the parameter encryptionKey.`],
    ],
    [
      'that does not admit SES is reported',
      keyWith(statement('Allow', 'sns', 'cloudwatch')),
      [denies('ses.amazonaws.com')],
    ],
    [
      'that does not admit CloudWatch is reported',
      keyWith(statement('Allow', 'ses', 'sns')),
      [denies('cloudwatch.amazonaws.com')],
    ],
    ['that denies SNS is reported', keyWith(allowAll, statement('Deny', 'sns')), [denies('sns.amazonaws.com')]],
  ])('%s', async (_fact, existingKey, expected) => {
    expect(await findKeyProblems(existingKey)).toEqual(expected);
  });

  test.each<[Partial<NonNullable<ExistingResource['kmsKey']>>, RegExp]>([
    [{ isEnabled: false }, /^The key .* is disabled or pending deletion/],
    [{ isCustomerManaged: false }, /^The key .* is an AWS managed key/],
  ])('with %j is reported', async (change, message) => {
    const { kmsKey } = keyWith(allowAll);
    const changed = { kmsKey: { ...kmsKey, ...change } } as ExistingResource;
    expect(await findKeyProblems(changed)).toEqual([expect.stringMatching(message)]);
  });
});
