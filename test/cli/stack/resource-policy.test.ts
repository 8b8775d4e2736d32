import fc from 'fast-check';
import { type AccessRequest, allows } from '../../../cli/stack/resource-policy.ts';
import { account, policies, policyOf, ses, sns, sqs, otherAccount } from './inventory-fixture.ts';

const arn = sns('a-topic');
const queue = sqs('a-queue');
const key = `arn:aws:kms:eu-west-1:${account}:key/1`;

const publishes: AccessRequest = {
  principal: 'ses.amazonaws.com',
  action: 'sns:Publish',
  resource: arn,
  sourceAccount: account,
  sourceArn: ses('identity/shop.example.com'),
};
const delivers: AccessRequest = {
  principal: 'sns.amazonaws.com',
  action: 'sqs:SendMessage',
  resource: queue,
  sourceAccount: account,
  sourceArn: arn,
};
const decrypts: AccessRequest = { ...publishes, action: 'kms:Decrypt', resource: key };
const forges: AccessRequest = {
  ...publishes,
  sourceAccount: otherAccount,
  sourceArn: ses('identity/shop.example.com', otherAccount),
  isUntrusted: true,
};
const anyone: AccessRequest = { ...forges, principal: 'anyone' };

describe('the policies that are deployed', () => {
  test.each<[string, string, AccessRequest, boolean]>([
    ["let SES publish an identity's feedback", policies.topic(arn), publishes, true],
    ['let SES publish that of the configuration set', policies.topic(arn), setOf('ses-feedback-prod'), true],
    ['let any other configuration set of the account publish', policies.topic(arn), setOf('news'), true],
    ['let SES not publish for another account', policies.topic(arn), forges, false],
    ['let nobody else publish', policies.topic(arn), anyone, false],
    ['let CloudWatch not publish', policies.topic(arn), { ...publishes, principal: 'cloudwatch.amazonaws.com' }, false],
    ['let SES not subscribe', policies.topic(arn), { ...publishes, action: 'sns:Subscribe' }, false],
    ['let a topic into its queue', policies.queue(queue, [sns('other'), arn]), delivers, true],
    ['let no other topic into it', policies.queue(queue, [sns('other')]), delivers, false],
    ['let who publishes use the key', policies.key(), decrypts, true],
    ['let who is left out not use it', policies.key(['sns.amazonaws.com']), decrypts, false],
    ['let nobody use it for another account', policies.key(), { ...decrypts, sourceAccount: otherAccount }, false],
    ['of a new topic let SES publish', policies.ofNewTopic(arn), publishes, true],
    ['of a new topic let SES not publish for others', policies.ofNewTopic(arn), forges, false],
    ['of a new topic let nobody else publish', policies.ofNewTopic(arn), anyone, false],
  ])('%s', (_fact, policy, request, expected) => {
    expect(allows(policy, request)).toBe(expected);
  });
});

function setOf(name: string): AccessRequest {
  return { ...publishes, sourceArn: ses(`configuration-set/${name}`) };
}

const allow = { Effect: 'Allow', Principal: { Service: 'ses.amazonaws.com' }, Action: 'sns:Publish', Resource: arn };
const deny = { ...allow, Effect: 'Deny', Principal: '*' };
const everybody = { ...allow, Principal: '*' };

