import { checkTraffic } from '../../../cli/doctor/check-traffic.ts';
import { defaultPolicy } from '../../../shared/domain/policy/policy.ts';
import { denied, inspected, inventory, stack, traffic } from '../stack/inventory-fixture.ts';
import { diagnoseChange, onlyProblem } from './diagnose-change.ts';

const noProblems = { problems: [], noLongerOk: [] };

type Counts = { ses: number; received: number };
const none: Counts = { ses: 0, received: 0 };
const healthy: Counts = { ses: 5000, received: 5000 };
const withTraffic = (sends: Counts, bounceRate = none, complaintRate = none) =>
  diagnoseChange(inventory({ traffic: inspected(traffic({ sends, bounceRate, complaintRate })) }));
const problemWith = (message: RegExp) => onlyProblem('wrong', 'traffic', message);

test.each<[string, Counts, Counts, Counts]>([
  ['an idle account', none, none, none],
  ['too little feedback to compare', healthy, { ses: 19, received: 0 }, { ses: 4, received: 0 }],
  ['80 % of the bounces', healthy, { ses: 100, received: 80 }, none],
  ['80 % of the complaints', healthy, none, { ses: 50, received: 40 }],
  ['too few sends to compare', { ses: 199, received: 0 }, none, none],
  ['80 % of the sends', { ses: 1000, received: 800 }, none, none],
  ['more received than SES has counted yet', { ses: 100, received: 150 }, { ses: 20, received: 30 }, none],
])('%s is ok', (_name, sends, bounces, complaints) => {
  expect(withTraffic(sends, bounces, complaints)).toEqual(noProblems);
});

test('less than 80 % of the bounces, or of the complaints, is wrong, as in the alarms', () => {
  expect(withTraffic(healthy, { ses: 100, received: 79 })).toEqual(
    problemWith(/^the stack received 79 of 100 bounces that SES counted in the last 24 hours: bounces are lost$/),
  );
  expect(withTraffic(healthy, { ses: 2000, received: 2000 }, { ses: 20, received: 0 })).toEqual(
    problemWith(/^the stack received 0 of 20 complaints that SES counted in the last 24 hours: complaints are lost$/),
  );
});

test('less than 80 % of the sends is wrong', () => {
  expect(withTraffic({ ses: 1000, received: 799 })).toEqual(
    problemWith(/^the stack received 799 of 1,000 send events/),
  );
});

test('the policy decides how much must arrive, and whether it is checked', () => {
  const half = { ses: 1000, received: 500 };
  const found = inspected(traffic({ sends: half, bounceRate: half, complaintRate: half }));
  const statuses = (enabled: boolean, minShare: number) =>
    checkTraffic({ stack, traffic: found }, { enabled, minShare }).map(({ status }) => status);
  expect(statuses(true, 0.5)).toEqual(['ok']);
  expect(statuses(true, 0.51)).toEqual(['wrong', 'wrong', 'wrong']);
  expect(statuses(false, 0.51)).toEqual(['ok']);
});

test('a problem that is fixed in the last hours is not reported, unless they have too little traffic to tell', () => {
  const lost = { ses: 1000, received: 0 };
  const day = { hours: 24, sends: lost, bounceRate: lost, complaintRate: lost };
  const all = (count: number): Counts => ({ ses: count, received: count });
  const withRecent = (sends: Counts, bounceRate: Counts, complaintRate: Counts) => {
    const recent = { hours: 3, sends, bounceRate, complaintRate };
    return diagnoseChange(inventory({ traffic: inspected({ day, recent }) })).problems.length;
  };
  expect(withRecent(all(200), all(20), all(5))).toBe(0);
  expect(withRecent(all(199), all(20), all(5))).toBe(1);
  expect(withRecent(all(200), all(19), all(5))).toBe(1);
  expect(withRecent(all(200), all(20), all(4))).toBe(1);
  expect(withRecent({ ses: 200, received: 159 }, { ses: 50, received: 39 }, { ses: 20, received: 15 })).toBe(3);
});

test('a stack that is less than an hour old has no traffic to compare', () => {
  const nothing = { hours: 0, sends: none, bounceRate: none, complaintRate: none };
  const inventoried = { stack, traffic: inspected({ day: nothing, recent: nothing }) };
  expect(checkTraffic(inventoried, defaultPolicy.missingFeedback)).toEqual([
    {
      status: 'note',
      resource: 'traffic',
      message: 'the stack is less than an hour old: too early to compare traffic',
      fix: 'run doctor again in an hour',
    },
  ]);
});

test('missing feedback and missing sends are both reported', () => {
  const { problems } = withTraffic({ ses: 1000, received: 0 }, { ses: 1000, received: 0 });
  expect(problems.map(({ message }) => message)).toEqual([
    expect.stringContaining('bounces'),
    expect.stringContaining('emails'),
  ]);
});

test('traffic that cannot be inspected is unknown', () => {
  const result = diagnoseChange(inventory({ traffic: denied }));
  expect(result).toEqual(onlyProblem('unknown', 'traffic', /^check failed: AccessDeniedException: not authorized$/));
});
