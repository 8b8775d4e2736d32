import policyFile from '../../../policy.json';
import { defaultPolicy, readPolicy } from '../../../shared/domain/policy/policy.ts';

test('policy.json is valid and has the default of every setting', () => {
  expect(readPolicy(policyFile)).toEqual(defaultPolicy);
});

test('the defaults are the documented ones', () => {
  expect(readPolicy({})).toEqual({
    accountList: { mode: 'missing', regions: [] },
    soft: { strikes: 5, withinDays: 150, onDays: 3, endedByDelivery: false, suppressDays: 30 },
    hard: { firstDays: 0, incidentHours: 72 },
    policyBlockDays: 14,
    suppressDays: { message: 1, temporary: 3, globalList: 14, suspectedComplaint: 30 },
    simulatorHours: 1,
    ownDomains: [],
    scopeTags: [],
    reviewThresholds: { bounceRate: 0.05, complaintRate: 0.001 },
    pauseThresholds: {},
    scopes: {},
    headroom: { approaching: 0.6, critical: 0.9 },
    autoPause: { enabled: false, minSends: 1000 },
    missingFeedback: { enabled: true, minShare: 0.8 },
    metricScopes: [],
    sendsFrom: 'events',
    tenants: { ownLists: [], sharedReasons: [] },
    relay: { tries: 3, unreachableHours: 24, spam: 'tag', virus: 'tag' },
    publishStatusChanges: false,
    rememberDeliveries: false,
    allowedAccounts: [],
  });
});

test('a setting that is left out has its default', () => {
  expect(readPolicy({ soft: { strikes: 4 } })).toEqual({
    ...defaultPolicy,
    soft: { strikes: 4, withinDays: 150, onDays: 3, endedByDelivery: false, suppressDays: 30 },
  });
});

test('onDays can be as high as strikes, or as withinDays', () => {
  expect(readPolicy({ soft: { strikes: 5, onDays: 3, withinDays: 3 } }).soft.withinDays).toBe(3);
  expect(readPolicy({ soft: { strikes: 3, onDays: 3 } }).soft.strikes).toBe(3);
});

test('allowedAccounts takes account IDs of 12 digits', () => {
  expect(readPolicy({ allowedAccounts: ['123456789012'] }).allowedAccounts).toEqual(['123456789012']);
});

test.each(['always', 'missing', 'off'])('the mode of the account list can be %s', (mode) => {
  const regions = ['us-gov-west-1', 'ap-southeast-3'];
  expect(readPolicy({ accountList: { mode, regions } }).accountList).toEqual({ mode, regions });
});

test.each(['', 'useast1', 'eu-west', 'u-west-1', 'EU-west-1', 'eu-WEST-1', 'eu-west-x', 'x-eu-west-1', 'eu-west-12'])(
  '%j is not a Region',
  (region) => {
    expect(() => readPolicy({ accountList: { regions: [region] } })).toThrow(
      'accountList.regions.0: must be the name of an AWS Region, such as eu-west-1.',
    );
  },
);

const atMost =
  'must be at most strikes and at most withinDays, because a higher value would never suppress an address.';
const notAnAccount = 'must be an AWS account ID of 12 digits.';

test.each<[string, unknown, string]>([
  [
    'a Region named twice',
    { accountList: { regions: ['eu-west-1', 'eu-west-1'] } },
    'accountList.regions: must not contain a Region twice.',
  ],
  [
    'an unknown setting',
    { hardBounceDays: 3 },
    `the policy has unknown settings: hardBounceDays (valid settings: ${Object.keys(defaultPolicy).join(', ')}).`,
  ],
  ['two unknown settings', { a: 1, b: 2 }, 'the policy has unknown settings: a, b (valid settings: soft, '],
  [
    'a misspelled setting',
    { soft: { strike: 3 } },
    'soft has unknown settings: strike (valid settings: strikes, withinDays, onDays, endedByDelivery, suppressDays).',
  ],
  ['a fraction of a strike', { soft: { strikes: 1.5 } }, 'soft.strikes is not a whole number'],
  ['a text instead of a number', { soft: { strikes: '3' } }, 'soft.strikes is not a number'],
  ['zero strikes', { soft: { strikes: 0 } }, 'soft.strikes must be at least 1'],
  ['zero days', { policyBlockDays: 0 }, 'The policy is not valid: policyBlockDays must be at least 1.'],
  ['more days than strikes', { soft: { strikes: 2, onDays: 3 } }, `soft.onDays: ${atMost}`],
  ['a month for an outage', { hard: { incidentHours: 721 } }, 'hard.incidentHours must be at most 720'],
  ['more than a month after the first hard bounce', { hard: { firstDays: 31 } }, 'hard.firstDays must be at most 30'],
  ['an end that never comes', { suppressDays: { message: 366 } }, 'suppressDays.message must be at most 365'],
  ['a window longer than strikes are kept', { soft: { withinDays: 366 } }, 'soft.withinDays must be at most 365'],
  ['more days than withinDays', { soft: { onDays: 3, withinDays: 2 } }, `soft.onDays: ${atMost}`],
  ['a short account ID', { allowedAccounts: ['123'] }, `allowedAccounts.0: ${notAnAccount}`],
  ['a long account ID', { allowedAccounts: ['1234567890123'] }, `allowedAccounts.0: ${notAnAccount}`],
  ['an account ID with a letter', { allowedAccounts: ['a23456789012'] }, `allowedAccounts.0: ${notAnAccount}`],
  [
    'a policy with two invalid settings',
    { soft: 1, allowedAccounts: 1 },
    'soft is not an object; allowedAccounts is not a list.',
  ],
  ['an empty tag', { scopeTags: [''] }, 'scopeTags.0 must be at least 1 character long.'],
  ['an invalid domain', { ownDomains: ['@example.com'] }, 'ownDomains.0: must be a domain, such as example.com.'],
  [
    'a threshold in percent',
    { reviewThresholds: { bounceRate: 5 } },
    'reviewThresholds.bounceRate must be at most 0.5',
  ],
  [
    'a threshold of zero',
    { reviewThresholds: { complaintRate: 0 } },
    'reviewThresholds.complaintRate must be at least 0.00001',
  ],
  ['too many scope tags', { scopeTags: ['a', 'b', 'c', 'd', 'e'] }, 'scopeTags must be at most 4 entries long'],
  ['an array', [], 'the policy is not an object.'],
])('%s is an error that names the setting', (_name, policy, message) => {
  expect(() => readPolicy(policy)).toThrow(message);
});
