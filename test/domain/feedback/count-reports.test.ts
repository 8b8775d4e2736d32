import { type Address, type AddressKey, parseAddress } from '../../../shared/domain/address.ts';
import { classify } from '../../../shared/domain/feedback/classify.ts';
import { isReportKey, mayBeFromAnother, separateReports } from '../../../shared/domain/feedback/count-reports.ts';
import { unwrapMessage } from '../../../shared/domain/feedback/envelope.ts';
import type { FeedbackEvent } from '../../../shared/domain/feedback/feedback-event.ts';
import { parse } from '../../../shared/domain/feedback/parse.ts';
import type { RecipientEvent } from '../../../shared/domain/feedback/recipient-event.ts';
import { type Policy, readPolicy } from '../../../shared/domain/policy/policy.ts';
import { bounce, complaint } from '../../support/ses.ts';

const toAddress = (text: string) => parseAddress(text) as Address;
const policyWith = (ownDomains: string[]) => readPolicy({ ownDomains });

function eventsOf(message: object, policy: Policy = policyWith([])): RecipientEvent[] {
  const parsed = parse(unwrapMessage({ id: '0', body: message }), {});
  if (parsed.kind !== 'feedback') throw new Error('no feedback');
  return classify(parsed.event, policy);
}
const complaintOf = (named: readonly string[], destination: readonly string[], mailId = 'mail-1') =>
  complaint({ to: named, mailId, mail: { destination } });
const counted = (events: readonly RecipientEvent[]) =>
  events.flatMap(({ metric, address }) => (metric === null ? [] : `${address} ${metric}`));

test('a complaint of the only recipient is no report of several', () => {
  const [event] = eventsOf(complaintOf(['ann@gmail.com'], ['ann@gmail.com']));
  expect(event).toMatchObject({ suspected: false, metric: 'complaints' });
  expect(event).not.toHaveProperty('report');
});

test.each<[string, string[], string[], string[]]>([
  [
    'one provider',
    ['bob@gmail.com', 'ann@gmail.com'],
    ['ann@gmail.com', 'bob@gmail.com'],
    ['ann@gmail.com complaints'],
  ],
  [
    'domains that are no provider’s own',
    ['bob@a.example', 'ann@b.example'],
    ['bob@a.example', 'ann@b.example'],
    ['ann@b.example complaints'],
  ],
  [
    'two providers',
    ['ann@gmail.com', 'bob@yahoo.com'],
    ['ann@gmail.com', 'bob@yahoo.com'],
    ['ann@gmail.com complaints', 'bob@yahoo.com complaints'],
  ],
  [
    'two providers, with others at each',
    ['dee@yahoo.com', 'bob@gmail.com', 'cy@yahoo.com'],
    ['ann@gmail.com', 'bob@gmail.com', 'cy@yahoo.com', 'dee@yahoo.com'],
    ['bob@gmail.com complaints', 'cy@yahoo.com complaints'],
  ],
  [
    'one provider, of whom one is named',
    ['bob@gmail.com'],
    ['ann@gmail.com', 'bob@gmail.com'],
    ['bob@gmail.com complaints'],
  ],
])('recipients at %s count once for each provider', (_name, named, destination, expected) => {
  expect(counted(eventsOf(complaintOf(named, destination)))).toEqual(expected);
});

