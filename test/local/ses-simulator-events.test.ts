import { SendEmailCommand } from '@aws-sdk/client-sesv2';
import { parse } from '../../shared/domain/feedback/parse.ts';
import { outcome, type SimulatedSes, simulateSes } from '../support/ses-simulator-client.ts';

let here: SimulatedSes;

beforeEach(async () => {
  here = await simulateSes();
});

afterEach(() => here.close());

const at = (mailbox: string) => `${mailbox}@simulator.amazonses.com`;

test('an event has tags, headers and milliseconds; a notification has whole seconds, the sender and the other server', async () => {
  await here.send(at('complaint'), { EmailTags: [{ Name: 'campaign', Value: 'spring' }] });
  const [, , , event, notification] = here.published;
  const destination = [at('complaint')];
  const complainedRecipients = [{ emailAddress: at('complaint') }];
  const report = { userAgent: 'Amazon SES Mailbox Simulator', complaintFeedbackType: 'abuse' };
  const mail = {
    source: 'Shop <news@shop.example.com>',
    sourceArn: 'arn:aws:ses:us-east-1:123456789012:identity/shop.example.com',
    sendingAccountId: '123456789012',
    messageId: 'id-0',
    destination,
  };
  const second = '2026-11-20T12:00:00.000Z';
  const instant = '2026-11-20T12:00:00.345Z';
  expect([event, notification].map((one) => one && { ...one, message: JSON.parse(one.message) })).toEqual([
    {
      topicArn: 'events',
      subject: 'Amazon SES Email Event Notification',
      message: {
        eventType: 'Complaint',
        complaint: {
          feedbackId: 'id-3',
          complaintSubType: null,
          complainedRecipients,
          timestamp: instant,
          ...report,
          arrivalDate: instant,
        },
        mail: {
          ...mail,
          timestamp: instant,
          headersTruncated: false,
          headers: [
            { name: 'From', value: mail.source },
            { name: 'To', value: at('complaint') },
            { name: 'Subject', value: 'Hello' },
          ],
          commonHeaders: { from: [mail.source], to: destination, messageId: 'id-0', subject: 'Hello' },
          tags: {
            'ses:source-ip': ['192.0.2.10'],
            'ses:configuration-set': ['news'],
            'ses:from-domain': ['shop.example.com'],
            'ses:caller-identity': ['ses-simulator'],
            campaign: ['spring'],
          },
        },
      },
    },
    {
      topicArn: 'identity',
      message: {
        notificationType: 'Complaint',
        complaint: {
          feedbackId: 'id-3',
          complaintSubType: null,
          complainedRecipients,
          timestamp: second,
          ...report,
          arrivalDate: second,
        },
        mail: { ...mail, timestamp: second, sourceIp: '192.0.2.10', callerIdentity: 'ses-simulator' },
      },
    },
  ]);
});

test('a notification of a bounce names the other server, unless SES did not get that far', async () => {
  here.ses.list.set('ann@example.net', { emailAddress: 'ann@example.net', reason: 'BOUNCE', lastUpdateTime: 0 });
  await here.send([at('bounce'), 'ann@example.net']);
  const bounces = here.published.flatMap(({ topicArn, message }) => {
    const { bounce } = JSON.parse(message);
    return bounce === undefined ? [] : [[topicArn, bounce.remoteMtaIp, bounce.reportingMTA]];
  });
  const outgoing = 'dns; a8-91.smtp-out.amazonses.com';
  expect(bounces).toEqual([
    ['events', undefined, outgoing],
    ['identity', '192.0.2.25', outgoing],
    ['events', undefined, 'dns; amazonses.com'],
    ['identity', undefined, 'dns; amazonses.com'],
  ]);
});

test('each topic is told of its setup, in words that are no feedback', async () => {
  await here.ses.announceTopics();
  const confirmation = (kind: string) =>
    `{"notificationType":"AmazonSnsSubscriptionSucceeded","message":"You have successfully subscribed your Amazon SNS topic 'identity' to receive '${kind}' notifications from Amazon SES for identity 'shop.example.com'."}`;
  const message = 'Successfully validated SNS topic for Amazon SES event publishing.';
  const subject = 'Amazon SES Email Event Notification';
  expect(here.published).toEqual([
    ...['events', 'disabled', 'opens'].map((topicArn) => ({ topicArn, message, subject })),
    ...['Bounce', 'Complaint', 'Delivery'].map((kind) => ({ topicArn: 'identity', message: confirmation(kind) })),
  ]);
  const read = here.published.map((one) => parse({ id: '0', body: one.message }, {}));
  expect(new Set(read.map((one) => 'name' in one && one.name))).toEqual(new Set(['setup']));
});

