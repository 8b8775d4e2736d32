import { SendBulkEmailCommand, SendEmailCommand } from '@aws-sdk/client-sesv2';
import nodemailer from 'nodemailer';
import * as testing from '../../shared/suppression-list/testing.ts';
import { useSesCapture } from './ses-capture.ts';

const capture = useSesCapture();
const [everyone, ofAcme, bob] = ['everyone@example.net', 'acme@example.net', 'bob@example.net'];

function makeTable() {
  return testing.createMemoryTable([everyone, { address: ofAcme, list: 'tenant:acme', reason: 'complaint' }]);
}
const makeList = (options: testing.ListOptions = {}) =>
  testing.createSuppressionList({ table: makeTable(), ...options });

test("a lookup for a tenant reads its list and the account's", async () => {
  const list = makeList();
  const verdicts = async (options?: testing.CallOptions) =>
    (await list.filterSuppressed([everyone, ofAcme, bob], options)).map((verdict) =>
      verdict.kind === 'suppressed' ? verdict.list : verdict.kind,
    );
  expect(await verdicts()).toEqual(['account', 'allowed', 'allowed']);
  expect(await verdicts({ tenant: 'acme' })).toEqual(['account', 'tenant:acme', 'allowed']);
  expect(await verdicts({ tenant: 'beta' })).toEqual(['account', 'allowed', 'allowed']);
  expect(await list.check(ofAcme, { tenant: 'acme' })).toMatchObject({ reason: 'complaint', list: 'tenant:acme' });
});

test('a cached answer for one tenant is not one for another, and a change ends all of them', async () => {
  let now = Date.now();
  const table = makeTable();
  const list = testing.createSuppressionList({ table, cache: { maxAgeMs: 60_000 }, clock: () => now });
  expect(await list.isSuppressed(ofAcme, { tenant: 'beta' })).toBe(false);
  expect(await list.isSuppressed(ofAcme)).toBe(false);
  expect(await list.isSuppressed(ofAcme, { tenant: 'acme' })).toBe(true);
  table.fail(new Error('down'));
  expect(await list.isSuppressed(ofAcme, { tenant: 'acme' })).toBe(true);
  expect(await list.isSuppressed(ofAcme, { tenant: 'beta' })).toBe(false);
  table.fail();
  await list.suppress(ofAcme, { by: 'support', note: 'test' });
  now += 1000;
  expect(await list.isSuppressed(ofAcme, { tenant: 'beta' })).toBe(true);
});

test.each(['', 'two words', 'a'.repeat(65), 'acme#'])('%j is no name of a tenant', async (tenant) => {
  await expect(makeList().isSuppressed(bob, { tenant })).rejects.toThrow('tenant must be the name of an SES tenant.');
});

test('the guard of an SES client takes the tenant from the email', async () => {
  const client = makeList().guard(capture().client);
  const email = {
    FromEmailAddress: 'news@shop.example.com',
    Content: { Simple: { Subject: { Data: 'Hello' }, Body: { Text: { Data: 'Hello.' } } } },
    Destination: { ToAddresses: [ofAcme, bob] },
  };
  await client.send(new SendEmailCommand({ ...email, TenantName: 'acme' }));
  await client.send(new SendEmailCommand(email));
  await client.send(
    new SendBulkEmailCommand({
      DefaultContent: { Template: { TemplateName: 't', TemplateData: '{}' } },
      BulkEmailEntries: [{ Destination: { ToAddresses: [ofAcme, bob] } }],
      TenantName: 'acme',
    }),
  );
  const sent = capture().arrived.map(({ body }) => body.BulkEmailEntries?.[0]?.Destination ?? body.Destination);
  expect(sent).toEqual([{ ToAddresses: [bob] }, { ToAddresses: [ofAcme, bob] }, { ToAddresses: [bob] }]);
});

test.each([
  ['the SES transport', { ses: { TenantName: 'acme' } }],
  ['the SMTP endpoint of SES', { headers: { 'X-SES-TENANT': 'acme' } }],
])('the guard of nodemailer takes the tenant that is passed to %s', async (_name, options) => {
  const transporter = nodemailer.createTransport({ streamTransport: true, buffer: true });
  transporter.use('stream', makeList().nodemailer());
  const email = { from: 'news@shop.example.com', to: [ofAcme, bob], subject: 'Hello', text: 'Hello.' };
  expect((await transporter.sendMail({ ...email, ...options })).envelope.to).toEqual([bob]);
  expect((await transporter.sendMail(email)).envelope.to).toEqual([ofAcme, bob]);
});
