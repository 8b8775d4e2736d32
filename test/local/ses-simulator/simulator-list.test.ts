import {
  DeleteSuppressedDestinationCommand,
  GetSuppressedDestinationCommand,
  ListSuppressedDestinationsCommand,
  type ListSuppressedDestinationsCommandInput,
  PutSuppressedDestinationCommand,
  type SuppressionListReason,
} from '@aws-sdk/client-sesv2';
import { createSesFixture, outcome, type SesFixture, start } from '../../support/ses-fixture.ts';

let fixture: SesFixture;

beforeEach(async () => {
  fixture = await createSesFixture({ callsPerSecond: Number.POSITIVE_INFINITY });
});

afterEach(() => fixture.close());

const put = (EmailAddress: string, Reason: SuppressionListReason = 'BOUNCE') =>
  outcome(fixture.client.send(new PutSuppressedDestinationCommand({ EmailAddress, Reason })));
const get = (EmailAddress: string) =>
  outcome(fixture.client.send(new GetSuppressedDestinationCommand({ EmailAddress })));
const remove = (EmailAddress: string) =>
  outcome(fixture.client.send(new DeleteSuppressedDestinationCommand({ EmailAddress })));
const list = (input: ListSuppressedDestinationsCommandInput = {}) =>
  fixture.client.send(new ListSuppressedDestinationsCommand(input));
const names = async (input?: ListSuppressedDestinationsCommandInput) =>
  (await list(input)).SuppressedDestinationSummaries?.map(({ EmailAddress }) => EmailAddress);
const absent = '404 NotFoundException';

test('an address is found exactly as it was added', async () => {
  const address = '"a/b? c%2F+tag"@Example.net';
  expect([await put(address, 'COMPLAINT'), await get(address), await get(address.toLowerCase())]).toEqual([
    {},
    {
      SuppressedDestination: {
        EmailAddress: address,
        Reason: 'COMPLAINT',
        LastUpdateTime: new Date(start),
      },
    },
    absent,
  ]);
});

test('reading and removing an address is case-sensitive, and removing it again is an error', async () => {
  await put('Ann@example.net');
  await put('ann@example.net');
  expect([
    await remove('ANN@example.net'),
    await remove('Ann@example.net'),
    await remove('Ann@example.net'),
    await get('Ann@example.net'),
    await names(),
  ]).toEqual([absent, {}, absent, absent, ['ann@example.net']]);
});

test('adding an address again replaces its reason and time, and drops its attributes', async () => {
  const attributes = { messageId: 'mail-1', feedbackId: 'feedback-1' };
  fixture.ses.list.set('ann@example.net', {
    emailAddress: 'ann@example.net',
    reason: 'BOUNCE',
    lastUpdateTime: 1000,
    attributes,
  });
  const before = await get('ann@example.net');
  await put('ann@example.net', 'COMPLAINT');
  expect([before, await get('ann@example.net')]).toEqual([
    {
      SuppressedDestination: {
        EmailAddress: 'ann@example.net',
        Reason: 'BOUNCE',
        LastUpdateTime: new Date(1000),
        Attributes: { MessageId: 'mail-1', FeedbackId: 'feedback-1' },
      },
    },
    {
      SuppressedDestination: {
        EmailAddress: 'ann@example.net',
        Reason: 'COMPLAINT',
        LastUpdateTime: new Date(start),
      },
    },
  ]);
});

test.each([
  ['no address', 'ann', 'BOUNCE'],
  ['a display name', 'Ann <ann@example.net>', 'BOUNCE'],
  ['two addresses', 'ann@example.net,bea@example.net', 'BOUNCE'],
  ['letters outside ASCII', 'änn@example.net', 'BOUNCE'],
  ['a mailbox of the simulator', 'Bounce+x@Simulator.amazonses.com', 'BOUNCE'],
  ['more than 320 characters', `${'a'.repeat(309)}@example.net`, 'BOUNCE'],
  ['an unknown reason', 'ann@example.net', 'MANUAL'],
])('adding %s is rejected, and the list does not change', async (_what, address, reason) => {
  expect(await put(address, reason as SuppressionListReason)).toBe('400 BadRequestException');
  expect(fixture.ses.list).toEqual(new Map());
});

test('an address of 320 characters can be added', async () => {
  expect(await put(`${'a'.repeat(308)}@example.net`)).toEqual({});
});

test('in the sandbox, addresses can be read and removed but not added', async () => {
  await put('ann@example.net');
  fixture.ses.account.isSandbox = true;
  expect([await put('bea@example.net'), await names(), await remove('ann@example.net')]).toEqual([
    '400 BadRequestException',
    ['ann@example.net'],
    {},
  ]);
});