test('without a configuration set of the mail or of the identity there are notifications only', async () => {
  await here.send(at('success'), { ConfigurationSetName: undefined });
  expect(here.published.map(({ topicArn }) => topicArn)).toEqual(['identity']);
});

test("the identity's own configuration set applies where a mail names none", async () => {
  const identity = here.ses.identities['shop.example.com'];
  if (identity) identity.configurationSet = 'news';
  await here.send(at('success'), { ConfigurationSetName: undefined });
  expect(here.published.map(({ topicArn }) => topicArn)).toEqual(['events', 'events', 'identity']);
});

test('an address verified on its own is told of on its own topics, not on those of its domain', async () => {
  here.ses.identities['own@shop.example.com'] = { isVerified: true, deliveryTopic: 'own' };
  await here.send(at('success'), { FromEmailAddress: 'own@shop.example.com', ConfigurationSetName: undefined });
  await here.send(at('bounce'), { FromEmailAddress: 'own@shop.example.com', ConfigurationSetName: undefined });
  expect(here.published.map(({ topicArn }) => topicArn)).toEqual(['own']);
});

test('with a delay the events come when the clock says so, and SES lists the address no sooner', async () => {
  await here.close();
  here = await simulateSes({ delay: 5000 });
  here.ses.mailboxes['bea@example.net'] = 'bounce';
  await here.send('bea@example.net');
  here.pass(4999);
  await here.ses.settle();
  const before = { told: here.published.length, listed: [...here.ses.list.keys()] };
  here.pass(1);
  await here.ses.settle();
  const after = { told: here.published.length, listed: [...here.ses.list.keys()] };
  await here.ses.settle();
  expect([before, after, here.published.length]).toEqual([
    { told: 0, listed: [] },
    { told: 3, listed: ['bea@example.net'] },
    3,
  ]);
});

test('with a clock that goes, delayed events need nobody to ask for them', async () => {
  await here.close();
  let done = () => {};
  const told = new Promise<void>((resolve) => {
    done = resolve;
  });
  here = await simulateSes({ delay: 20, clock: Date.now, publish: () => done() });
  await here.send(at('success'));
  await told;
});

test('no call waits for an event that is due to be taken', async () => {
  await here.close();
  let take = () => {};
  const taken = new Promise<void>((resolve) => {
    take = resolve;
  });
  const begun: string[] = [];
  here = await simulateSes({
    delay: 1000,
    publish: (topicArn) => {
      begun.push(topicArn);
      return taken;
    },
  });
  await here.send(at('bounce'));
  here.pass(1000);
  const answer = await outcome(here.send(at('success')));
  expect([answer, begun]).toEqual([{ MessageId: expect.any(String) }, ['events']]);
  take();
});

test('a message that cannot be published does not fail the send', async () => {
  await here.close();
  const error = new Error('no such topic');
  here = await simulateSes({
    publish: () => {
      throw error;
    },
  });
  await here.send(at('success'), { ConfigurationSetName: undefined });
  expect(here.ses.lost).toEqual([{ topicArn: 'identity', message: expect.stringContaining('Delivery'), error }]);
});

test('a raw message says itself who sends it and to whom, Bcc included, and keeps Bcc out of the headers', async () => {
  const raw = [
    'From: News <news@shop.example.com>',
    'To: "Doe, Ann" <ann@example.net>,',
    ' bea@example.net',
    'Bcc: cal@example.net',
    'Subject: Hello',
    '',
    'To: not-a-header@example.net',
  ].join('\r\n');
  const input = { Content: { Raw: { Data: Buffer.from(raw) } }, ConfigurationSetName: 'news' };
  const { MessageId: messageId } = await here.client.send(new SendEmailCommand(input));
  const [event] = here.published;
  expect(JSON.parse(event?.message ?? '').mail).toMatchObject({
    messageId,
    source: 'News <news@shop.example.com>',
    destination: ['"Doe, Ann" <ann@example.net>', 'bea@example.net', 'cal@example.net'],
    headers: [
      { name: 'From', value: 'News <news@shop.example.com>' },
      { name: 'To', value: '"Doe, Ann" <ann@example.net>, bea@example.net' },
      { name: 'Subject', value: 'Hello' },
    ],
  });
});
