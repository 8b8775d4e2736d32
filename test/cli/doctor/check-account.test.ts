import { checkTraffic } from '../../../cli/doctor/check-account.ts';
import type { StackInventory, Subscriber } from '../../../cli/stack/inventory.ts';
import { denied, diagnoseChange, healthyAccount, known, onlyProblem, inventory, stack, traffic } from '../stack/inventory-fixture.ts';

const noProblems = { problems: [], noLongerOk: [] };

describe('the account', () => {
  const withAccount = (fields: Partial<typeof healthyAccount>) =>
    diagnoseChange(inventory({ account: inspected({ ...healthyAccount, ...fields }) }));

  test.each<[Partial<typeof healthyAccount>, 'wrong' | 'note', RegExp]>([
    [{ enforcementStatus: 'PROBATION' }, 'wrong', /^AWS has it under PROBATION$/],
    [{ enforcementStatus: 'SHUTDOWN' }, 'wrong', /^AWS has it under SHUTDOWN$/],
    [{ enforcementStatus: 'A_WORD_OF_TOMORROW' }, 'wrong', /^AWS has it under A_WORD_OF_TOMORROW$/],
    [{ isSendingEnabled: false }, 'wrong', /^sending is disabled$/],
    [{ suppressedReasons: ['COMPLAINT'] }, 'wrong', /^SES's own list does not take BOUNCE:/],
    [{ suppressedReasons: ['BOUNCE'] }, 'wrong', /^SES's own list does not take COMPLAINT:/],
    [{ suppressedReasons: [] }, 'wrong', /^SES's own list does not take BOUNCE and COMPLAINT:/],
    [{ isInSandbox: true }, 'note', /^is in the sandbox:/],
  ])('%p is told, and nothing else', (fields, status, says) => {
    expect(withAccount(fields)).toEqual(onlyProblem(status, 'account', says));
  });

  test('all that is wrong with it is told at once', () => {
    const { problems } = withAccount({
      enforcementStatus: 'SHUTDOWN',
      isSendingEnabled: false,
      suppressedReasons: [],
      isInSandbox: true,
    });
    expect(problems.map(({ status }) => status)).toEqual(['wrong', 'wrong', 'wrong', 'note']);
  });
});

describe('who is told', () => {
  const listener = (fields: Partial<Subscriber> = {}): Subscriber => ({
    protocol: 'email',
    endpoint: 'ops@example.com',
    isConfirmed: true,
    ...fields,
  });
  const waiting = listener({ isConfirmed: false });
  const withListeners = (...subscribers: Subscriber[]) => diagnoseChange(inventory({ subscribers: inspected(subscribers) }));

  test('nobody', () => {
    const fix = /^name one in alarmEmail .*: npx sls deploy --stage prod --region eu-west-1$/;
    expect(withListeners()).toEqual(onlyProblem('wrong', 'alarms', /^nobody is subscribed to .*-alarms$/, fix));
  });

  test('nobody yet', () => {
    expect(withListeners(waiting)).toEqual(onlyProblem('wrong', 'alarms', /the subscription is not confirmed$/));
  });

  test('some, and others not yet', () => {
    const result = withListeners(listener(), waiting, waiting);
    expect(result).toEqual(onlyProblem('note', 'alarms', /^2 more have not confirmed$/));
  });

  test('all, each way named once', () => {
    const subscribers = inspected([listener(), listener(), listener({ protocol: 'sms', endpoint: '+15550100' })]);
    expect(diagnoseChange(inventory({ subscribers }))).toEqual(noProblems);
  });
});

describe('traffic', () => {
  type Sides = { ses: number; received: number };
  const withTraffic = (sends: Sides, feedback: Sides = { ses: 0, received: 0 }) =>
    diagnoseChange(inventory({ traffic: inspected(traffic({ sends, feedback })) }));
  const lostFeedback = (message: RegExp) => onlyProblem('wrong', 'traffic', says);

  test.each<[string, Sides, Sides]>([
    ['an idle account', { ses: 0, received: 0 }, { ses: 0, received: 0 }],
    ['too little feedback to tell', { ses: 5000, received: 5000 }, { ses: 19, received: 0 }],
    ['half of the feedback', { ses: 5000, received: 5000 }, { ses: 20, received: 10 }],
    ['too few sends to tell', { ses: 99, received: 0 }, { ses: 0, received: 0 }],
    ['half of the sends', { ses: 100, received: 50 }, { ses: 0, received: 0 }],
    ['more here than SES has counted yet', { ses: 100, received: 150 }, { ses: 20, received: 30 }],
  ])('%s is no fault', (_what, sends, feedback) => {
    expect(withTraffic(sends, feedback)).toEqual(noProblems);
  });

  test('less than half of enough feedback is a fault', () => {
    const sends = { ses: 5000, received: 5000 };
    expect(withTraffic(sends, { ses: 20, received: 9 })).toEqual(lostFeedback(/^9 of 20 bounces and complaints/));
    expect(withTraffic(sends, { ses: 2000, received: 0 })).toEqual(lostFeedback(/^0 of 2,000 bounces and complaints/));
  });

  test('less than half of enough sends is a fault', () => {
    expect(withTraffic({ ses: 100, received: 49 })).toEqual(onlyProblem('wrong', 'traffic', /^49 of 100 mails/));
  });

  test('what is mended in the last hours is no fault any more; what is too little to tell does not mend', () => {
    const lost = { sends: { ses: 1000, received: 0 }, feedback: { ses: 1000, received: 0 } };
    const withRecent = (sends: Sides, feedback: Sides) => {
      const day = { hours: 24, ...lost };
      return diagnoseChange(inventory({ traffic: inspected({ day, recent: { hours: 3, sends, feedback } }) })).problems.length;
    };
    expect(withRecent({ ses: 100, received: 100 }, { ses: 20, received: 20 })).toBe(0);
    expect(withRecent({ ses: 99, received: 99 }, { ses: 20, received: 20 })).toBe(1);
    expect(withRecent({ ses: 100, received: 100 }, { ses: 19, received: 19 })).toBe(1);
    expect(withRecent({ ses: 100, received: 49 }, { ses: 20, received: 9 })).toBe(2);
  });

  test('a stack of less than an hour has nothing to compare', () => {
    const nothing = { hours: 0, sends: { ses: 0, received: 0 }, feedback: { ses: 0, received: 0 } };
    const { traffic: found } = inventory({ traffic: inspected({ day: nothing, recent: nothing }) });
    expect(checkTraffic({ stack, traffic: found })).toEqual([
      {
        status: 'note',
        resource: 'traffic',
        message: 'the stack is younger than an hour: too early to tell',
        fix: 'look again in an hour',
      },
    ]);
  });

  test('both are told', () => {
    const { problems } = withTraffic({ ses: 1000, received: 0 }, { ses: 1000, received: 0 });
    expect(problems.map(({ message }) => message)).toEqual([
      expect.stringContaining('bounces and complaints'),
      expect.stringContaining('mails'),
    ]);
  });
});

test.each<[string, keyof StackInventory]>([
  ['account', 'account'],
  ['alarms', 'subscribers'],
  ['traffic', 'traffic'],
])('what could not be looked at is unknown: %s', (resource, fact) => {
  const result = diagnoseChange(inventory({ [fact]: denied }));
  expect(result).toEqual(onlyProblem('unknown', resource, /^could not be looked at: AccessDeniedException: not authorized$/));
});
