import type { AddressKey } from '../../../shared/domain/address.ts';
import { defaultPolicy, type Policy } from '../../../shared/domain/policy/policy.ts';
import {
  adoptedRule,
  desiredStateOf,
  encodeDesiredState,
  explainedUntil,
  homeRegion,
  messageLookup,
  pendingSyncOf,
  type SyncState,
} from '../../../shared/domain/suppression/account-list-state.ts';
import {
  type Cause,
  type Evidence,
  emptyRecord,
  type SuppressionRecord,
} from '../../../shared/domain/suppression/record.ts';
import { hour, noon } from '../../support/ses.ts';

const lasting: Cause = { since: noon, last: noon + 1 };
const ending = (until: number): Cause => ({ ...lasting, until });
const released = { at: noon + 500, by: 'op', note: 'test' };
const address = 'ann@example.net' as AddressKey;

const record = (fields: Partial<SuppressionRecord> = {}): SuppressionRecord => ({ ...emptyRecord(address), ...fields });
const settings = (mode: Policy['accountList']['mode'], regions: string[] = []) => ({ mode, regions });
const told = (value: string, at = noon): SyncState => ({ value, at });
const home = (says: string, at = noon) => ({ [homeRegion]: told(says, at) });

describe("what SES's list ought to say", () => {
  const bounce = { kind: 'listed', reason: 'BOUNCE' };
  const complaint = { kind: 'listed', reason: 'COMPLAINT' };
  const from = (time: number) => ({ kind: 'unlisted', from: time });

  test.each<[string, Partial<SuppressionRecord>, unknown]>([
    ['of who has done nothing: nothing', {}, undefined],
    ['of a hard bounce', { causes: { hard: lasting } }, bounce],
    ['of a complaint', { causes: { complaint: lasting } }, complaint],
    ['of both: the stronger', { causes: { hard: lasting, complaint: lasting } }, complaint],
    ['of a hard bounce beside a complaint that ends', { causes: { hard: lasting, complaint: ending(9) } }, bounce],
    ['of causes that end and are no block: nothing', { causes: { hard: ending(9), complaint: ending(9) } }, undefined],
    ['of soft bounces: nothing', { causes: { soft: ending(9) } }, undefined],
    ['of what SES listed by itself: nothing', { causes: { 'ses-list': lasting } }, undefined],
    ['of a block: that it is gone with its end', { causes: { 'policy-block': ending(9) } }, from(9)],
    ['of a block that soft bounces outlast', { causes: { 'policy-block': ending(9), soft: ending(10) } }, from(10)],
    ['of a block that outlasts soft bounces', { causes: { 'policy-block': ending(9), soft: ending(8) } }, from(9)],
    ['of a block and a hard bounce', { causes: { 'policy-block': ending(9), hard: lasting } }, bounce],
    ['of a block without an end: nothing', { causes: { 'policy-block': lasting } }, undefined],
    ['of a release: that it is gone', { released }, from(released.at)],
    ['of a release and soft bounces since', { released, causes: { soft: ending(9) } }, from(released.at)],
    ['of a release and a block since', { released, causes: { 'policy-block': ending(9) } }, from(9)],
    ['of a release and a hard bounce since', { released, causes: { hard: lasting } }, bounce],
  ])('%s', (_what, fields, wish) => {
    expect(desiredStateOf(record(fields))).toEqual(wish);
    expect(
      desiredStateOf(record({ ...fields, address: 'bounce@simulator.amazonses.com' as AddressKey })),
    ).toBeUndefined();
  });

  test('is remembered as text, to the millisecond', () => {
    expect(encodeDesiredState({ kind: 'listed', reason: 'COMPLAINT' })).toBe('COMPLAINT');
    const unlisted = { kind: 'unlisted', from: noon + 1 } as const;
    expect(encodeDesiredState(unlisted)).toBe('none from 2026-11-20T12:00:00.001Z');
    const inSpellings = (...spellings: string[]) => encodeDesiredState(unlisted, spellings);
    expect(inSpellings('A@b', 'a@B')).toMatch(/^none from 2026-11-20T12:00:00\.001Z, as 2 others \([\w-]{5}\)$/);
    expect(new Set([inSpellings('A@b', 'a@B'), inSpellings('A@b', 'A@B'), inSpellings('A@b')]).size).toBe(3);
    expect(encodeDesiredState({ kind: 'listed', reason: 'BOUNCE' }, ['A@b'])).toBe('BOUNCE');
  });
});

