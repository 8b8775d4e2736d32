import { type Aws, type Found, preflight } from '../../serverless/deploy/preflight.ts';
import { accountId } from '../support/ses.ts';

const importBucket = (account: string) => `imports-${account}`;

const region = 'eu-west-1';

const look = (found: Found | undefined, key: string) => {
  const aws: Aws = {
    account: async () => accountId,
    ses: async () => {},
    builtBy: async () => new Map(),
    outputsOf: async () => new Map(),
    find: async (type, name) => (type === 'AWS::KMS::Key' && name === key ? found : undefined),
  };
  const nothing = { template: { Resources: {} }, topics: [], importBucket, tables: {}, removes: [] };
  return preflight(aws, { stack: 'ses-feedback-dev', region, key, ...nothing });
};

describe('a key that is said to be there', () => {
  const key = `arn:aws:kms:${region}:${accountId}:key/1234`;
  const policy = (effect: string, ...services: string[]) => {
    const Principal = { Service: services.map((service) => `${service}.amazonaws.com`) };
    return { Effect: effect, Principal, Action: 'kms:*', Resource: '*' };
  };
  const Principal = { AWS: `arn:aws:iam::${accountId}:root` };
  const byIam = { Effect: 'Allow', Principal, Action: 'kms:*', Resource: '*' };
  const keyWith = (...statements: object[]): Found => {
    const policy = JSON.stringify({ Statement: [byIam, ...statements] });
    return { kmsKey: { arn: key, isCustomerManaged: true, isEnabled: true, policy } };
  };
  const all = policy('Allow', 'ses', 'sns', 'cloudwatch');
  const shut = (services: string) =>
    `The policy of the key ${key} does not let in ${services}: what they publish is lost. ` +
    'See resources/encryption-key.yml for what its policy has to say.';
  test.each<[string, Found | undefined, string[]]>([
    ['one that lets in who publishes is fine', keyWith(all), []],
    ['one that is not there is told', undefined, [`There is no key ${key}.`]],
    ['one without SES', keyWith(policy('Allow', 'sns', 'cloudwatch')), [shut('ses.amazonaws.com')]],
    ['one without CloudWatch', keyWith(policy('Allow', 'ses', 'sns')), [shut('cloudwatch.amazonaws.com')]],
    ['one that denies SNS', keyWith(all, policy('Deny', 'sns')), [shut('sns.amazonaws.com')]],
  ])('%s', async (_name, found, expected) => {
    expect(await look(found, key)).toEqual(expected);
  });

  test.each<[Partial<NonNullable<Found['kmsKey']>>, RegExp]>([
    [{ isEnabled: false }, /^The key .* is disabled or about to be deleted/],
    [{ isCustomerManaged: false }, /^The key .* is AWS's own/],
  ])('one that is %j is told', async (fault, sentence) => {
    const { kmsKey } = keyWith(all);
    const found = { kmsKey: { ...kmsKey, ...fault } as Found['kmsKey'] } as Found;
    const told = await look(found, key);
    expect(told).toEqual([expect.stringMatching(sentence)]);
  });
});