test('all messages about one report have one key, and other reports have others', () => {
  const destination = ['ann@gmail.com', 'bob@gmail.com', 'cy@yahoo.com', 'dee@yahoo.com'];
  const reportOf = (named: string, mailId?: string) => eventsOf(complaintOf([named], destination, mailId))[0]?.report;
  expect(reportOf('ann@gmail.com')).toMatch(/^report#[\w-]{16}$/);
  expect(reportOf('bob@gmail.com')).toBe(reportOf('ann@gmail.com'));
  expect(new Set([reportOf('ann@gmail.com'), reportOf('cy@yahoo.com'), reportOf('ann@gmail.com', 'mail-2')]).size).toBe(
    3,
  );
});

test('a recipient that is not counted leaves the counter to another', () => {
  const events = eventsOf(
    complaintOf(['ann@own.example', 'bob@x.example'], ['ann@own.example', 'bob@x.example']),
    policyWith(['own.example']),
  );
  expect(counted(events)).toEqual(['bob@x.example complaints']);
});

test('bounces, and complaints that did not happen, keep their counters', () => {
  const both = ['ann@gmail.com', 'bob@gmail.com'];
  const recipients = both.map((emailAddress) => ({ emailAddress }));
  expect(counted(eventsOf(bounce({ recipients, mail: { destination: both } })))).toHaveLength(2);
  const prevented = complaint({ to: both, subType: 'OnAccountSuppressionList', mail: { destination: both } });
  expect(counted(eventsOf(prevented))).toEqual(['ann@gmail.com prevented', 'bob@gmail.com prevented']);
});

test('a complaint that names an address that was not mailed belongs to no report', () => {
  const [event] = eventsOf(complaintOf(['eve@gmail.com'], ['ann@gmail.com', 'bob@gmail.com']));
  expect(event).toMatchObject({ isUnaddressed: true, effect: 'watch', metric: 'complaints' });
  expect(event).not.toHaveProperty('report');
});

test('addresses that were not mailed are counted up to the number of recipients, in alphabetical order', () => {
  const recipients = ['d', 'c', 'b', 'a'].map((name) => ({ emailAddress: `${name}@x.example` }));
  const uncountedBounce = (destination: readonly string[]) =>
    counted(eventsOf(bounce({ recipients, mail: { destination } })));
  expect(uncountedBounce(['m@y.example', 'n@y.example'])).toEqual(['b@x.example hard', 'a@x.example hard']);
  expect(uncountedBounce(['d@x.example', 'n@y.example'])).toEqual(['d@x.example hard', 'a@x.example hard']);
  expect(uncountedBounce(['d@x.example', 'c@x.example'])).toEqual(['d@x.example hard', 'c@x.example hard']);
});

test('the counter of a report becomes an event of its own, which says nothing about a person', () => {
  const destination = ['ann@gmail.com', 'bob@gmail.com'];
  const events = separateReports(eventsOf(complaintOf(destination, destination)));
  expect(events.map(({ effect, metric }) => [effect, metric])).toEqual([
    ['suppress', null],
    ['count', 'complaints'],
    ['suppress', null],
  ]);
  const report = events[1] as RecipientEvent;
  expect(isReportKey(report.address)).toBe(true);
  expect(report).toMatchObject({
    address: events[0]?.report,
    originalAddress: report.address,
    id: report.address.slice(7),
  });
  for (const field of ['report', 'diagnosticCode', 'status', 'reportedAs']) expect(report).not.toHaveProperty(field);
});

test('events without a report, or whose report another one counts, stay as they are', () => {
  const events = eventsOf(bounce());
  expect(separateReports(events)).toEqual(events);
});

test.each([
  ['report#abc', true],
  ['report#abc@example.net', false],
  ['ann@example.net', false],
])('%s is the key of a report: %s', (key, expected) => {
  expect(isReportKey(key as never)).toBe(expected);
});

test.each<[string, readonly string[] | undefined, readonly string[], boolean]>([
  ['nobody else was mailed', ['ann@gmail.com'], ['ann@gmail.com'], false],
  ['somebody else at the provider was mailed', ['ann@gmail.com', 'bob@googlemail.com'], ['ann@gmail.com'], true],
  ['somebody else at another provider was mailed', ['ann@gmail.com', 'bob@yahoo.com'], ['ann@gmail.com'], false],
  ['the report names somebody else as well', undefined, ['ann@gmail.com', 'bob@gmail.com'], true],
  ['the report names somebody at another provider as well', undefined, ['ann@gmail.com', 'bob@yahoo.com'], false],
])('whether a complaint may be from another, if %s', (_name, destination, named, expected) => {
  const recipients = named.map(toAddress);
  const mail = { ...(destination && { destination: destination.map(toAddress) }) } as unknown as FeedbackEvent['mail'];
  expect(mayBeFromAnother('ann@gmail.com' as AddressKey, { mail, recipients })).toBe(expected);
});

test('somebody whom the email was not sent to did not complain about it', () => {
  const recipients = [toAddress('ann@gmail.com'), { ...toAddress('eve@gmail.com'), isUnaddressed: true as const }];
  const mail = { destination: [toAddress('ann@gmail.com')] } as unknown as FeedbackEvent['mail'];
  expect(mayBeFromAnother('ann@gmail.com' as AddressKey, { mail, recipients })).toBe(false);
});

test('the key of a report stays the same in all versions: the table remembers it', () => {
  const [event] = eventsOf(complaintOf(['ann@gmail.com'], ['ann@gmail.com', 'bob@gmail.com'], 'mail-1'));
  // cspell:disable-next-line
  expect(event?.report).toBe('report#9zuqlB7ubTbQGMh_');
});

test('a bounce is no report', () => {
  const both = ['ann@gmail.com', 'bob@gmail.com'];
  const [event] = eventsOf(bounce({ to: 'ann@gmail.com', mail: { destination: both } }));
  expect(event).not.toHaveProperty('report');
});
