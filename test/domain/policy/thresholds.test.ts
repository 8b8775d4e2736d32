import { defaultPolicy, readPolicy } from '../../../shared/domain/policy/policy.ts';
import { thresholdsFor } from '../../../shared/domain/policy/thresholds.ts';

const news = 'configuration-set:news';
const order = 'the review line has to be below the pause line';
const noScope =
  'not a scope: account, identity:<domain>, configuration-set:<name>, tenant:<name> or tag:<name>=<value>';

describe('the lines of a scope', () => {
  test('are those of all', () => {
    expect(thresholdsFor(defaultPolicy, news)).toEqual({
      review: { bounceRate: 0.05, complaintRate: 0.001 },
      pause: { bounceRate: 0.1, complaintRate: 0.005 },
    });
  });

  test('are its own where it has some, each by itself', () => {
    const policy = readPolicy({
      reviewThresholds: { bounceRate: 0.04 },
      pauseThresholds: { complaintRate: 0.004 },
      scopes: {
        [news]: { reviewThresholds: { complaintRate: 0.003 } },
        'tenant:a': {
          reviewThresholds: { bounceRate: 0.02 },
          pauseThresholds: { bounceRate: 0.03, complaintRate: 0.002 },
        },
      },
    });
    expect(thresholdsFor(policy, news)).toEqual({
      review: { bounceRate: 0.04, complaintRate: 0.003 },
      pause: { bounceRate: 0.1, complaintRate: 0.004 },
    });
    expect(thresholdsFor(policy, 'tenant:a')).toEqual({
      review: { bounceRate: 0.02, complaintRate: 0.001 },
      pause: { bounceRate: 0.03, complaintRate: 0.002 },
    });
    expect(thresholdsFor(policy, 'account').review).toEqual({ bounceRate: 0.04, complaintRate: 0.001 });
  });

  test('of a scope that is called like a property of all objects are those of all', () => {
    const scopes = { [news]: { reviewThresholds: { bounceRate: 0.02 }, pauseThresholds: {} } };
    expect(thresholdsFor({ ...defaultPolicy, scopes }, 'constructor')).toEqual(thresholdsFor(defaultPolicy, news));
    const inherited = Object.create(scopes) as typeof scopes;
    expect(thresholdsFor({ ...defaultPolicy, scopes: inherited }, news)).toEqual(thresholdsFor(defaultPolicy, news));
  });
});

test.each(['account', 'identity:example.com', news, 'tenant:a', 'tag:campaign=spring'])('%s is a scope', (scope) => {
  const policy = readPolicy({ scopes: { [scope]: {} }, metricScopes: [scope] });
  expect(policy).toEqual({
    ...defaultPolicy,
    scopes: { [scope]: { reviewThresholds: {}, pauseThresholds: {} } },
    metricScopes: [scope],
  });
});

test.each(['sender:a', 'tenant:', 'my tenant:a', 'account:a', `tag:${'x'.repeat(117)}`])('%s is none', (scope) => {
  const valid = 'The policy is not valid:';
  expect(() => readPolicy({ metricScopes: [scope] })).toThrow(`${valid} metricScopes.0: ${noScope}.`);
  expect(() => readPolicy({ scopes: { [scope]: {} } })).toThrow(`${valid} scopes.${scope}: ${noScope}.`);
});

test('the outermost of what is allowed is a policy', () => {
  const policy = {
    scopes: { [`tag:${'x'.repeat(116)}`]: {} },
    reviewThresholds: { bounceRate: 0.49999, complaintRate: 0.00001 },
    pauseThresholds: { bounceRate: 0.5, complaintRate: 0.00002 },
    headroom: { approaching: 0.1, critical: 1 },
    brake: { pauseOnCritical: true, atLeastSends: 1_000_000 },
    metricScopes: Array.from({ length: 20 }, (_, i) => `tenant:${i}`),
    sendsFrom: 'ses',
  };
  expect(readPolicy(policy)).toMatchObject(policy);
  expect(readPolicy({ headroom: { critical: 0.61 } }).headroom).toEqual({ approaching: 0.6, critical: 0.61 });
});

