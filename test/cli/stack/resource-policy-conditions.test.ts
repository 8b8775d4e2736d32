import { allows } from '../../../cli/stack/resource-policy.ts';
import { anyone, arn, publishes } from './access-requests.ts';
import { account, otherAccount, policyOf, ses } from './inventory-fixture.ts';

const allow = { Effect: 'Allow', Principal: { Service: 'ses.amazonaws.com' }, Action: 'sns:Publish', Resource: arn };
const deny = { ...allow, Effect: 'Deny', Principal: '*' };
const anyPrincipal = { ...allow, Principal: '*' };

describe('conditions', () => {
  const source = String(publishes.sourceArn);
  const cases: [string, object, isMet: boolean | undefined][] = [
    ['the account', { StringEquals: { 'aws:SourceAccount': account } }, true],
    ['one of the accounts', { StringEquals: { 'aws:SourceAccount': [otherAccount, account] } }, true],
    ['a number as an account', { StringEquals: { 'aws:SourceAccount': Number(account) } }, true],
    ['another account', { StringEquals: { 'aws:SourceAccount': otherAccount } }, false],
    ['an empty list of accounts', { StringEquals: { 'aws:SourceAccount': [] } }, false],
    ['a key in another case', { StringEquals: { 'AWS:sOURCEaCCOUNT': account } }, true],
    [
      'two keys, one of which is not met',
      { StringEquals: { 'aws:SourceAccount': account, 'aws:SourceArn': 'x' } },
      false,
    ],
    [
      'two operators, one of which is not met',
      { StringEquals: { 'aws:SourceAccount': account }, ArnLike: { 'aws:SourceArn': 'x' } },
      false,
    ],
    ['an ARN in another case', { StringEquals: { 'aws:SourceArn': source.toUpperCase() } }, false],
    ['an ARN, ignoring case', { StringEqualsIgnoreCase: { 'aws:SourceArn': source.toUpperCase() } }, true],
    ['a wildcard with an operator for literal text', { StringEquals: { 'aws:SourceArn': ses('identity/*') } }, false],
    ['a wildcard', { StringLike: { 'aws:SourceArn': '*:identity/shop.example.???' } }, true],
    [
      'a pattern that needs one more character',
      { StringLike: { 'aws:SourceArn': '*:identity/shop.example.????' } },
      false,
    ],
    ['a dot, which is not a wildcard', { StringLike: { 'aws:SourceArn': source.replaceAll('e', '.') } }, false],
    ['an ARN', { ArnEquals: { 'aws:SourceArn': source } }, true],
    ['ArnEquals with a wildcard', { ArnEquals: { 'aws:SourceArn': ses('identity/*') } }, true],
    ['a pattern for each part of an ARN', { ArnLike: { 'aws:SourceArn': 'arn:*:ses:*:*:identity/*' } }, true],
    ['an ARN of another account', { ArnLike: { 'aws:SourceArn': ses('identity/*', otherAccount) } }, false],
    ['a wildcard across parts of an ARN', { ArnLike: { 'aws:SourceArn': 'arn:aws:ses:*' } }, undefined],
    ['not another account', { StringNotEquals: { 'aws:SourceAccount': otherAccount } }, true],
    ['none of the accounts', { StringNotEquals: { 'aws:SourceAccount': [otherAccount, account] } }, false],
    ['not an ARN, ignoring case', { StringNotEqualsIgnoreCase: { 'aws:SourceArn': source.toUpperCase() } }, false],
    ['not a pattern', { StringNotLike: { 'aws:SourceArn': '*:identity/*' } }, false],
    ['not an ARN pattern', { ArnNotLike: { 'aws:SourceArn': ses('identity/*') } }, false],
    ['not an ARN of another account', { ArnNotEquals: { 'aws:SourceArn': ses('identity/*', otherAccount) } }, true],
    ['not a wildcard across parts of an ARN', { ArnNotLike: { 'aws:SourceArn': 'arn:aws:ses:*' } }, undefined],
    ['over TLS', { Bool: { 'aws:SecureTransport': true } }, true],
    ['not over TLS', { Bool: { 'aws:SecureTransport': 'False' } }, false],
    ['an AWS service', { BoolIfExists: { 'aws:PrincipalIsAWSService': 'true' } }, true],
    ['a known key that is met, if it exists', { StringEqualsIfExists: { 'aws:SourceAccount': account } }, true],
    [
      'a known key that is not met, if it exists',
      { StringEqualsIfExists: { 'aws:SourceAccount': otherAccount } },
      false,
    ],
    ['no condition', {}, true],
    ['an unknown key', { StringEquals: { 'aws:SourceVpce': 'vpce-1' } }, undefined],
    ['an unknown key, if it exists', { StringEqualsIfExists: { 'aws:SourceVpce': 'vpce-1' } }, undefined],
    ['not an unknown key', { StringNotEquals: { 'aws:PrincipalOrgID': 'o-1' } }, undefined],
    ['an unknown key with any value', { StringLike: { 'aws:PrincipalArn': '*' } }, undefined],
    ['an unknown operator', { IpAddress: { 'aws:SourceIp': '0.0.0.0/0' } }, undefined],
    ['an unknown operator on a known key', { StringMatches: { 'aws:SourceAccount': account } }, undefined],
    ['an operator in another case', { stringequals: { 'aws:SourceAccount': account } }, undefined],
    ['any value of a list', { 'ForAnyValue:StringEquals': { 'aws:SourceAccount': account } }, undefined],
    ['all values of a list', { 'ForAllValues:StringLike': { 'aws:SourceAccount': '*' } }, undefined],
    ['an absent key', { Null: { 'aws:SourceAccount': 'true' } }, undefined],
    ['a variable', { StringEquals: { 'aws:SourceAccount': `\${aws:ResourceAccount}` } }, undefined],
    ['an invalid condition', { StringEquals: 'aws:SourceAccount' }, undefined],
  ];

  test.each(cases)(
    '%s: allows only if it is met, and denies unless it is certainly not met',
    (_name, Condition, isMet) => {
      expect(allows(policyOf({ ...allow, Condition }), publishes)).toBe(isMet === true);
      expect(allows(policyOf(allow, { ...deny, Condition }), publishes)).toBe(isMet === false);
    },
  );

  test('a condition that is not met decides, whatever the others are', () => {
    const Condition = { Null: { a: 'true' }, StringEquals: { 'aws:SourceAccount': otherAccount } };
    expect(allows(policyOf(allow, { ...deny, Condition }), publishes)).toBe(true);
  });

  test('a request without a source account does not meet a condition on it', () => {
    const withoutSource = { principal: publishes.principal, action: publishes.action, resource: arn };
    const Condition = { StringNotEquals: { 'aws:SourceAccount': otherAccount } };
    expect(allows(policyOf({ ...allow, Condition }), withoutSource)).toBe(false);
  });
});

