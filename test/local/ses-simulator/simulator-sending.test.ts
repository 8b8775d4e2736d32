import { classify } from '../../../shared/domain/feedback/classify.ts';
import { unwrapMessage } from '../../../shared/domain/feedback/envelope.ts';
import { parse } from '../../../shared/domain/feedback/parse.ts';
import { defaultPolicy } from '../../../shared/domain/policy/policy.ts';
import { createSesFixture, type SesFixture, start } from '../../support/ses-fixture.ts';

let fixture: SesFixture;

beforeEach(async () => {
  fixture = await createSesFixture();
});

afterEach(() => fixture.close());

/** Parses all messages published to a topic, and returns one line for each event and recipient, in order. */
function parsedEvents(topicArn: string): string[] {
  return fixture.published.flatMap((one) => {
    if (one.topicArn !== topicArn) return [];
    const parsed = parse(unwrapMessage({ id: '0', body: one.message }), { accounts: ['123456789012'] });
    if (parsed.kind === 'volume') return [`${parsed.event.kind} ${parsed.event.recipients}`];
    if (parsed.kind !== 'feedback') return [`${parsed.kind}: ${parsed.reason}`];
    return classify(parsed.event, defaultPolicy).map((event) => `${event.class} ${event.address} ${event.rule}`);
  });
}

const at = (mailbox: string) => `${mailbox}@simulator.amazonses.com`;

test.each([
  ['success', ['delivery TO']],
  ['bounce', ['hard TO permanent']],
  ['complaint', ['delivery TO', 'complaint TO complaint']],
  ['ooto', ['delivery TO', 'soft TO transient-without-failure']],
  ['suppressionlist', ['hard TO permanent']],
  ['bounce+Label', ['hard TO permanent']],
  ['Success+Label', ['delivery TO']],
  ['no-such-mailbox', ['hard TO permanent']],
])('an email to %s@ is reported in both formats, with the same outcome', async (mailbox, expected) => {
  await fixture.send(at(mailbox));
  const events = expected.map((text) => text.replace('TO', at(mailbox).toLowerCase()));
  expect({ events: parsedEvents('events'), identity: parsedEvents('identity') }).toEqual({
    events: [`send ${at(mailbox).toLowerCase()}`, ...events],
    identity: events,
  });
  expect(fixture.ses.list).toEqual(new Map());
});

test('a recipient outside the mailbox simulator gets the email, unless a test makes it bounce or complain; SES then lists it as written', async () => {
  Object.assign(fixture.ses.mailboxes, { 'bea@example.net': 'bounce', 'cal@example.net': 'complaint' });
  const { MessageId: messageId } = await fixture.send(['Ann <ann@example.net>', 'Bea@example.NET', 'cal@example.net']);
  const hard = 'hard bea@example.net permanent';
  // The other recipients may be at the same provider.
  const complaint = 'complaint cal@example.net complaint-of-several';
  const deliveries = ['delivery ann@example.net', 'delivery cal@example.net'];
  expect(parsedEvents('identity')).toEqual([...deliveries, hard, complaint]);
  const feedbackIds = fixture.published.flatMap(({ message }) => {
    const { bounce, complaint } = JSON.parse(message);
    return bounce?.feedbackId ?? complaint?.feedbackId ?? [];
  });
  const [bounceId, , complaintId] = feedbackIds;
  expect([...fixture.ses.list]).toEqual([
    [
      'Bea@example.NET',
      {
        emailAddress: 'Bea@example.NET',
        reason: 'BOUNCE',
        lastUpdateTime: start,
        attributes: { messageId, feedbackId: bounceId },
      },
    ],
    [
      'cal@example.net',
      {
        emailAddress: 'cal@example.net',
        reason: 'COMPLAINT',
        lastUpdateTime: start,
        attributes: { messageId, feedbackId: complaintId },
      },
    ],
  ]);
});

test('SES ignores a reason the account does not suppress for, both when it lists addresses and when it sends', async () => {
  fixture.ses.account.suppressedReasons = ['COMPLAINT'];
  fixture.ses.mailboxes['bea@example.net'] = 'bounce';
  fixture.ses.list.set('ann@example.net', { emailAddress: 'ann@example.net', reason: 'BOUNCE', lastUpdateTime: 0 });
  await fixture.send(['ann@example.net', 'bea@example.net']);
  expect(parsedEvents('identity')).toEqual(['delivery ann@example.net', 'hard bea@example.net permanent']);
  expect([...fixture.ses.list.keys()]).toEqual(['ann@example.net']);
});

test('an email to a listed address, in any case, is accepted but not sent, and reported by the reason of the entry', async () => {
  fixture.ses.list.set('Ann@Example.net', { emailAddress: 'Ann@Example.net', reason: 'BOUNCE', lastUpdateTime: 0 });
  fixture.ses.list.set('CAL@example.net', { emailAddress: 'CAL@example.net', reason: 'COMPLAINT', lastUpdateTime: 0 });
  await fixture.send(['Ann <ann@example.NET>', 'cal@example.net']);
  const events = [
    'prevented ann@example.net on-suppression-list',
    'prevented cal@example.net complaint-on-suppression-list',
  ];
  expect(parsedEvents('identity')).toEqual(events);
  expect(parsedEvents('events')).toEqual(['send ann@example.net,cal@example.net', ...events]);
  const [, bounce, , complaint] = fixture.published.map(({ message }) => JSON.parse(message));
  expect(bounce.bounce).toEqual({
    feedbackId: expect.any(String),
    bounceType: 'Permanent',
    bounceSubType: 'OnAccountSuppressionList',
    bouncedRecipients: [
      {
        emailAddress: 'Ann <ann@example.NET>',
        action: 'failed',
        status: '5.1.1',
        diagnosticCode: expect.stringContaining('because it is on the suppression list for your account'),
      },
    ],
    timestamp: '2026-11-20T12:00:00.345Z',
    reportingMTA: 'dns; amazonses.com',
  });
  expect(complaint.complaint).toEqual({
    feedbackId: expect.any(String),
    complaintSubType: 'OnAccountSuppressionList',
    complainedRecipients: [{ emailAddress: 'cal@example.net' }],
    timestamp: '2026-11-20T12:00:00.345Z',
  });
});

test('the simulated bounces of one request are reported in one event', async () => {
  await fixture.send([at('bounce+a'), 'ann@example.net', at('suppressionlist')]);
  const [, , bounce] = fixture.published.filter(({ topicArn }) => topicArn === 'events');
  expect(JSON.parse(bounce?.message ?? '').bounce.bouncedRecipients).toEqual([
    {
      emailAddress: at('bounce+a'),
      action: 'failed',
      status: '5.1.1',
      diagnosticCode: 'smtp; 550 5.1.1 user unknown',
    },
    {
      emailAddress: at('suppressionlist'),
      action: 'failed',
      status: '5.1.1',
      diagnosticCode: `smtp; 550 5.1.1 As requested: user unknown (suppressed address: ${at('suppressionlist')})`,
    },
  ]);
});
