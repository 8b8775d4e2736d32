import {
  CreateImportJobCommand,
  DeleteSuppressedDestinationCommand,
  GetAccountCommand,
  GetSuppressedDestinationCommand,
  ListContactListsCommand,
  ListSuppressedDestinationsCommand,
  PutSuppressedDestinationCommand,
  type SendEmailCommandInput,
} from '@aws-sdk/client-sesv2';
import { createSesFixture, outcome, type SesFixture, start } from '../../support/ses-fixture.ts';

let fixture: SesFixture;

beforeEach(async () => {
  fixture = await createSesFixture();
});

afterEach(() => fixture.close());

const EmailAddress = 'ann@example.net';
const put = () => outcome(fixture.client.send(new PutSuppressedDestinationCommand({ EmailAddress, Reason: 'BOUNCE' })));
const get = () => outcome(fixture.client.send(new GetSuppressedDestinationCommand({ EmailAddress })));
const throttled = '429 TooManyRequestsException';

test('all calls except SendEmail share one call per second, and a throttled call does not count', async () => {
  const first = await put();
  const within = [
    await get(),
    await outcome(fixture.client.send(new DeleteSuppressedDestinationCommand({ EmailAddress }))),
    await outcome(fixture.client.send(new ListSuppressedDestinationsCommand({}))),
    await outcome(fixture.client.send(new GetAccountCommand({}))),
    await outcome(fixture.client.send(new CreateImportJobCommand({} as never))),
  ];
  await fixture.send('bea@example.net');
  await fixture.send('bea@example.net');
  fixture.advance(999);
  const early = await get();
  fixture.advance(1);
  const [second, third] = [await get(), await put()];
  expect([first, within, early, Object(second).SuppressedDestination?.EmailAddress, third]).toEqual([
    {},
    Array(5).fill(throttled),
    throttled,
    EmailAddress,
    throttled,
  ]);
  expect(
    fixture.ses.calls.map(({ at, operation, status, address }) => [at - start, operation, status, address]),
  ).toEqual([
    [0, 'PutSuppressedDestination', 200, EmailAddress],
    [0, 'GetSuppressedDestination', 429, EmailAddress],
    [0, 'DeleteSuppressedDestination', 429, EmailAddress],
    [0, 'ListSuppressedDestinations', 429, undefined],
    [0, 'GetAccount', 429, undefined],
    [0, 'CreateImportJob', 429, undefined],
    [0, 'SendEmail', 200, 'bea@example.net'],
    [0, 'SendEmail', 200, 'bea@example.net'],
    [999, 'GetSuppressedDestination', 429, EmailAddress],
    [1000, 'GetSuppressedDestination', 200, EmailAddress],
    [1000, 'PutSuppressedDestination', 429, EmailAddress],
  ]);
});

test('an idle hour does not allow a burst of calls', async () => {
  fixture.advance(3_600_000);
  expect([await put(), await put()]).toEqual([{}, throttled]);
});

test.each([
  ['throttle', throttled],
  ['unavailable', '503 ServiceUnavailableException'],
  ['denied', '403 AccessDeniedException'],
] as const)('the fault %s rejects a call with its error, and the call is not performed', async (fault, expected) => {
  const checked: unknown[] = [];
  fixture.ses.fault = (call) => {
    checked.push(call);
    return fault;
  };
  expect([await put(), fixture.ses.list.size, checked]).toEqual([
    expected,
    0,
    [{ operation: 'PutSuppressedDestination', address: EmailAddress }],
  ]);
  fixture.ses.fault = undefined;
  expect(await put()).toEqual({});
});

test('a call whose response is lost was performed', async () => {
  fixture.ses.fault = () => 'lost response';
  const result = await outcome(fixture.send(EmailAddress));
  expect([result, fixture.ses.sent.length, fixture.ses.calls]).toEqual([
    // A TimeoutError. In Jest, the SDK wraps it, because errors of Node's core are not instances of Error there.
    expect.stringMatching(/^(Timeout)?Error$/),
    1,
    [{ at: start, operation: 'SendEmail', status: 0, address: EmailAddress }],
  ]);
});

test('a call that hangs is not performed, and ends when the simulator is closed', async () => {
  fixture.ses.fault = () => 'hang';
  const call = put();
  while (fixture.ses.calls.length === 0) await new Promise(setImmediate);
  await fixture.ses.close();
  expect([typeof (await call), fixture.ses.list.size]).toEqual(['string', 0]);
});

