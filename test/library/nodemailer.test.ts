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

type Mail = Readonly<Record<string, unknown>>;
type Sent = { readonly to: readonly string[]; readonly text: string };

/** What leaves for whom, with its boundaries told by their order alone. */
async function send(mail: Mail, plugin?: testing.GuardOptions | 'none'): Promise<Sent> {
  const transporter = nodemailer.createTransport({ streamTransport: true, buffer: true, newline: 'unix' });
  if (plugin !== 'none') transporter.use('stream', list().nodemailer(plugin));
  const { envelope, message } = await transporter.sendMail({ ...common, ...mail });
  const text = String(message).replaceAll(/--_NmP-[^-"\s]+/g, '--boundary');
  return { to: (envelope as { to: string[] }).to, text };
}
const without = (mail: Mail) => send(mail, 'none');
const headerOf = ({ text }: Sent, name: string) => new RegExp(`^${name}: ?((?:.*)(?:\n[ \t].*)*)`, 'm').exec(text)?.[1];

test.each<[string, Mail, Mail]>([
  ['a string', { to: 'gone@example.net, "Lee, Ann" <ANN@Example.net>' }, { to: '"Lee, Ann" <ANN@Example.net>' }],
  ['a list', { to: ['bob@example.net', 'Gone <GONE@example.NET>'] }, { to: ['bob@example.net'] }],
  [
    'names beyond ASCII',
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
  ['a domain beyond ASCII', { to: 'angry@EXÄMPLE.net, ann@example.net' }, { to: 'ann@example.net' }],
  [
    'cc and bcc',
    { to: 'ann@example.net', cc: 'gone@example.net, bob@example.net', bcc: ['gone@example.net', 'cyd@example.net'] },
    { to: 'ann@example.net', cc: 'bob@example.net', bcc: 'cyd@example.net' },
  ],
  ['a cc that nobody is left of', { to: 'ann@example.net', cc: 'gone@example.net' }, { to: 'ann@example.net' }],
  ['a to that nobody is left of', { to: 'gone@example.net', bcc: 'ann@example.net' }, { bcc: 'ann@example.net' }],
  [
    'a quoted local part',
    { to: '"a, b" <"a, b"@example.net>, gone@example.net' },
    { to: '"a, b" <"a, b"@example.net>' },
  ],
  [
    'headers of one’s own',
    { headers: { To: 'gone@example.net, ann@example.net' } },
    { headers: { To: 'ann@example.net' } },
  ],
])('%s without the suppressed is as if they had never been in it', async (_name, mail, rest) => {
  expect(await send(mail)).toEqual(await without(rest));
});

test('a mail that may go to all is as without the plugin', async () => {
  const attachments = [{ filename: 'ä.bin', content: Buffer.from([0, 1, 2, 255]) }];
  const mail = {
    to: 'Friends: Ann <ANN@example.net>, bob@example.net;',
    cc: 'cyd@example.net',
    html: '<p>é</p>',
    attachments,
  };
  expect(await send(mail)).toEqual(await without(mail));
});

test('of one that loses somebody the body and all else stay', async () => {
  const attachments = [{ filename: 'ä.bin', content: Buffer.from([0, 1, 2, 255]) }];
  const mail = {
    html: '<p>é</p>',
    attachments,
    replyTo: 'gone@example.net',
    list: { unsubscribe: 'https://example.com' },
  };
  expect(await send({ ...mail, to: 'ann@example.net, gone@example.net' })).toEqual(
    await without({ ...mail, to: 'ann@example.net' }),
  );
});

test('a header that loses nobody stays as it is, groups and all', async () => {
  const cc = 'Friends: Ann <ann@example.net>, bob@example.net;';
  expect(await send({ to: 'gone@example.net, cyd@example.net', cc })).toEqual(
    await without({ to: 'cyd@example.net', cc }),
  );
});

test('a transport that goes by the data of a mail finds nobody there who is suppressed', async () => {
  const seen: unknown[] = [];
  const transporter = nodemailer.createTransport({
    name: 'own',
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

test('a group loses who is suppressed, and then its name', async () => {
  const sent = await send({ to: 'Friends: Ann <ann@example.net>, gone@example.net;, bob@example.net' });
  expect(sent.to).toEqual(['ann@example.net', 'bob@example.net']);
  expect(headerOf(sent, 'To')).toBe('Ann <ann@example.net>, bob@example.net');
});

test('an envelope of one’s own decides, and headers go without whom it went without', async () => {
  const envelope = { from: 'bounces@example.com', to: 'GONE@example.net, Ann <ann@example.net>', size: 12 };
  const sent = await send({ to: 'Gone <gone@example.net>, ann@example.net', cc: 'angry@exämple.net', envelope });
  expect(sent.to).toEqual(['ann@example.net']);
  expect([headerOf(sent, 'To'), headerOf(sent, 'Cc')]).toEqual(['ann@example.net', 'angry@xn--exmple-cua.net']);
});

test('a whole mail goes by its envelope as it is, and without one to nobody', async () => {
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

test('nobody left is an error with the reasons', async () => {
  await expect(send({ to: 'Gone <gone@example.net>', bcc: 'angry@exämple.net' })).rejects.toMatchObject({
    name: 'AllRecipientsSuppressedError',
    verdicts: [
      { kind: 'suppressed', address: 'gone@example.net', reason: 'hard' },
      { kind: 'suppressed', address: 'angry@xn--exmple-cua.net', reason: 'complaint' },
    ],
  });
});

test('somebody who is no address is an error', async () => {
  await expect(send({ to: ['ann@example.net', 'bob@example..net'] })).rejects.toMatchObject({
    name: 'InvalidAddressError',
  });
});

test('a mail to nobody at all is an error', async () => {
  await expect(send({})).rejects.toMatchObject({ name: 'NoRecipientsError' });
});

test('a list that cannot be asked is an error', async () => {
  table.fail(new Error('down'));
  await expect(send({ to: 'ann@example.net' })).rejects.toMatchObject({ name: 'SuppressionStoreError' });
});

test('whoever is left out is told of', async () => {
  const told: unknown[] = [];
  const onDropped = (dropped: readonly testing.Verdict[]) => told.push(dropped);
  await send({ to: 'ann@example.net' }, { onDropped });
  await send({ to: 'ann@example.net, Gone <GONE@example.net>' }, { onDropped });
  const verdict = { kind: 'suppressed', reason: 'hard', since, suspected: false, list: 'account' };
  expect(told).toEqual([[{ ...verdict, address: 'GONE@example.net' }]]);
});

test('at the wrong step it says which is the right one, and nothing is sent', async () => {
  const transporter = nodemailer.createTransport({ streamTransport: true });
  transporter.use('compile', list().nodemailer());
  await expect(transporter.sendMail({ ...common, to: 'ann@example.net' })).rejects.toThrow(
    new TypeError("Use it at nodemailer's step 'stream': transporter.use('stream', …)."),
  );
});

test('the JSON transport holds nobody who is suppressed', async () => {
  const transporter = nodemailer.createTransport({ jsonTransport: true });
  transporter.use('stream', list().nodemailer());
  const mail = { to: 'Ann <ann@example.net>, gone@example.net', cc: 'gone@example.net', bcc: 'angry@exämple.net' };
  const { envelope, message } = await transporter.sendMail({ ...common, ...mail });
  expect(envelope).toEqual({ from: 'news@shop.example.com', to: ['ann@example.net'] });
  expect(String(message)).not.toMatch(/gone@|angry@/);
  expect(JSON.parse(String(message)).to).toEqual([{ address: 'ann@example.net', name: 'Ann' }]);
});

test('over SES arrives what may go, and nothing where nobody is left', async () => {
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
