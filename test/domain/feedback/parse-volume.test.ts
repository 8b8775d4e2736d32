import { countSend } from '../../../shared/domain/feedback/count-send.ts';
import { unwrapMessage } from '../../../shared/domain/feedback/envelope.ts';
import type { ParsedMessage, SendEvent } from '../../../shared/domain/feedback/feedback-event.ts';
import { parse } from '../../../shared/domain/feedback/parse.ts';
import { defaultPolicy, readPolicy } from '../../../shared/domain/policy/policy.ts';
import { accountId, day, delivery, hour, iso, noon, send, snsEnvelope } from '../../support/ses.ts';

const parseJson = (message: unknown, queuedAt?: number): ParsedMessage =>
  parse(unwrapMessage({ id: '0', body: JSON.stringify(message), ...(queuedAt && { queuedAt }) }), {
    accounts: [accountId],
  });

const counted = (message: unknown, policy = defaultPolicy, now = noon + hour) => {
  const parsed = parseJson(message);
  if (parsed.kind !== 'volume') throw new Error(JSON.stringify(parsed));
  return countSend(parsed.event as SendEvent, policy, now);
};
const scopes = ['account', 'identity:shop.example.com', 'configuration-set:news'];

describe('a Send event', () => {
  test('is parsed into its email and the recipients', () => {
    expect(parseJson(send({ to: ['"Ann" <Ann@Example.net>', 'bob@example.net'] }))).toStrictEqual({
      kind: 'volume',
      event: {
        kind: 'send',
        mail: {
          sentAt: noon,
          source: 'news@shop.example.com',
          sourceArn: `arn:aws:ses:us-east-1:${accountId}:identity/shop.example.com`,
          tags: { 'ses:configuration-set': ['news'] },
        },
        recipients: ['ann@example.net', 'bob@example.net'],
        unreadableCount: 0,
      },
    });
  });

  test('needs only the send time and the recipients', () => {
    const mail = { timestamp: iso(noon), destination: ['ann@example.net'] };
    expect(parseJson({ eventType: 'Send', mail })).toStrictEqual({
      kind: 'volume',
      event: { kind: 'send', mail: { sentAt: noon, tags: {} }, recipients: ['ann@example.net'], unreadableCount: 0 },
    });
  });

  test('has a send time no later than its arrival', () => {
    const future = { ...send({ sentAt: noon + day }) };
    expect(parseJson(snsEnvelope(future))).toMatchObject({ event: { mail: { sentAt: noon } } });
  });

  test.each([
    ['with an invalid send time', send({ mail: { timestamp: 'yesterday' } }), 'mail.timestamp is not an ISO 8601 time'],
    ['without two of its fields', { eventType: 'Send', mail: {} }, /mail.timestamp .*; mail.destination /],
    ['without recipients', send({ mail: { destination: undefined } }), 'mail.destination'],
    [
      'with too many recipients',
      send({ to: Array.from({ length: 1001 }, () => 'ann@example.net') }),
      'more than 1000 recipients',
    ],
  ])('%s is unreadable', (_name, message, reason) => {
    expect(parseJson(message)).toEqual({ kind: 'unreadable', reason: expect.stringMatching(reason) });
  });

  test('counts entries without a valid address and has the addresses of the others', () => {
    const mail = { destination: ['ann@example.net', 'no address', 7] };
    expect(parseJson(send({ mail }))).toMatchObject({ event: { recipients: ['ann@example.net'], unreadableCount: 2 } });
  });

  test('with a thousand recipients is parsed', () => {
    expect(parseJson(send({ to: Array.from({ length: 1000 }, (_, i) => `r${i}@example.net`) }))).toMatchObject({
      kind: 'volume',
    });
  });

  test('from an account that is not trusted is untrusted, and so is a Delivery event', () => {
    const mail = { sendingAccountId: '999999999999' };
    expect(parseJson(send({ mail }))).toMatchObject({ kind: 'untrusted', name: 'send' });
    expect(parseJson(delivery({ mail }))).toMatchObject({ kind: 'untrusted', name: 'delivery' });
  });

  test('from a topic that is not trusted is untrusted', () => {
    const message = unwrapMessage({ id: '0', body: JSON.stringify(snsEnvelope(send())) });
    expect(parse(message, { topics: ['arn:trusted'] })).toMatchObject({ kind: 'untrusted', name: 'send' });
  });
});

