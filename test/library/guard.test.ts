import { inspect } from 'node:util';
import { SESClient } from '@aws-sdk/client-ses';
import {
  ListSuppressedDestinationsCommand,
  SESv2Client,
  SendEmailCommand,
  type SendEmailCommandInput,
} from '@aws-sdk/client-sesv2';
import { formatTime } from '../../shared/domain/timestamp.ts';
import * as testing from '../../shared/suppression-list/testing.ts';
import { noon } from '../support/ses.ts';
import { useSesCapture } from './ses-capture.ts';

const capture = useSesCapture();
const since = new Date(noon);
const table = testing.createMemoryTable([
  { address: 'gone@example.net', since },
  { address: 'angry@example.net', reason: 'complaint', since },
  { address: 'tenant@example.net', list: 'news', reason: 'manual', since },
]);
afterEach(() => table.fail());

const makeList = (options = {}) => testing.createSuppressionList({ table, ...options });
const guardedClient = (options?: testing.GuardOptions, listOptions = {}) =>
  makeList(listOptions).guard(capture().client, options);
const Content = { Simple: { Subject: { Data: 'Hello' }, Body: { Text: { Data: 'Hello.' } } } };
const emailTo = (Destination?: SendEmailCommandInput['Destination']): SendEmailCommandInput => ({
  FromEmailAddress: 'Shop <news@shop.example.com>',
  Content,
  ...(Destination && { Destination }),
});
const send = (client: SESv2Client, destination?: SendEmailCommandInput['Destination']) =>
  client.send(new SendEmailCommand(emailTo(destination)));
const suppressed = (address: string, reason = 'hard') => ({
  kind: 'suppressed',
  address,
  reason,
  since,
  suspected: false,
  list: 'account',
});

test('suppressed recipients are removed from To, Cc and Bcc, and the others arrive unchanged', async () => {
  await send(guardedClient(), {
    ToAddresses: ['"Lee, Ann" <Ann.LEE@Example.net>', 'Gone <GONE@example.net>', 'bob@example.net'],
    CcAddresses: ['gone@example.net', 'Zoë <zoë@exämple.net>', '=?utf-8?q?Zo=C3=AB?= <zoe@example.net>'],
    BccAddresses: ['angry@example.net', 'ann.lee@example.net'],
  });
  expect(capture().arrived).toEqual([
    {
      path: '/v2/email/outbound-emails',
      body: {
        FromEmailAddress: 'Shop <news@shop.example.com>',
        Content,
        Destination: {
          ToAddresses: ['"Lee, Ann" <Ann.LEE@Example.net>', 'bob@example.net'],
          CcAddresses: ['Zoë <zoë@exämple.net>', '=?utf-8?q?Zo=C3=AB?= <zoe@example.net>'],
          BccAddresses: ['ann.lee@example.net'],
        },
      },
    },
  ]);
});

test.each(['ToAddresses', 'CcAddresses', 'BccAddresses'])(
  'an email that loses all of %s is sent to the other recipients',
  async (field) => {
    const all = { ToAddresses: ['a@example.net'], CcAddresses: ['b@example.net'], BccAddresses: ['c@example.net'] };
    await send(guardedClient(), { ...all, [field]: ['gone@example.net', 'angry@example.net'] });
    const { [field]: _, ...rest } = all as Record<string, string[]>;
    expect(capture().arrived.map(({ body }) => body.Destination)).toEqual([rest]);
  },
);

test('an email to allowed recipients only arrives as without a guard', async () => {
  const destination = { ToAddresses: ['Ann <ann@example.net>', 'bob@example.net'], CcAddresses: ['Ann@example.net'] };
  await send(capture().client, destination);
  const output = await send(guardedClient(), destination);
  const [without, withGuard] = capture().arrived;
  expect(withGuard).toEqual(without);
  expect(output).toMatchObject({ MessageId: 'id for Ann <ann@example.net>', $metadata: { httpStatusCode: 200 } });
});

test('an email to suppressed recipients only is not sent, and the error has the reasons', async () => {
  const recipients = ['Gone <gone@example.net>', 'angry@example.net', 'GONE@example.net', 'angry@EXAMPLE.net'];
  const [first, second, third, fourth] = recipients as [string, string, string, string];
  const call = send(guardedClient(), { ToAddresses: [first, second], CcAddresses: [third], BccAddresses: [fourth] });
  const error = (await call.catch((thrown) => thrown)) as testing.AllRecipientsSuppressedError;
  const at = formatTime(since.getTime());
  expect(error).toBeInstanceOf(testing.AllRecipientsSuppressedError);
  expect(error.message).toBe(
    `Not sent: all recipients are suppressed (g***@example.net: hard since ${at}; a***@example.net: complaint since ${at}; ` +
      `g***@example.net: hard since ${at}; 1 more).`,
  );
  expect(error.verdicts).toEqual([
    suppressed(first),
    suppressed(second, 'complaint'),
    suppressed(third),
    suppressed(fourth, 'complaint'),
  ]);
  expect(inspect(error, { depth: 9 })).not.toMatch(/gone@|angry@/i);
  expect(JSON.stringify(error)).not.toMatch(/gone@|angry@/i);
  expect(capture().arrived).toEqual([]);
});

test.each(['', 'nobody', 'ann@example.net, bob@example.net', 'ann@@example.net'])(
  'an email with the recipient %j is not sent to any recipient',
  async (address) => {
    const call = send(guardedClient(), {
      ToAddresses: ['bob@example.net', address],
      BccAddresses: ['gone@example.net'],
    });
    await expect(call).rejects.toMatchObject({
      name: 'InvalidAddressError',
      message: 'Not sent: 1 of 3 recipients is not a valid email address. Pass one such as "Ann <ann@example.com>".',
    });
    expect(capture().arrived).toEqual([]);
  },
);

