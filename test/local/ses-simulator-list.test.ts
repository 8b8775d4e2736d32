import {
  DeleteSuppressedDestinationCommand,
  GetSuppressedDestinationCommand,
  ListSuppressedDestinationsCommand,
  type ListSuppressedDestinationsCommandInput,
  PutSuppressedDestinationCommand,
  type SuppressionListReason,
} from '@aws-sdk/client-sesv2';
import { outcome, type SimulatedSes, simulateSes, start } from '../support/ses-simulator-client.ts';

let here: SimulatedSes;

beforeEach(async () => {
  here = await simulateSes({ callsPerSecond: Number.POSITIVE_INFINITY });
});

afterEach(() => here.close());

const put = (EmailAddress: string, Reason: SuppressionListReason = 'BOUNCE') =>
  outcome(here.client.send(new PutSuppressedDestinationCommand({ EmailAddress, Reason })));
const get = (EmailAddress: string) => outcome(here.client.send(new GetSuppressedDestinationCommand({ EmailAddress })));
const remove = (EmailAddress: string) =>
  outcome(here.client.send(new DeleteSuppressedDestinationCommand({ EmailAddress })));
const list = (input: ListSuppressedDestinationsCommandInput = {}) =>
  here.client.send(new ListSuppressedDestinationsCommand(input));
const names = async (input?: ListSuppressedDestinationsCommandInput) =>
  (await list(input)).SuppressedDestinationSummaries?.map(({ EmailAddress }) => EmailAddress);
const isAbsent = '404 NotFoundException';

test('an address that is put is there, in its spelling alone', async () => {
  const spelling = '"a/b? c%2F+tag"@Example.net';
  expect([await put(spelling, 'COMPLAINT'), await get(spelling), await get(spelling.toLowerCase())]).toEqual([
    {},
    {
      SuppressedDestination: {
        EmailAddress: spelling,
        Reason: 'COMPLAINT',
        LastUpdateTime: new Date(start),
      },
    },
    isAbsent,
  ]);
});

test('an address is removed and found in its spelling alone, and removed once', async () => {
  await put('Ann@example.net');
  await put('ann@example.net');
  expect([
    await remove('ANN@example.net'),
    await remove('Ann@example.net'),
    await remove('Ann@example.net'),
    await get('Ann@example.net'),
    await names(),
  ]).toEqual([isAbsent, {}, isAbsent, isAbsent, ['ann@example.net']]);
});

test('a second put writes reason and time anew, and what SES knew of its own entry is gone', async () => {
  const attributes = { messageId: 'mail-1', feedbackId: 'feedback-1' };
  here.ses.list.set('ann@example.net', {
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
  ['a reason of ours', 'ann@example.net', 'MANUAL'],
])('a put of %s is refused, and nothing is listed', async (_what, address, reason) => {
  expect(await put(address, reason as SuppressionListReason)).toBe('400 BadRequestException');
  expect(here.ses.list).toEqual(new Map());
});

test('an address of 320 characters can be put', async () => {
  expect(await put(`${'a'.repeat(308)}@example.net`)).toEqual({});
});

test('in the sandbox nothing can be put, and what is listed can be read and removed', async () => {
  await put('ann@example.net');
  here.ses.account.isSandbox = true;
  expect([await put('bea@example.net'), await names(), await remove('ann@example.net')]).toEqual([
    '400 BadRequestException',
    ['ann@example.net'],
    {},
  ]);
});

test('the list is given by reason and by time, both ends included', async () => {
  await put('a@example.net', 'BOUNCE');
  here.pass(1000);
  await put('c@example.net', 'COMPLAINT');
  here.pass(1000);
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

test('a list that changes between two pages gives what stayed once, and nothing twice', async () => {
  for (const name of ['b', 'd', 'f', 'h']) await put(`${name}@example.net`);
  const { NextToken } = await list({ PageSize: 2 });
  await put('a@example.net'); // comes before what was given
  await remove('d@example.net'); // the one the page ended with
  await put('e@example.net');
  await remove('f@example.net');
  const second = await list({ PageSize: 2, NextToken });
  expect(second.SuppressedDestinationSummaries?.map(({ EmailAddress }) => EmailAddress)).toEqual([
    'e@example.net',
    'h@example.net',
  ]);
  expect(second.NextToken).toBeUndefined();
});

test('a page holds a thousand addresses and no more', async () => {
  for (let i = 0; i < 1001; i++) {
    const emailAddress = `${1000 + i}@example.net`;
    here.ses.list.set(emailAddress, { emailAddress, reason: 'BOUNCE', lastUpdateTime: 0 });
  }
  const { NextToken, SuppressedDestinationSummaries } = await list();
  expect([SuppressedDestinationSummaries?.length, await names({ NextToken })]).toEqual([1000, ['2000@example.net']]);
  expect([
    await outcome(list({ PageSize: 1001 })),
    await outcome(list({ PageSize: 0 })),
    (await names({ PageSize: 1000 }))?.length,
  ]).toEqual(['400 BadRequestException', '400 BadRequestException', 1000]);
});

test('a token is refused where it is garbled, of another account, or goes with other filters', async () => {
  const other = await simulateSes();
  for (const { ses } of [here, other]) {
    for (const emailAddress of ['a@example.net', 'b@example.net']) {
      ses.list.set(emailAddress, { emailAddress, reason: 'BOUNCE', lastUpdateTime: 0 });
    }
  }
  const token = (await list({ PageSize: 1 })).NextToken ?? '';
  const foreign = await other.client.send(new ListSuppressedDestinationsCommand({ PageSize: 1 }));
  await other.close();
  const refused = '400 InvalidNextTokenException';
  expect([
    await outcome(list({ NextToken: `x${token}` })),
    await outcome(list({ NextToken: 'b@example.net' })),
    await outcome(list({ NextToken: foreign.NextToken })),
    await outcome(list({ NextToken: token, Reasons: ['BOUNCE'] })),
    await names({ NextToken: token }),
  ]).toEqual([refused, refused, refused, refused, ['b@example.net']]);
});

test("a tenant's list is not the account's", async () => {
  await put('ann@example.net');
  const EmailAddress = 'ann@example.net';
  expect([
    await outcome(here.client.send(new GetSuppressedDestinationCommand({ EmailAddress, TenantName: 'one' }))),
    await outcome(here.client.send(new DeleteSuppressedDestinationCommand({ EmailAddress, TenantName: 'one' }))),
    await outcome(list({ TenantName: 'one' })),
    await names(),
  ]).toEqual([isAbsent, isAbsent, isAbsent, [EmailAddress]]);
});