describe('the sends of an email', () => {
  test('are its recipients, each once, in every scope', () => {
    const to = ['ann@example.net', 'ANN@example.net', 'bob@example.net'];
    expect(counted(send({ to }))).toEqual(scopes.map((scope) => ({ scope, sentAt: noon, sends: 2 })));
  });

  test('include recipients without a valid address, because SES sent the email to them', () => {
    expect(counted(send({ to: ['ann@example.net', 'no address'] }))[0]).toMatchObject({ sends: 2 });
    expect(counted(send({ mail: { destination: ['ann@example.net', 7] } }))[0]).toMatchObject({ sends: 2 });
  });

  test('exclude the simulator and own domains, because their bounces count toward no rate', () => {
    const policy = readPolicy({ ownDomains: ['shop.example.com'] });
    const to = ['success+1@simulator.amazonses.com', 'me@shop.example.com', 'you@mail.shop.example.com'];
    expect(counted(send({ to }), policy)).toEqual([]);
    expect(counted(send({ to: [...to, 'ann@example.net'] }), policy)[0]).toMatchObject({ sends: 1 });
    expect(counted(send({ to: 'me@shop.example.com' }))[0]).toMatchObject({ sends: 1 });
  });

  test('are not counted from an age of 30 days, because later feedback is not counted either', () => {
    expect(counted(send(), defaultPolicy, noon + 30 * day)).toEqual([]);
    expect(counted(send(), defaultPolicy, noon + 30 * day - 1)).toHaveLength(3);
  });

  test('are not counted for the account if its sends come from SES', () => {
    expect(counted(send(), readPolicy({ sendsFrom: 'ses' })).map(({ scope }) => scope)).toEqual(scopes.slice(1));
  });

  test('are counted by the tags of the policy', () => {
    const policy = readPolicy({ scopeTags: ['campaign'] });
    const counts = counted(send({ tags: { campaign: ['spring'] } }), policy);
    expect(counts.map(({ scope }) => scope)).toEqual([...scopes, 'tag:campaign=spring']);
  });
});

describe('a Delivery event', () => {
  test('is parsed into the recipients and the time of the delivery', () => {
    const to = ['Ann@Example.net', 'ann@example.net'];
    expect(parseJson(delivery({ to }))).toStrictEqual({
      kind: 'volume',
      event: { kind: 'delivery', at: noon + 2000, recipients: ['ann@example.net'] },
    });
    expect(parseJson(delivery({ channel: 'identity' }))).toMatchObject({ kind: 'volume' });
  });

  test('has a time between the send time and its arrival', () => {
    expect(parseJson(delivery({ at: noon - day }))).toMatchObject({ event: { at: noon } });
    expect(parseJson(delivery({ at: noon + day }), noon + hour)).toMatchObject({ event: { at: noon } });
    expect(parseJson(delivery({ at: noon + 60_000 }), noon + hour)).toMatchObject({ event: { at: noon + 60_000 } });
  });

  test('that is unreadable is ignored, because nothing depends on it', () => {
    const ignored = { kind: 'ignored', name: 'delivery', reason: 'a delivery event is not feedback' };
    const { delivery: content, mail } = delivery();
    expect(parseJson({ eventType: 'Delivery', mail })).toEqual(ignored);
    expect(parseJson({ eventType: 'Delivery', delivery: content, mail: { ...mail, timestamp: '?' } })).toEqual(ignored);
    expect(parseJson({ eventType: 'Delivery', delivery: content })).toEqual(ignored);
    expect(parseJson({ eventType: 'Open', delivery: content, mail })).toMatchObject({ kind: 'ignored', name: 'open' });
    const many = Array.from({ length: 1200 }, (_, i) => `r${i}@example.net`);
    expect(Object(parseJson(delivery({ to: many }))).event.recipients).toHaveLength(1000);
  });
});
