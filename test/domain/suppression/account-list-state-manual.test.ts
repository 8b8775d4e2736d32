import type { Policy } from '../../../shared/domain/policy/policy.ts';
import {
  desiredStateOf,
  encodeDesiredState,
  explainedUntil,
  homeRegion,
  pendingSyncOf,
} from '../../../shared/domain/suppression/account-list-state.ts';
import {
  type Cause,
  emptyRecord,
  type SuppressionRecord,
  type SyncState,
} from '../../../shared/domain/suppression/record.ts';
import { address } from '../../support/recipient-event.ts';
import { hour, noon } from '../../support/ses.ts';

const permanent: Cause = { since: noon, last: noon };
const until = (end: number): Cause => ({ ...permanent, until: end });
// Three manual suppressions: permanent, with an end, and permanent at first but with an end since.
const manual = { causes: { manual: { ...permanent, permanentSince: noon } } };
const manualUntil = { causes: { manual: until(noon + 9) } };
const shortened = { causes: { manual: { ...until(noon + 9), permanentSince: noon } } };
const listed = (since: number): Cause => ({ since, last: noon + 5 });
const released = { at: noon - 500, by: 'op', note: 'test' };

const record = (fields: Partial<SuppressionRecord> = {}): SuppressionRecord => ({ ...emptyRecord(address), ...fields });
const settings = (mode: Policy['accountList']['mode'], regions: string[] = []) => ({ mode, regions });
const state = (value: string, at = noon): SyncState => ({ value, at });
const home = (value: string, at = noon) => ({ [homeRegion]: state(value, at) });
const complaint = { kind: 'listed', reason: 'COMPLAINT' } as const;
const bounce = { kind: 'listed', reason: 'BOUNCE' } as const;
const from = (time: number) => ({ kind: 'unlisted', from: time }) as const;

describe('the desired state of a manual suppression', () => {
  test.each<[string, Partial<SuppressionRecord>, unknown]>([
    ['that is permanent is COMPLAINT', manual, complaint],
    [
      'that is permanent, with a permanent hard bounce, is BOUNCE',
      { causes: { ...manual.causes, hard: permanent } },
      bounce,
    ],
    [
      'that is permanent, with a complaint, is COMPLAINT',
      { causes: { ...manual.causes, complaint: permanent } },
      complaint,
    ],
    [
      'that is permanent, with a hard bounce that ends, is COMPLAINT',
      { causes: { ...manual.causes, hard: until(noon) } },
      complaint,
    ],
    [
      'that is permanent, with a block, is COMPLAINT',
      { causes: { ...manual.causes, 'policy-block': until(noon + 99) } },
      complaint,
    ],
    ['that is permanent, after a release, is COMPLAINT', { ...manual, released }, complaint],
    ['that ends is undefined', manualUntil, undefined],
    [
      'that ends, with a permanent hard bounce, is BOUNCE',
      { causes: { ...manualUntil.causes, hard: permanent } },
      bounce,
    ],
    ['that ends, after a release, is that of the release', { ...manualUntil, released }, from(released.at)],
    [
      'that ends after a block is unlisted from its end',
      { causes: { ...manualUntil.causes, 'policy-block': until(noon) } },
      from(noon + 9),
    ],
    [
      'that ends before a block is unlisted from the end of the block',
      { causes: { ...manualUntil.causes, 'policy-block': until(noon + 10) } },
      from(noon + 10),
    ],
    ['that was permanent and now ends is unlisted from its end', shortened, from(noon + 9)],
    [
      'that was permanent and now ends, after a release, is unlisted from its end',
      { ...shortened, released },
      from(noon + 9),
    ],
    [
      'that was permanent and now ends before the soft bounces is unlisted from their end',
      { causes: { ...shortened.causes, soft: until(noon + 10) } },
      from(noon + 10),
    ],
    [
      'that was permanent and now ends, listed by SES since, is unlisted from its end',
      { causes: { ...shortened.causes, 'ses-list': listed(noon) } },
      from(noon + 9),
    ],
    [
      'that was permanent and now ends, listed by SES before, is undefined',
      { causes: { ...shortened.causes, 'ses-list': listed(noon - 1) } },
      undefined,
    ],
  ])('%s', (_title, fields, desired) => {
    expect(desiredStateOf(record(fields))).toEqual(desired);
    expect(desiredStateOf(record({ ...fields, address: 'bounce@simulator.amazonses.com' as never }))).toBeUndefined();
  });
});

