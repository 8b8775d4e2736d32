import { explain, rateLabels } from '../../shared/domain/explain.ts';
import { defaultPolicy } from '../../shared/domain/policy/policy.ts';
import { bounce, complaint, day, noon } from '../support/ses.ts';

const explained = (message: unknown) => explain({ id: '0', body: JSON.stringify(message) }, {}, defaultPolicy);
const explainedRecipient = (message: unknown) => explained(message).recipients[0];

test('each recipient of a bounce has its own explanation', () => {
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
        until: null,
        strike: false,
        fault: 'recipient',
        provider: 'other',
      },
      {
        address: 'bob@example.net',
        class: 'soft',
        decision: 'watch',
        countsToward: null,
        suspected: false,
        rule: 'permanent-still-tried',
        strike: false,
        fault: 'temporary',
        provider: 'other',
      },
    ],
  });
});

test('only real bounces and complaints count toward a rate, and a message fault changes nothing', () => {
  expect(explainedRecipient(complaint())).toMatchObject({
    countsToward: 'complaintRate',
    decision: 'suppress',
    class: 'complaint',
  });
  expect(explainedRecipient(bounce({ subType: 'OnAccountSuppressionList' }))).toMatchObject({
    countsToward: null,
    decision: 'suppress',
  });
  expect(explainedRecipient(bounce({ type: 'Transient', subType: 'ContentRejected' }))).toMatchObject({
    decision: 'none',
  });
  expect(explainedRecipient(bounce({ to: 'bounce@simulator.amazonses.com' }))).toMatchObject({ countsToward: null });
});

test('a suppression that ends has a duration, and a permanent one has none', () => {
  expect(explainedRecipient(bounce({ status: '5.7.1' }))).toMatchObject({ suppressedForMs: 14 * day });
  expect(explainedRecipient(bounce())).not.toHaveProperty('suppressedForMs');
});

test('a complaint about an email older than 30 days suppresses the address and counts toward no rate', () => {
  const after = (days: number) => explainedRecipient(complaint({ sentAt: noon, at: noon + days * day }));
  expect(after(29)).toMatchObject({ countsToward: 'complaintRate', decision: 'suppress' });
  expect(after(30)).toMatchObject({ countsToward: null, decision: 'suppress' });
});

test('the reason gives the number of recipients without a valid address', () => {
  const reason = (unreadable: number) => {
    const recipients = [{ emailAddress: 'ann@example.net' }, ...Array.from({ length: unreadable }, () => ({}))];
    return explained(bounce({ recipients })).reason;
  };
  expect([reason(0), reason(1), reason(2)]).toEqual([
    null,
    '1 recipient is not a valid address',
    '2 recipients are not valid addresses',
  ]);
});

test('each rate has a label for use in a sentence', () => {
  expect(rateLabels).toEqual({ bounceRate: 'the bounce rate', complaintRate: 'the complaint rate' });
});

test('a message that is not feedback gives its kind and the reason', () => {
  expect(explained({ eventType: 'Click' })).toEqual({
    outcome: 'ignored',
    event: 'click',
    reason: 'a click event is not feedback',
    recipients: [],
  });
  expect(explained([])).toEqual({
    outcome: 'unreadable',
    event: null,
    reason: 'a JSON array instead of one message',
    recipients: [],
  });
  const raw = { id: '0', body: JSON.stringify(bounce()) };
  expect(explain(raw, { accounts: ['999999999999'] }, defaultPolicy)).toEqual({
    outcome: 'foreign',
    event: 'bounce',
    reason: 'mail.sendingAccountId is not one of the trusted accounts',
    recipients: [],
  });
});
