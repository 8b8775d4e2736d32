import { explain, rateLabels } from '../../shared/domain/explain.ts';
import { defaultPolicy } from '../../shared/domain/policy/policy.ts';
import { bounce, complaint, day, noon } from '../support/ses.ts';

const explained = (message: unknown) => explain({ id: '0', body: JSON.stringify(message) }, {}, defaultPolicy);
const only = (message: unknown) => explained(message).recipients[0];

test('a bounce is explained recipient by recipient', () => {
  const recipients = [
    { emailAddress: 'Ann@Example.net', status: '5.1.1' },
    { emailAddress: 'bob@example.net', status: '4.2.2' },
  ];
  expect(explained(bounce({ recipients }))).toEqual({
    outcome: 'feedback',
    event: 'bounce',
    reason: null,
    recipients: [
      {
        address: 'ann@example.net',
        class: 'hard',
        decision: 'suppress',
        countsToward: 'bounceRate',
        suspected: false,
        rule: 'permanent',
      },
      {
        address: 'bob@example.net',
        class: 'soft',
        decision: 'watch',
        countsToward: null,
        suspected: false,
        rule: 'permanent-still-tried',
      },
    ],
  });
});

test('only a bounce and a complaint count toward a rate, and a message fault is left alone', () => {
  expect(only(complaint())).toMatchObject({ countsToward: 'complaintRate', decision: 'suppress', class: 'complaint' });
  expect(only(bounce({ subType: 'OnAccountSuppressionList' }))).toMatchObject({
    countsToward: null,
    decision: 'suppress',
  });
  expect(only(bounce({ type: 'Transient', subType: 'ContentRejected' }))).toMatchObject({ decision: 'none' });
  expect(only(bounce({ to: 'bounce@simulator.amazonses.com' }))).toMatchObject({ countsToward: null });
});

test('a complaint that comes when its mail is too old to be counted counts toward nothing', () => {
  const after = (days: number) => only(complaint({ sentAt: noon, at: noon + days * day }));
  expect(after(29)).toMatchObject({ countsToward: 'complaintRate', decision: 'suppress' });
  expect(after(30)).toMatchObject({ countsToward: null, decision: 'suppress' });
});

test('recipients that are no addresses are said to be none, by their number', () => {
  const reason = (unreadable: number) => {
    const recipients = [{ emailAddress: 'ann@example.net' }, ...Array.from({ length: unreadable }, () => ({}))];
    return explained(bounce({ recipients })).reason;
  };
  expect([reason(0), reason(1), reason(2)]).toEqual([
    null,
    '1 recipient is no address',
    '2 recipients are no addresses',
  ]);
});

test('the rates have names for sentences', () => {
  expect(rateLabels).toEqual({ bounceRate: 'the bounce rate', complaintRate: 'the complaint rate' });
});

test('what is no feedback says what it is, and why', () => {
  expect(explained({ eventType: 'Click' })).toEqual({
    outcome: 'ignored',
    event: 'click',
    reason: 'a click event is not feedback',
    recipients: [],
  });
  expect(explained([])).toEqual({
    outcome: 'unreadable',
    event: null,
    reason: 'a JSON list, where one message was expected',
    recipients: [],
  });
  const foreign = explain({ id: '0', body: JSON.stringify(bounce()) }, { accounts: ['999999999999'] }, defaultPolicy);
  expect(foreign).toEqual({
    outcome: 'foreign',
    event: 'bounce',
    reason: 'mail.sendingAccountId is not one of our accounts',
    recipients: [],
  });
});