test('the list can be filtered by reason and by time, both ends included', async () => {
  await put('a@example.net', 'BOUNCE');
  fixture.advance(1000);
  await put('c@example.net', 'COMPLAINT');
  fixture.advance(1000);
  await put('b@example.net', 'BOUNCE');
  const time = (seconds: number) => new Date(start + seconds * 1000);
  expect({
    all: (await list()).SuppressedDestinationSummaries,
    complaints: await names({ Reasons: ['COMPLAINT'] }),
    both: await names({ Reasons: ['BOUNCE', 'COMPLAINT'] }),
    since: await names({ StartDate: time(1) }),
    until: await names({ EndDate: time(1) }),
    between: await names({ StartDate: new Date(time(0).getTime() + 1), EndDate: new Date(time(2).getTime() - 1) }),
    neither: await names({ Reasons: ['COMPLAINT'], StartDate: time(2) }),
  }).toEqual({
    all: [
      { EmailAddress: 'a@example.net', Reason: 'BOUNCE', LastUpdateTime: time(0) },
      { EmailAddress: 'b@example.net', Reason: 'BOUNCE', LastUpdateTime: time(2) },
      { EmailAddress: 'c@example.net', Reason: 'COMPLAINT', LastUpdateTime: time(1) },
    ],
    complaints: ['c@example.net'],
    both: ['a@example.net', 'b@example.net', 'c@example.net'],
    since: ['b@example.net', 'c@example.net'],
    until: ['a@example.net', 'c@example.net'],
    between: ['c@example.net'],
    neither: [],
  });
});

test('if the list changes between two pages, entries that stay are returned once, and none twice', async () => {
  for (const name of ['b', 'd', 'f', 'h']) await put(`${name}@example.net`);
  const { NextToken } = await list({ PageSize: 2 });
  await put('a@example.net'); // before the last address of the first page
  await remove('d@example.net'); // the last address of the first page
  await put('e@example.net');
  await remove('f@example.net');
  const second = await list({ PageSize: 2, NextToken });
  expect(second.SuppressedDestinationSummaries?.map(({ EmailAddress }) => EmailAddress)).toEqual([
    'e@example.net',
    'h@example.net',
  ]);
  expect(second.NextToken).toBeUndefined();
});

test('a page has at most 1,000 addresses', async () => {
  for (let i = 0; i < 1001; i++) {
    const emailAddress = `${1000 + i}@example.net`;
    fixture.ses.list.set(emailAddress, { emailAddress, reason: 'BOUNCE', lastUpdateTime: 0 });
  }
  const { NextToken, SuppressedDestinationSummaries } = await list();
  expect([SuppressedDestinationSummaries?.length, await names({ NextToken })]).toEqual([1000, ['2000@example.net']]);
  expect([
    await outcome(list({ PageSize: 1001 })),
    await outcome(list({ PageSize: 0 })),
    (await names({ PageSize: 1000 }))?.length,
  ]).toEqual(['400 BadRequestException', '400 BadRequestException', 1000]);
});

test('a token is rejected if it is damaged, of another simulator, or used with other filters', async () => {
  const other = await createSesFixture();
  for (const { ses } of [fixture, other]) {
    for (const emailAddress of ['a@example.net', 'b@example.net']) {
      ses.list.set(emailAddress, { emailAddress, reason: 'BOUNCE', lastUpdateTime: 0 });
    }
  }
  const token = (await list({ PageSize: 1 })).NextToken ?? '';
  const otherPage = await other.client.send(new ListSuppressedDestinationsCommand({ PageSize: 1 }));
  await other.close();
  const rejected = '400 InvalidNextTokenException';
  expect([
    await outcome(list({ NextToken: `x${token}` })),
    await outcome(list({ NextToken: 'b@example.net' })),
    await outcome(list({ NextToken: otherPage.NextToken })),
    await outcome(list({ NextToken: token, Reasons: ['BOUNCE'] })),
    await names({ NextToken: token }),
  ]).toEqual([rejected, rejected, rejected, rejected, ['b@example.net']]);
});

test('the list of a tenant is not the list of the account', async () => {
  await put('ann@example.net');
  const EmailAddress = 'ann@example.net';
  expect([
    await outcome(fixture.client.send(new GetSuppressedDestinationCommand({ EmailAddress, TenantName: 'one' }))),
    await outcome(fixture.client.send(new DeleteSuppressedDestinationCommand({ EmailAddress, TenantName: 'one' }))),
    await outcome(list({ TenantName: 'one' })),
    await names(),
  ]).toEqual([absent, absent, absent, [EmailAddress]]);
});
