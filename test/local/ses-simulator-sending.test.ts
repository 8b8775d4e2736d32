import { classify } from '../../shared/domain/feedback/classify.ts';
import { parse } from '../../shared/domain/feedback/parse.ts';
import { defaultPolicy } from '../../shared/domain/policy/policy.ts';
import { type SimulatedSes, simulateSes, start } from '../support/ses-simulator-client.ts';

let here: SimulatedSes;

beforeEach(async () => {
  here = await simulateSes();
});

afterEach(() => here.close());

/** What this project reads in all messages to a topic, in their order. */
function readings(topicArn: string): string[] {
  return here.published.flatMap((one) => {
    if (one.topicArn !== topicArn) return [];
    const read = parse({ id: '0', body: one.message }, { accounts: ['123456789012'] });
    if (read.kind === 'volume') return [`${read.event.kind} ${read.event.recipients}`];
    if (read.kind !== 'feedback') return [`${read.kind}: ${read.reason}`];
    return classify(read.event, defaultPolicy).map((event) => `${event.class} ${event.address} ${event.rule}`);
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
])('mail to %s@ is told in both vocabularies, and read alike', async (mailbox, expected) => {
  await here.send(at(mailbox));
  const told = expected.map((text) => text.replace('TO', at(mailbox).toLowerCase()));
  expect({ events: readings('events'), identity: readings('identity') }).toEqual({
    events: [`send ${at(mailbox).toLowerCase()}`, ...told],
    identity: told,
  });
  expect(here.ses.list).toEqual(new Map());
});

test('a recipient elsewhere takes the mail, unless it was told to bounce or complain: then SES lists it as it was written', async () => {
  Object.assign(here.ses.mailboxes, { 'bea@example.net': 'bounce', 'cal@example.net': 'complaint' });
  const { MessageId: messageId } = await here.send(['Ann <ann@example.net>', 'Bea@example.NET', 'cal@example.net']);
  const hard = 'hard bea@example.net permanent';
  const complaint = 'complaint cal@example.net complaint';
  const deliveries = ['delivery ann@example.net', 'delivery cal@example.net'];
  expect(readings('identity')).toEqual([...deliveries, hard, complaint]);
  const feedbackIds = here.published.flatMap(({ message }) => {
    const { bounce, complaint } = JSON.parse(message);
    return bounce?.feedbackId ?? complaint?.feedbackId ?? [];
  });
  const [bounceId, , complaintId] = feedbackIds;
  expect([...here.ses.list]).toEqual([
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

test('SES lists no address for a reason the account does not suppress, and sends to those listed for it', async () => {
  here.ses.account.suppressedReasons = ['COMPLAINT'];
  here.ses.mailboxes['bea@example.net'] = 'bounce';
  here.ses.list.set('ann@example.net', { emailAddress: 'ann@example.net', reason: 'BOUNCE', lastUpdateTime: 0 });
  await here.send(['ann@example.net', 'bea@example.net']);
  expect(readings('identity')).toEqual(['delivery ann@example.net', 'hard bea@example.net permanent']);
  expect([...here.ses.list.keys()]).toEqual(['ann@example.net']);
});

test('mail to a listed address, in any case, is taken and not sent, and told by the reason of the entry', async () => {
  here.ses.list.set('Ann@Example.net', { emailAddress: 'Ann@Example.net', reason: 'BOUNCE', lastUpdateTime: 0 });
  here.ses.list.set('CAL@example.net', { emailAddress: 'CAL@example.net', reason: 'COMPLAINT', lastUpdateTime: 0 });
  await here.send(['Ann <ann@example.NET>', 'cal@example.net']);
  const told = [
    'prevented ann@example.net on-suppression-list',
    'prevented cal@example.net complaint-on-suppression-list',
  ];
  expect(readings('identity')).toEqual(told);
  expect(readings('events')).toEqual(['send ann@example.net,cal@example.net', ...told]);
  const [, bounce, , complaint] = here.published.map(({ message }) => JSON.parse(message));
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

test('several simulated bounces of one request come in one bounce', async () => {
  await here.send([at('bounce+a'), 'ann@example.net', at('suppressionlist')]);
  const [, , bounce] = here.published.filter(({ topicArn }) => topicArn === 'events');
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
