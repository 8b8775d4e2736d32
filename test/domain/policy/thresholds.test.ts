import { defaultPolicy, readPolicy } from '../../../shared/domain/policy/policy.ts';
import { linesOf } from '../../../shared/domain/policy/thresholds.ts';

const news = 'configuration-set:news';
const order = 'the review line has to be below the pause line';
const noScope =
  'not a scope: account, identity:<domain>, configuration-set:<name>, tenant:<name> or tag:<name>=<value>';

describe('the lines of a scope', () => {
  test('are those of all', () => {
    expect(linesOf(defaultPolicy, news)).toEqual({
      review: { bounceRate: 0.05, complaintRate: 0.001 },
      pause: { bounceRate: 0.1, complaintRate: 0.005 },
    });
  });

  test('are its own where it has some, each by itself', () => {
    const policy = readPolicy({
      reviewLines: { bounceRate: 0.04 },
      pauseLines: { complaintRate: 0.004 },
      scopes: {
        [news]: { reviewLines: { complaintRate: 0.003 } },
        'tenant:a': { reviewLines: { bounceRate: 0.02 }, pauseLines: { bounceRate: 0.03, complaintRate: 0.002 } },
      },
    });
    expect(linesOf(policy, news)).toEqual({
      review: { bounceRate: 0.04, complaintRate: 0.003 },
      pause: { bounceRate: 0.1, complaintRate: 0.004 },
    });
    expect(linesOf(policy, 'tenant:a')).toEqual({
      review: { bounceRate: 0.02, complaintRate: 0.001 },
      pause: { bounceRate: 0.03, complaintRate: 0.002 },
    });
    expect(linesOf(policy, 'account').review).toEqual({ bounceRate: 0.04, complaintRate: 0.001 });
  });

  test('of a scope that is called like a property of all objects are those of all', () => {
    const scopes = { [news]: { reviewLines: { bounceRate: 0.02 }, pauseLines: {} } };
    expect(linesOf({ ...defaultPolicy, scopes }, 'constructor')).toEqual(linesOf(defaultPolicy, news));
    const inherited = Object.create(scopes) as typeof scopes;
    expect(linesOf({ ...defaultPolicy, scopes: inherited }, news)).toEqual(linesOf(defaultPolicy, news));
  });
});

test.each(['account', 'identity:example.com', news, 'tenant:a', 'tag:campaign=spring'])('%s is a scope', (scope) => {
  const policy = readPolicy({ scopes: { [scope]: {} }, metricScopes: [scope] });
  expect(policy).toEqual({
    ...defaultPolicy,
    scopes: { [scope]: { reviewLines: {}, pauseLines: {} } },
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
    reviewLines: { bounceRate: 0.49999, complaintRate: 0.00001 },
    pauseLines: { bounceRate: 0.5, complaintRate: 0.00002 },
    headroom: { approaching: 0.1, critical: 1 },
    brake: { pauseOnCritical: true, atLeastSends: 1_000_000 },
    metricScopes: Array.from({ length: 20 }, (_, i) => `tenant:${i}`),
    sendsFrom: 'ses',
  };
  expect(readPolicy(policy)).toMatchObject(policy);
  expect(readPolicy({ headroom: { critical: 0.61 } }).headroom).toEqual({ approaching: 0.6, critical: 0.61 });
});

test("the second line is AWS's, or twice the first where that is higher, unless it is given", () => {
  const pauseOf = (policy: unknown) => linesOf(readPolicy(policy), news).pause;
  expect(pauseOf({ reviewLines: { bounceRate: 0.04, complaintRate: 0.003 } })).toEqual({
    bounceRate: 0.1,
    complaintRate: 0.006,
  });
  expect(pauseOf({ scopes: { [news]: { reviewLines: { bounceRate: 0.5 } } } }).bounceRate).toBe(1);
  expect(pauseOf({ reviewLines: { bounceRate: 0.2 }, pauseLines: { bounceRate: 0.21 } }).bounceRate).toBe(0.21);
});

test.each<[string, unknown, string]>([
  [
    'two lines that are one',
    { reviewLines: { bounceRate: 0.1 }, pauseLines: { bounceRate: 0.1 } },
    `not valid: reviewLines.bounceRate: ${order}.`,
  ],
  [
    'a pause line below the other',
    { pauseLines: { complaintRate: 0.0005 } },
    `not valid: reviewLines.complaintRate: ${order}.`,
  ],
  [
    'a line of all above the other, though the account has its own',
    {
      reviewLines: { bounceRate: 0.2 },
      pauseLines: { bounceRate: 0.1 },
      scopes: { account: { reviewLines: { bounceRate: 0.05 } } },
    },
    `not valid: reviewLines.bounceRate: ${order}.`,
  ],
  [
    'a line of one scope above the other of all',
    { pauseLines: { bounceRate: 0.1 }, scopes: { [news]: { reviewLines: { bounceRate: 0.2 } } } },
    `not valid: scopes.${news}.reviewLines.bounceRate: ${order}.`,
  ],
  [
    "a line of the account's own, once",
    { scopes: { account: { pauseLines: { complaintRate: 0.0001 } } } },
    `not valid: scopes.account.reviewLines.complaintRate: ${order}.`,
  ],
  [
    'a line of one scope in per cent',
    { scopes: { [news]: { reviewLines: { bounceRate: 5 } } } },
    'news.reviewLines.bounceRate must be at most 0.5.',
  ],
  [
    'a pause line at nothing',
    { scopes: { [news]: { pauseLines: { bounceRate: 0 } } } },
    'pauseLines.bounceRate must be at least 0.00001;',
  ],
  ['a third line', { pauseLines: { spamRate: 0.1 } }, 'pauseLines has unknown settings: spamRate.'],
  [
    'a third line of one scope',
    { scopes: { [news]: { pauseLines: { spamRate: 0.1 } } } },
    `scopes.${news}.pauseLines has unknown settings: spamRate.`,
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