describe('the pending Regions of a manual suppression', () => {
  const pending = (fields: Partial<SuppressionRecord>, mode: Policy['accountList']['mode'], regions = ['eu']) =>
    pendingSyncOf(record(fields), settings(mode, regions))?.regions ?? [];
  const suspected = { ...permanent, suspected: true as const };

  test.each<[string, Partial<SuppressionRecord>, always: string, missing: string]>([
    ['permanent', manual, 'home+eu', 'home+eu'],
    [
      'permanent, with a hard bounce SES lists by itself',
      { causes: { ...manual.causes, hard: permanent } },
      'home+eu',
      'eu',
    ],
    [
      'permanent, with a complaint SES lists by itself',
      { causes: { ...manual.causes, complaint: permanent } },
      'home+eu',
      'eu',
    ],
    [
      'permanent, with a suspected complaint, which SES may not list',
      { causes: { ...manual.causes, complaint: suspected } },
      'home+eu',
      'home+eu',
    ],
    [
      'permanent, with a complaint that ends',
      { causes: { ...manual.causes, complaint: until(noon) } },
      'home+eu',
      'home+eu',
    ],
    ['permanent and synced', { ...manual, syncStates: { ...home('COMPLAINT'), eu: state('COMPLAINT') } }, '', ''],
    ['permanent and seen on the list at home', { ...manual, syncStates: home('held') }, 'eu', 'eu'],
    [
      'permanent, synced before a release',
      { ...manual, released, syncStates: home('COMPLAINT', released.at) },
      'home+eu',
      'home+eu',
    ],
    ['with an end', manualUntil, '', ''],
    ['with an end, and a block', { causes: { ...manualUntil.causes, 'policy-block': until(noon) } }, 'home', 'home'],
    [
      'permanent at first, synced, with an end since',
      { ...shortened, syncStates: home('COMPLAINT') },
      'home+eu',
      'home+eu',
    ],
    ['permanent at first, with an end since, while a sync may be under way', shortened, 'home+eu', 'home+eu'],
    [
      'permanent at first, with an end since, synced at home',
      { ...shortened, syncStates: home(encodeDesiredState(from(noon + 9))) },
      'eu',
      'eu',
    ],
    [
      'permanent at first, with an end since, listed by SES before',
      { causes: { ...shortened.causes, 'ses-list': listed(noon - 1) } },
      '',
      '',
    ],
  ])('%s', (_title, fields, always, missing) => {
    expect([pending(fields, 'always').join('+'), pending(fields, 'missing').join('+')]).toEqual([always, missing]);
    expect(pending(fields, 'off')).toEqual([]);
  });

  test('are due since the suppression, unless another cause requires an entry since before', () => {
    const dueOf = (causes: SuppressionRecord['causes']) => pendingSyncOf(record({ causes }), settings('always'))?.due;
    const since = (time: number): Cause => ({ since: time, last: time });
    const manual = { since: noon - 5, last: noon, permanentSince: noon };
    expect(dueOf({ manual, soft: { ...since(7), until: 8 } })).toBe(noon);
    expect(dueOf({ manual, complaint: { ...since(7), until: 8 }, hard: { ...since(7), until: 8 } })).toBe(noon);
    expect([dueOf({ manual, hard: since(7) }), dueOf({ manual, complaint: since(7) })]).toEqual([7, 7]);
    expect(dueOf({ manual: { ...manual, until: noon + 9 }, hard: since(7) })).toBe(7);
  });

  test('are due from the end, if the suppression was permanent and now ends', () => {
    expect(pendingSyncOf(record({ ...shortened, syncStates: home('COMPLAINT') }), settings('always'))?.due).toBe(
      noon + 9,
    );
  });
});

describe('a manual suppression explains that SES prevents sends', () => {
  const forever = Number.POSITIVE_INFINITY;
  const text = encodeDesiredState(from(noon + 9));
  const block = { 'policy-block': until(noon) };

  test.each<[string, Partial<SuppressionRecord>, always: number, off: number]>([
    ['always, if it is permanent and synced to SES', manual, forever, -forever],
    ['never, if it ends', manualUntil, -forever, -forever],
    ['until the entry is deleted, if it was permanent and now ends', shortened, forever, -forever],
    ['for an hour after the deletion', { ...shortened, syncStates: home(text, noon + 20) }, noon + 20 + hour, -forever],
    [
      'with a block: without a sync until an hour after the block ends',
      { causes: { ...manual.causes, ...block } },
      forever,
      noon + hour,
    ],
    ['always, with a hard bounce', { causes: { ...manual.causes, hard: permanent } }, forever, forever],
    [
      'never, if SES listed the address before',
      { causes: { ...shortened.causes, 'ses-list': listed(noon - 1) } },
      -forever,
      -forever,
    ],
  ])('%s', (_title, fields, always, off) => {
    expect(explainedUntil(record(fields), settings('always'))).toBe(always);
    expect(explainedUntil(record(fields), settings('missing'))).toBe(always);
    expect(explainedUntil(record(fields), settings('off'))).toBe(off);
  });
});
