import type { Policy } from '../../../shared/domain/policy/policy.ts';
import {
  desiredStateOf,
  encodeDesiredState,
  explainedUntil,
  homeRegion,
  pendingSyncOf,
  type SyncState,
} from '../../../shared/domain/suppression/account-list-state.ts';
import { type Cause, emptyRecord, type SuppressionRecord } from '../../../shared/domain/suppression/record.ts';
import { address } from '../../support/recipient-event.ts';
import { hour, noon } from '../../support/ses.ts';

const lasting: Cause = { since: noon, last: noon };
const ending = (until: number): Cause => ({ ...lasting, until });
/** Said by hand: for good; until a moment; for good at first, until a moment since. */
const good = { causes: { manual: { ...lasting, permanentSince: noon } } };
const brief = { causes: { manual: ending(noon + 9) } };
const cut = { causes: { manual: { ...ending(noon + 9), permanentSince: noon } } };
const listed = (since: number): Cause => ({ since, last: noon + 5 });
const released = { at: noon - 500, by: 'op', note: 'test' };

const record = (fields: Partial<SuppressionRecord> = {}): SuppressionRecord => ({ ...emptyRecord(address), ...fields });
const settings = (mode: Policy['accountList']['mode'], regions: string[] = []) => ({ mode, regions });
const told = (value: string, at = noon): SyncState => ({ value, at });
const home = (says: string, at = noon) => ({ [homeRegion]: told(says, at) });
const complaint = { kind: 'listed', reason: 'COMPLAINT' } as const;
const from = (time: number) => ({ kind: 'unlisted', from: time }) as const;

describe("what SES's list ought to say of who is suppressed by hand", () => {
  test.each<[string, Partial<SuppressionRecord>, unknown]>([
    ['for good: that he does not want it', good, complaint],
    [
      'for good, and bounced for good',
      { causes: { ...good.causes, hard: lasting } },
      { ...complaint, reason: 'BOUNCE' },
    ],
    ['for good, and complained', { causes: { ...good.causes, complaint: lasting } }, complaint],
    ['for good, and bounced for a time', { causes: { ...good.causes, hard: ending(noon) } }, complaint],
    ['for good, beside a block', { causes: { ...good.causes, 'policy-block': ending(noon + 99) } }, complaint],
    ['for good, since a release', { ...good, released }, complaint],
    ['for a time: nothing', brief, undefined],
    [
      'for a time, and bounced for good',
      { causes: { ...brief.causes, hard: lasting } },
      { ...complaint, reason: 'BOUNCE' },
    ],
    ['for a time, since a release: what the release says', { ...brief, released }, from(released.at)],
    ['for a time that outlasts a block', { causes: { ...brief.causes, 'policy-block': ending(noon) } }, from(noon + 9)],
    ['for less than a block', { causes: { ...brief.causes, 'policy-block': ending(noon + 10) } }, from(noon + 10)],
    ['for good, and then for a time: that it is gone with the end', cut, from(noon + 9)],
    ['…since a release', { ...cut, released }, from(noon + 9)],
    ['…which soft bounces outlast', { causes: { ...cut.causes, soft: ending(noon + 10) } }, from(noon + 10)],
    ['…listed by SES since', { causes: { ...cut.causes, 'ses-list': listed(noon) } }, from(noon + 9)],
    ['…listed by SES before: nothing', { causes: { ...cut.causes, 'ses-list': listed(noon - 1) } }, undefined],
  ])('%s', (_what, fields, wish) => {
    expect(desiredStateOf(record(fields))).toEqual(wish);
    expect(desiredStateOf(record({ ...fields, address: 'bounce@simulator.amazonses.com' as never }))).toBeUndefined();
  });
});