describe('whom it still has to be told of', () => {
  const hard = { causes: { hard: lasting } };
  const complaint = { causes: { complaint: lasting } };
  const suspected = { causes: { complaint: { ...lasting, suspected: true as const } } };
  const block = { causes: { 'policy-block': ending(noon + 9) } };
  const blockText = 'none from 2026-11-20T12:00:00.009Z';
  const releaseText = 'none from 2026-11-20T12:00:00.500Z';
  const isOwed = (fields: Partial<SuppressionRecord>, mode: Policy['accountList']['mode']) =>
    pendingSyncOf(record(fields), settings(mode)) !== undefined;

  test.each<[string, Partial<SuppressionRecord>, always: boolean, missing: boolean]>([
    ['nothing known', {}, false, false],
    ['a hard bounce', hard, true, false],
    ['a complaint', complaint, true, false],
    ['one of several of a complaint', suspected, true, true],
    ['one of several, who has bounced, too', { causes: { ...suspected.causes, hard: lasting } }, true, true],
    [
      'a hard bounce beside a suspicion that ends',
      { causes: { hard: lasting, complaint: { ...ending(9), suspected: true } } },
      true,
      false,
    ],
    ['one of several, seen to be held', { ...suspected, syncStates: home('held') }, false, false],
    ['a hard bounce, seen to be held', { ...hard, syncStates: home('held') }, false, false],
    ['a hard bounce, seen not to be held', { ...hard, syncStates: home('absent') }, true, true],
    ['a hard bounce that was told', { ...hard, syncStates: home('BOUNCE') }, false, false],
    [
      'a hard bounce that was refused',
      { ...hard, syncStates: { home: { ...told('BOUNCE'), rejected: 'x' } } },
      false,
      false,
    ],
    ['a complaint of which the bounce was told', { ...complaint, syncStates: home('BOUNCE') }, true, true],
    ['a block', block, true, true],
    ['a block that was told', { ...block, syncStates: home(blockText) }, false, false],
    [
      'a block whose end has moved since',
      { ...block, syncStates: home('none from 2026-11-20T12:00:00.008Z') },
      true,
      true,
    ],
    ['a block, seen to be held', { ...block, syncStates: home('held') }, true, true],
    ['a release', { released }, true, true],
    ['a release that was told', { released, syncStates: home(releaseText, released.at) }, false, false],
    ['a release, seen to be held since', { released, syncStates: home('held', noon + 900) }, true, true],
    ['bounced since a release, nothing told yet', { ...hard, released }, true, true],
    [
      'bounced since a release, told before it',
      { ...hard, released, syncStates: home('BOUNCE', released.at) },
      true,
      true,
    ],
    [
      'bounced since a release, told since',
      { ...hard, released, syncStates: home('BOUNCE', released.at + 1) },
      false,
      false,
    ],
    [
      'bounced since a release, held since',
      { ...hard, released, syncStates: home('held', released.at + 1) },
      false,
      false,
    ],
  ])('%s', (_what, fields, always, missing) => {
    expect({ always: isOwed(fields, 'always'), missing: isOwed(fields, 'missing') }).toEqual({ always, missing });
    expect(isOwed(fields, 'off')).toBe(false);
  });

  test.each<[string, Partial<SuppressionRecord>, boolean]>([
    ['a hard bounce', hard, true],
    ['a hard bounce that was told', { ...hard, syncStates: { eu: told('BOUNCE') } }, false],
    ['a hard bounce, seen to be held', { ...hard, syncStates: { eu: told('held') } }, false],
    ['a block: nobody has put it there', block, false],
    ['a block after a bounce that was told', { ...block, syncStates: { eu: told('BOUNCE') } }, true],
    ['a release, whatever was told', { released }, true],
    ['a release, seen to be held', { released, syncStates: { eu: told('held', noon + 900) } }, true],
    ['a block since a release', { ...block, released }, true],
    ['a release that was told', { released, syncStates: { eu: told(releaseText) } }, false],
  ])('in another Region, in either mode: %s', (_what, fields, owed) => {
    const syncStates = { ...fields.syncStates, home: told(blockText), away: told('BOUNCE') };
    for (const mode of ['always', 'missing'] as const) {
      const pending = pendingSyncOf(record({ ...fields, syncStates }), settings(mode, ['eu']))?.regions ?? [];
      expect(pending.includes('eu')).toBe(owed);
      expect(pending).not.toContain('away');
    }
  });

  test('the Regions stand in an order of their own, whatever that of the policy, and only those that are owed', () => {
    const regions = ['us-west-2', 'ap-south-1', 'eu-west-1'];
    const pending = ['home', 'ap-south-1', 'eu-west-1', 'us-west-2'];
    expect(pendingSyncOf(record(hard), settings('always', regions))).toEqual({ pending, due: noon });
    const syncStates = { 'eu-west-1': told('BOUNCE'), home: told('BOUNCE') };
    expect(pendingSyncOf(record({ ...hard, syncStates }), settings('always', regions))).toEqual({
      pending: ['ap-south-1', 'us-west-2'],
      due: noon,
    });
    expect(regions[0]).toBe('us-west-2');
  });

  test.each<[string, SuppressionRecord['syncStates'], number]>([
    ['missed on the list', home('absent', noon + 70), noon + 70],
    ['told something else', home('COMPLAINT', noon + 70), noon],
    ['missed before it was due', home('absent', noon - 70), noon],
    ['missed on a list that owes nothing', { ...home('COMPLAINT'), away: told('absent', noon + 70) }, noon],
    ['missed on two lists', { ...home('absent', noon + 70), eu: told('absent', noon + 80) }, noon + 80],
  ])('what was %s is owed since then, and no longer', (_what, mirrored, due) => {
    const pending = ['home', 'eu'];
    const hard = record({ causes: { hard: lasting }, mirrored: { eu: told('absent', noon - 90), ...syncStates } });
    expect(pendingSyncOf(hard, settings('always', ['eu']))).toEqual({ pending, due });
  });

  test('what has to go and was seen is owed since it was seen, but not before its time', () => {
    const seenAt = (at: number) =>
      pendingSyncOf(record({ released, syncStates: home('held', at) }), settings('always'))?.due;
    expect([seenAt(released.at + 9), seenAt(released.at - 9)]).toEqual([released.at + 9, released.at]);
  });

  test('what is to be put is due since the first of all causes, what is to go from its moment on', () => {
    const causes = {
      hard: { since: 20, last: 30 },
      complaint: { since: 10, last: 40 },
      soft: { since: 15, last: 15, until: 16 },
    };
    expect(pendingSyncOf(record({ causes }), settings('always'))).toEqual({ pending: ['home'], due: 10 });
    expect(pendingSyncOf(record(block), settings('always'))).toEqual({ pending: ['home'], due: noon + 9 });
    expect(pendingSyncOf(record({ released }), settings('always'))).toEqual({ pending: ['home'], due: released.at });
  });
});

