import { type BulkEmailEntry, SendBulkEmailCommand } from '@aws-sdk/client-sesv2';
import fc from 'fast-check';
import { formatTime } from '../../shared/domain/timestamp.ts';
import * as testing from '../../shared/suppression-list/testing.ts';
import { runs } from '../support/runs.ts';
import { noon } from '../support/ses.ts';
import { useSesCapture } from './ses-capture.ts';

const capture = useSesCapture();
const since = new Date(noon);
const table = testing.createMemoryTable([
  { address: 'gone@example.net', since },
  { address: 'gone-2@example.net', since },
]);
const guardedClient = (options?: testing.GuardOptions) =>
  testing.createSuppressionList({ table }).guard(capture().client, options);
const to = (...ToAddresses: string[]): BulkEmailEntry => ({ Destination: { ToAddresses } });
const DefaultContent = { Template: { TemplateName: 'news', TemplateData: '{}' } };
const bulk = (BulkEmailEntries: BulkEmailEntry[]) => new SendBulkEmailCommand({ BulkEmailEntries, DefaultContent });
const rejected = (message: string) => ({ Status: 'MESSAGE_REJECTED', Error: message });
const withoutDestination = {} as BulkEmailEntry;
const allSuppressed = rejected(
  `Not sent: all recipients are suppressed (g***@example.net: hard since ${formatTime(since.getTime())}).`,
);
const invalidAddress = rejected(
  'Not sent: 1 of 1 recipients is not a valid email address. Pass one such as "Ann <ann@example.com>".',
);
const noRecipients = rejected(
  'Not sent: the call names no recipients, and the guard does not read those in a raw message. Pass all recipients as Destination (SES) or envelope (nodemailer).',
);
const success = (first: string) => ({ Status: 'SUCCESS', MessageId: `id for ${first}` });
const destinations = () =>
  capture().arrived.map(({ body }) => body.BulkEmailEntries?.map((entry) => entry.Destination));

test('entries without allowed recipients are not sent, and every result keeps the index of its entry', async () => {
  const entries = [
    to('gone@example.net'),
    to('Ann <ANN@example.net>', 'gone@example.net'),
    to('nobody'),
    withoutDestination,
    { Destination: { CcAddresses: ['gone@example.net'], BccAddresses: ['bob@example.net'] } },
    to('gone-2@example.net'),
  ];
  const { BulkEmailEntryResults, $metadata } = await guardedClient().send(bulk(entries));
  expect(destinations()).toEqual([[{ ToAddresses: ['Ann <ANN@example.net>'] }, { BccAddresses: ['bob@example.net'] }]]);
  expect(BulkEmailEntryResults).toEqual([
    allSuppressed,
    success('Ann <ANN@example.net>'),
    invalidAddress,
    noRecipients,
    success('bob@example.net'),
    allSuppressed,
  ]);
  expect($metadata.httpStatusCode).toBe(200);
});

test('the other fields of an entry and of the call arrive unchanged', async () => {
  const ReplacementTags = [{ Name: 'campaign', Value: 'november' }];
  const ReplacementEmailContent = { ReplacementTemplate: { ReplacementTemplateData: '{"name":"Ann"}' } };
  const entry = { ...to('ann@example.net', 'gone@example.net'), ReplacementTags, ReplacementEmailContent };
  await guardedClient().send(bulk([entry]));
  expect(capture().arrived.map(({ path, body }) => ({ path, body }))).toEqual([
    {
      path: '/v2/email/outbound-bulk-emails',
      body: { BulkEmailEntries: [{ ...entry, ...to('ann@example.net') }], DefaultContent },
    },
  ]);
});

const sendable = fc.nat(9).map((i) => `Ann ${i} <Ann-${i}@Example.net>`);
const suppressed = fc.constantFrom('gone@example.net', 'Gone <GONE-2@example.net>');
const recipients = fc.array(fc.oneof(sendable, suppressed, fc.constant('invalid')), { maxLength: 3 });
const anyEntry = fc.record(
  { ToAddresses: recipients, CcAddresses: recipients, BccAddresses: recipients },
  { requiredKeys: [] },
);