describe('whom it still has to be told of', () => {
  const pending = (fields: Partial<SuppressionRecord>, mode: Policy['accountList']['mode'], regions = ['eu']) =>
    pendingSyncOf(record(fields), settings(mode, regions))?.regions ?? [];
  const suspected = { ...lasting, suspected: true as const };

  test.each<[string, Partial<SuppressionRecord>, always: string, missing: string]>([
    ['for good', good, 'home+eu', 'home+eu'],
    ['for good, beside a bounce SES lists by itself', { causes: { ...good.causes, hard: lasting } }, 'home+eu', 'eu'],
    ['for good, beside a complaint SES lists', { causes: { ...good.causes, complaint: lasting } }, 'home+eu', 'eu'],
    ['…one it may not list', { causes: { ...good.causes, complaint: suspected } }, 'home+eu', 'home+eu'],
    ['…one that ends', { causes: { ...good.causes, complaint: ending(noon) } }, 'home+eu', 'home+eu'],
    ['for good, and told', { ...good, syncStates: { ...home('COMPLAINT'), eu: told('COMPLAINT') } }, '', ''],
    ['for good, seen to be held at home', { ...good, syncStates: home('held') }, 'eu', 'eu'],
    [
      'for good, told before a release',
      { ...good, released, syncStates: home('COMPLAINT', released.at) },
      'home+eu',
      'home+eu',
    ],
    ['for a time', brief, '', ''],
    ['for a time, beside a block', { causes: { ...brief.causes, 'policy-block': ending(noon) } }, 'home', 'home'],
    ['for good, and then for a time', { ...cut, syncStates: home('COMPLAINT') }, 'home+eu', 'home+eu'],
    ['…before anything was noted: it may be told just now', cut, 'home+eu', 'home+eu'],
    ['…and told', { ...cut, syncStates: home(encodeDesiredState(from(noon + 9))) }, 'eu', 'eu'],
    ['…but listed by SES before', { causes: { ...cut.causes, 'ses-list': listed(noon - 1) } }, '', ''],
  ])('%s', (_what, fields, always, missing) => {
    expect([pending(fields, 'always').join('+'), pending(fields, 'missing').join('+')]).toEqual([always, missing]);
    expect(pending(fields, 'off')).toEqual([]);
  });

  test('who is suppressed by hand waits since that was said, unless he has to be told of for something before', () => {
    const dueOf = (causes: SuppressionRecord['causes']) => pendingSyncOf(record({ causes }), settings('always'))?.due;
    const since = (time: number): Cause => ({ since: time, last: time });
    const manual = { since: noon - 5, last: noon, permanentSince: noon };
    expect(dueOf({ manual, soft: { ...since(7), until: 8 } })).toBe(noon);
    expect(dueOf({ manual, complaint: { ...since(7), until: 8 }, hard: { ...since(7), until: 8 } })).toBe(noon);
    expect([dueOf({ manual, hard: since(7) }), dueOf({ manual, complaint: since(7) })]).toEqual([7, 7]);
    expect(dueOf({ manual: { ...manual, until: noon + 9 }, hard: since(7) })).toBe(7);
  });

  test('what has got an end has to be told from then on', () => {
    expect(pendingSyncOf(record({ ...cut, syncStates: home('COMPLAINT') }), settings('always'))?.due).toBe(noon + 9);
  });
});

describe('until when an entry of SES has its reason in what was said by hand', () => {
  const forever = Number.POSITIVE_INFINITY;
  const text = encodeDesiredState(from(noon + 9));
  const block = { 'policy-block': ending(noon) };

  test.each<[string, Partial<SuppressionRecord>, always: number, off: number]>([
    ['for ever, where it is for good and we tell SES', good, forever, -forever],
    ['never, where it is for a time', brief, -forever, -forever],
    ['until it is deleted, where it has got an end', cut, forever, -forever],
    ['an hour longer than that', { ...cut, syncStates: home(text, noon + 20) }, noon + 20 + hour, -forever],
    ['as long as a block, beside one', { causes: { ...good.causes, ...block } }, forever, noon],
    ['for ever, beside a bounce', { causes: { ...good.causes, hard: lasting } }, forever, forever],
    [
      'never, where SES listed it before',
      { causes: { ...cut.causes, 'ses-list': listed(noon - 1) } },
      -forever,
      -forever,
    ],
  ])('%s', (_until, fields, always, off) => {
    expect(explainedUntil(record(fields), settings('always'))).toBe(always);
    expect(explainedUntil(record(fields), settings('missing'))).toBe(always);
    expect(explainedUntil(record(fields), settings('off'))).toBe(off);
  });
});
