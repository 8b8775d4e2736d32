import { unwrapBatch, unwrapMessage } from '../../../shared/domain/feedback/envelope.ts';
import { parse } from '../../../shared/domain/feedback/parse.ts';
import { bounce, iso, noon, queued, snsEnvelope } from '../../support/ses.ts';

const parseBody = (body: unknown) => parse(unwrapMessage({ id: '0', body }), {});
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
  ])('%s is unwrapped', (_name, event) => {
    const [raw] = unwrapBatch(event).messages;
    expect(raw && parse(unwrapMessage(raw), {})).toMatchObject({ kind: 'feedback', event: { kind: 'bounce' } });
  });

  test('only a batch from a queue can report single failed messages', () => {
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
    ['not a string', { toString: 1, valueOf: 1 }],
    ['a number', 1_795_000_000_000],
    ['later than any email', '8640000000000000'],
    ['negative', '-1'],
    ['empty', ''],
  ])('a SentTimestamp that is %s is ignored', (_name, SentTimestamp) => {
    const record = { ...queued('a', message), attributes: { SentTimestamp } };
    expect(unwrapBatch({ Records: [record, queued('b', message, noon)] }).messages).toEqual([
      { id: 'a', body: JSON.stringify(message) },
      { id: 'b', body: JSON.stringify(message), queuedAt: noon },
    ]);
  });

  test('a message id that SQS would not create is replaced by the position, because ids appear in logs', () => {
    const ids = ['a-1_B', 'x'.repeat(100), 'x'.repeat(101), 'ann@example.net', '\u001b[31m', '', 7, undefined];
    const records = ids.map((messageId) => ({ messageId, body: '' }));
    const unwrapped = unwrapBatch({ Records: [...records, null] }).messages.map(({ id }) => id);
    expect(unwrapped).toEqual(['a-1_B', 'x'.repeat(100), '2', '3', '4', '5', '6', '7', '8']);
  });

  test('a message alone has the position 0', () => {
    expect(unwrapBatch(message)).toEqual({ kind: 'push', messages: [{ id: '0', body: message }] });
  });

  test('up to four envelopes are removed, and a message with more is unreadable', () => {
    const nested = (times: number) =>
      Array.from({ length: times }).reduce<unknown>((inner) => snsEnvelope(inner), message);
    expect(parseJson(nested(4))).toMatchObject({ kind: 'feedback' });
    const reason = 'wrapped in more than 4 envelopes';
    expect([parseJson(nested(5)), parseJson(nested(9))]).toEqual([
      { kind: 'unreadable', reason },
      { kind: 'unreadable', reason },
    ]);
  });
});

describe('an unwrapped message', () => {
  const unwrap = (body: unknown, queuedAt?: number) => unwrapMessage({ id: '0', body, ...(queuedAt && { queuedAt }) });

  test('has the topic and the time of the outermost envelope', () => {
    const inner = snsEnvelope('text', { topicArn: 'arn:inner', at: noon });
    const outer = snsEnvelope(inner, { topicArn: 'arn:outer', at: noon + 1000 });
    expect(unwrap(outer, noon + 2000)).toStrictEqual({
      content: 'text',
      topicArn: 'arn:outer',
      arrivedAt: noon + 1000,
    });
  });

  test('has an empty topic if the envelope names none', () => {
    expect(unwrap({ Type: 'Notification', Message: 'text', TopicArn: 1 })).toStrictEqual({
      content: 'text',
      topicArn: '',
    });
  });

  test('from EventBridge is marked as such', () => {
    const event = { source: 'aws.ses', time: iso(noon), detail: { eventType: 'Open' } };
    expect(unwrap(event)).toStrictEqual({ content: { eventType: 'Open' }, isFromEventBus: true, arrivedAt: noon });
    expect(unwrap({ ...event, time: 'once' })).toStrictEqual({ content: { eventType: 'Open' }, isFromEventBus: true });
  });

  test('without an envelope has only its content and the time in the queue', () => {
    expect(unwrap('text')).toStrictEqual({ content: 'text' });
    expect(unwrap('text', noon)).toStrictEqual({ content: 'text', arrivedAt: noon, isArrivalRenewed: true });
  });

  test.each<[string, object]>([
    ['an event of another service', { source: 'aws.s3', detail: bounce() }],
    ['an event without its detail', { source: 'aws.ses', detail: 'text' }],
    ['a notification whose message is not a string', { Type: 'Notification', Message: bounce() }],
    ['a notification of another type', { Type: 'Note', Message: JSON.stringify(bounce()) }],
  ])('%s is not an envelope', (_name, message) => {
    const reason = 'has neither an eventType nor a notificationType';
    expect(parseBody(message)).toEqual({ kind: 'unreadable', reason });
  });

  test('has the topic of a confirmation, if the confirmation names one', () => {
    const confirmation = (fields: object) =>
      unwrap({ Type: 'SubscriptionConfirmation', TopicArn: 'arn:another', ...fields });
    expect(confirmation({})).toMatchObject({ topicArn: 'arn:another' });
    expect(confirmation({ TopicArn: 7 })).not.toHaveProperty('topicArn');
    expect(confirmation({ Type: 7 })).not.toHaveProperty('topicArn');
  });
});