describe('who, what and with what', () => {
  test.each<[string, object[], boolean]>([
    ['a service, without conditions', [allow], true],
    ['a service in a list', [{ ...allow, Principal: { Service: ['a.amazonaws.com', 'ses.amazonaws.com'] } }], true],
    ['everybody', [everybody], true],
    ['everybody, as accounts', [{ ...allow, Principal: { AWS: '*' } }], true],
    ['an account', [{ ...allow, Principal: { AWS: [account, `arn:aws:iam::${account}:root`] } }], false],
    ['nobody', [{ ...allow, Principal: {} }], false],
    ['no principal', [{ ...allow, Principal: undefined }], false],
    ['all but an account', [{ ...allow, Principal: undefined, NotPrincipal: { AWS: account } }], true],
    ['all but SES', [{ ...allow, Principal: undefined, NotPrincipal: allow.Principal }], false],
    ['an action in a list', [{ ...allow, Action: ['sns:Subscribe', 'sns:Publish'] }], true],
    ['an action in other letters', [{ ...allow, Action: 'SNS:publish' }], true],
    ['all actions of the service', [{ ...allow, Action: 'sns:*' }], true],
    ['all actions', [{ ...allow, Action: '*' }], true],
    ['an action that fits by wildcards', [{ ...allow, Action: 'sns:P?bl*' }], true],
    ['another action', [{ ...allow, Action: 'sns:Publish2' }], false],
    ['no action', [{ ...allow, Action: undefined }], false],
    ['all but another action', [{ ...allow, Action: undefined, NotAction: 'sns:Subscribe' }], true],
    ['all but this action', [{ ...allow, Action: undefined, NotAction: ['sns:Pub*'] }], false],
    ['any resource', [{ ...allow, Resource: '*' }], true],
    ['resources that fit', [{ ...allow, Resource: [sns('x'), sns('a-t*')] }], true],
    ['another resource', [{ ...allow, Resource: sns('x') }], false],
    ['no resource', [{ ...allow, Resource: undefined }], false],
    ['all but another resource', [{ ...allow, Resource: undefined, NotResource: sns('x') }], true],
    ['all but this resource', [{ ...allow, Resource: undefined, NotResource: '*' }], false],
    ['everybody but who is denied', [everybody, deny], false],
    ['who is denied first', [deny, everybody], false],
    ['a denied action of others', [allow, { ...deny, Action: 'sns:Subscribe' }], true],
    ['a denied resource of others', [allow, { ...deny, Resource: sns('x') }], true],
    ['a denial for an account', [allow, { ...deny, Principal: { AWS: account } }], true],
    ['a denial for all but an account', [allow, { ...deny, Principal: undefined, NotPrincipal: { AWS: '1' } }], false],
    ['a denial for all but SES', [allow, { ...deny, Principal: undefined, NotPrincipal: allow.Principal }], true],
    ['a denial of all but another action', [allow, { ...deny, Action: undefined, NotAction: 'sns:Get*' }], false],
    ['a denial of all but another resource', [allow, { ...deny, Resource: undefined, NotResource: 'x' }], false],
    ['a denial of nobody knows what', [allow, { ...deny, Action: undefined }], false],
  ])('%s', (_what, statements, expected) => {
    expect(allows(policyOf(...statements), publishes)).toBe(expected);
  });

  test('one statement needs no list', () => {
    expect(allows(JSON.stringify({ Statement: allow }), publishes)).toBe(true);
  });

  test('what is no policy lets nobody in', () => {
    const none = ['', '{', 'null', '[]', '"Allow"', '{}', '{"Statement":[]}', '{"Statement":[null,1,"Allow",[]]}'];
    expect(none.filter((policy) => [publishes, forges, anyone].some((request) => allows(policy, request)))).toEqual([]);
  });
});

