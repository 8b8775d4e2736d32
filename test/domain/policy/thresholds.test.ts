import { defaultPolicy, readPolicy } from '../../../shared/domain/policy/policy.ts';
import { thresholdsFor } from '../../../shared/domain/policy/thresholds.ts';

const news = 'configuration-set:news';
const belowPause = (pause: number) => `must be lower than the pause threshold, which is ${pause}`;
const notAScope =
  'must be a scope of at most 120 characters: account, identity:<domain>, configuration-set:<name>, tenant:<name> or tag:<name>=<value>';

describe('the thresholds of a scope', () => {
  test('are the general ones by default', () => {
    expect(thresholdsFor(defaultPolicy, news)).toEqual({
      review: { bounceRate: 0.05, complaintRate: 0.001 },
      pause: { bounceRate: 0.1, complaintRate: 0.005 },
    });
  });

  test('are its own where they are set, each independently of the others', () => {
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

  test('are the general ones if its name is a property of every object', () => {
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

test.each(['sender:a', 'tenant:', 'my tenant:a', 'account:a', `tag:${'x'.repeat(117)}`])(
  '%s is not a scope',
  (scope) => {
    const start = 'The policy is not valid:';
    expect(() => readPolicy({ metricScopes: [scope] })).toThrow(`${start} metricScopes.0: ${notAScope}.`);
    expect(() => readPolicy({ scopes: { [scope]: {} } })).toThrow(`${start} scopes.${scope}: ${notAScope}.`);
  },
);

test('the limits of all settings are allowed values', () => {
  const policy = {
    scopes: { [`tag:${'x'.repeat(116)}`]: {} },
    reviewThresholds: { bounceRate: 0.49999, complaintRate: 0.00001 },
    pauseThresholds: { bounceRate: 0.5, complaintRate: 0.00002 },
    headroom: { approaching: 0.1, critical: 1 },
    autoPause: { enabled: true, minSends: 1_000_000 },
    metricScopes: Array.from({ length: 20 }, (_, i) => `tenant:${i}`),
    sendsFrom: 'ses',
  };
  expect(readPolicy(policy)).toMatchObject(policy);
  expect(readPolicy({ headroom: { critical: 0.61 } }).headroom).toEqual({ approaching: 0.6, critical: 0.61 });
});

test('a pause threshold that is left out is that of AWS, or twice the review threshold if that is higher', () => {
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
    'a review threshold equal to the pause threshold',
    { reviewThresholds: { bounceRate: 0.1 }, pauseThresholds: { bounceRate: 0.1 } },
    `not valid: reviewThresholds.bounceRate: ${belowPause(0.1)}.`,
  ],
  [
    'a pause threshold below the review threshold',
    { pauseThresholds: { complaintRate: 0.0005 } },
    `not valid: reviewThresholds.complaintRate: ${belowPause(0.0005)}.`,
  ],
  [
    'a general review threshold above the pause threshold, even if the account has its own',
    {
      reviewThresholds: { bounceRate: 0.2 },
      pauseThresholds: { bounceRate: 0.1 },
      scopes: { account: { reviewThresholds: { bounceRate: 0.05 } } },
    },
    `not valid: reviewThresholds.bounceRate: ${belowPause(0.1)}.`,
  ],
  [
    'a review threshold of one scope above the general pause threshold',
    { pauseThresholds: { bounceRate: 0.1 }, scopes: { [news]: { reviewThresholds: { bounceRate: 0.2 } } } },
    `not valid: scopes.${news}.reviewThresholds.bounceRate: ${belowPause(0.1)}.`,
  ],
  [
    'a pause threshold of the account below the general review threshold',
    { scopes: { account: { pauseThresholds: { complaintRate: 0.0001 } } } },
    `not valid: scopes.account.reviewThresholds.complaintRate: ${belowPause(0.0001)}.`,
  ],
  [
    'a threshold of one scope in percent',
    { scopes: { [news]: { reviewThresholds: { bounceRate: 5 } } } },
    'news.reviewThresholds.bounceRate must be at most 0.5.',
  ],
  [
    'a pause threshold of zero',
    { scopes: { [news]: { pauseThresholds: { bounceRate: 0 } } } },
    'pauseThresholds.bounceRate must be at least 0.00001;',
  ],
  [
    'a threshold for an unknown rate',
    { pauseThresholds: { spamRate: 0.1 } },
    'pauseThresholds has unknown settings: spamRate (valid settings: bounceRate, complaintRate).',
  ],
  [
    'a threshold of one scope for an unknown rate',
    { scopes: { [news]: { pauseThresholds: { spamRate: 0.1 } } } },
    `scopes.${news}.pauseThresholds has unknown settings: spamRate (valid settings: bounceRate, complaintRate).`,
  ],
  [
    'an unknown setting of a scope',
    { scopes: { [news]: { rates: {} } } },
    `scopes.${news} has unknown settings: rates (valid settings: reviewThresholds, pauseThresholds).`,
  ],
  ['an array of scopes', { scopes: [] }, 'scopes is not an object.'],
  [
    'headroom levels in the wrong order',
    { headroom: { approaching: 0.9 } },
    'not valid: headroom.approaching: must be lower than headroom.critical.',
  ],
  ['a level below 0.1', { headroom: { approaching: 0.09 } }, 'headroom.approaching must be at least 0.1.'],
  ['a level above 1', { headroom: { critical: 1.1 } }, 'headroom.critical must be at most 1.'],
  ['a critical level of zero', { headroom: { critical: 0 } }, 'headroom.critical must be at least 0.1;'],
  ['an approaching level above 1', { headroom: { approaching: 2 } }, 'headroom.approaching must be at most 1;'],
  ['an auto-pause after few sends', { autoPause: { minSends: 999 } }, 'autoPause.minSends must be at least 1000.'],
  [
    'an unknown setting of auto-pause',
    { autoPause: { pause: true } },
    'autoPause has unknown settings: pause (valid settings: enabled, minSends).',
  ],
  ['too many metric scopes', { metricScopes: Array(21).fill('account') }, 'metricScopes must be at most 20'],
  ['an unknown source of sends', { sendsFrom: 'logs' }, 'sendsFrom must be one of events, ses.'],
])('%s is an error that names the setting', (_name, policy, message) => {
  expect(() => readPolicy(policy)).toThrow(message);
});
