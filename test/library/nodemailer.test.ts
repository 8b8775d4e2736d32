import { SendEmailCommand } from '@aws-sdk/client-sesv2';
import nodemailer from 'nodemailer';
import * as testing from '../../shared/suppression-list/testing.ts';
import { noon } from '../support/ses.ts';
import { useSesCapture } from './ses-capture.ts';

const capture = useSesCapture();
const since = new Date(noon);
const table = testing.createMemoryTable([
  { address: 'gone@example.net', since },
  { address: 'angry@exämple.net', reason: 'complaint', since },
]);
afterEach(() => table.fail());

const from = 'Shop <news@shop.example.com>';
const common = { from, subject: 'Hällo', text: 'Hello.', messageId: '<id@shop.example.com>', date: since };
const list = (options: testing.ListOptions = {}) => testing.createSuppressionList({ table, ...options });

type Email = Readonly<Record<string, unknown>>;
type Sent = { readonly to: readonly string[]; readonly text: string };

/** Sends an email and returns its recipients and its text, with the random MIME boundaries replaced. */
async function send(email: Email, plugin?: testing.GuardOptions | 'none'): Promise<Sent> {
  const transporter = nodemailer.createTransport({ streamTransport: true, buffer: true, newline: 'unix' });
  if (plugin !== 'none') transporter.use('stream', list().nodemailer(plugin));
  const { envelope, message } = await transporter.sendMail({ ...common, ...email });
  const text = String(message).replaceAll(/--_NmP-[^-"\s]+/g, '--boundary');
  return { to: (envelope as { to: string[] }).to, text };
}
const sendWithout = (email: Email) => send(email, 'none');
const headerOf = ({ text }: Sent, name: string) => new RegExp(`^${name}: ?((?:.*)(?:\n[ \t].*)*)`, 'm').exec(text)?.[1];

test.each<[string, Email, Email]>([
  ['a string', { to: 'gone@example.net, "Lee, Ann" <ANN@Example.net>' }, { to: '"Lee, Ann" <ANN@Example.net>' }],
  ['a list', { to: ['bob@example.net', 'Gone <GONE@example.NET>'] }, { to: ['bob@example.net'] }],
  [
    'non-ASCII names',
    { to: 'Zoë Müller <zoe@exämple.net>, gone@example.net, 😀 <josé@exämple.net>' },
    { to: 'Zoë Müller <zoe@exämple.net>, 😀 <josé@exämple.net>' },
  ],
  [
    'objects',
    {
      to: [
        { name: 'Ann', address: 'ann@example.net' },
        { name: 'G', address: 'gone@example.net' },
      ],
    },
    { to: 'Ann <ann@example.net>' },
  ],
  ['a non-ASCII domain', { to: 'angry@EXÄMPLE.net, ann@example.net' }, { to: 'ann@example.net' }],
  [
    'cc and bcc',
    { to: 'ann@example.net', cc: 'gone@example.net, bob@example.net', bcc: ['gone@example.net', 'cyd@example.net'] },
    { to: 'ann@example.net', cc: 'bob@example.net', bcc: 'cyd@example.net' },
  ],
  ['a cc that loses all recipients', { to: 'ann@example.net', cc: 'gone@example.net' }, { to: 'ann@example.net' }],
  ['a to that loses all recipients', { to: 'gone@example.net', bcc: 'ann@example.net' }, { bcc: 'ann@example.net' }],
  [
    'a quoted local part',
    { to: '"a, b" <"a, b"@example.net>, gone@example.net' },
    { to: '"a, b" <"a, b"@example.net>' },
  ],
  ['custom headers', { headers: { To: 'gone@example.net, ann@example.net' } }, { headers: { To: 'ann@example.net' } }],
])('%s: the email equals one without the suppressed recipients', async (_name, email, expected) => {
  expect(await send(email)).toEqual(await sendWithout(expected));
});

test('an email to allowed recipients only is sent as without the plugin', async () => {
  const attachments = [{ filename: 'ä.bin', content: Buffer.from([0, 1, 2, 255]) }];
  const email = {
    to: 'Friends: Ann <ANN@example.net>, bob@example.net;',
    cc: 'cyd@example.net',
    html: '<p>é</p>',
    attachments,
  };
  expect(await send(email)).toEqual(await sendWithout(email));
});

test('an email that loses a recipient keeps its body and other headers', async () => {
  const attachments = [{ filename: 'ä.bin', content: Buffer.from([0, 1, 2, 255]) }];
  const email = {
    html: '<p>é</p>',
    attachments,
    replyTo: 'gone@example.net',
    list: { unsubscribe: 'https://example.com' },
  };
  expect(await send({ ...email, to: 'ann@example.net, gone@example.net' })).toEqual(
    await sendWithout({ ...email, to: 'ann@example.net' }),
  );
});

test('a header that loses no recipient stays unchanged, including groups', async () => {
  const cc = 'Friends: Ann <ann@example.net>, bob@example.net;';
  expect(await send({ to: 'gone@example.net, cyd@example.net', cc })).toEqual(
    await sendWithout({ to: 'cyd@example.net', cc }),
  );
});

test('the data that a transport receives contains no suppressed recipient', async () => {
  const seen: unknown[] = [];
  const transporter = nodemailer.createTransport({
    name: 'custom',
    version: '1',
    send({ data }, callback) {
      seen.push(data.to, data.cc, data.envelope);
      callback(null, {} as never);
    },
  });
  transporter.use('stream', list().nodemailer());
  await transporter.sendMail({ ...common, to: 'Ann <ann@example.net>, gone@example.net', cc: 'gone@example.net' });
  const envelope = { from: 'news@shop.example.com', to: ['ann@example.net'] };
  expect(seen).toEqual([[{ address: 'ann@example.net', name: 'Ann' }], [], envelope]);
});

test('a group that loses a recipient also loses its name', async () => {
  const sent = await send({ to: 'Friends: Ann <ann@example.net>, gone@example.net;, bob@example.net' });
  expect(sent.to).toEqual(['ann@example.net', 'bob@example.net']);
  expect(headerOf(sent, 'To')).toBe('Ann <ann@example.net>, bob@example.net');
});

test('a custom envelope decides, and recipients removed from it are removed from the headers', async () => {
  const envelope = { from: 'bounces@example.com', to: 'GONE@example.net, Ann <ann@example.net>', size: 12 };
  const sent = await send({ to: 'Gone <gone@example.net>, ann@example.net', cc: 'angry@exämple.net', envelope });
  expect(sent.to).toEqual(['ann@example.net']);
  expect([headerOf(sent, 'To'), headerOf(sent, 'Cc')]).toEqual(['ann@example.net', 'angry@xn--exmple-cua.net']);
});

test('a raw message is sent unchanged to the envelope, and not at all without an envelope', async () => {
  const raw = 'To: gone@example.net, ann@example.net\n\nHello.\n';
  const transporter = nodemailer.createTransport({ streamTransport: true, buffer: true, newline: 'unix' });
  transporter.use('stream', list().nodemailer());
  const sent = await transporter.sendMail({ raw, envelope: { from, to: ['gone@example.net', 'ann@example.net'] } });
  expect([sent.envelope, String(sent.message)]).toEqual([
    { from: 'news@shop.example.com', to: ['ann@example.net'] },
    raw,
  ]);
  await expect(transporter.sendMail({ raw })).rejects.toMatchObject({ name: 'NoRecipientsError' });
});

test('an email to suppressed recipients only is an error with the reasons', async () => {
  await expect(send({ to: 'Gone <gone@example.net>', bcc: 'angry@exämple.net' })).rejects.toMatchObject({
    name: 'AllRecipientsSuppressedError',
    verdicts: [
      { kind: 'suppressed', address: 'gone@example.net', reason: 'hard' },
      { kind: 'suppressed', address: 'angry@xn--exmple-cua.net', reason: 'complaint' },
    ],
  });
});

test('an invalid address is an error', async () => {
  await expect(send({ to: ['ann@example.net', 'bob@example..net'] })).rejects.toMatchObject({
    name: 'InvalidAddressError',
  });
});

test('an email without recipients is an error', async () => {
  await expect(send({})).rejects.toMatchObject({ name: 'NoRecipientsError' });
});

test('a list that cannot be read is an error', async () => {
  table.fail(new Error('down'));
  await expect(send({ to: 'ann@example.net' })).rejects.toMatchObject({ name: 'SuppressionStoreError' });
});

test('onDropped receives the removed recipients', async () => {
  const calls: unknown[] = [];
  const onDropped = (dropped: readonly testing.Verdict[]) => calls.push(dropped);
  await send({ to: 'ann@example.net' }, { onDropped });
  await send({ to: 'ann@example.net, Gone <GONE@example.net>' }, { onDropped });
  const verdict = { kind: 'suppressed', reason: 'hard', since, suspected: false, list: 'account' };
  expect(calls).toEqual([[{ ...verdict, address: 'GONE@example.net' }]]);
});

test('registered for another step, the plugin names the right one, and nothing is sent', async () => {
  const transporter = nodemailer.createTransport({ streamTransport: true });
  transporter.use('compile', list().nodemailer());
  await expect(transporter.sendMail({ ...common, to: 'ann@example.net' })).rejects.toThrow(
    new TypeError("Register the plugin for nodemailer's step 'stream': transporter.use('stream', …)."),
  );
});

test('the message of the JSON transport contains no suppressed recipient', async () => {
  const transporter = nodemailer.createTransport({ jsonTransport: true });
  transporter.use('stream', list().nodemailer());
  const email = { to: 'Ann <ann@example.net>, gone@example.net', cc: 'gone@example.net', bcc: 'angry@exämple.net' };
  const { envelope, message } = await transporter.sendMail({ ...common, ...email });
  expect(envelope).toEqual({ from: 'news@shop.example.com', to: ['ann@example.net'] });
  expect(String(message)).not.toMatch(/gone@|angry@/);
  expect(JSON.parse(String(message)).to).toEqual([{ address: 'ann@example.net', name: 'Ann' }]);
});

test('with the SES transport, only allowed recipients reach SES', async () => {
  const SES = { sesClient: capture().client, SendEmailCommand };
  const transporter = nodemailer.createTransport({ SES });
  transporter.use('stream', list().nodemailer());
  await transporter.sendMail({ ...common, to: 'Ann <ann@example.net>, gone@example.net', cc: 'angry@exämple.net' });
  await expect(transporter.sendMail({ ...common, to: 'gone@example.net' })).rejects.toMatchObject({
    name: 'AllRecipientsSuppressedError',
  });
  const [sent, ...others] = capture().arrived;
  const raw = Buffer.from(String(sent?.body.Content?.Raw?.Data), 'base64').toString();
  expect(others).toEqual([]);
  expect(sent?.body.Destination).toEqual({ ToAddresses: ['ann@example.net'] });
  expect(raw).toMatch(/^To: Ann <ann@example\.net>\r$/m);
  expect(raw).not.toMatch(/^Cc:|gone@|angry@/m);
});
