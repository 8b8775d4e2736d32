import fc from 'fast-check';
import { classify } from '../../../shared/domain/feedback/classify.ts';
import { unwrapBatch } from '../../../shared/domain/feedback/envelope.ts';
import type { TrustedSources } from '../../../shared/domain/feedback/feedback-event.ts';
import { parse } from '../../../shared/domain/feedback/parse.ts';
import { defaultPolicy } from '../../../shared/domain/policy/policy.ts';
import { readFeedback } from '../../support/recipient-event.ts';
import { runs } from '../../support/runs.ts';
import { accountId, bounce, complaint, iso, noon, queued, snsEnvelope } from '../../support/ses.ts';

const parseBody = (body: unknown, ours: TrustedSources = {}) => parse({ id: '0', body }, ours);
const parseJson = (message: unknown, ours: TrustedSources = {}) => parseBody(JSON.stringify(message), ours);

describe('what is no feedback', () => {
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
    ['Something of tomorrow', 'unknown'],
    ['constructor', 'unknown'],
    ['__proto__', 'unknown'],
  ])('%s is ignored as %s, in both vocabularies', (type, name) => {
    expect(parseJson({ eventType: type })).toMatchObject({ kind: 'ignored', name });
    expect(parseJson({ notificationType: type })).toMatchObject({ kind: 'ignored', name });
  });

  test('text that only holds that of a setup message is not understood', () => {
    const setup = 'Successfully validated SNS topic for Amazon SES event publishing';
    const unreadable = { kind: 'unreadable', reason: 'neither JSON nor a message SES is known to send' };
    expect(parseBody(`  ${setup}`)).toMatchObject({ kind: 'ignored', name: 'setup' });
    expect([parseBody(`x ${setup}.`), parseBody(`${setup}. x`)]).toEqual([unreadable, unreadable]);
  });

  test.each([
    ['the plain text of a new event destination', 'Successfully validated SNS topic for Amazon SES event publishing.'],
    ['the same with a line end', 'Successfully validated SNS topic for Amazon SES event publishing.\n'],
    ['the same in its envelope', snsEnvelope('Successfully validated SNS topic for Amazon SES event publishing.')],
    ['a confirmation', { Type: 'SubscriptionConfirmation', SubscribeURL: 'https://example.com' }],
    ['a farewell', { Type: 'UnsubscribeConfirmation' }],
  ])('%s is setup', (_name, body) => {
    expect(parseBody(body)).toMatchObject({ kind: 'ignored', name: 'setup' });
  });
});

describe('whose feedback it is', () => {
  const ours = { accounts: [accountId], topics: ['arn:ours'] };
  const of = (account: unknown) => bounce({ mail: { sendingAccountId: account } });

  test('mail of another account is foreign, whatever happened to it', () => {
    expect(parseJson(of('999999999999'), ours)).toMatchObject({ kind: 'untrusted', name: 'bounce' });
    const mail = { sendingAccountId: '999999999999' };
    expect(parseJson(complaint({ mail }), ours)).toMatchObject({ kind: 'untrusted', name: 'complaint' });
    expect(parseJson({ eventType: 'Delivery', mail }, ours)).toMatchObject({ kind: 'untrusted', name: 'delivery' });
  });

  test('our own, a listed delegate, and mail that does not say are ours', () => {
    expect(parseJson(of(accountId), ours)).toMatchObject({ kind: 'feedback' });
    const allowedAccounts = { accounts: [accountId, '999999999999'] };
    expect(parseJson(of('999999999999'), allowedAccounts)).toMatchObject({ kind: 'feedback' });
    expect(parseJson(of(null), ours)).toMatchObject({ kind: 'feedback' });
    expect(parseJson(of('999999999999'), {})).toMatchObject({ kind: 'feedback' });
  });

  test('a confirmation from another topic is foreign, too', () => {
    const confirmation = (TopicArn: string) => ({ Type: 'SubscriptionConfirmation', TopicArn, Message: 'hi' });
    expect(parseJson(confirmation('arn:theirs'), ours)).toMatchObject({ kind: 'untrusted', name: 'setup' });
    expect(parseJson(confirmation('arn:ours'), ours)).toMatchObject({ kind: 'ignored', name: 'setup' });
  });

  test('an account that is no text cannot slip through', () => {
    expect(parseJson(of(999999999999), ours)).toMatchObject({ kind: 'unreadable' });
  });

  test('an envelope inside the envelope cannot say where the outer one comes from', () => {
    const inner = snsEnvelope(bounce(), { topicArn: 'arn:ours' });
    expect(parseJson(snsEnvelope(inner, { topicArn: 'arn:theirs' }), ours)).toMatchObject({ kind: 'untrusted' });
    const nameless = { ...inner, TopicArn: 1 };
    expect(parseJson(nameless, ours)).toMatchObject({ kind: 'untrusted' });
    expect(parseJson(nameless, {})).toMatchObject({ kind: 'feedback' });
  });

  test('what another topic published is foreign, readable or not', () => {
    const from = (message: unknown) => snsEnvelope(message, { topicArn: 'arn:theirs' });
    expect(parseJson(from(bounce()), ours)).toMatchObject({ kind: 'untrusted', name: 'bounce' });
    expect(parseJson(from('nonsense'), ours)).toEqual({
      kind: 'untrusted',
      name: null,
      reason: 'published to a topic that is not ours',
    });
    expect(parseJson(snsEnvelope(bounce(), { topicArn: 'arn:ours' }), ours)).toMatchObject({ kind: 'feedback' });
    expect(parseJson(bounce(), ours)).toMatchObject({ kind: 'feedback' });
  });
});

