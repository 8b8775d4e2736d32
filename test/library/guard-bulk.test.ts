import { type BulkEmailEntry, SendBulkEmailCommand } from '@aws-sdk/client-sesv2';
import fc from 'fast-check';
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
const guarded = (options?: testing.GuardOptions) =>
  testing.createSuppressionList({ table }).guard(capture().client, options);
const to = (...ToAddresses: string[]): BulkEmailEntry => ({ Destination: { ToAddresses } });
const DefaultContent = { Template: { TemplateName: 'news', TemplateData: '{}' } };
const bulk = (BulkEmailEntries: BulkEmailEntry[]) => new SendBulkEmailCommand({ BulkEmailEntries, DefaultContent });
const rejected = (sentence: string) => ({ Status: 'MESSAGE_REJECTED', Error: sentence });
const toNobody = {} as BulkEmailEntry;
const noneLeft = rejected(
  `Not sent: no recipient may be mailed (g***@example.net: hard since ${since.toISOString()}).`,
);
const noAddress = rejected(
  'Not sent: not an e-mail address, 1 of 1 recipients. Pass one, like "Ann <ann@example.com>".',
);
const noRecipient = rejected(
  'Not sent: no recipient is named beside the mail itself, so none could be looked at. Name them all (SES: Destination).',
);
const success = (first: string) => ({ Status: 'SUCCESS', MessageId: `id for ${first}` });
const destinations = () =>
  capture().arrived.map(({ body }) => body.BulkEmailEntries?.map((entry) => entry.Destination));

test('entries without anybody left are not sent, and their results stand where they belong', async () => {
  const entries = [
    to('gone@example.net'),
    to('Ann <ANN@example.net>', 'gone@example.net'),
    to('nobody'),
    toNobody,
    { Destination: { CcAddresses: ['gone@example.net'], BccAddresses: ['bob@example.net'] } },
    to('gone-2@example.net'),
  ];
  const { BulkEmailEntryResults, $metadata } = await guarded().send(bulk(entries));
  expect(destinations()).toEqual([[{ ToAddresses: ['Ann <ANN@example.net>'] }, { BccAddresses: ['bob@example.net'] }]]);
  expect(BulkEmailEntryResults).toEqual([
    noneLeft,
    success('Ann <ANN@example.net>'),
    noAddress,
    noRecipient,
    success('bob@example.net'),
    noneLeft,
  ]);
  expect($metadata.httpStatusCode).toBe(200);
});

test('all else of an entry and of the call arrives as it is', async () => {
  const ReplacementTags = [{ Name: 'campaign', Value: 'november' }];
  const ReplacementEmailContent = { ReplacementTemplate: { ReplacementTemplateData: '{"name":"Ann"}' } };
  const entry = { ...to('ann@example.net', 'gone@example.net'), ReplacementTags, ReplacementEmailContent };
  await guarded().send(bulk([entry]));
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

test('of any mix of entries, result i is that of entry i, and none that was refused has been sent', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyEntry, { maxLength: 8 }), async (all) => {
      capture().arrived.length = 0;
      const kept = all.map((destination) => {
        const addresses = ['ToAddresses', 'CcAddresses', 'BccAddresses'].flatMap(
          (field) => destination[field as keyof typeof destination] ?? [],
        );
        return addresses.includes('invalid') ? [] : addresses.filter((address) => address.startsWith('Ann'));
      });
      const call = guarded().send(bulk(all.map((Destination) => ({ Destination }))));
      if (kept.every((addresses) => addresses.length === 0)) {
        await expect(call).rejects.toThrow(/^Not sent: /);
        return expect(capture().arrived).toEqual([]);
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

test('where no entry is left the call is an error with all reasons, and nothing arrives', async () => {
  const call = guarded().send(bulk([to('gone@example.net'), to('gone-2@example.net', 'GONE@example.net'), toNobody]));
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

test('where one of those is no address, the error counts it among all', async () => {
  const call = guarded().send(bulk([to('ann@example.net', 'nobody'), to('gone@example.net')]));
  await expect(call).rejects.toMatchObject({
    name: 'InvalidAddressError',
    message: expect.stringMatching(/^Not sent: not an e-mail address, 1 of 3 recipients\./),
  });
  expect(capture().arrived).toEqual([]);
});

test.each([{ entries: [] }, { entries: [toNobody] }, { entries: undefined as unknown as BulkEmailEntry[] }])(
  'a call with $entries is refused',
  async ({ entries }) => {
    await expect(guarded().send(bulk(entries))).rejects.toMatchObject({ name: 'NoRecipientsError' });
    expect(capture().arrived).toEqual([]);
  },
);

test('whoever is left out of any entry is told of once, before the rest go', async () => {
  const told: unknown[] = [];
  const onDropped = (dropped: readonly testing.Verdict[]) =>
    told.push(
      dropped.map(({ kind, address }) => `${kind} ${address}`),
      capture().arrived.length,
    );
  await guarded({ onDropped }).send(bulk([to('ann@example.net')]));
  await guarded({ onDropped })
    .send(bulk([to('gone@example.net')]))
    .catch(() => {});
  expect(told).toEqual([]);
  await guarded({ onDropped }).send(
    bulk([to('gone@example.net'), to('ann@example.net', 'gone-2@example.net'), to('no')]),
  );
  expect(told).toEqual([['suppressed gone@example.net', 'suppressed gone-2@example.net', 'invalid no'], 1]);
});

test('what is passed in stays as it is', async () => {
  const entries = [to('gone@example.net'), to('ann@example.net', 'gone@example.net')];
  const before = structuredClone(entries);
  await guarded().send(bulk(entries));
  expect(entries).toEqual(before);
});