describe('conditions', () => {
  const source = String(publishes.sourceArn);
  const cases: [string, object, isMet: boolean | undefined][] = [
    ['the account', { StringEquals: { 'aws:SourceAccount': account } }, true],
    ['one of the accounts', { StringEquals: { 'aws:SourceAccount': [otherAccount, account] } }, true],
    ['a number for an account', { StringEquals: { 'aws:SourceAccount': Number(account) } }, true],
    ['another account', { StringEquals: { 'aws:SourceAccount': otherAccount } }, false],
    ['no account at all', { StringEquals: { 'aws:SourceAccount': [] } }, false],
    ['a key in other letters', { StringEquals: { 'AWS:sOURCEaCCOUNT': account } }, true],
    ['one of two that is not met', { StringEquals: { 'aws:SourceAccount': account, 'aws:SourceArn': 'x' } }, false],
    ['two operators', { StringEquals: { 'aws:SourceAccount': account }, ArnLike: { 'aws:SourceArn': 'x' } }, false],
    ['an ARN in other letters', { StringEquals: { 'aws:SourceArn': source.toUpperCase() } }, false],
    ['its letters ignored', { StringEqualsIgnoreCase: { 'aws:SourceArn': source.toUpperCase() } }, true],
    ['a wildcard where none is', { StringEquals: { 'aws:SourceArn': ses('identity/*') } }, false],
    ['a wildcard', { StringLike: { 'aws:SourceArn': '*:identity/shop.example.???' } }, true],
    ['a character too few', { StringLike: { 'aws:SourceArn': '*:identity/shop.example.????' } }, false],
    ['a dot that is one', { StringLike: { 'aws:SourceArn': source.replaceAll('e', '.') } }, false],
    ['an ARN', { ArnEquals: { 'aws:SourceArn': source } }, true],
    ['ArnEquals with a wildcard', { ArnEquals: { 'aws:SourceArn': ses('identity/*') } }, true],
    ['each part of an ARN', { ArnLike: { 'aws:SourceArn': 'arn:*:ses:*:*:identity/*' } }, true],
    ['an ARN of others', { ArnLike: { 'aws:SourceArn': ses('identity/*', otherAccount) } }, false],
    ['a wildcard across parts', { ArnLike: { 'aws:SourceArn': 'arn:aws:ses:*' } }, undefined],
    ['not another account', { StringNotEquals: { 'aws:SourceAccount': otherAccount } }, true],
    ['none of the accounts', { StringNotEquals: { 'aws:SourceAccount': [otherAccount, account] } }, false],
    ['not its letters', { StringNotEqualsIgnoreCase: { 'aws:SourceArn': source.toUpperCase() } }, false],
    ['not alike', { StringNotLike: { 'aws:SourceArn': '*:identity/*' } }, false],
    ['not such an ARN', { ArnNotLike: { 'aws:SourceArn': ses('identity/*') } }, false],
    ['no ARN of others', { ArnNotEquals: { 'aws:SourceArn': ses('identity/*', otherAccount) } }, true],
    ['not across parts', { ArnNotLike: { 'aws:SourceArn': 'arn:aws:ses:*' } }, undefined],
    ['over TLS', { Bool: { 'aws:SecureTransport': true } }, true],
    ['not over TLS', { Bool: { 'aws:SecureTransport': 'False' } }, false],
    ["AWS's own services", { BoolIfExists: { 'aws:PrincipalIsAWSService': 'true' } }, true],
    ['what there is, if it is', { StringEqualsIfExists: { 'aws:SourceAccount': account } }, true],
    ['what there is not, if it is', { StringEqualsIfExists: { 'aws:SourceAccount': otherAccount } }, false],
    ['no condition', {}, true],
    ['an unknown key', { StringEquals: { 'aws:SourceVpce': 'vpce-1' } }, undefined],
    ['an unknown key, if it is', { StringEqualsIfExists: { 'aws:SourceVpce': 'vpce-1' } }, undefined],
    ['not an unknown key', { StringNotEquals: { 'aws:PrincipalOrgID': 'o-1' } }, undefined],
    ['an unknown key that has any value', { StringLike: { 'aws:PrincipalArn': '*' } }, undefined],
    ['an unknown operator', { IpAddress: { 'aws:SourceIp': '0.0.0.0/0' } }, undefined],
    ['an unknown operator on a known key', { StringMatches: { 'aws:SourceAccount': account } }, undefined],
    ['an operator in other letters', { stringequals: { 'aws:SourceAccount': account } }, undefined],
    ['any value of a list', { 'ForAnyValue:StringEquals': { 'aws:SourceAccount': account } }, undefined],
    ['all values of a list', { 'ForAllValues:StringLike': { 'aws:SourceAccount': '*' } }, undefined],
    ['nothing', { Null: { 'aws:SourceAccount': 'true' } }, undefined],
    ['a variable', { StringEquals: { 'aws:SourceAccount': `\${aws:ResourceAccount}` } }, undefined],
    ['what is no condition', { StringEquals: 'aws:SourceAccount' }, undefined],
  ];

  test.each(cases)(
    '%s: lets in, or keeps out, only if it is met, and in doubt keeps out',
    (_what, Condition, isMet) => {
      expect(allows(policyOf({ ...allow, Condition }), publishes)).toBe(isMet === true);
      expect(allows(policyOf(allow, { ...deny, Condition }), publishes)).toBe(isMet === false);
    },
  );

  test('one that is not met settles it, whatever the others are', () => {
    const Condition = { Null: { a: 'true' }, StringEquals: { 'aws:SourceAccount': otherAccount } };
    expect(allows(policyOf(allow, { ...deny, Condition }), publishes)).toBe(true);
  });

  test('who does not say for whom they ask meets none on that', () => {
    const nobody = { principal: publishes.principal, action: publishes.action, resource: arn };
    const Condition = { StringNotEquals: { 'aws:SourceAccount': otherAccount } };
    expect(allows(policyOf({ ...allow, Condition }), nobody)).toBe(false);
  });
});

describe('a otherAccount', () => {
  test.each<[string, object | undefined, allowed: boolean, denied: boolean]>([
    ['without conditions', undefined, true, true],
    ['who would have to be named', { StringEquals: { 'aws:PrincipalOrgID': 'o-1' } }, false, false],
    ['who is not of us', { StringNotEqualsIfExists: { 'aws:PrincipalOrgID': 'o-1' } }, true, true],
    ['who may leave it out', { StringEqualsIfExists: { 'aws:PrincipalOrgID': 'o-1' } }, true, false],
    ['whom a pattern may fit', { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/deploy' } }, true, false],
    ['who may have it or not', { Bool: { 'aws:MultiFactorAuthPresent': 'true' } }, true, false],
    ['in doubt', { IpAddress: { 'aws:SourceIp': '0.0.0.0/0' } }, true, false],
    ['for our account', { StringEquals: { 'aws:SourceAccount': account } }, false, false],
  ])('%s: is kept out only for sure', (_who, condition, allowed, denied) => {
    const Condition = condition && { Condition: condition };
    expect(allows(policyOf({ ...everybody, ...Condition }), anyone)).toBe(allowed);
    expect(allows(policyOf(everybody, { ...deny, ...Condition }), anyone)).toBe(!denied);
  });
});

test('a wildcard of an ARN fits what it was made from, and nothing that lacks a character of the rest', () => {
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

test('another denial lets nobody in, another permission keeps nobody out, and no statement throws', () => {
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
