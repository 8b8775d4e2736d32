import type { AddressKey } from '../../../shared/domain/address.ts';
import { defaultPolicy, type Policy } from '../../../shared/domain/policy/policy.ts';
import { encodeDesiredState, type SyncState } from '../../../shared/domain/suppression/account-list-state.ts';
import type { ListedAddress } from '../../../shared/domain/suppression/adopted-event.ts';
import { type Drift, driftOf } from '../../../shared/domain/suppression/drift.ts';
import { derive, emptyRecord, type SuppressionRecord } from '../../../shared/domain/suppression/record.ts';
import { day, hour, noon } from '../../support/ses.ts';

const address = 'ann@example.net' as AddressKey;
const minute = 60_000;
const policy = (accountList: Partial<Policy['accountList']>): Policy => ({
  ...defaultPolicy,
  accountList: { mode: 'always', regions: ['eu-west-1'], ...accountList },
});

const entry = (updatedAt: number, original: string = address): ListedAddress => ({
  address: { key: address, original },
  reason: 'BOUNCE',
  updatedAt,
});
const old = { since: noon - 30 * day, last: noon - 30 * day };
const both = (told: SyncState) => ({ syncStates: { home: told, 'eu-west-1': told } });
const listed = both({ value: 'BOUNCE', at: noon - 29 * day });
const hard: Partial<SuppressionRecord> = { causes: { hard: old }, ...listed };
const releasedAt = noon - 10 * day;
const deletedAt = noon - 9 * day;
const deleted: SyncState = { value: encodeDesiredState({ kind: 'unlisted', from: releasedAt }), at: deletedAt };
const released: Partial<SuppressionRecord> = { released: { at: releasedAt, by: 'ops', note: 'asked' } };
const told = (value: string) => both({ value, at: noon - 29 * day });
const adopted: Partial<SuppressionRecord> = {
  causes: { 'ses-list': old },
  ...both({ value: 'held', at: noon - 29 * day }),
};
const blockEnd = noon - day;
const block = { ...old, until: blockEnd };
const blockDeleted: SyncState = {
  value: encodeDesiredState({ kind: 'unlisted', from: blockEnd }),
  at: blockEnd + hour,
};

type Row = [
  title: string,
  record: Partial<SuppressionRecord> | undefined,
  entries: readonly ListedAddress[],
  drift: Drift,
  settings?: Partial<Policy['accountList']> & { region?: string },
];

