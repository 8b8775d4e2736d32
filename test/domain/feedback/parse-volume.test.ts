import { countSend } from '../../../shared/domain/feedback/count-send.ts';
import type { ParsedMessage, SendEvent } from '../../../shared/domain/feedback/feedback-event.ts';
import { parse } from '../../../shared/domain/feedback/parse.ts';
import { defaultPolicy, readPolicy } from '../../../shared/domain/policy/policy.ts';
import { accountId, day, delivery, hour, iso, noon, send, snsEnvelope } from '../../support/ses.ts';

const read = (message: unknown, queuedAt?: number): ParsedMessage =>
  parse({ id: '0', body: JSON.stringify(message), ...(queuedAt && { queuedAt }) }, { accounts: [accountId] });

const counted = (message: unknown, policy = defaultPolicy, now = noon + hour) => {
  const parsed = read(message);
  if (parsed.kind !== 'volume') throw new Error(JSON.stringify(parsed));
  return countSend(parsed.event as SendEvent, policy, now);
};
const three = ['account', 'identity:shop.example.com', 'configuration-set:news'];

describe('a Send event', () => {
  test('is a mail, the recipients it went to and nothing else', () => {
    expect(read(send({ to: ['"Ann" <Ann@Example.net>', 'bob@example.net'] }))).toStrictEqual({
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

  test('may say little of its mail', () => {
    const mail = { timestamp: iso(noon), destination: ['ann@example.net'] };
    expect(read({ eventType: 'Send', mail })).toStrictEqual({
      kind: 'volume',
      event: { kind: 'send', mail: { sentAt: noon, tags: {} }, recipients: ['ann@example.net'], unreadableCount: 0 },
    });
  });

  test('was not sent after it arrived', () => {
    const late = { ...send({ sentAt: noon + day }) };
    expect(read(snsEnvelope(late))).toMatchObject({ event: { mail: { sentAt: noon } } });
  });

  test.each([
    ['without a time of a mail', send({ mail: { timestamp: 'yesterday' } }), 'mail.timestamp is no ISO 8601 time'],
    ['of which two things are missing', { eventType: 'Send', mail: {} }, /mail.timestamp .*; mail.destination /],
    ['without recipients', send({ mail: { destination: undefined } }), 'mail.destination'],
    ['to too many', send({ to: Array.from({ length: 1001 }, () => 'ann@example.net') }), 'more than 1000 recipients'],
  ])('%s is unreadable', (_name, message, reason) => {
    expect(read(message)).toEqual({ kind: 'unreadable', reason: expect.stringMatching(reason) });
  });

  test('counts what is no address among its recipients, and names the others', () => {
    const mail = { destination: ['ann@example.net', 'no address', 7] };
    expect(read(send({ mail }))).toMatchObject({ event: { recipients: ['ann@example.net'], unreadableCount: 2 } });
  });

  test('to a thousand recipients is read', () => {
    expect(read(send({ to: Array.from({ length: 1000 }, (_, i) => `r${i}@example.net`) }))).toMatchObject({
      kind: 'volume',
    });
  });

  test('of another account is foreign', () => {
    const mail = { sendingAccountId: '999999999999' };
    expect(read(send({ mail }))).toMatchObject({ kind: 'foreign', name: 'send' });
    expect(read(delivery({ mail }))).toMatchObject({ kind: 'foreign', name: 'delivery' });
  });

  test('from a topic that is not ours is foreign, too', () => {
    const body = JSON.stringify(snsEnvelope(send()));
    expect(parse({ id: '0', body }, { topics: ['arn:ours'] })).toMatchObject({ kind: 'foreign', name: 'send' });
  });
});

describe('sends are counted', () => {
  test('in recipients, each once, in every scope of the mail', () => {
    const to = ['ann@example.net', 'ANN@example.net', 'bob@example.net'];
    expect(counted(send({ to }))).toEqual(three.map((scope) => ({ scope, sentAt: noon, sends: 2 })));
  });

  test('also where a recipient is no address we can read: mail went there', () => {
    expect(counted(send({ to: ['ann@example.net', 'no address'] }))[0]).toMatchObject({ sends: 2 });
    expect(counted(send({ mail: { destination: ['ann@example.net', 7] } }))[0]).toMatchObject({ sends: 2 });
  });

  test('but not to the simulator, nor to our own domains: what bounces there is in no rate', () => {
    const policy = readPolicy({ ownDomains: ['shop.example.com'] });
    const to = ['success+1@simulator.amazonses.com', 'me@shop.example.com', 'you@mail.shop.example.com'];
    expect(counted(send({ to }), policy)).toEqual([]);
    expect(counted(send({ to: [...to, 'ann@example.net'] }), policy)[0]).toMatchObject({ sends: 1 });
    expect(counted(send({ to: 'me@shop.example.com' }))[0]).toMatchObject({ sends: 1 });
  });

  test('and not of a mail so old that its feedback counts no more', () => {
    expect(counted(send(), defaultPolicy, noon + 30 * day)).toEqual([]);
    expect(counted(send(), defaultPolicy, noon + 30 * day - 1)).toHaveLength(3);
  });

  test('but not for the account where its sends are those of SES', () => {
    expect(counted(send(), readPolicy({ sendsFrom: 'ses' })).map(({ scope }) => scope)).toEqual(three.slice(1));
  });

  test('by the tags of the policy', () => {
    const policy = readPolicy({ scopeTags: ['campaign'] });
    const scopes = counted(send({ tags: { campaign: ['spring'] } }), policy).map(({ scope }) => scope);
    expect(scopes).toEqual([...three, 'tag:campaign=spring']);
  });
});

describe('a Delivery event', () => {
  test('says who got a mail, and when', () => {
    const to = ['Ann@Example.net', 'ann@example.net'];
    expect(read(delivery({ to }))).toStrictEqual({
      kind: 'volume',
      event: { kind: 'delivery', at: noon + 2000, recipients: ['ann@example.net'] },
    });
    expect(read(delivery({ channel: 'identity' }))).toMatchObject({ kind: 'volume' });
  });

  test('happened between the mail and its arrival', () => {
    expect(read(delivery({ at: noon - day }))).toMatchObject({ event: { at: noon } });
    expect(read(delivery({ at: noon + day }), noon + hour)).toMatchObject({ event: { at: noon + hour } });
  });

  test('that cannot be read is no loss, and ignored', () => {
    const ignored = { kind: 'ignored', name: 'delivery', reason: 'a delivery event is not feedback' };
    const { delivery: said, mail } = delivery();
    expect(read({ eventType: 'Delivery', mail })).toEqual(ignored);
    expect(read({ eventType: 'Delivery', delivery: said, mail: { ...mail, timestamp: '?' } })).toEqual(ignored);
    expect(read({ eventType: 'Delivery', delivery: said })).toEqual(ignored);
    expect(read({ eventType: 'Open', delivery: said, mail })).toMatchObject({ kind: 'ignored', name: 'open' });
    const many = Array.from({ length: 1200 }, (_, i) => `r${i}@example.net`);
    expect(Object(read(delivery({ to: many }))).event.recipients).toHaveLength(1000);
  });
});