test('GetAccount returns the settings, and the number of recipients of the last 24 hours', async () => {
  await fixture.send(['ann@example.net', 'bea@example.net']);
  fixture.advance(24 * 60 * 60 * 1000);
  await fixture.send('ann@example.net');
  Object.assign(fixture.ses.account, { enforcementStatus: 'PROBATION', suppressedReasons: ['COMPLAINT'] });
  expect(await outcome(fixture.client.send(new GetAccountCommand({})))).toEqual({
    DedicatedIpAutoWarmupEnabled: false,
    EnforcementStatus: 'PROBATION',
    ProductionAccessEnabled: true,
    SendQuota: { Max24HourSend: 50_000, MaxSendRate: 14, SentLast24Hours: 1 },
    SendingEnabled: true,
    SuppressionAttributes: { SuppressedReasons: ['COMPLAINT'] },
    VdmAttributes: { VdmEnabled: 'DISABLED' },
  });
});

test('an operation that is not simulated is an UnknownOperationException', async () => {
  expect(await outcome(fixture.client.send(new ListContactListsCommand({})))).toBe('404 UnknownOperationException');
});

const rejections: [string, Partial<SendEmailCommandInput>, string][] = [
  ['from an unknown identity', { FromEmailAddress: 'a@else.example.com' }, '400 MessageRejected'],
  ['from an identity that is not verified', { FromEmailAddress: 'a@new.example.com' }, '400 MessageRejected'],
  ['without a sender', { FromEmailAddress: undefined }, '400 BadRequestException'],
  ['without a recipient', { Destination: {} }, '400 BadRequestException'],
  ['to an invalid address', { Destination: { ToAddresses: ['ann'] } }, '400 BadRequestException'],
  ['without content', { Content: {} }, '400 BadRequestException'],
  ['with an unknown configuration set', { ConfigurationSetName: 'none' }, '404 NotFoundException'],
  ['with a tag that has the prefix "ses:"', { EmailTags: [{ Name: 'ses:x', Value: 'y' }] }, '400 BadRequestException'],
];

test.each(rejections)('an email %s is rejected', async (_what, input, expected) => {
  fixture.ses.identities['new.example.com'] = { isVerified: false };
  expect([await outcome(fixture.send(EmailAddress, input)), fixture.ses.sent, fixture.published]).toEqual([
    expected,
    [],
    [],
  ]);
});

test('50 recipients in To, Cc and Bcc are accepted, and 51 are rejected', async () => {
  const addresses = (count: number) => Array.from({ length: count }, (_, index) => `${index}@example.net`);
  const to = (BccAddresses: string[]) => ({
    Destination: { ToAddresses: addresses(20), CcAddresses: addresses(20), BccAddresses },
  });
  expect([
    await outcome(fixture.send([], to(addresses(11)))),
    await outcome(fixture.send([], to(addresses(10)))),
    fixture.ses.sent.map(({ destination }) => destination.length),
  ]).toEqual(['400 BadRequestException', { MessageId: expect.any(String) }, [50]]);
});

test('an account in the sandbox can only send to verified recipients and to the mailbox simulator', async () => {
  fixture.ses.account.isSandbox = true;
  const sends = ['ann@example.net', 'ann@SHOP.example.com', 'bounce+x@simulator.amazonses.com'];
  const results = [];
  for (const to of sends) results.push(await outcome(fixture.send(to)));
  const accepted = { MessageId: expect.any(String) };
  expect(results).toEqual(['400 MessageRejected', accepted, accepted]);
});

test.each([{ isSendingEnabled: false }, { enforcementStatus: 'SHUTDOWN' }])(
  'an account with %j cannot send',
  async (change) => {
    Object.assign(fixture.ses.account, change);
    expect([await outcome(fixture.send(EmailAddress)), fixture.ses.sent]).toEqual(['400 SendingPausedException', []]);
  },
);

test('an email with a template is accepted', async () => {
  const Content = { Template: { TemplateName: 'welcome', TemplateData: '{}' } };
  await fixture.send(EmailAddress, { Content });
  expect(fixture.ses.sent.map(({ headers }) => headers.map(({ name }) => name))).toEqual([['From', 'To']]);
});