const rows: Row[] = [
  ['nobody holds it', undefined, [], 'none'],
  ['only SES holds it', undefined, [entry(noon - day)], 'missing-here'],
  ['both hold it', hard, [entry(noon - 30 * day)], 'none'],
  ['both hold it, for another reason', { ...hard, causes: { complaint: old } }, [entry(noon)], 'none'],
  ['it stands there in a spelling we do not know', hard, [entry(noon - day, 'Ann@example.net')], 'missing-here'],
  ['…in one we know', { ...hard, addressVariants: ['Ann@example.net'] }, [entry(noon, 'Ann@example.net')], 'none'],
  [
    '…in both',
    { ...hard, addressVariants: ['Ann@example.net'] },
    [entry(noon), entry(noon, 'Ann@example.net')],
    'none',
  ],
  ['…in one we know and in one we do not', hard, [entry(noon), entry(noon, 'aNN@example.net')], 'missing-here'],
  ['a watched one is on the list', { strikes: [noon] }, [entry(noon)], 'missing-here'],
  ['a watched one is not on the list', { strikes: [noon] }, [], 'none'],
  ['soft bounces suppress it, and SES does not', { causes: { soft: { ...old, until: noon + day } } }, [], 'none'],

  ['SES has lost a hard bounce', hard, [], 'missing-at-ses'],
  [
    'SES has lost a complaint',
    { ...both({ value: 'COMPLAINT', at: noon - day }), causes: { complaint: old } },
    [],
    'missing-at-ses',
  ],
  ['…in another Region', hard, [], 'missing-at-ses', { region: 'eu-west-1' }],
  [
    'SES never listed what it was to list by itself',
    { causes: { hard: old } },
    [],
    'missing-at-ses',
    { mode: 'missing' },
  ],
  ['…and it is none of our business', hard, [], 'none', { mode: 'off' }],
  ['…it has still to be told', { causes: { hard: old } }, [], 'none'],
  [
    '…it was told just before the listing',
    { ...hard, ...both({ value: 'BOUNCE', at: noon - minute + 1 }) },
    [],
    'none',
  ],
  [
    '…it was told well before the listing',
    { ...hard, ...both({ value: 'BOUNCE', at: noon - minute }) },
    [],
    'missing-at-ses',
  ],
  [
    '…SES has refused it',
    { ...hard, ...both({ value: 'BOUNCE', at: noon - day, rejected: 'BadRequestException' }) },
    [],
    'none',
  ],
  [
    '…it bounced while the list was read',
    { causes: { hard: { since: noon, last: noon } } },
    [],
    'none',
    { mode: 'missing' },
  ],
  ['it was marked as missing already', { ...hard, ...both({ value: 'absent', at: noon - day }) }, [], 'none'],
  [
    'the mailbox simulator is on no list',
    { ...hard, address: 'bounce@simulator.amazonses.com' as AddressKey },
    [],
    'none',
  ],

  ['it is gone here and there', { ...released, ...both(deleted) }, [], 'none'],
  ['it is older than our delete', { ...released, ...both(deleted) }, [entry(releasedAt + hour)], 'still-at-ses'],
  [
    'it is as old as the clocks may differ',
    { ...released, ...both(deleted) },
    [entry(deletedAt + hour)],
    'still-at-ses',
  ],
  ['it is newer than the delete', { ...released, ...both(deleted) }, [entry(deletedAt + hour + 1)], 'missing-here'],
  [
    'one of its spellings is newer',
    { ...released, ...both(deleted) },
    [entry(noon - 30 * day), entry(noon - day, 'Ann@example.net')],
    'missing-here',
  ],
  ['it has still to be deleted', released, [entry(noon - 30 * day)], 'none'],
  [
    'SES has refused to delete it',
    { ...released, ...both({ ...deleted, rejected: 'BadRequestException' }) },
    [entry(noon - 30 * day)],
    'none',
  ],
  ['it was let go while SES was none of our business', released, [entry(noon - 30 * day)], 'none', { mode: 'off' }],
  ['…and listed since', released, [entry(noon - day)], 'missing-here', { mode: 'off' }],
  [
    'the block has ended, and SES still lists it',
    { causes: { 'policy-block': block }, ...both(blockDeleted) },
    [entry(noon - 30 * day)],
    'still-at-ses',
  ],
  [
    'the block has not ended',
    { causes: { 'policy-block': { ...old, until: noon + day } } },
    [entry(noon - 30 * day)],
    'none',
  ],

  ['SES still holds what we adopted', adopted, [entry(noon - 30 * day)], 'none'],
  ['SES has dropped what we adopted', adopted, [], 'removed-at-ses'],
  ['…elsewhere than at home', adopted, [], 'none', { region: 'eu-west-1' }],
  ['…since we know it for a hard bounce', { ...adopted, ...hard }, [], 'missing-at-ses'],
  ['…which was listed while the list was read', { causes: { 'ses-list': { since: noon, last: noon } } }, [], 'none'],

  [
    'SES has dropped what we adopted, beside what was said by hand for a time',
    { ...adopted, causes: { 'ses-list': old, manual: { ...old, until: noon + day } } },
    [],
    'removed-at-ses',
  ],
  [
    '…which is suppressed by hand for good as well',
    { ...adopted, causes: { 'ses-list': old, manual: old } },
    [],
    'missing-at-ses',
  ],
  [
    '…and it is none of our business',
    { ...adopted, causes: { 'ses-list': old, manual: old } },
    [],
    'none',
    { mode: 'off' },
  ],
  [
    'what is suppressed by hand for a time is not on the list',
    { causes: { manual: { ...old, until: noon + day } } },
    [],
    'none',
  ],
  [
    'SES has lost who was suppressed by hand for good',
    { ...told('COMPLAINT'), causes: { manual: old } },
    [],
    'missing-at-ses',
  ],
];

test.each(rows)('%s', (_, fields, entries, drift, settings = {}) => {
  const { region = 'home', ...rest } = settings;
  const by = policy(rest);
  const record = fields && derive({ ...emptyRecord(address), ...fields }, by);
  expect(driftOf(record, entries, { region, startedAt: noon, policy: by, now: noon + hour })).toBe(drift);
});
