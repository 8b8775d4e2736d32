import {
  CreateImportJobCommand,
  DeleteSuppressedDestinationCommand,
  GetAccountCommand,
  GetSuppressedDestinationCommand,
  ListSuppressedDestinationsCommand,
  ListTenantsCommand,
  PutSuppressedDestinationCommand,
  type SendEmailCommandInput,
} from '@aws-sdk/client-sesv2';
import { outcome, type SimulatedSes, simulateSes, start } from '../support/ses-simulator-client.ts';

let here: SimulatedSes;

beforeEach(async () => {
  here = await simulateSes();
});

afterEach(() => here.close());

const EmailAddress = 'ann@example.net';
const put = () => outcome(here.client.send(new PutSuppressedDestinationCommand({ EmailAddress, Reason: 'BOUNCE' })));
const get = () => outcome(here.client.send(new GetSuppressedDestinationCommand({ EmailAddress })));
const throttled = '429 TooManyRequestsException';

test('all calls but SendEmail share one call a second, and a refused one takes nothing of it', async () => {
  const first = await put();
  const within = [
    await get(),
    await outcome(here.client.send(new DeleteSuppressedDestinationCommand({ EmailAddress }))),
    await outcome(here.client.send(new ListSuppressedDestinationsCommand({}))),
    await outcome(here.client.send(new GetAccountCommand({}))),
    await outcome(here.client.send(new CreateImportJobCommand({} as never))),
  ];
  await here.send('bea@example.net');
  await here.send('bea@example.net');
  here.pass(999);
  const early = await get();
  here.pass(1);
  const [second, third] = [await get(), await put()];
  expect([first, within, early, Object(second).SuppressedDestination?.EmailAddress, third]).toEqual([
    {},
    Array(5).fill(throttled),
    throttled,
    EmailAddress,
    throttled,
  ]);
  expect(here.ses.calls.map(({ at, operation, status, address }) => [at - start, operation, status, address])).toEqual([
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

test('an idle hour saves up no calls', async () => {
  here.pass(3_600_000);
  expect([await put(), await put()]).toEqual([{}, throttled]);
});

test.each([
  ['throttle', throttled],
  ['unavailable', '503 ServiceUnavailableException'],
  ['denied', '403 AccessDeniedException'],
] as const)('%s answers a call with its error, and the call is not done', async (fault, expected) => {
  const asked: unknown[] = [];
  here.ses.fault = (call) => {
    asked.push(call);
    return fault;
  };
  expect([await put(), here.ses.list.size, asked]).toEqual([
    expected,
    0,
    [{ operation: 'PutSuppressedDestination', address: EmailAddress }],
  ]);
  here.ses.fault = undefined;
  expect(await put()).toEqual({});
});

test('a lost answer belongs to a call that was done', async () => {
  here.ses.fault = () => 'lost answer';
  const answer = await outcome(here.send(EmailAddress));
  expect([answer, here.ses.sent.length, here.ses.calls]).toEqual([
    // A TimeoutError, which the SDK wraps in Jest: there an error of Node's core is no instance of Error.
    expect.stringMatching(/^(Timeout)?Error$/),
    1,
    [{ at: start, operation: 'SendEmail', status: 0, address: EmailAddress }],
  ]);
});

test('a call that hangs is not done, and ends with the simulator', async () => {
  here.ses.fault = () => 'hang';
  const answer = put();
  while (here.ses.calls.length === 0) await new Promise(setImmediate);
  await here.ses.close();
  expect([typeof (await answer), here.ses.list.size]).toEqual(['string', 0]);
});

test('GetAccount tells what was set, and what was sent in a day', async () => {
  await here.send(['ann@example.net', 'bea@example.net']);
  here.pass(24 * 60 * 60 * 1000);
  await here.send('ann@example.net');
  Object.assign(here.ses.account, { enforcement: 'PROBATION', suppressedReasons: ['COMPLAINT'] });
  expect(await outcome(here.client.send(new GetAccountCommand({})))).toEqual({
    DedicatedIpAutoWarmupEnabled: false,
    EnforcementStatus: 'PROBATION',
    ProductionAccessEnabled: true,
    SendQuota: { Max24HourSend: 50_000, MaxSendRate: 14, SentLast24Hours: 1 },
    SendingEnabled: true,
    SuppressionAttributes: { SuppressedReasons: ['COMPLAINT'] },
    VdmAttributes: { VdmEnabled: 'DISABLED' },
  });
});

test('a call that is not simulated says so', async () => {
  expect(await outcome(here.client.send(new ListTenantsCommand({})))).toBe('404 UnknownOperationException');
});

const refusals: [string, Partial<SendEmailCommandInput>, string][] = [
  ['from an identity nobody verified', { FromEmailAddress: 'a@else.example.com' }, '400 MessageRejected'],
  ['from an identity not verified yet', { FromEmailAddress: 'a@new.example.com' }, '400 MessageRejected'],
  ['from nobody', { FromEmailAddress: undefined }, '400 BadRequestException'],
  ['to nobody', { Destination: {} }, '400 BadRequestException'],
  ['to what is no address', { Destination: { ToAddresses: ['ann'] } }, '400 BadRequestException'],
  ['without content', { Content: {} }, '400 BadRequestException'],
  ['with a configuration set that is not there', { ConfigurationSetName: 'none' }, '404 NotFoundException'],
  ["with a tag of SES's own", { EmailTags: [{ Name: 'ses:x', Value: 'y' }] }, '400 BadRequestException'],
];

test.each(refusals)('mail %s is refused', async (_what, input, expected) => {
  here.ses.identities['new.example.com'] = { isVerified: false };
  expect([await outcome(here.send(EmailAddress, input)), here.ses.sent, here.published]).toEqual([expected, [], []]);
});

test('fifty recipients are taken and fifty-one refused, over To, Cc and Bcc', async () => {
  const some = (count: number) => Array.from({ length: count }, (_, index) => `${index}@example.net`);
  const to = (BccAddresses: string[]) => ({
    Destination: { ToAddresses: some(20), CcAddresses: some(20), BccAddresses },
  });
  expect([
    await outcome(here.send([], to(some(11)))),
    await outcome(here.send([], to(some(10)))),
    here.ses.sent.map(({ destination }) => destination.length),
  ]).toEqual(['400 BadRequestException', { MessageId: expect.any(String) }, [50]]);
});

test('the sandbox lets mail go to verified recipients and the mailbox simulator alone', async () => {
  here.ses.account.isSandbox = true;
  const sends = ['ann@example.net', 'ann@SHOP.example.com', 'bounce+x@simulator.amazonses.com'];
  const answers = [];
  for (const to of sends) answers.push(await outcome(here.send(to)));
  const taken = { MessageId: expect.any(String) };
  expect(answers).toEqual(['400 MessageRejected', taken, taken]);
});

test.each([{ sendingEnabled: false }, { enforcement: 'SHUTDOWN' }])(
  'an account with %j sends nothing',
  async (change) => {
    Object.assign(here.ses.account, change);
    expect([await outcome(here.send(EmailAddress)), here.ses.sent]).toEqual(['400 SendingPausedException', []]);
  },
);

test('a template is taken', async () => {
  const Content = { Template: { TemplateName: 'welcome', TemplateData: '{}' } };
  await here.send(EmailAddress, { Content });
  expect(here.ses.sent.map(({ headers }) => headers.map(({ name }) => name))).toEqual([['From', 'To']]);
});
