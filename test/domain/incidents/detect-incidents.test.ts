import { type LoggedEvent, replayIncidents } from '../../../shared/domain/incidents/replay-incidents.ts';
import { simulateAccount } from '../../support/outage.ts';
import { day, hour, noon } from '../../support/ses.ts';

const minute = 60_000;
const begin = noon - 10 * day;
const answer = '550 5.1.1 The email account that you tried to reach does not exist. gsmtp';

/** Each recipient accepts an email every day, one after the other. */
function accepted(recipients: readonly string[], days = 10): LoggedEvent[] {
  return Array.from({ length: days }, (_, index) =>
    recipients.map((recipient, place): LoggedEvent => {
      const at = begin + index * day + place * 10_000;
      return { knownAt: at, sentAt: at, kind: 'delivery', recipient };
    }),
  ).flat();
}

const people = (count: number, domain: string) => Array.from({ length: count }, (_, index) => `p${index}@${domain}`);
const refused = (recipients: readonly string[], from = noon, fields: Partial<LoggedEvent> = {}): LoggedEvent[] =>
  recipients.map((recipient, index) => {
    const at = from + index * 20_000;
    return { knownAt: at, sentAt: at - 1000, kind: 'hardBounce', recipient, answer, ...fields };
  });
const find = (...events: readonly (readonly LoggedEvent[])[]) =>
  replayIncidents(events.flat().sort((a, b) => a.knownAt - b.knownAt)).map(({ provider, from, to, recipients }) => ({
    provider,
    from,
    to,
    recipients: recipients.size,
  }));

const gmail = people(300, 'gmail.com');
const others = people(300, 'outlook.com');
const normal = [...accepted(gmail), ...accepted(others)];

test('a provider that refuses addresses it had accepted has an outage, from its first bounce to its last', () => {
  expect(find(normal, refused(gmail.slice(0, 30)))).toEqual([
    { provider: 'google', from: noon, to: noon + 29 * 20_000, recipients: 30 },
  ]);
});

test('addresses that never had an email are those of a bad list', () => {
  expect(find(normal, refused(people(200, 'gmail.com').map((one) => `new-${one}`)))).toEqual([]);
  // An email of two months ago says little about an address.
  expect(find(normal, refused(gmail.slice(0, 30), noon + 61 * day))).toEqual([]);
});

test('an address that bounces again and again says it once', () => {
  const one = gmail[0] as string;
  expect(find(normal, refused(Array.from({ length: 50 }, () => one)))).toEqual([]);
});

test('if everybody refuses, the sender has a problem, and no provider an outage', () => {
  const all = gmail.slice(0, 60).flatMap((one, index) => [one, others[index] as string]);
  expect(find(normal, refused(all))).toEqual([]);
});

test('a company that closes its mailboxes is no outage of the provider that hosts them', () => {
  const firm = people(60, 'firm.example');
  const few = refused(firm.slice(0, 1), noon - 5 * day);
  expect(find(normal, accepted(firm), few, refused(firm.slice(1, 40)))).toEqual([]);
  // In an outage, other addresses at the provider bounce as well. The answers name it.
  const both = firm.slice(1, 30).flatMap((one, index) => [one, gmail[index] as string]);
  expect(find(normal, accepted(firm), few, refused(both))).toMatchObject([{ provider: 'google', recipients: 58 }]);
});

test('a small provider that refuses everything may be gone; one that still accepts emails is not', () => {
  const small = people(25, 'interia.pl');
  const many = accepted(people(600, 'icloud.com'));
  const gone = refused(small, noon, { answer: '550 5.1.1 user unknown' });
  expect(find(normal, many, accepted(small), gone)).toEqual([]);
  const meanwhile = small.slice(20).map((recipient, index): LoggedEvent => {
    const at = noon + 90_000 + index * 20_000;
    return { knownAt: at, sentAt: at, kind: 'delivery', recipient };
  });
  expect(find(normal, many, accepted(small), gone.slice(0, 20), meanwhile)).toMatchObject([{ provider: 'interia' }]);
});

test('an outage that lasts is one incident, and one after a calm time another', () => {
  const calm = accepted(gmail, 1).map((one, index) => {
    const at = noon + 2 * hour + index * 30_000;
    return { ...one, knownAt: at, sentAt: at };
  });
  const again = refused(gmail.slice(100, 140), noon + 8 * hour);
  expect(find(normal, refused(gmail.slice(0, 30)), refused(gmail.slice(30, 60), noon + 40 * minute))).toHaveLength(1);
  expect(find(normal, refused(gmail.slice(0, 30)), calm, again).map(({ recipients }) => recipients)).toEqual([30, 40]);
});

test('in a log without deliveries, an email that has not bounced for a day was accepted', () => {
  const sends = normal.map((one): LoggedEvent => ({ ...one, kind: 'send' }));
  expect(find(sends, refused(gmail.slice(0, 30)))).toMatchObject([{ provider: 'google', recipients: 30 }]);
  const first = normal
    .filter(({ sentAt }) => sentAt < begin + day)
    .map((one): LoggedEvent => ({ ...one, kind: 'send' }));
  expect(find(first, refused(gmail.slice(0, 30), begin + 20 * hour))).toEqual([]);
});

test('events without a recipient are not looked at', () => {
  const without = (events: readonly LoggedEvent[]) => events.map(({ recipient: _, ...one }): LoggedEvent => one);
  expect(find(without(normal), without(refused(gmail.slice(0, 30))))).toEqual([]);
});

test('a simulated account with an outage has it, and one without has none', () => {
  const start = Date.UTC(2020, 11, 1);
  const from = Date.UTC(2020, 11, 9, 12);
  const options = { start, days: 10, perDay: 2000, withDeliveries: true };
  const windows = [[from, from + 4 * hour]] as const;
  const outage = { kind: 'outage', domains: ['gmail.com'], windows, share: 0.5, answer } as const;
  const { events, ofOutage } = simulateAccount(1, { ...options, scenario: outage });
  const [found, ...more] = replayIncidents(events);
  expect([found?.provider, more]).toEqual(['google', []]);
  expect([...(ofOutage[0] ?? [])].filter((one) => !found?.recipients.has(one)).length).toBeLessThanOrEqual(1);
  const campaign = { kind: 'campaign', domain: 'gmail.com', at: from } as const;
  expect(replayIncidents(simulateAccount(1, { ...options, scenario: campaign }).events)).toEqual([]);
});