describe('when it happened', () => {
  test("the feedback's own stamp is kept between the mail's and its arrival", () => {
    const at = (stamp: string | null, arrived?: number) => {
      const message = { ...bounce(), bounce: { ...bounce().bounce, timestamp: stamp } };
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

  test('no mail was sent after its feedback came', () => {
    const event = (arrived: number) => readFeedback(snsEnvelope(bounce({ sentAt: noon }), { at: arrived }));
    expect(event(noon + 1).mail.sentAt).toBe(noon);
    expect(event(noon - 5000)).toMatchObject({ mail: { sentAt: noon - 5000 }, at: noon - 5000 });
  });

  test('with raw delivery the time in the queue stands for the arrival', () => {
    const [delivery] = unwrapBatch({ Records: [queued('a', bounce({ at: noon + 99_000 }), noon + 7000)] }).messages;
    expect(delivery && parse(delivery, {})).toMatchObject({ event: { at: noon + 7000 } });
  });
});

describe('what must be there', () => {
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
    ['a send time that is none', bounce({ mail: { timestamp: 'once' } }), 'mail.timestamp is no ISO 8601 time'],
    ['an empty list', bounce({ recipients: [] }), 'names no recipient'],
    [
      'only non-addresses',
      bounce({ recipients: [{ emailAddress: 'nobody' }, null, 7] }),
      'none of its recipients is an address',
    ],
    ['no type', { mail: {} }, 'neither an eventType nor a notificationType'],
    ['a number for a type', { eventType: 7 }, 'eventType or notificationType is not a string'],
    ['a list', [], 'a JSON list, where one message was expected'],
    ['null', null, 'not a JSON object'],
    ['a number', 7, 'not a JSON object'],
  ])('%s is unreadable, and the reason says so', (_name, message, reason) => {
    expect(parseJson(message)).toEqual({ kind: 'unreadable', reason });
  });

  test('a feedbackId takes the place of a missing messageId; without either it is unreadable', () => {
    const nameless = { mail: { messageId: null } };
    expect(readFeedback(bounce({ ...nameless, feedbackId: 'f-1' })).mail.id).toBe('f-1');
    expect(parseJson(bounce({ ...nameless, feedbackId: null }))).toMatchObject({ kind: 'unreadable' });
    expect(parseJson(bounce({ mail: { messageId: '' }, feedbackId: '' }))).toMatchObject({ kind: 'unreadable' });
  });

  test('a broken recipient does not take the others with it, and is not forgotten', () => {
    const recipients = [{ emailAddress: 'ann@example.net' }, { emailAddress: 'root' }, {}];
    expect(readFeedback(bounce({ recipients }))).toMatchObject({
      recipients: [{ key: 'ann@example.net' }],
      unreadableCount: 2,
    });
  });

  test('what SES tells on the bus beside events of mails is no error', () => {
    const status = { source: 'aws.ses', 'detail-type': 'Sending Status Disabled', detail: { version: '1.0' } };
    const reason = 'SES tells of something else than a mail';
    expect(parseJson(status)).toEqual({ kind: 'ignored', name: 'unknown', reason });
  });

  test('one odd tag does not take the others with it', () => {
    const tags = { odd: 'text', 'ses:tenant-name': ['acme'] } as unknown as Record<string, string[]>;
    const scopes = classify(readFeedback(bounce({ tags })), defaultPolicy)[0]?.scopes;
    expect(scopes).toEqual(['account', 'identity:shop.example.com', 'configuration-set:news', 'tenant:acme']);
  });

  test('a tag that is no list has no value', () => {
    const tags = { 'ses:tenant-name': 'text' } as unknown as Record<string, string[]>;
    const scopes = classify(readFeedback(bounce({ tags })), defaultPolicy)[0]?.scopes;
    expect(scopes).toEqual(['account', 'identity:shop.example.com', 'configuration-set:news']);
  });

  test('a complaint needs them as well', () => {
    expect(parseJson(complaint({ to: [] }))).toEqual({ kind: 'unreadable', reason: 'names no recipient' });
  });

  test('a complaint that names one address and something unreadable may be of either', () => {
    const [event] = classify(readFeedback(complaint({ to: ['ann@example.net', 'root'] })), defaultPolicy);
    expect(event).toMatchObject({ address: 'ann@example.net', suspected: true });
  });

  test('the vocabulary tells the channel', () => {
    const channels = (['identity', 'configuration-set'] as const).map(
      (channel) => readFeedback(bounce({ channel })).channel,
    );
    expect(channels).toEqual(['identity', 'configuration-set']);
  });

  test('everything that is missing is said', () => {
    const reason = 'mail is not an object; bounce is not an object';
    expect(parseJson({ eventType: 'Bounce' })).toEqual({ kind: 'unreadable', reason });
    const nameless = bounce({ mail: { messageId: '' }, feedbackId: '' });
    expect(parseJson(nameless)).toMatchObject({
      reason: expect.stringMatching(/^neither a mail.messageId nor a feedbackId, so/),
    });
  });

  test('what only explains may be of any type', () => {
    const recipients = [{ emailAddress: 'ann@example.net', status: 5.1, action: null, diagnosticCode: {} }];
    const mail = { sourceArn: 7, source: [], tags: { a: 'b' } };
    expect(readFeedback(bounce({ recipients, mail })).recipients).toEqual([
      { key: 'ann@example.net', spelling: 'ann@example.net' },
    ]);
  });
});

test('no input makes it throw', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.anything(),
        fc.jsonValue().map((value) => JSON.stringify(value)),
        fc.string(),
      ),
      (body) => {
        expect(['feedback', 'ignored', 'foreign', 'unreadable']).toContain(parseBody(body).kind);
        for (const delivery of unwrapBatch(body).messages) parse(delivery, {});
      },
    ),
    { numRuns: runs(500) },
  );
});
