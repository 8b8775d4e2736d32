import fc from 'fast-check';
import { type AccessRequest, allows } from '../../../cli/stack/resource-policy.ts';
import { anyone, arn, forges, publishes } from './access-requests.ts';
import { account, otherAccount, policies, policyOf, ses, sns, sqs } from './inventory-fixture.ts';

const queue = sqs('a-queue');
const key = `arn:aws:kms:eu-west-1:${account}:key/1`;

const delivers: AccessRequest = {
  principal: 'sns.amazonaws.com',
  action: 'sqs:SendMessage',
  resource: queue,
  sourceAccount: account,
  sourceArn: arn,
};
const decrypts: AccessRequest = { ...publishes, action: 'kms:Decrypt', resource: key };

describe('the deployed policies', () => {
  test.each<[string, string, AccessRequest, boolean]>([
    ["allow SES to publish an identity's feedback", policies.topic(arn), publishes, true],
    ["allow SES to publish the configuration set's feedback", policies.topic(arn), setOf('ses-feedback-prod'), true],
    ['allow any other configuration set of the account to publish', policies.topic(arn), setOf('news'), true],
    ['deny SES publishing for another account', policies.topic(arn), forges, false],
    ['deny anyone else publishing', policies.topic(arn), anyone, false],
    ['deny CloudWatch publishing', policies.topic(arn), { ...publishes, principal: 'cloudwatch.amazonaws.com' }, false],
    ['deny SES subscribing', policies.topic(arn), { ...publishes, action: 'sns:Subscribe' }, false],
    ['allow a topic to send to its queue', policies.queue(queue, [sns('other'), arn]), delivers, true],
    ['deny another topic sending to the queue', policies.queue(queue, [sns('other')]), delivers, false],
    ['allow a publisher to use the key', policies.key(), decrypts, true],
    ['deny a service that is left out using the key', policies.key(['sns.amazonaws.com']), decrypts, false],
    ['deny using the key for another account', policies.key(), { ...decrypts, sourceAccount: otherAccount }, false],
    ['of a new topic allow SES to publish', policies.ofNewTopic(arn), publishes, true],
    ['of a new topic deny SES publishing for another account', policies.ofNewTopic(arn), forges, false],
    ['of a new topic deny anyone else publishing', policies.ofNewTopic(arn), anyone, false],
  ])('%s', (_name, policy, request, expected) => {
    expect(allows(policy, request)).toBe(expected);
  });
});

function setOf(name: string): AccessRequest {
  return { ...publishes, sourceArn: ses(`configuration-set/${name}`) };
}

const allow = { Effect: 'Allow', Principal: { Service: 'ses.amazonaws.com' }, Action: 'sns:Publish', Resource: arn };
const deny = { ...allow, Effect: 'Deny', Principal: '*' };
const anyPrincipal = { ...allow, Principal: '*' };

