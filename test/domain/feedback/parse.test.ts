import fc from 'fast-check';
import { classify } from '../../../shared/domain/feedback/classify.ts';
import { unwrapBatch, unwrapMessage } from '../../../shared/domain/feedback/envelope.ts';
import type { TrustedSources } from '../../../shared/domain/feedback/feedback-event.ts';
import { parse } from '../../../shared/domain/feedback/parse.ts';
import { defaultPolicy } from '../../../shared/domain/policy/policy.ts';
import { readFeedback } from '../../support/recipient-event.ts';
import { runs } from '../../support/runs.ts';
import { accountId, bounce, complaint, iso, noon, snsEnvelope } from '../../support/ses.ts';

const parseBody = (body: unknown, sources: TrustedSources = {}) => parse(unwrapMessage({ id: '0', body }), sources);
const parseJson = (message: unknown, sources: TrustedSources = {}) => parseBody(JSON.stringify(message), sources);

const setupText = 'Successfully validated SNS topic for Amazon SES event publishing.';
const publishingConfirmed = 'SES confirms that it can publish to the topic';

describe('a message that is not feedback', () => {
  test.each([
    ['Delivery', 'delivery'],
    ['Send', 'send'],
    ['Reject', 'reject'],
    ['Open', 'open'],
    ['Click', 'click'],
    ['Rendering Failure', 'rendering failure'],
    ['DeliveryDelay', 'delivery delay'],
    ['Subscription', 'subscription'],
    ['Received', 'received'],
    ['AmazonSnsSubscriptionSucceeded', 'setup'],
    ['An unknown type', 'unknown'],
    ['constructor', 'unknown'],
    ['__proto__', 'unknown'],
  ])('%s is ignored as %s, in both vocabularies', (type, name) => {
    expect(parseJson({ eventType: type })).toMatchObject({ kind: 'ignored', name });
    expect(parseJson({ notificationType: type })).toMatchObject({ kind: 'ignored', name });
  });

  test('text around the setup message makes the message unreadable', () => {
    const setup = 'Successfully validated SNS topic for Amazon SES event publishing';
    const unreadable = { kind: 'unreadable', reason: 'neither JSON nor a message SES is known to send' };
    expect(parseBody(`  ${setup}`)).toMatchObject({ kind: 'ignored', name: 'setup' });
    expect([parseBody(`x ${setup}.`), parseBody(`${setup}. x`)]).toEqual([unreadable, unreadable]);
  });

  test.each([
    ['the plain text of a new event destination', setupText, publishingConfirmed],
    ['the same with a line break', `${setupText}\n`, publishingConfirmed],
    ['the same in an SNS envelope', snsEnvelope(setupText), publishingConfirmed],
    ['the message of an identity', { notificationType: 'AmazonSnsSubscriptionSucceeded' }, publishingConfirmed],
    [
      'the confirmation of a subscription',
      { Type: 'SubscriptionConfirmation', SubscribeURL: 'https://example.com' },
      'SNS asks to confirm a subscription: to confirm it, open the SubscribeURL in the message',
    ],
    ['the confirmation of its end', { Type: 'UnsubscribeConfirmation' }, 'SNS reports that a subscription has ended'],
  ])('%s is a setup message, with its own reason', (_name, body, reason) => {
    expect(parseBody(body)).toEqual({ kind: 'ignored', name: 'setup', reason });
  });
});

