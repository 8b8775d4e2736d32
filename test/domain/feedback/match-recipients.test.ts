import { type Address, parseAddress } from '../../../shared/domain/address.ts';
import { matchRecipients, readDestination } from '../../../shared/domain/feedback/match-recipients.ts';

const address = (text: string) => parseAddress(text) as Address;
const [ann, bob, eve] = ['Ann@example.net', 'bob@example.net', 'eve@example.org'].map(address) as [
  Address,
  Address,
  Address,
];
const status = { status: '5.1.1' };

test('without a destination, every valid address is a recipient', () => {
  expect(matchRecipients([{ address: ann, ...status }, {}, { address: eve }], undefined)).toEqual({
    recipients: [{ ...ann, ...status }, eve],
    unreadableCount: 1,
  });
});

test('an email to one recipient is about that recipient, and names what the report says, masked', () => {
  expect(matchRecipients([{ address: eve, ...status }, { status: '5.0.0' }], [ann])).toEqual({
    recipients: [
      { ...ann, ...status, reportedAs: 'e***@example.org' },
      { ...ann, status: '5.0.0' },
    ],
    unreadableCount: 0,
  });
});

test('a recipient that is named is matched by its key, and keeps the form of the report', () => {
  expect(matchRecipients([{ address: address('ANN@example.net') }], [ann])).toEqual({
    recipients: [{ key: ann.key, original: 'ANN@example.net' }],
    unreadableCount: 0,
  });
});

test.each<[string, readonly Address[], readonly Address[]]>([
  ['several recipients', [eve], [ann, bob]],
  ['the only recipient', [ann, eve], [ann]],
])('an address beyond %s is marked', (_name, named, destination) => {
  const { recipients, unreadableCount } = matchRecipients([...named.map((one) => ({ address: one })), {}], destination);
  expect(recipients.find(({ key }) => key === eve.key)).toEqual({ ...eve, isUnaddressed: true });
  expect(recipients.filter((one) => one.isUnaddressed)).toHaveLength(1);
  expect(unreadableCount).toBe(1);
});

test('the destination has each address once', () => {
  expect(
    readDestination(['Ann@example.net', '"Lee, Ann" <ann@example.net>', 'bob@example.net'])?.map(({ key }) => key),
  ).toEqual(['ann@example.net', 'bob@example.net']);
});

test.each<[string, readonly unknown[] | undefined]>([
  ['missing', undefined],
  ['empty', []],
  ['not complete', ['ann@example.net', 'nobody']],
  ['not only text', ['ann@example.net', 7]],
  ['too long', Array.from({ length: 1001 }, (_, i) => `a${i}@example.net`)],
])('a destination that is %s says nothing', (_name, entries) => {
  expect(readDestination(entries)).toBeUndefined();
});

test('a destination may have a thousand recipients', () => {
  expect(readDestination(Array.from({ length: 1000 }, (_, i) => `a${i}@example.net`))).toHaveLength(1000);
});