test("the second line is AWS's, or twice the first where that is higher, unless it is given", () => {
  const pauseOf = (policy: unknown) => thresholdsFor(readPolicy(policy), news).pause;
  expect(pauseOf({ reviewThresholds: { bounceRate: 0.04, complaintRate: 0.003 } })).toEqual({
    bounceRate: 0.1,
    complaintRate: 0.006,
  });
  expect(pauseOf({ scopes: { [news]: { reviewThresholds: { bounceRate: 0.5 } } } }).bounceRate).toBe(1);
  expect(pauseOf({ reviewThresholds: { bounceRate: 0.2 }, pauseThresholds: { bounceRate: 0.21 } }).bounceRate).toBe(
    0.21,
  );
});

test.each<[string, unknown, string]>([
  [
    'two lines that are one',
    { reviewThresholds: { bounceRate: 0.1 }, pauseThresholds: { bounceRate: 0.1 } },
    `not valid: reviewThresholds.bounceRate: ${order}.`,
  ],
  [
    'a pause line below the other',
    { pauseThresholds: { complaintRate: 0.0005 } },
    `not valid: reviewThresholds.complaintRate: ${order}.`,
  ],
  [
    'a line of all above the other, though the account has its own',
    {
      reviewThresholds: { bounceRate: 0.2 },
      pauseThresholds: { bounceRate: 0.1 },
      scopes: { account: { reviewThresholds: { bounceRate: 0.05 } } },
    },
    `not valid: reviewThresholds.bounceRate: ${order}.`,
  ],
  [
    'a line of one scope above the other of all',
    { pauseThresholds: { bounceRate: 0.1 }, scopes: { [news]: { reviewThresholds: { bounceRate: 0.2 } } } },
    `not valid: scopes.${news}.reviewThresholds.bounceRate: ${order}.`,
  ],
  [
    "a line of the account's own, once",
    { scopes: { account: { pauseThresholds: { complaintRate: 0.0001 } } } },
    `not valid: scopes.account.reviewThresholds.complaintRate: ${order}.`,
  ],
  [
    'a line of one scope in per cent',
    { scopes: { [news]: { reviewThresholds: { bounceRate: 5 } } } },
    'news.reviewThresholds.bounceRate must be at most 0.5.',
  ],
  [
    'a pause line at nothing',
    { scopes: { [news]: { pauseThresholds: { bounceRate: 0 } } } },
    'pauseThresholds.bounceRate must be at least 0.00001;',
  ],
  ['a third line', { pauseThresholds: { spamRate: 0.1 } }, 'pauseThresholds has unknown settings: spamRate.'],
  [
    'a third line of one scope',
    { scopes: { [news]: { pauseThresholds: { spamRate: 0.1 } } } },
    `scopes.${news}.pauseThresholds has unknown settings: spamRate.`,
  ],
  ['what no scope has', { scopes: { [news]: { lines: {} } } }, `scopes.${news} has unknown settings: lines.`],
  ['a list of scopes', { scopes: [] }, 'scopes is not a record.'],
  [
    'levels in the wrong order',
    { headroom: { approaching: 0.9 } },
    'not valid: headroom.approaching: approaching has to be below critical.',
  ],
  ['a level of nothing', { headroom: { approaching: 0.09 } }, 'headroom.approaching must be at least 0.1.'],
  ['a level above the line', { headroom: { critical: 1.1 } }, 'headroom.critical must be at most 1.'],
  ['a critical level of nothing', { headroom: { critical: 0 } }, 'headroom.critical must be at least 0.1;'],
  ['an approaching level above the line', { headroom: { approaching: 2 } }, 'headroom.approaching must be at most 1;'],
  ['a brake after few mails', { brake: { atLeastSends: 999 } }, 'brake.atLeastSends must be at least 1000.'],
  ['a misspelt brake', { brake: { pause: true } }, 'brake has unknown settings: pause.'],
  ['too many scopes with metrics', { metricScopes: Array(21).fill('account') }, 'metricScopes must be at most 20'],
  ['sends from elsewhere', { sendsFrom: 'logs' }, 'sendsFrom must be one of events, ses.'],
])('%s is refused by name', (_name, policy, message) => {
  expect(() => readPolicy(policy)).toThrow(message);
});
