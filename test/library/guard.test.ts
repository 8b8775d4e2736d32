import { inspect } from 'node:util';
import { SESClient } from '@aws-sdk/client-ses';
import {
  ListSuppressedDestinationsCommand,
  SESv2Client,
  SendEmailCommand,
  type SendEmailCommandInput,
} from '@aws-sdk/client-sesv2';
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
const guarded = (options?: testing.GuardOptions, listOptions = {}) =>
  makeList(listOptions).guard(capture().client, options);
const Content = { Simple: { Subject: { Data: 'Hello' }, Body: { Text: { Data: 'Hello.' } } } };
const mailTo = (Destination?: SendEmailCommandInput['Destination']): SendEmailCommandInput => ({
  FromEmailAddress: 'Shop <news@shop.example.com>',
  Content,
  ...(Destination && { Destination }),
});
const send = (client: SESv2Client, destination?: SendEmailCommandInput['Destination']) =>
  client.send(new SendEmailCommand(mailTo(destination)));
const suppressed = (address: string, reason = 'hard') => ({
  kind: 'suppressed',
  address,
  reason,
  since,
  suspected: false,
  list: 'account',
});

test('suppressed recipients are taken out of to, cc and bcc, and the others arrive byte for byte', async () => {
  await send(guarded(), {
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
  'a mail may lose all of %s, and goes to the rest',
  async (field) => {
    const all = { ToAddresses: ['a@example.net'], CcAddresses: ['b@example.net'], BccAddresses: ['c@example.net'] };
    await send(guarded(), { ...all, [field]: ['gone@example.net', 'angry@example.net'] });
    const { [field]: _, ...rest } = all as Record<string, string[]>;
    expect(capture().arrived.map(({ body }) => body.Destination)).toEqual([rest]);
  },
);

test('one that may go to all arrives as without a guard', async () => {
  const destination = { ToAddresses: ['Ann <ann@example.net>', 'bob@example.net'], CcAddresses: ['Ann@example.net'] };
  await send(capture().client, destination);
  const output = await send(guarded(), destination);
  const [without, withGuard] = capture().arrived;
  expect(withGuard).toEqual(without);
  expect(output).toMatchObject({ MessageId: 'id for Ann <ann@example.net>', $metadata: { httpStatusCode: 200 } });
});

test('one that may go to nobody is an error with the reasons, and none arrives', async () => {
  const recipients = ['Gone <gone@example.net>', 'angry@example.net', 'GONE@example.net', 'angry@EXAMPLE.net'];
  const [first, second, third, fourth] = recipients as [string, string, string, string];
  const call = send(guarded(), { ToAddresses: [first, second], CcAddresses: [third], BccAddresses: [fourth] });
  const error = (await call.catch((thrown) => thrown)) as testing.AllRecipientsSuppressedError;
  const day = since.toISOString();
  expect(error).toBeInstanceOf(testing.AllRecipientsSuppressedError);
  expect(error.message).toBe(
    `Not sent: no recipient may be mailed (g***@example.net: hard since ${day}; a***@example.net: complaint since ${day}; ` +
      `g***@example.net: hard since ${day}; 1 more).`,
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
  'one of whose recipients is %j is refused whole, and none arrives',
  async (address) => {
    const call = send(guarded(), { ToAddresses: ['bob@example.net', address], BccAddresses: ['gone@example.net'] });
    await expect(call).rejects.toMatchObject({
      name: 'InvalidAddressError',
      message: 'Not sent: not an e-mail address, 1 of 3 recipients. Pass one, like "Ann <ann@example.com>".',
    });
    expect(capture().arrived).toEqual([]);
  },
);

test.each([undefined, {}, { ToAddresses: [] }])(
  'one whose Destination is %j is refused: its recipients stand in the mail itself',
  async (destination) => {
    await expect(send(guarded(), destination)).rejects.toMatchObject({
      name: 'NoRecipientsError',
      message:
        'Not sent: no recipient is named beside the mail itself, so none could be looked at. Name them all (SES: Destination).',
    });
    expect(capture().arrived).toEqual([]);
  },
);

test('a mail as it goes over the wire is looked at by its Destination', async () => {
  const Raw = { Data: Buffer.from('To: gone@example.net\r\n\r\nHello.') };
  const Destination = { ToAddresses: ['gone@example.net', 'bob@example.net'] };
  await guarded().send(new SendEmailCommand({ Content: { Raw }, Destination }));
  expect(capture().arrived.map(({ body }) => body.Destination)).toEqual([{ ToAddresses: ['bob@example.net'] }]);
});

test('whoever is left out is told of before the mail goes, and nobody is of a mail that goes to all, or to none', async () => {
  const told: unknown[] = [];
  const client = guarded({ onDropped: (dropped) => told.push(dropped, capture().arrived.length) });
  await send(client, { ToAddresses: ['bob@example.net'] });
  await send(client, { ToAddresses: ['gone@example.net'] }).catch(() => {});
  expect(told).toEqual([]);
  await send(client, {
    ToAddresses: ['gone@example.net', 'bob@example.net'],
    CcAddresses: ['Gone <gone@example.net>'],
  });
  expect(told).toEqual([[suppressed('gone@example.net'), suppressed('Gone <gone@example.net>')], 1]);
});

test('a client guarded twice by one list asks once, with the options that came last', async () => {
  const told: unknown[] = [];
  const client = capture().client;
  const list = makeList({ list: 'news' });
  list.guard(client, { onDropped: () => told.push('first') });
  list.guard(client, { onDropped: (dropped) => told.push(dropped.length) });
  await send(client, { ToAddresses: ['tenant@example.net', 'gone@example.net', 'bob@example.net'] });
  expect(told).toEqual([2]);
  expect(capture().arrived.map(({ body }) => body.Destination)).toEqual([{ ToAddresses: ['bob@example.net'] }]);
});

test('what is told of the dropped is waited for, and where that fails nothing is sent', async () => {
  const client = makeList().guard(capture().client, { onDropped: () => Promise.reject(new Error('no log')) });
  await expect(send(client, { ToAddresses: ['gone@example.net', 'bob@example.net'] })).rejects.toThrow('no log');
  expect(capture().arrived).toEqual([]);
});

test('what is passed in stays as it is', async () => {
  const input = mailTo({ ToAddresses: ['gone@example.net', 'bob@example.net'], CcAddresses: ['gone@example.net'] });
  const before = structuredClone(input);
  const command = new SendEmailCommand(input);
  await guarded().send(command);
  await guarded().send(command);
  expect(input).toEqual(before);
  expect(capture().arrived).toHaveLength(2);
  expect(capture().arrived[1]).toEqual(capture().arrived[0]);
});

test('other commands go through, though the list cannot be asked', async () => {
  table.fail(new Error('down'));
  await guarded().send(new ListSuppressedDestinationsCommand({}));
  expect(capture().arrived.map(({ path }) => path)).toEqual(['/v2/email/suppression/addresses']);
});

test.each([
  ['SES’s first API', () => new SESClient({ region: 'us-east-1' }) as unknown as SESv2Client],
  ['none of the SDK', () => ({ middlewareStack: { add() {} }, config: {} })],
])('a client of %s is refused at once', (_name, makeClient) => {
  const message = 'guard takes an SESv2Client.';
  expect(() => makeList().guard(makeClient())).toThrow(new TypeError(message));
});

test('guard returns the client it was given, and takes one of a subclass', () => {
  class Own extends SESv2Client {}
  const own = new Own({ region: 'us-east-1' });
  expect(makeList().guard(own)).toBe(own);
});

test.each([
  ['throw', 'SuppressionStoreError', 0],
  ['suppress', 'AllRecipientsSuppressedError', 0],
  ['allow', undefined, 1],
])('where the list cannot be asked, and whenStoreFails is %s', async (whenStoreFails, errorName, count) => {
  table.fail(new Error('down'));
  const client = guarded({}, { whenStoreFails, onStoreFailure: () => {} });
  const outcome = await send(client, { ToAddresses: ['bob@example.net'] }).then(
    () => undefined,
    ({ name }) => name,
  );
  expect(outcome).toBe(errorName);
  expect(capture().arrived).toHaveLength(count);
});

test('a send with a signal that has ended, or ends while the list is asked, does not arrive', async () => {
  const controller = new AbortController();
  const command = new SendEmailCommand(mailTo({ ToAddresses: ['bob@example.net'] }));
  const sending = guarded().send(command, { abortSignal: controller.signal });
  controller.abort();
  await expect(sending).rejects.toMatchObject({ name: 'AbortError' });
  const late = guarded().send(command, { abortSignal: controller.signal });
  await expect(late).rejects.toMatchObject({ name: 'AbortError' });
  expect(capture().arrived).toEqual([]);
});