describe('an untrusted caller', () => {
  test.each<[string, object | undefined, allowed: boolean, denied: boolean]>([
    ['without conditions', undefined, true, true],
    ['and a key that would have to name it', { StringEquals: { 'aws:PrincipalOrgID': 'o-1' } }, false, false],
    [
      'and a key that names everyone else, if it exists',
      { StringNotEqualsIfExists: { 'aws:PrincipalOrgID': 'o-1' } },
      true,
      true,
    ],
    ['and a key that may be absent', { StringEqualsIfExists: { 'aws:PrincipalOrgID': 'o-1' } }, true, false],
    ['and a pattern that may match it', { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/deploy' } }, true, false],
    ['and a key that may be true or false', { Bool: { 'aws:MultiFactorAuthPresent': 'true' } }, true, false],
    ['and an unknown operator', { IpAddress: { 'aws:SourceIp': '0.0.0.0/0' } }, true, false],
    ['and the account of the stack', { StringEquals: { 'aws:SourceAccount': account } }, false, false],
  ])('%s: is denied only if that is certain', (_name, condition, allowed, denied) => {
    const Condition = condition && { Condition: condition };
    expect(allows(policyOf({ ...anyPrincipal, ...Condition }), anyone)).toBe(allowed);
    expect(allows(policyOf(anyPrincipal, { ...deny, ...Condition }), anyone)).toBe(!denied);
  });
});
