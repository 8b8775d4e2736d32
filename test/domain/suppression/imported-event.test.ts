// cspell:disable -- hashes
import { parseAddress } from '../../../shared/domain/address.ts';
import { defaultPolicy } from '../../../shared/domain/policy/policy.ts';
import { decide } from '../../../shared/domain/suppression/decide.ts';
import { type ImportedAddress, importedEvent } from '../../../shared/domain/suppression/imported-event.ts';
import { day, noon } from '../../support/ses.ts';

const address = parseAddress('Ann@Example.net') as ImportedAddress['address'];
const entry = { address, reason: 'hard', at: noon - 900 * day, isDated: true, from: 'SendGrid' } as const;

test('an entry is the bounce that it was, and counts nowhere', () => {
  expect(importedEvent({ ...entry, diagnosticCode: '550 no' })).toStrictEqual({
    id: expect.stringMatching(/^[\w-]{16}$/),
    address: 'ann@example.net',
    originalAddress: 'Ann@Example.net',
    class: 'hard',
    rule: 'imported',
    effect: 'suppress',
    suspected: false,
    metric: null,
    contributors: [],
    scopes: [],
    sentAt: entry.at,
    at: entry.at,
    fault: 'recipient',
    subType: 'SendGrid',
    diagnosticCode: '550 no',
    messageId: '',
    channel: 'import',
  });
  expect(importedEvent(entry)).not.toHaveProperty('diagnosticCode');
});

test('its id keeps apart what differs, and an entry of the SES list', () => {
  const ids = [
    entry,
    { ...entry, reason: 'complaint' as const },
    { ...entry, at: entry.at + 1 },
    { ...entry, address: parseAddress('bob@example.net') as ImportedAddress['address'] },
  ].map((one) => importedEvent(one).id);
  expect(new Set(ids).size).toBe(4);
  expect(importedEvent({ ...entry, from: 'another name' }).id).toBe(ids[0]);
  // The ids are stored, so they stay the same in later versions.
  expect(ids[0]).toBe('lTEY1bnR2u3dGfUD');
});

test('an entry without a date is the same event in a later import', () => {
  const undated = (at: number) => importedEvent({ ...entry, at, isDated: false });
  // Stored, as above.
  expect([undated(noon).id, undated(noon + day).id]).toEqual(['5Qb7XVIRxbaRSN5j', '5Qb7XVIRxbaRSN5j']);
  expect(undated(entry.at).id).not.toBe(importedEvent(entry).id);
  const { record } = decide(undefined, undated(noon), defaultPolicy, noon);
  expect(decide(record, undated(noon + day), defaultPolicy, noon + day).record).toBe(record);
});

test('importing an entry again changes nothing', () => {
  const first = decide(undefined, importedEvent(entry), defaultPolicy, noon);
  expect(first.record).toMatchObject({ status: 'suppressed', reason: 'hard', since: entry.at });
  expect(first.counts).toEqual([]);
  const again = decide(first.record, importedEvent(entry), defaultPolicy, noon);
  expect([again.record === first.record, again.isNew]).toEqual([true, false]);
});