describe('for which mail SES has listed an address', () => {
  const listed = { causes: { 'ses-list': { since: 7, last: 8 } } };
  const evidence = (rule: string, messageId: string) => [{ rule, messageId } as Evidence];
  const unknown = { ...listed, evidence: [...evidence('hard', 'mail-1'), ...evidence(adoptedRule, '')] };

  test('is asked where it was read off the list, once', () => {
    const question = { pending: [messageLookup], due: 7 };
    expect(pendingSyncOf(record(unknown), settings('always', ['eu']))).toEqual(question);
    expect(pendingSyncOf(record(unknown), settings('missing'))).toEqual(question);
    expect(pendingSyncOf(record(unknown), settings('off'))).toBeUndefined();
    expect(pendingSyncOf(record({ ...unknown, syncStates: home('held') }), settings('always'))).toBeUndefined();
    expect(pendingSyncOf(record({ ...unknown, syncStates: { eu: told('held') } }), settings('always'))).toEqual(
      question,
    );
  });

  test.each<[string, Partial<SuppressionRecord>]>([
    ['where the mail is known', { ...listed, evidence: evidence(adoptedRule, 'mail-1') }],
    ['where it was a bounce that said so', { ...listed, evidence: evidence('on-suppression-list', '') }],
    ['where there is no evidence', listed],
    ['where SES holds it no more', { evidence: unknown.evidence }],
  ])('is not asked %s', (_where, fields) => {
    expect(pendingSyncOf(record(fields), settings('always'))).toBeUndefined();
  });
});

describe('until when an entry of SES has its reason in ours', () => {
  const block = { causes: { 'policy-block': ending(noon) } };
  const text = 'none from 2026-11-20T12:00:00.000Z';
  const forever = Number.POSITIVE_INFINITY;

  test.each<[string, Partial<SuppressionRecord>, always: number, off: number]>([
    ['never, where we know none', {}, -forever, -forever],
    ['for ever, where we suppress for good', { causes: { hard: lasting } }, forever, forever],
    ['until it is deleted', block, forever, noon],
    ['until it is deleted, though something else was told', { ...block, syncStates: home('BOUNCE') }, forever, noon],
    ['until it is deleted here', { ...block, syncStates: { eu: told(text) } }, forever, noon],
    ['an hour longer than that', { ...block, syncStates: home(text, noon + 5) }, noon + 5 + hour, noon + 5 + hour],
  ])('%s', (_until, fields, always, off) => {
    expect(explainedUntil(record(fields), settings('always'))).toBe(always);
    expect(explainedUntil(record(fields), settings('missing'))).toBe(always);
    expect(explainedUntil(record(fields), settings('off'))).toBe(off);
  });
});

test('by default SES is told of all that is known, in the Region of the stack alone', () => {
  expect(defaultPolicy.accountList).toEqual({ mode: 'always', regions: [] });
});
