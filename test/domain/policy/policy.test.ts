import policyFile from '../../../policy.json';
import { defaultPolicy, readPolicy } from '../../../shared/domain/policy/policy.ts';

test('the policy of the checkout is valid, and changes no default', () => {
  expect(readPolicy(policyFile)).toEqual(defaultPolicy);
});

test('the defaults are those that are documented', () => {
  expect(readPolicy({})).toEqual({
    accountList: { mode: 'always', regions: [] },
    soft: { strikes: 5, withinDays: 30, onDays: 3, endedByDelivery: false, suppressDays: 30 },
    policyBlockDays: 14,
    simulatorHours: 1,
    ownDomains: [],
    scopeTags: [],
    reviewThresholds: { bounceRate: 0.05, complaintRate: 0.001 },
    pauseThresholds: {},
    scopes: {},
    headroom: { approaching: 0.6, critical: 0.9 },
    brake: { pauseOnCritical: false, atLeastSends: 1000 },
    metricScopes: [],
    sendsFrom: 'events',
    allowedAccounts: [],
  });
});

test('what is left out has its default', () => {
  expect(readPolicy({ soft: { strikes: 4 } })).toEqual({
    ...defaultPolicy,
    soft: { strikes: 4, withinDays: 30, onDays: 3, endedByDelivery: false, suppressDays: 30 },
  });
});

test('as many days as strikes, or as the window has, is a policy', () => {
  expect(readPolicy({ soft: { strikes: 5, onDays: 3, withinDays: 3 } }).soft.withinDays).toBe(3);
  expect(readPolicy({ soft: { strikes: 3, onDays: 3 } }).soft.strikes).toBe(3);
  expect(readPolicy({ allowedAccounts: ['123456789012'] }).allowedAccounts).toEqual(['123456789012']);
});

test.each(['always', 'missing', 'off'])("SES's own list can be told %s", (mode) => {
  const regions = ['us-gov-west-1', 'ap-southeast-3'];
  expect(readPolicy({ accountList: { mode, regions } }).accountList).toEqual({ mode, regions });
});

test.each(['', 'useast1', 'eu-west', 'u-west-1', 'EU-west-1', 'eu-WEST-1', 'eu-west-x', 'x-eu-west-1', 'eu-west-12'])(
  '%j is no Region',
  (region) => {
    expect(() => readPolicy({ accountList: { regions: [region] } })).toThrow('accountList.regions.0: not a Region.');
  },
);

test.each<[string, unknown, string]>([
  [
    'a Region named twice',
    { accountList: { regions: ['eu-west-1', 'eu-west-1'] } },
    'accountList.regions: names a Region twice.',
  ],
  ['a setting nobody reads', { hardBounceDays: 3 }, 'hardBounceDays'],
  ['two of them', { a: 1, b: 2 }, 'the value has unknown settings: a, b.'],
  ['a misspelt one', { soft: { strike: 3 } }, 'soft has unknown settings: strike'],
  ['a text for a number', { soft: { strikes: '3' } }, 'soft.strikes is not a number'],
  ['zero strikes', { soft: { strikes: 0 } }, 'soft.strikes must be at least 1'],
  ['zero days', { policyBlockDays: 0 }, 'The policy is not valid: policyBlockDays must be at least 1.'],
  ['more days than strikes', { soft: { strikes: 2, onDays: 3 } }, 'soft.onDays: onDays can be larger than neither'],
  ['a window longer than strikes are counted', { soft: { withinDays: 60 } }, 'soft.withinDays must be at most 30'],
  [
    'more days than the window has',
    { soft: { onDays: 3, withinDays: 2 } },
    'soft.onDays: onDays can be larger than neither',
  ],
  ['a short account id', { allowedAccounts: ['123'] }, 'allowedAccounts.0: not a 12-digit account id'],
  ['a long one', { allowedAccounts: ['1234567890123'] }, 'allowedAccounts.0: not a 12-digit account id'],
  ['one of letters', { allowedAccounts: ['a23456789012'] }, 'allowedAccounts.0: not a 12-digit account id'],
  ['two things wrong', { soft: 1, allowedAccounts: 1 }, 'soft is not an object; allowedAccounts is not a list.'],
  ['an empty tag', { scopeTags: [''] }, 'scopeTags.0 must be at least 1 characters long.'],
  ['a domain that is none', { ownDomains: ['@example.com'] }, 'ownDomains.0: not a domain'],
  ['a line in per cent', { reviewThresholds: { bounceRate: 5 } }, 'reviewThresholds.bounceRate must be at most 0.5'],
  [
    'a line at nothing',
    { reviewThresholds: { complaintRate: 0 } },
    'reviewThresholds.complaintRate must be at least 0.00001',
  ],
  ['too many scope tags', { scopeTags: ['a', 'b', 'c', 'd', 'e'] }, 'scopeTags must be at most 4 entries long'],
  ['no object', [], 'the value is not an object'],
])('%s is refused by name', (_name, policy, message) => {
  expect(() => readPolicy(policy)).toThrow(message);
});
