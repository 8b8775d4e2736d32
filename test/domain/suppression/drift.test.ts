import type { AddressKey } from '../../../shared/domain/address.ts';
import { defaultPolicy, type Policy } from '../../../shared/domain/policy/policy.ts';
import { encodeDesiredState } from '../../../shared/domain/suppression/account-list-state.ts';
import type { ListedAddress } from '../../../shared/domain/suppression/adopted-event.ts';
import { derive } from '../../../shared/domain/suppression/derive.ts';
import { type Drift, driftOf } from '../../../shared/domain/suppression/drift.ts';
import { emptyRecord, type SuppressionRecord, type SyncState } from '../../../shared/domain/suppression/record.ts';
import { day, hour, noon } from '../../support/ses.ts';

const address = 'ann@example.net' as AddressKey;
const minute = 60_000;
const policyWith = (accountList: Partial<Policy['accountList']>): Policy => ({
  ...defaultPolicy,
  accountList: { mode: 'always', regions: ['eu-west-1'], ...accountList },
});

const entry = (updatedAt: number, original: string = address): ListedAddress => ({
  address: { key: address, original },
  reason: 'BOUNCE',
  updatedAt,
});
const inBothRegions = (state: SyncState) => ({ syncStates: { home: state, 'eu-west-1': state } });
const synced = (value: string) => inBothRegions({ value, at: noon - 29 * day });
const old = { since: noon - 30 * day, last: noon - 30 * day };
const hard: Partial<SuppressionRecord> = { causes: { hard: old }, ...synced('BOUNCE') };
const releasedAt = noon - 10 * day;
const deletedAt = noon - 9 * day;
const deleted: SyncState = { value: encodeDesiredState({ kind: 'unlisted', from: releasedAt }), at: deletedAt };
const released: Partial<SuppressionRecord> = { released: { at: releasedAt, by: 'ops', note: 'asked' } };
const adopted: Partial<SuppressionRecord> = { causes: { 'ses-list': old }, ...synced('held') };
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
  ['neither side has the address', undefined, [], 'none'],
  ['only SES has the address', undefined, [entry(noon - day)], 'missing-here'],
  ['both have the address', hard, [entry(noon - 30 * day)], 'none'],
  ['both have the address, for different reasons', { ...hard, causes: { complaint: old } }, [entry(noon)], 'none'],
  ['SES lists an unknown variant of the address', hard, [entry(noon - day, 'Ann@example.net')], 'missing-here'],
  [
    'SES lists a known variant of the address',
    { ...hard, addressVariants: ['Ann@example.net'] },
    [entry(noon, 'Ann@example.net')],
    'none',
  ],
  [
    'SES lists the address and a known variant',
    { ...hard, addressVariants: ['Ann@example.net'] },
    [entry(noon), entry(noon, 'Ann@example.net')],
    'none',
  ],
  ['SES lists the address and an unknown variant', hard, [entry(noon), entry(noon, 'aNN@example.net')], 'missing-here'],
  ['SES lists a watched address', { strikes: [noon] }, [entry(noon)], 'missing-here'],
  ['SES does not list a watched address', { strikes: [noon] }, [], 'none'],
  ['SES does not list an address with soft bounces', { causes: { soft: { ...old, until: noon + day } } }, [], 'none'],

  ['SES has lost a hard bounce', hard, [], 'missing-at-ses'],
  [
    'SES has lost a complaint',
    { ...inBothRegions({ value: 'COMPLAINT', at: noon - day }), causes: { complaint: old } },
    [],
    'missing-at-ses',
  ],
  ['SES has lost a hard bounce in another Region', hard, [], 'missing-at-ses', { region: 'eu-west-1' }],
  [
    'SES never listed a hard bounce that only SES lists in this mode',
    { causes: { hard: old } },
    [],
    'missing-at-ses',
    { mode: 'missing' },
  ],
  ['SES has lost a hard bounce, but the sync is off', hard, [], 'none', { mode: 'off' }],
  ['SES does not list a hard bounce whose sync is pending', { causes: { hard: old } }, [], 'none'],
  [
    'SES has lost a hard bounce that was synced less than a minute before the listing',
    { ...hard, ...inBothRegions({ value: 'BOUNCE', at: noon - minute + 1 }) },
    [],
    'none',
  ],
  [
    'SES has lost a hard bounce that was synced a minute before the listing',
    { ...hard, ...inBothRegions({ value: 'BOUNCE', at: noon - minute }) },
    [],
    'missing-at-ses',
  ],
  [
    'SES does not list a hard bounce that it rejected',
    { ...hard, ...inBothRegions({ value: 'BOUNCE', at: noon - day, rejected: 'BadRequestException' }) },
    [],
    'none',
  ],
  [
    'SES does not list a hard bounce that happened during the listing',
    { causes: { hard: { since: noon, last: noon } } },
    [],
    'none',
    { mode: 'missing' },
  ],
  [
    'SES does not list a hard bounce that was found missing before',
    { ...hard, ...inBothRegions({ value: 'absent', at: noon - day }) },
    [],
    'none',
  ],
  [
    'SES does not list a mailbox simulator address',
    { ...hard, address: 'bounce@simulator.amazonses.com' as AddressKey },
    [],
    'none',
  ],

  ['neither side has a released address', { ...released, ...inBothRegions(deleted) }, [], 'none'],
  [
    'SES lists a released address since before the deletion',
    { ...released, ...inBothRegions(deleted) },
    [entry(releasedAt + hour)],
    'still-at-ses',
  ],
  [
    'SES lists a released address since the end of the grace period after the deletion',
    { ...released, ...inBothRegions(deleted) },
    [entry(deletedAt + hour)],
    'still-at-ses',
  ],
  [
    'SES lists a released address since after the grace period',
    { ...released, ...inBothRegions(deleted) },
    [entry(deletedAt + hour + 1)],
    'missing-here',
  ],
  [
    'SES lists one variant of a released address since after the grace period',
    { ...released, ...inBothRegions(deleted) },
    [entry(noon - 30 * day), entry(noon - day, 'Ann@example.net')],
    'missing-here',
  ],
  ['SES lists a released address whose deletion is pending', released, [entry(noon - 30 * day)], 'none'],
  [
    'SES lists a released address that it refused to delete',
    { ...released, ...inBothRegions({ ...deleted, rejected: 'BadRequestException' }) },
    [entry(noon - 30 * day)],
    'none',
  ],
  [
    'SES lists a released address since before the release, and the sync is off',
    released,
    [entry(noon - 30 * day)],
    'none',
    { mode: 'off' },
  ],
  [
    'SES lists a released address since after the release, and the sync is off',
    released,
    [entry(noon - day)],
    'missing-here',
    { mode: 'off' },
  ],
  [
    'SES still lists an address whose block has ended',
    { causes: { 'policy-block': block }, ...inBothRegions(blockDeleted) },
    [entry(noon - 30 * day)],
    'still-at-ses',
  ],
  [
    'SES lists an address whose block has not ended',
    { causes: { 'policy-block': { ...old, until: noon + day } } },
    [entry(noon - 30 * day)],
    'none',
  ],

  ['SES still lists an adopted address', adopted, [entry(noon - 30 * day)], 'none'],
  ['SES no longer lists an adopted address', adopted, [], 'removed-at-ses'],
  ['SES does not list an adopted address in another Region', adopted, [], 'none', { region: 'eu-west-1' }],
  ['SES no longer lists an adopted address that also bounced', { ...adopted, ...hard }, [], 'missing-at-ses'],
  [
    'SES does not list an address that was listed during the listing',
    { causes: { 'ses-list': { since: noon, last: noon } } },
    [],
    'none',
  ],

  [
    'SES no longer lists an adopted address with a manual suppression that ends',
    { ...adopted, causes: { 'ses-list': old, manual: { ...old, until: noon + day } } },
    [],
    'removed-at-ses',
  ],
  [
    'SES no longer lists an adopted address with a permanent manual suppression',
    { ...adopted, causes: { 'ses-list': old, manual: old } },
    [],
    'missing-at-ses',
  ],
  [
    'SES no longer lists an adopted address with a permanent manual suppression, but the sync is off',
    { ...adopted, causes: { 'ses-list': old, manual: old } },
    [],
    'none',
    { mode: 'off' },
  ],
  [
    'SES does not list an address with a manual suppression that ends',
    { causes: { manual: { ...old, until: noon + day } } },
    [],
    'none',
  ],
  [
    'SES has lost an address with a permanent manual suppression',
    { ...synced('COMPLAINT'), causes: { manual: old } },
    [],
    'missing-at-ses',
  ],
];

test.each(rows)('%s', (_title, fields, entries, drift, settings = {}) => {
  const { region = 'home', ...rest } = settings;
  const policy = policyWith(rest);
  const record = fields && derive({ ...emptyRecord(address), ...fields }, policy);
  expect(driftOf(record, entries, { region, startedAt: noon, policy, now: noon + hour })).toBe(drift);
});