test('for any entries, result i belongs to entry i, and no refused entry is sent', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyEntry, { maxLength: 8 }), async (all) => {
      capture().arrived.length = 0;
      const kept = all.map((destination) => {
        const addresses = ['ToAddresses', 'CcAddresses', 'BccAddresses'].flatMap(
          (field) => destination[field as keyof typeof destination] ?? [],
        );
        return addresses.includes('invalid') ? [] : addresses.filter((address) => address.startsWith('Ann'));
      });
      const call = guardedClient().send(bulk(all.map((Destination) => ({ Destination }))));
      if (kept.every((addresses) => addresses.length === 0)) {
        await expect(call).rejects.toThrow(/^Not sent: /);
        expect(capture().arrived).toEqual([]);
        return;
      }
      const { BulkEmailEntryResults } = await call;
      const expected = kept.map(([first]) => (first === undefined ? { Status: 'MESSAGE_REJECTED' } : success(first)));
      expect(BulkEmailEntryResults).toHaveLength(all.length);
      expect(BulkEmailEntryResults).toMatchObject(expected);
      const sent = destinations()[0]?.map((entry) => Object.values(entry).flat());
      expect(sent).toEqual(kept.filter((addresses) => addresses.length > 0));
    }),
    { numRuns: runs(100) },
  );
});

test('a call without any entry to send is an error with the reasons of all entries, and nothing arrives', async () => {
  const call = guardedClient().send(
    bulk([to('gone@example.net'), to('gone-2@example.net', 'GONE@example.net'), withoutDestination]),
  );
  const verdict = { kind: 'suppressed', reason: 'hard', since, suspected: false, list: 'account' };
  await expect(call).rejects.toMatchObject({
    name: 'AllRecipientsSuppressedError',
    verdicts: [
      { ...verdict, address: 'gone@example.net' },
      { ...verdict, address: 'gone-2@example.net' },
      { ...verdict, address: 'GONE@example.net' },
    ],
  });
  expect(capture().arrived).toEqual([]);
});

test('an invalid address is counted among the recipients of all entries', async () => {
  const call = guardedClient().send(bulk([to('ann@example.net', 'nobody'), to('gone@example.net')]));
  await expect(call).rejects.toMatchObject({
    name: 'InvalidAddressError',
    message: expect.stringMatching(/^Not sent: 1 of 3 recipients is not a valid email address\./),
  });
  expect(capture().arrived).toEqual([]);
});

test.each([{ entries: [] }, { entries: [withoutDestination] }, { entries: undefined as unknown as BulkEmailEntry[] }])(
  'a call with the entries $entries is refused',
  async ({ entries }) => {
    await expect(guardedClient().send(bulk(entries))).rejects.toMatchObject({ name: 'NoRecipientsError' });
    expect(capture().arrived).toEqual([]);
  },
);

test('onDropped receives the removed recipients of all entries in one call, before the email is sent', async () => {
  const calls: unknown[] = [];
  const onDropped = (dropped: readonly testing.Verdict[]) =>
    calls.push(
      dropped.map(({ kind, address }) => `${kind} ${address}`),
      capture().arrived.length,
    );
  await guardedClient({ onDropped }).send(bulk([to('ann@example.net')]));
  await guardedClient({ onDropped })
    .send(bulk([to('gone@example.net')]))
    .catch(() => {});
  expect(calls).toEqual([]);
  await guardedClient({ onDropped }).send(
    bulk([to('gone@example.net'), to('ann@example.net', 'gone-2@example.net'), to('no')]),
  );
  expect(calls).toEqual([['suppressed gone@example.net', 'suppressed gone-2@example.net', 'invalid no'], 1]);
});

test('the guard does not change the input of a command', async () => {
  const entries = [to('gone@example.net'), to('ann@example.net', 'gone@example.net')];
  const before = structuredClone(entries);
  await guardedClient().send(bulk(entries));
  expect(entries).toEqual(before);
});
