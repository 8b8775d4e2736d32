import { SendEmailCommand } from '@aws-sdk/client-sesv2';
import { unwrapMessage } from '../../../shared/domain/feedback/envelope.ts';
import { parse } from '../../../shared/domain/feedback/parse.ts';
import { createSesFixture, outcome, type SesFixture } from '../../support/ses-fixture.ts';

let fixture: SesFixture;

beforeEach(async () => {
  fixture = await createSesFixture();
});

afterEach(() => fixture.close());

const at = (mailbox: string) => `${mailbox}@simulator.amazonses.com`;

test('an event has tags, headers and milliseconds; a notification has whole seconds, the source IP and the caller', async () => {
  await fixture.send(at('complaint'), { EmailTags: [{ Name: 'campaign', Value: 'spring' }] });
  const [, , , event, notification] = fixture.published;
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

test('a bounce notification names the remote server, unless SES did not send the email', async () => {
  fixture.ses.list.set('ann@example.net', { emailAddress: 'ann@example.net', reason: 'BOUNCE', lastUpdateTime: 0 });
  await fixture.send([at('bounce'), 'ann@example.net']);
  const bounces = fixture.published.flatMap(({ topicArn, message }) => {
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

test('each topic gets a setup message, which parses as no feedback', async () => {
  await fixture.ses.publishSetupMessages();
  const confirmation = (kind: string) =>
    `{"notificationType":"AmazonSnsSubscriptionSucceeded","message":"You have successfully subscribed your Amazon SNS topic 'identity' to receive '${kind}' notifications from Amazon SES for identity 'shop.example.com'."}`;
  const message = 'Successfully validated SNS topic for Amazon SES event publishing.';
  const subject = 'Amazon SES Email Event Notification';
  expect(fixture.published).toEqual([
    ...['events', 'disabled', 'opens'].map((topicArn) => ({ topicArn, message, subject })),
    ...['Bounce', 'Complaint', 'Delivery'].map((kind) => ({ topicArn: 'identity', message: confirmation(kind) })),
  ]);
  const parsed = fixture.published.map((one) => parse(unwrapMessage({ id: '0', body: one.message }), {}));
  expect(new Set(parsed.map((one) => 'name' in one && one.name))).toEqual(new Set(['setup']));
});

test('without a configuration set in the request or the identity, SES publishes notifications only', async () => {
  await fixture.send(at('success'), { ConfigurationSetName: undefined });
  expect(fixture.published.map(({ topicArn }) => topicArn)).toEqual(['identity']);
});

test('the default configuration set of the identity applies to an email that names none', async () => {
  const identity = fixture.ses.identities['shop.example.com'];
  if (identity) identity.configurationSet = 'news';
  await fixture.send(at('success'), { ConfigurationSetName: undefined });
  expect(fixture.published.map(({ topicArn }) => topicArn)).toEqual(['events', 'events', 'identity']);
});

test('an address that is an identity itself uses its own topics, not those of its domain', async () => {
  fixture.ses.identities['own@shop.example.com'] = { isVerified: true, deliveryTopic: 'own' };
  await fixture.send(at('success'), { FromEmailAddress: 'own@shop.example.com', ConfigurationSetName: undefined });
  await fixture.send(at('bounce'), { FromEmailAddress: 'own@shop.example.com', ConfigurationSetName: undefined });
  expect(fixture.published.map(({ topicArn }) => topicArn)).toEqual(['own']);
});

test('with a delay, SES publishes the events and lists the address when the delay is over', async () => {
  await fixture.close();
  fixture = await createSesFixture({ eventDelayMs: 5000 });
  fixture.ses.mailboxes['bea@example.net'] = 'bounce';
  await fixture.send('bea@example.net');
  fixture.advance(4999);
  await fixture.ses.runDue();
  const before = { published: fixture.published.length, listed: [...fixture.ses.list.keys()] };
  fixture.advance(1);
  await fixture.ses.runDue();
  const after = { published: fixture.published.length, listed: [...fixture.ses.list.keys()] };
  await fixture.ses.runDue();
  expect([before, after, fixture.published.length]).toEqual([
    { published: 0, listed: [] },
    { published: 3, listed: ['bea@example.net'] },
    3,
  ]);
});

test('with a real clock, delayed events are published without another call', async () => {
  await fixture.close();
  let done = () => {};
  const published = new Promise<void>((resolve) => {
    done = resolve;
  });
  fixture = await createSesFixture({ eventDelayMs: 20, clock: Date.now, publish: () => done() });
  await fixture.send(at('success'));
  await published;
});

test('no call waits for a due event to be processed', async () => {
  await fixture.close();
  let finish = () => {};
  const finished = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const started: string[] = [];
  fixture = await createSesFixture({
    eventDelayMs: 1000,
    publish: (topicArn) => {
      started.push(topicArn);
      return finished;
    },
  });
  await fixture.send(at('bounce'));
  fixture.advance(1000);
  const result = await outcome(fixture.send(at('success')));
  expect([result, started]).toEqual([{ MessageId: expect.any(String) }, ['events']]);
  finish();
});

test('a message that cannot be published does not fail the send', async () => {
  await fixture.close();
  const error = new Error('no such topic');
  fixture = await createSesFixture({
    publish: () => {
      throw error;
    },
  });
  await fixture.send(at('success'), { ConfigurationSetName: undefined });
  expect(fixture.ses.unpublished).toEqual([
    { topicArn: 'identity', message: expect.stringContaining('Delivery'), error },
  ]);
});

test('a raw message has its sender and recipients, Bcc included, in its headers, and events do not show the Bcc header', async () => {
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
  const { MessageId: messageId } = await fixture.client.send(new SendEmailCommand(input));
  const [event] = fixture.published;
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