describe('the source of a message', () => {
  const trusted = { accounts: [accountId], topics: ['arn:trusted'] };
  const bounceOf = (account: unknown) => bounce({ mail: { sendingAccountId: account } });

  test('any event about an email of another account is untrusted', () => {
    expect(parseJson(bounceOf('999999999999'), trusted)).toMatchObject({ kind: 'untrusted', name: 'bounce' });
    const mail = { sendingAccountId: '999999999999' };
    expect(parseJson(complaint({ mail }), trusted)).toMatchObject({ kind: 'untrusted', name: 'complaint' });
    expect(parseJson({ eventType: 'Delivery', mail }, trusted)).toMatchObject({ kind: 'untrusted', name: 'delivery' });
  });

  test('the own account, an allowed account and an event without an account are trusted', () => {
    expect(parseJson(bounceOf(accountId), trusted)).toMatchObject({ kind: 'feedback' });
    const withAllowedAccount = { accounts: [accountId, '999999999999'] };
    expect(parseJson(bounceOf('999999999999'), withAllowedAccount)).toMatchObject({ kind: 'feedback' });
    expect(parseJson(bounceOf(null), trusted)).toMatchObject({ kind: 'feedback' });
    expect(parseJson(bounceOf('999999999999'), {})).toMatchObject({ kind: 'feedback' });
  });

  test('a confirmation from another topic is untrusted', () => {
    const confirmation = (TopicArn: string) => ({ Type: 'SubscriptionConfirmation', TopicArn, Message: 'hi' });
    expect(parseJson(confirmation('arn:another'), trusted)).toMatchObject({ kind: 'untrusted', name: 'setup' });
    expect(parseJson(confirmation('arn:trusted'), trusted)).toMatchObject({ kind: 'ignored', name: 'setup' });
  });

  test('an event whose account ID is not a string is unreadable', () => {
    expect(parseJson(bounceOf(999999999999), trusted)).toMatchObject({ kind: 'unreadable' });
  });

  test('an inner envelope cannot replace the topic of the outer one', () => {
    const inner = snsEnvelope(bounce(), { topicArn: 'arn:trusted' });
    expect(parseJson(snsEnvelope(inner, { topicArn: 'arn:another' }), trusted)).toMatchObject({ kind: 'untrusted' });
    const withoutTopic = { ...inner, TopicArn: 1 };
    expect(parseJson(withoutTopic, trusted)).toMatchObject({ kind: 'untrusted' });
    expect(parseJson(withoutTopic, {})).toMatchObject({ kind: 'feedback' });
  });

  test('a message from another topic is untrusted, whether it is readable or not', () => {
    const from = (message: unknown) => snsEnvelope(message, { topicArn: 'arn:another' });
    expect(parseJson(from(bounce()), trusted)).toMatchObject({ kind: 'untrusted', name: 'bounce' });
    expect(parseJson(from('nonsense'), trusted)).toEqual({
      kind: 'untrusted',
      name: null,
      reason: 'published to a topic that is not one of the trusted topics',
    });
    expect(parseJson(snsEnvelope(bounce(), { topicArn: 'arn:trusted' }), trusted)).toMatchObject({ kind: 'feedback' });
    expect(parseJson(bounce(), trusted)).toMatchObject({ kind: 'feedback' });
  });
});

describe('the time of feedback', () => {
  test('is its own timestamp, but always between the send time and the arrival', () => {
    const at = (timestamp: string | null, arrived?: number) => {
      const message = { ...bounce(), bounce: { ...bounce().bounce, timestamp } };
      return readFeedback(arrived === undefined ? message : snsEnvelope(message, { at: arrived })).at - noon;
    };
    expect(at(iso(noon + 5000), noon + 9000)).toBe(5000);
    expect(at(iso(noon + 99_000), noon + 9000)).toBe(9000);
    expect(at(iso(noon - 99_000), noon + 9000)).toBe(0);
    expect(at(null, noon + 9000)).toBe(9000);
    expect(at('soon', noon + 9000)).toBe(9000);
    expect(at(iso(noon + 5000))).toBe(5000);
    expect(at(null)).toBe(0);
  });

  test('is never before the send time, which is never after the arrival', () => {
    const event = (arrived: number) => readFeedback(snsEnvelope(bounce({ sentAt: noon }), { at: arrived }));
    expect(event(noon + 1).mail.sentAt).toBe(noon);
    expect(event(noon - 5000)).toMatchObject({ mail: { sentAt: noon - 5000 }, at: noon - 5000 });
  });
});

