import { checkTraffic } from '../../../cli/doctor/check-traffic.ts';
import { denied, inspected, inventory, stack, traffic } from '../stack/inventory-fixture.ts';
import { diagnoseChange, onlyProblem } from './diagnose-change.ts';

const noProblems = { problems: [], noLongerOk: [] };

type Counts = { ses: number; received: number };
const withTraffic = (sends: Counts, feedback: Counts = { ses: 0, received: 0 }) =>
  diagnoseChange(inventory({ traffic: inspected(traffic({ sends, feedback })) }));
const lostFeedback = (message: RegExp) => onlyProblem('wrong', 'traffic', message);

test.each<[string, Counts, Counts]>([
  ['an idle account', { ses: 0, received: 0 }, { ses: 0, received: 0 }],
  ['too little feedback to compare', { ses: 5000, received: 5000 }, { ses: 19, received: 0 }],
  ['half of the feedback', { ses: 5000, received: 5000 }, { ses: 20, received: 10 }],
  ['too few sends to compare', { ses: 99, received: 0 }, { ses: 0, received: 0 }],
  ['half of the sends', { ses: 100, received: 50 }, { ses: 0, received: 0 }],
  ['more received than SES has counted yet', { ses: 100, received: 150 }, { ses: 20, received: 30 }],
])('%s is ok', (_name, sends, feedback) => {
  expect(withTraffic(sends, feedback)).toEqual(noProblems);
});

test('less than half of the feedback is wrong', () => {
  const sends = { ses: 5000, received: 5000 };
  expect(withTraffic(sends, { ses: 20, received: 9 })).toEqual(
    lostFeedback(/^the stack received 9 of 20 bounces and complaints/),
  );
  expect(withTraffic(sends, { ses: 2000, received: 0 })).toEqual(
    lostFeedback(/^the stack received 0 of 2,000 bounces and complaints/),
  );
});

test('less than half of the sends is wrong', () => {
  const message = /^the stack received 49 of 100 send events/;
  expect(withTraffic({ ses: 100, received: 49 })).toEqual(onlyProblem('wrong', 'traffic', message));
});

test('a problem that is fixed in the last hours is not reported, unless they have too little traffic to tell', () => {
  const lost = { sends: { ses: 1000, received: 0 }, feedback: { ses: 1000, received: 0 } };
  const withRecent = (sends: Counts, feedback: Counts) => {
    const recent = { hours: 3, sends, feedback };
    return diagnoseChange(inventory({ traffic: inspected({ day: { hours: 24, ...lost }, recent }) })).problems.length;
  };
  expect(withRecent({ ses: 100, received: 100 }, { ses: 20, received: 20 })).toBe(0);
  expect(withRecent({ ses: 99, received: 99 }, { ses: 20, received: 20 })).toBe(1);
  expect(withRecent({ ses: 100, received: 100 }, { ses: 19, received: 19 })).toBe(1);
  expect(withRecent({ ses: 100, received: 49 }, { ses: 20, received: 9 })).toBe(2);
});

test('a stack that is less than an hour old has no traffic to compare', () => {
  const nothing = { hours: 0, sends: { ses: 0, received: 0 }, feedback: { ses: 0, received: 0 } };
  expect(checkTraffic({ stack, traffic: inspected({ day: nothing, recent: nothing }) })).toEqual([
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
    expect.stringContaining('bounces and complaints'),
    expect.stringContaining('emails'),
  ]);
});

test('traffic that cannot be inspected is unknown', () => {
  const result = diagnoseChange(inventory({ traffic: denied }));
  expect(result).toEqual(onlyProblem('unknown', 'traffic', /^check failed: AccessDeniedException: not authorized$/));
});