test.each([undefined, {}, { ToAddresses: [] }])(
  'an email with the Destination %j is not sent, because SES would read the recipients from the message',
  async (destination) => {
    await expect(send(guardedClient(), destination)).rejects.toMatchObject({
      name: 'NoRecipientsError',
      message:
        'Not sent: the call names no recipients, and the guard does not read those in a raw message. Pass all recipients as Destination (SES) or envelope (nodemailer).',
    });
    expect(capture().arrived).toEqual([]);
  },
);

test('the recipients of a raw message are those in Destination', async () => {
  const Raw = { Data: Buffer.from('To: gone@example.net\r\n\r\nHello.') };
  const Destination = { ToAddresses: ['gone@example.net', 'bob@example.net'] };
  await guardedClient().send(new SendEmailCommand({ Content: { Raw }, Destination }));
  expect(capture().arrived.map(({ body }) => body.Destination)).toEqual([{ ToAddresses: ['bob@example.net'] }]);
});

test('onDropped receives the removed recipients before the email is sent, and only if it is sent', async () => {
  const dropped: unknown[] = [];
  const client = guardedClient({ onDropped: (verdicts) => dropped.push(verdicts, capture().arrived.length) });
  await send(client, { ToAddresses: ['bob@example.net'] });
  await send(client, { ToAddresses: ['gone@example.net'] }).catch(() => {});
  expect(dropped).toEqual([]);
  await send(client, {
    ToAddresses: ['gone@example.net', 'bob@example.net'],
    CcAddresses: ['Gone <gone@example.net>'],
  });
  expect(dropped).toEqual([[suppressed('gone@example.net'), suppressed('Gone <gone@example.net>')], 1]);
});

test('a client that one list guards twice is checked once, with the later options', async () => {
  const dropped: unknown[] = [];
  const client = capture().client;
  const list = makeList({ list: 'news' });
  list.guard(client, { onDropped: () => dropped.push('first') });
  list.guard(client, { onDropped: (verdicts) => dropped.push(verdicts.length) });
  await send(client, { ToAddresses: ['tenant@example.net', 'gone@example.net', 'bob@example.net'] });
  expect(dropped).toEqual([2]);
  expect(capture().arrived.map(({ body }) => body.Destination)).toEqual([{ ToAddresses: ['bob@example.net'] }]);
});

test('an email is not sent if onDropped fails', async () => {
  const client = makeList().guard(capture().client, { onDropped: () => Promise.reject(new Error('no log')) });
  await expect(send(client, { ToAddresses: ['gone@example.net', 'bob@example.net'] })).rejects.toThrow('no log');
  expect(capture().arrived).toEqual([]);
});

test('the guard does not change the input of a command', async () => {
  const input = emailTo({ ToAddresses: ['gone@example.net', 'bob@example.net'], CcAddresses: ['gone@example.net'] });
  const before = structuredClone(input);
  const command = new SendEmailCommand(input);
  await guardedClient().send(command);
  await guardedClient().send(command);
  expect(input).toEqual(before);
  expect(capture().arrived).toHaveLength(2);
  expect(capture().arrived[1]).toEqual(capture().arrived[0]);
});

test('other commands pass, even if the list cannot be read', async () => {
  table.fail(new Error('down'));
  await guardedClient().send(new ListSuppressedDestinationsCommand({}));
  expect(capture().arrived.map(({ path }) => path)).toEqual(['/v2/email/suppression/addresses']);
});

test.each([
  ['the SES API v1', () => new SESClient({ region: 'us-east-1' }) as unknown as SESv2Client],
  ['another library', () => ({ middlewareStack: { add() {} }, config: {} })],
])('guard refuses a client of %s', (_name, makeClient) => {
  const message = 'guard expects an SESv2Client.';
  expect(() => makeList().guard(makeClient())).toThrow(new TypeError(message));
});

test('guard returns the client that was passed, and accepts a subclass', () => {
  class CustomClient extends SESv2Client {}
  const client = new CustomClient({ region: 'us-east-1' });
  expect(makeList().guard(client)).toBe(client);
});

test.each([
  ['throw', 'SuppressionStoreError', 0],
  ['suppress', 'AllRecipientsSuppressedError', 0],
  ['allow', undefined, 1],
])(
  'if the list cannot be read and whenStoreFails is %s, send fails with %s',
  async (whenStoreFails, errorName, count) => {
    table.fail(new Error('down'));
    const client = guardedClient({}, { whenStoreFails, onStoreFailure: () => {} });
    const outcome = await send(client, { ToAddresses: ['bob@example.net'] }).then(
      () => undefined,
      ({ name }) => name,
    );
    expect(outcome).toBe(errorName);
    expect(capture().arrived).toHaveLength(count);
  },
);

test('an email whose signal is aborted before or during the check is not sent', async () => {
  const controller = new AbortController();
  const command = new SendEmailCommand(emailTo({ ToAddresses: ['bob@example.net'] }));
  const sending = guardedClient().send(command, { abortSignal: controller.signal });
  controller.abort();
  await expect(sending).rejects.toMatchObject({ name: 'AbortError' });
  const late = guardedClient().send(command, { abortSignal: controller.signal });
  await expect(late).rejects.toMatchObject({ name: 'AbortError' });
  expect(capture().arrived).toEqual([]);
});