describe('the fields of a message', () => {
  const without = (part: 'mail' | 'bounce', field: string) => {
    const message = bounce() as unknown as Record<string, Record<string, unknown>>;
    return { ...message, [part]: { ...message[part], [field]: undefined } };
  };

  test.each<[string, unknown, string]>([
    ['no mail', { eventType: 'Bounce', bounce: bounce().bounce }, 'mail is not an object'],
    ['no bounce', { eventType: 'Bounce', mail: bounce().mail }, 'bounce is not an object'],
    ['no recipients', without('bounce', 'bouncedRecipients'), 'bounce.bouncedRecipients is not a list'],
    ['no bounceType', without('bounce', 'bounceType'), 'bounce.bounceType is not a string'],
    ['no send time', without('mail', 'timestamp'), 'mail.timestamp is not a string'],
    ['an invalid send time', bounce({ mail: { timestamp: 'once' } }), 'mail.timestamp is not an ISO 8601 time'],
    ['an empty list of recipients', bounce({ recipients: [] }), 'names no recipient'],
    [
      'only invalid addresses',
      bounce({ recipients: [{ emailAddress: 'nobody' }, null, 7] }),
      'none of its recipients has a valid address',
    ],
    ['no type', { mail: {} }, 'has neither an eventType nor a notificationType'],
    ['a number as the type', { eventType: 7 }, 'eventType or notificationType is not a string'],
    ['an array', [], 'a JSON array instead of one message'],
    ['null', null, 'not a JSON object'],
    ['a number', 7, 'not a JSON object'],
  ])('with %s the message is unreadable, and the reason says why', (_name, message, reason) => {
    expect(parseJson(message)).toEqual({ kind: 'unreadable', reason });
  });

  test('a feedbackId replaces a missing messageId, and without both the message is unreadable', () => {
    const withoutId = { mail: { messageId: null } };
    expect(readFeedback(bounce({ ...withoutId, feedbackId: 'f-1' })).mail.id).toBe('f-1');
    expect(parseJson(bounce({ ...withoutId, feedbackId: null }))).toMatchObject({ kind: 'unreadable' });
    expect(parseJson(bounce({ mail: { messageId: '' }, feedbackId: '' }))).toMatchObject({ kind: 'unreadable' });
  });

  test('an invalid recipient does not affect the others, and is counted', () => {
    const recipients = [{ emailAddress: 'ann@example.net' }, { emailAddress: 'root' }, {}];
    expect(readFeedback(bounce({ recipients }))).toMatchObject({
      recipients: [{ key: 'ann@example.net' }],
      unreadableCount: 2,
    });
  });

  test('an EventBridge event that is not about an email is ignored', () => {
    const status = { source: 'aws.ses', 'detail-type': 'Sending Status Disabled', detail: { version: '1.0' } };
    const reason = 'an SES event that is not about an email';
    expect(parseJson(status)).toEqual({ kind: 'ignored', name: 'unknown', reason });
  });

  test('a tag that is not a list does not affect the others', () => {
    const tags = { odd: 'text', 'ses:tenant-name': ['acme'] } as unknown as Record<string, string[]>;
    const scopes = classify(readFeedback(bounce({ tags })), defaultPolicy)[0]?.scopes;
    expect(scopes).toEqual(['account', 'identity:shop.example.com', 'configuration-set:news', 'tenant:acme']);
  });

  test('a tag that is not a list has no value', () => {
    const tags = { 'ses:tenant-name': 'text' } as unknown as Record<string, string[]>;
    const scopes = classify(readFeedback(bounce({ tags })), defaultPolicy)[0]?.scopes;
    expect(scopes).toEqual(['account', 'identity:shop.example.com', 'configuration-set:news']);
  });

  test('a complaint needs recipients as well', () => {
    expect(parseJson(complaint({ to: [] }))).toEqual({ kind: 'unreadable', reason: 'names no recipient' });
  });

  test('a complaint with one valid and one invalid address is only suspected', () => {
    const [event] = classify(readFeedback(complaint({ to: ['ann@example.net', 'root'] })), defaultPolicy);
    expect(event).toMatchObject({ address: 'ann@example.net', suspected: true });
  });

  test('the vocabulary determines the channel', () => {
    const channels = (['identity', 'configuration-set'] as const).map(
      (channel) => readFeedback(bounce({ channel })).channel,
    );
    expect(channels).toEqual(['identity', 'configuration-set']);
  });

  test('the reason names every missing field', () => {
    const reason = 'mail is not an object; bounce is not an object';
    expect(parseJson({ eventType: 'Bounce' })).toEqual({ kind: 'unreadable', reason });
    const withoutId = bounce({ mail: { messageId: '' }, feedbackId: '' });
    expect(parseJson(withoutId)).toMatchObject({
      reason: expect.stringMatching(/^has neither a mail.messageId nor a feedbackId, so/),
    });
  });

  test('a field that only explains a decision can have any type', () => {
    const recipients = [{ emailAddress: 'ann@example.net', status: 5.1, action: null, diagnosticCode: {} }];
    const mail = { sourceArn: 7, source: [], tags: { a: 'b' } };
    expect(readFeedback(bounce({ recipients, mail })).recipients).toEqual([
      { key: 'ann@example.net', original: 'ann@example.net' },
    ]);
  });
});

test('parsing never throws', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.anything(),
        fc.jsonValue().map((value) => JSON.stringify(value)),
        fc.string(),
      ),
      (body) => {
        expect(['feedback', 'ignored', 'untrusted', 'unreadable']).toContain(parseBody(body).kind);
        for (const raw of unwrapBatch(body).messages) parse(unwrapMessage(raw), {});
      },
    ),
    { numRuns: runs(500) },
  );
});