describe('principals, actions and resources', () => {
  test.each<[string, object[], boolean]>([
    ['a service, without conditions', [allow], true],
    ['a service in a list', [{ ...allow, Principal: { Service: ['a.amazonaws.com', 'ses.amazonaws.com'] } }], true],
    ['any principal', [anyPrincipal], true],
    ['any account', [{ ...allow, Principal: { AWS: '*' } }], true],
    ['an account', [{ ...allow, Principal: { AWS: [account, `arn:aws:iam::${account}:root`] } }], false],
    ['an empty principal', [{ ...allow, Principal: {} }], false],
    ['no principal', [{ ...allow, Principal: undefined }], false],
    ['all principals but an account', [{ ...allow, Principal: undefined, NotPrincipal: { AWS: account } }], true],
    ['all principals but SES', [{ ...allow, Principal: undefined, NotPrincipal: allow.Principal }], false],
    ['an action in a list', [{ ...allow, Action: ['sns:Subscribe', 'sns:Publish'] }], true],
    ['an action in another case', [{ ...allow, Action: 'SNS:publish' }], true],
    ['all actions of the service', [{ ...allow, Action: 'sns:*' }], true],
    ['all actions', [{ ...allow, Action: '*' }], true],
    ['an action that matches a pattern', [{ ...allow, Action: 'sns:P?bl*' }], true],
    ['another action', [{ ...allow, Action: 'sns:Publish2' }], false],
    ['no action', [{ ...allow, Action: undefined }], false],
    ['all actions but another', [{ ...allow, Action: undefined, NotAction: 'sns:Subscribe' }], true],
    ['all actions but this one', [{ ...allow, Action: undefined, NotAction: ['sns:Pub*'] }], false],
    ['any resource', [{ ...allow, Resource: '*' }], true],
    ['resources that match a pattern', [{ ...allow, Resource: [sns('x'), sns('a-t*')] }], true],
    ['another resource', [{ ...allow, Resource: sns('x') }], false],
    ['no resource', [{ ...allow, Resource: undefined }], false],
    ['all resources but another', [{ ...allow, Resource: undefined, NotResource: sns('x') }], true],
    ['all resources but this one', [{ ...allow, Resource: undefined, NotResource: '*' }], false],
    ['a denial after the permission', [anyPrincipal, deny], false],
    ['a denial before the permission', [deny, anyPrincipal], false],
    ['a denial of another action', [allow, { ...deny, Action: 'sns:Subscribe' }], true],
    ['a denial of another resource', [allow, { ...deny, Resource: sns('x') }], true],
    ['a denial for an account', [allow, { ...deny, Principal: { AWS: account } }], true],
    [
      'a denial for all principals but an account',
      [allow, { ...deny, Principal: undefined, NotPrincipal: { AWS: '1' } }],
      false,
    ],
    [
      'a denial for all principals but SES',
      [allow, { ...deny, Principal: undefined, NotPrincipal: allow.Principal }],
      true,
    ],
    ['a denial of all actions but another', [allow, { ...deny, Action: undefined, NotAction: 'sns:Get*' }], false],
    ['a denial of all resources but another', [allow, { ...deny, Resource: undefined, NotResource: 'x' }], false],
    ['a denial without an action, which is uncertain', [allow, { ...deny, Action: undefined }], false],
  ])('%s', (_name, statements, expected) => {
    expect(allows(policyOf(...statements), publishes)).toBe(expected);
  });

  test('a policy may have one statement instead of a list', () => {
    expect(allows(JSON.stringify({ Statement: allow }), publishes)).toBe(true);
  });

  test('an invalid policy allows nothing', () => {
    const invalid = ['', '{', 'null', '[]', '"Allow"', '{}', '{"Statement":[]}', '{"Statement":[null,1,"Allow",[]]}'];
    expect(invalid.filter((policy) => [publishes, forges, anyone].some((request) => allows(policy, request)))).toEqual(
      [],
    );
  });
});

test('an ARN pattern matches the text it was made from, and nothing that lacks one of its other characters', () => {
  const name = fc.string({ minLength: 1, maxLength: 20, unit: fc.constantFrom(...'ab.+$^()[]}|\\/-_@') });
  fc.assert(
    fc.property(name, name, name, (before, cut, after) => {
      const request = { ...publishes, sourceArn: ses(`identity/${before}${cut}${after}`) };
      const like = (pattern: string) => {
        const Condition = { ArnLike: { 'aws:SourceArn': ses(`identity/${pattern}`) } };
        return allows(policyOf({ ...allow, Condition }), request);
      };
      expect(like(`${before}*${after}`)).toBe(true);
      expect(like(`${before}${'?'.repeat(cut.length)}${after}`)).toBe(true);
      expect(like(`${before}${'?'.repeat(cut.length + 1)}${after}`)).toBe(false);
      expect(like(`${before}#*${after}`)).toBe(false);
    }),
  );
});

test('a further Deny allows nothing more, a further Allow denies nothing more, and no statement throws', () => {
  const statement = fc.record(
    {
      Effect: fc.constantFrom('Allow', 'Deny'),
      Principal: fc.oneof(fc.constant('*'), fc.constant(allow.Principal), fc.jsonValue({ maxDepth: 2 })),
      Action: fc.oneof(fc.constant('sns:*'), fc.jsonValue({ maxDepth: 1 })),
      Resource: fc.oneof(fc.constant('*'), fc.jsonValue({ maxDepth: 1 })),
      Condition: fc.oneof(
        fc.constant({ StringEquals: { 'aws:SourceAccount': account } }),
        fc.jsonValue({ maxDepth: 3 }),
      ),
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(fc.array(statement), statement, (statements, another) => {
      const [before, after] = [policyOf(...statements), policyOf(...statements, another)];
      for (const request of [publishes, forges, anyone]) {
        if (another.Effect === 'Deny') expect(allows(after, request) && !allows(before, request)).toBe(false);
        if (another.Effect === 'Allow') expect(allows(before, request) && !allows(after, request)).toBe(false);
        expect(allows(policyOf(...statements, deny), request)).toBe(false);
      }
    }),
  );
});
