import { readFileSync } from 'node:fs';
import path from 'node:path';
import { createCounterTable } from '../../shared/aws/dynamodb/counter-table.ts';
import type { Address } from '../../shared/domain/address.ts';
import { parseAddress } from '../../shared/domain/address.ts';
import { signReturnPath } from '../../shared/domain/email-report/return-path.ts';
import { defaultPolicy } from '../../shared/domain/policy/policy.ts';
import { processReport, type ReportResult } from '../../shared/ingest/process-report.ts';
import { bounce, complaint } from '../support/ses.ts';
import { createSystem, type System, useSystem } from '../support/system.ts';

const at = Date.UTC(2026, 10, 16, 9, 30);
const key = 'k'.repeat(32);
const sesId = '0100019a7c3f0e21-6a1f2b3c-1111-2222-3333-444455556666-000000';
const sample = (name: string) =>
  readFileSync(path.join(__dirname, '..', '..', 'events', 'email', `${name}.eml`), 'latin1');
const returnPathOf = (recipient: string) => signReturnPath({ recipient, domain: 'shop.example.com', key, at });

useSystem();
let system: System;
beforeEach(async () => {
  system = await createSystem();
  system.now = at + 60_000;
});

type Options = { readonly sentTo?: string; readonly known?: readonly string[] };

async function ingest(content: string, { sentTo, known = [] }: Options = {}): Promise<ReportResult> {
  return processReport(
    {
      content: Buffer.from(content, 'latin1'),
      addresses: sentTo === undefined ? [] : [parseAddress(sentTo) as Address],
    },
    {
      store: system.store,
      counters: createCounterTable({ client: system.client, ...system.tables, shard: 0, clock: () => system.now }),
      policy: defaultPolicy,
      clock: () => system.now,
      random: () => 0.5,
      sleep: async () => {},
      remaining: () => Number.POSITIVE_INFINITY,
      sentEmails: { keys: [key], isKnown: (id) => known.includes(id) },
    },
  );
}

const statusOf = async (address: string) => (await system.record(address))?.status;

test('a report that is sent to a signed return path suppresses the recipient of the email', async () => {
  const result = await ingest(sample('dsn'), { sentTo: returnPathOf('ann@example.net') });
  expect(result).toMatchObject({ outcome: 'feedback', event: 'bounce', tie: 'recipient' });
  expect(await statusOf('ann@example.net')).toBe('suppressed');
});

test('the return path may be in the report: its header, or the header of the email that it is about', async () => {
  for (const [place, content] of Object.entries({
    to: sample('dsn').replace('To: bounces@shop.example.com', `To: ${returnPathOf('ann@example.net')}`),
    delivered: `Delivered-To: ${returnPathOf('ann@example.net')}\n${sample('dsn')}`,
    original: sample('dsn').replace(
      'Return-Path: <bounces@shop.example.com>',
      `Return-Path: <${returnPathOf('ann@example.net')}>`,
    ),
  }))
    expect(await ingest(content), place).toMatchObject({ tie: 'recipient' });
});

test('a report with a known Message-ID suppresses those whom it names', async () => {
  await ingest(sample('dsn-three-recipients'), { known: ['order-1@shop.example.com'] });
  expect(await Promise.all(['ann@example.net', 'bob@example.org', 'cleo@example.com'].map(statusOf))).toEqual([
    'suppressed',
    'suppressed',
    'suppressed',
  ]);
});

test.each(['dsn', 'complaint', 'dsn-three-recipients', 'exim', 'complaint-of-one-of-several'])(
  'anybody can write a report such as %s: without a tie, it suppresses nobody',
  async (name) => {
    expect(await ingest(sample(name))).toMatchObject({ outcome: 'feedback', tie: 'none' });
    expect(['watched', undefined]).toContain(await statusOf('ann@example.net'));
    expect(['watched', undefined]).toContain(await statusOf('bob@example.org'));
    expect(await system.count('account', 'hard')).toBe(0);
    expect(await system.count('account', 'complaints')).toBe(0);
  },
);

test('a return path for one address is no proof about another one', async () => {
  // The recipient of one email reports that somebody else bounced.
  await ingest(sample('dsn').replaceAll('ann@example.net', 'victim@example.org'), {
    sentTo: returnPathOf('mallory@example.com'),
  });
  expect(await statusOf('victim@example.org')).toBeUndefined();
  expect(await statusOf('mallory@example.com')).toBe('watched');
});

test('a report about an address that the email was forwarded to is a strike for its recipient', async () => {
  await ingest(sample('dsn-forwarded'), { sentTo: returnPathOf('ann@example.net') });
  expect(await system.record('ann@example.net')).toMatchObject({ status: 'watched', strikes: [expect.any(Number)] });
  expect(await statusOf('old@forward.example')).toBeUndefined();
});

test('a complaint that hides the recipient is about the recipient of the return path', async () => {
  await ingest(sample('complaint-redacted').replace('<bounces@shop', `<${returnPathOf('ann@example.net')}>, <b@shop`));
  expect(await system.record('ann@example.net')).toMatchObject({ status: 'suppressed', reason: 'complaint' });
});

test('the same report again changes nothing', async () => {
  await ingest(sample('dsn'), { sentTo: returnPathOf('ann@example.net') });
  const before = await system.snapshot();
  const again = await ingest(sample('dsn'), { sentTo: returnPathOf('ann@example.net') });
  expect(again).toMatchObject({ recipients: [{ result: { isNew: false } }] });
  expect(await system.snapshot()).toEqual(before);
});

describe('an email that SES sent', () => {
  const report = (name: string) => sample(name).replaceAll('order-1@shop.example.com', `${sesId}@email.amazonses.com`);
  const known = [`${sesId}@email.amazonses.com`];
  const sesBounce = bounce({ to: 'ann@example.net', mailId: sesId, sentAt: at - 2000, status: '5.1.1' });
  const sesComplaint = complaint({ to: 'ann@example.net', mailId: sesId, sentAt: at - 2000 });

  test.each([
    ['dsn', 'hard', sesBounce],
    ['complaint', 'complaints', sesComplaint],
  ] as const)('counts once, whether SES or the email (%s) is first', async (name, metric, message) => {
    await ingest(report(name), { known });
    await system.deliver([message]);
    expect([await system.count('account', metric), await statusOf('ann@example.net')]).toEqual([1, 'suppressed']);
    system = await createSystem();
    system.now = at + 60_000;
    await system.deliver([message]);
    await ingest(report(name), { known });
    expect([await system.count('account', metric), await statusOf('ann@example.net')]).toEqual([1, 'suppressed']);
  });

  test('counts when SES reports it, even if somebody forged a report before', async () => {
    await ingest(report('dsn'));
    await system.deliver([sesBounce]);
    expect([await system.count('account', 'hard'), await statusOf('ann@example.net')]).toEqual([1, 'suppressed']);
  });
});

test('an email that another relay sent is no part of the rates of SES', async () => {
  await ingest(sample('dsn'), { sentTo: returnPathOf('ann@example.net') });
  expect(await system.count('account', 'hard')).toBe(0);
});

test('other emails are ignored, and what cannot be read has a reason', async () => {
  expect(await ingest(sample('auto-reply'))).toEqual({ outcome: 'ignored', reason: 'an automatic reply' });
  expect(await ingest(sample('dsn-no-recipient'))).toEqual({
    outcome: 'unreadable',
    reason: 'a report that names no recipient',
  });
  expect(await ingest(sample('complaint-redacted'))).toMatchObject({ outcome: 'unreadable' });
  expect(await ingest('')).toMatchObject({ outcome: 'unreadable' });
});
