import { unwrapBatch, unwrapMessage } from '../../../shared/domain/feedback/envelope.ts';
import { parse } from '../../../shared/domain/feedback/parse.ts';
import { bounce, iso, noon, queued, snsEnvelope } from '../../support/ses.ts';

const parseBody = (body: unknown) => parse({ id: '0', body }, {});
const parseJson = (message: unknown) => parseBody(JSON.stringify(message));

describe('envelopes', () => {
  const message = bounce();
  const inSns = snsEnvelope(message);
  const bridged = { source: 'aws.ses', 'detail-type': 'Email Bounced', time: iso(noon + 3000), detail: message };

  test.each<[string, unknown]>([
    ['SES JSON in a queue (raw delivery)', { Records: [queued('a', message)] }],
    ['SNS in a queue', { Records: [queued('a', inSns)] }],
    ['SNS to Lambda', { Records: [{ EventSource: 'aws:sns', Sns: inSns }] }],
    ['an SNS envelope alone', inSns],
    ['SES JSON alone', message],
    ['EventBridge', bridged],
    ['EventBridge in a queue', { Records: [queued('a', bridged)] }],
    ['EventBridge through SNS in a queue', { Records: [queued('a', snsEnvelope(bridged))] }],
  ])('%s is opened', (_name, event) => {
    const [delivery] = unwrapBatch(event).messages;
    expect(delivery && parse(delivery, {})).toMatchObject({ kind: 'feedback', event: { kind: 'bounce' } });
  });

  test('a queue is told which messages failed, a topic and a bus are not', () => {
    const kinds = [
      { Records: [queued('a', message)] },
      { Records: [{ Sns: inSns }] },
      bridged,
      message,
      { Records: [] },
    ];
    expect(kinds.map((event) => unwrapBatch(event).kind)).toEqual(['queue', 'push', 'push', 'push', 'queue']);
  });

  test.each<[string, unknown]>([
    ['no text', { toString: 1, valueOf: 1 }],
    ['a number', 1_795_000_000_000],
    ['beyond every mail', '8640000000000000'],
    ['negative', '-1'],
    ['empty', ''],
  ])('a SentTimestamp that is %s is none', (_name, SentTimestamp) => {
    const record = { ...queued('a', message), attributes: { SentTimestamp } };
    expect(unwrapBatch({ Records: [record, queued('b', message, noon)] }).messages).toEqual([
      { id: 'a', body: JSON.stringify(message) },
      { id: 'b', body: JSON.stringify(message), queuedAt: noon },
    ]);
  });

  test('a message id of no form SQS has is not repeated: it would stand in logs', () => {
    const ids = ['a-1_B', 'x'.repeat(100), 'x'.repeat(101), 'ann@example.net', '\u001b[31m', '', 7, undefined];
    const records = ids.map((messageId) => ({ messageId, body: '' }));
    const opened = unwrapBatch({ Records: [...records, null] }).messages.map(({ id }) => id);
    expect(opened).toEqual(['a-1_B', 'x'.repeat(100), '2', '3', '4', '5', '6', '7', '8']);
  });

  test('a message alone has the place 0', () => {
    expect(unwrapBatch(message)).toEqual({ kind: 'push', deliveries: [{ id: '0', body: message }] });
  });

  test('four envelopes are opened, more are unreadable', () => {
    const nested = (times: number) =>
      Array.from({ length: times }).reduce<unknown>((inner) => snsEnvelope(inner), message);
    expect(parseJson(nested(4))).toMatchObject({ kind: 'feedback' });
    const reason = 'more than 4 envelopes around it';
    expect([parseJson(nested(5)), parseJson(nested(9))]).toEqual([
      { kind: 'unreadable', reason },
      { kind: 'unreadable', reason },
    ]);
  });
});

describe('what an envelope tells', () => {
  const open = (body: unknown, queuedAt?: number) => unwrapMessage({ id: '0', body, ...(queuedAt && { queuedAt }) });

  test('is the topic and the time, of the outermost', () => {
    const inner = snsEnvelope('text', { topicArn: 'arn:inner', at: noon });
    const outer = snsEnvelope(inner, { topicArn: 'arn:outer', at: noon + 1000 });
    expect(open(outer, noon + 2000)).toStrictEqual({
      content: 'text',
      topicArn: 'arn:outer',
      arrivedAt: noon + 1000,
    });
  });

  test('is an empty name, where it names no topic', () => {
    expect(open({ Type: 'Notification', Message: 'text', TopicArn: 1 })).toStrictEqual({
      content: 'text',
      topicArn: '',
    });
  });

  test('is the bus, of EventBridge', () => {
    const event = { source: 'aws.ses', time: iso(noon), detail: { eventType: 'Open' } };
    expect(open(event)).toStrictEqual({ content: { eventType: 'Open' }, isFromBus: true, arrivedAt: noon });
    expect(open({ ...event, time: 'once' })).toStrictEqual({ content: { eventType: 'Open' }, isFromBus: true });
  });

  test('is nothing, where there is none', () => {
    expect(open('text')).toStrictEqual({ content: 'text' });
    expect(open('text', noon)).toStrictEqual({ content: 'text', arrivedAt: noon });
  });

  test.each<[string, object]>([
    ['an event of another service', { source: 'aws.s3', detail: bounce() }],
    ['an event without its detail', { source: 'aws.ses', detail: 'text' }],
    ['a notification whose message is no text', { Type: 'Notification', Message: bounce() }],
    ['a notification of another type', { Type: 'Note', Message: JSON.stringify(bounce()) }],
  ])('%s is no envelope', (_name, message) => {
    expect(parseBody(message)).toEqual({ kind: 'unreadable', reason: 'neither an eventType nor a notificationType' });
  });

  test('is the topic of a confirmation, if it has one', () => {
    const named = (fields: object) => open({ Type: 'SubscriptionConfirmation', TopicArn: 'arn:theirs', ...fields });
    expect(named({})).toMatchObject({ topicArn: 'arn:theirs' });
    expect(named({ TopicArn: 7 })).not.toHaveProperty('topicArn');
    expect(named({ Type: 7 })).not.toHaveProperty('topicArn');
  });
});
