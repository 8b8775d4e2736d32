import type { AddressKey } from '../../../shared/domain/address.ts';
import { defaultPolicy } from '../../../shared/domain/policy/policy.ts';
import {
  desiredStateOf,
  encodeDesiredState,
  explainedUntil,
  withSyncState,
} from '../../../shared/domain/suppression/account-list-state.ts';
import type { SuppressionRecord } from '../../../shared/domain/suppression/record.ts';
import { hour, noon } from '../../support/ses.ts';
import { home, permanent, record, released, settings, state, until } from './account-list-state-fixture.ts';

describe('the desired state', () => {
  const bounce = { kind: 'listed', reason: 'BOUNCE' };
  const complaint = { kind: 'listed', reason: 'COMPLAINT' };
  const from = (time: number) => ({ kind: 'unlisted', from: time });

  test.each<[string, Partial<SuppressionRecord>, unknown]>([
    ['without a cause is undefined', {}, undefined],
    ['of a hard bounce is BOUNCE', { causes: { hard: permanent } }, bounce],
    ['of a complaint is COMPLAINT', { causes: { complaint: permanent } }, complaint],
    ['of both is COMPLAINT, the stronger one', { causes: { hard: permanent, complaint: permanent } }, complaint],
    [
      'of a hard bounce and a complaint that ends is BOUNCE',
      { causes: { hard: permanent, complaint: until(9) } },
      bounce,
    ],
    [
      'of a hard bounce and a complaint that end is unlisted from the later end, because SES lists both',
      { causes: { hard: until(9), complaint: until(8) } },
      from(9),
    ],
    ['of soft bounces is undefined', { causes: { soft: until(9) } }, undefined],
    ['of an entry SES created by itself is undefined', { causes: { 'ses-list': permanent } }, undefined],
    ['of a block is unlisted from its end', { causes: { 'policy-block': until(9) } }, from(9)],
    [
      'of a block that ends before the soft bounces is unlisted from their end',
      { causes: { 'policy-block': until(9), soft: until(10) } },
      from(10),
    ],
    [
      'of a block that ends after the soft bounces is unlisted from its end',
      { causes: { 'policy-block': until(9), soft: until(8) } },
      from(9),
    ],
    ['of a block and a hard bounce is BOUNCE', { causes: { 'policy-block': until(9), hard: permanent } }, bounce],
    ['of a block without an end is undefined', { causes: { 'policy-block': permanent } }, undefined],
    ['of a release is unlisted from then', { released }, from(released.at)],
    [
      'of a release and later soft bounces is unlisted from the release',
      { released, causes: { soft: until(9) } },
      from(released.at),
    ],
    [
      'of a release and a later block is unlisted from its end',
      { released, causes: { 'policy-block': until(9) } },
      from(9),
    ],
    ['of a release and a later hard bounce is BOUNCE', { released, causes: { hard: permanent } }, bounce],
  ])('%s', (_title, fields, desired) => {
    expect(desiredStateOf(record(fields))).toEqual(desired);
    expect(
      desiredStateOf(record({ ...fields, address: 'bounce@simulator.amazonses.com' as AddressKey })),
    ).toBeUndefined();
  });

  test('is stored as text, to the millisecond', () => {
    expect(encodeDesiredState({ kind: 'listed', reason: 'COMPLAINT' })).toBe('COMPLAINT');
    const unlisted = { kind: 'unlisted', from: noon + 1 } as const;
    expect(encodeDesiredState(unlisted)).toBe('none from 2026-11-20T12:00:00.001Z');
    const withVariants = (...variants: string[]) => encodeDesiredState(unlisted, variants);
    expect(withVariants('A@b', 'a@B')).toMatch(/^none from 2026-11-20T12:00:00\.001Z, as 2 others \([\w-]{5}\)$/);
    expect(new Set([withVariants('A@b', 'a@B'), withVariants('A@b', 'A@B'), withVariants('A@b')]).size).toBe(3);
    expect(encodeDesiredState({ kind: 'listed', reason: 'BOUNCE' }, ['A@b'])).toBe('BOUNCE');
  });
});

describe('a known cause explains that SES prevents sends', () => {
  const block = { causes: { 'policy-block': until(noon) } };
  const text = 'none from 2026-11-20T12:00:00.000Z';
  const forever = Number.POSITIVE_INFINITY;

  test.each<[string, Partial<SuppressionRecord>, always: number, off: number]>([
    ['never, if there is none', {}, -forever, -forever],
    ['always, if it is permanent', { causes: { hard: permanent } }, forever, forever],
    [
      'until the entry is deleted; without a sync, for an hour in which an operator may delete it',
      block,
      forever,
      noon + hour,
    ],
    [
      'until the entry is deleted, if another state was synced',
      { ...block, syncStates: home('BOUNCE') },
      forever,
      noon + hour,
    ],
    ['until the entry is deleted at home', { ...block, syncStates: { eu: state(text) } }, forever, noon + hour],
    [
      'for an hour after the deletion',
      { ...block, syncStates: home(text, noon + 5) },
      noon + 5 + hour,
      noon + 5 + hour,
    ],
  ])('%s', (_title, fields, always, off) => {
    expect(explainedUntil(record(fields), settings('always'))).toBe(always);
    expect(explainedUntil(record(fields), settings('missing'))).toBe(always);
    expect(explainedUntil(record(fields), settings('off'))).toBe(off);
  });
});

test('the state of one Region replaces its previous one and keeps those of other Regions', () => {
  const first = withSyncState(record(), 'eu', state('BOUNCE'));
  expect(first).toEqual(record({ syncStates: { eu: state('BOUNCE') } }));
  const both = withSyncState(withSyncState(first, 'home', state('held')), 'eu', state('COMPLAINT', 1));
  expect(both.syncStates).toEqual({ eu: state('COMPLAINT', 1), home: state('held') });
});

test('by default, what SES does not list by itself is synced to it, in the Region of the stack only', () => {
  expect(defaultPolicy.accountList).toEqual({ mode: 'missing', regions: [] });
});
