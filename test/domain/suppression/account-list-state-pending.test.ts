import type { Policy } from '../../../shared/domain/policy/policy.ts';
import { adoptedRule, messageLookup, pendingSyncOf } from '../../../shared/domain/suppression/account-list-state.ts';
import type { Evidence, SuppressionRecord } from '../../../shared/domain/suppression/record.ts';
import { noon } from '../../support/ses.ts';
import { home, permanent, record, released, settings, state, until } from './account-list-state-fixture.ts';

describe('a sync is pending', () => {
  const hard = { causes: { hard: permanent } };
  const complaint = { causes: { complaint: permanent } };
  const suspected = { causes: { complaint: { ...permanent, suspected: true as const } } };
  const block = { causes: { 'policy-block': until(noon + 9) } };
  const blockText = 'none from 2026-11-20T12:00:00.009Z';
  const releaseText = 'none from 2026-11-20T12:00:00.500Z';
  const isPending = (fields: Partial<SuppressionRecord>, mode: Policy['accountList']['mode']) =>
    pendingSyncOf(record(fields), settings(mode)) !== undefined;

  test.each<[string, Partial<SuppressionRecord>, always: boolean, missing: boolean]>([
    ['nothing known', {}, false, false],
    ['a hard bounce', hard, true, false],
    ['a complaint', complaint, true, false],
    ['a suspected complaint', suspected, true, true],
    ['a suspected complaint and a hard bounce', { causes: { ...suspected.causes, hard: permanent } }, true, true],
    [
      'a hard bounce and a suspected complaint that ends',
      { causes: { hard: permanent, complaint: { ...until(9), suspected: true } } },
      true,
      false,
    ],
    ['a suspected complaint that SES was seen to list', { ...suspected, syncStates: home('held') }, false, false],
    ['a hard bounce that SES was seen to list', { ...hard, syncStates: home('held') }, false, false],
    ['a hard bounce that SES was seen not to list', { ...hard, syncStates: home('absent') }, true, true],
    ['a synced hard bounce', { ...hard, syncStates: home('BOUNCE') }, false, false],
    [
      'a hard bounce that SES rejected',
      { ...hard, syncStates: { home: { ...state('BOUNCE'), rejected: 'x' } } },
      false,
      false,
    ],
    ['a complaint synced as a bounce', { ...complaint, syncStates: home('BOUNCE') }, true, true],
    ['a block', block, true, true],
    ['a synced block', { ...block, syncStates: home(blockText) }, false, false],
    [
      'a synced block whose end has changed since',
      { ...block, syncStates: home('none from 2026-11-20T12:00:00.008Z') },
      true,
      true,
    ],
    ['a block that SES was seen to list', { ...block, syncStates: home('held') }, true, true],
    ['a release', { released }, true, true],
    ['a synced release', { released, syncStates: home(releaseText, released.at) }, false, false],
    ['a release that SES was later seen to list', { released, syncStates: home('held', noon + 900) }, true, true],
    ['a hard bounce after a release, without a sync', { ...hard, released }, true, true],
    [
      'a hard bounce after a release, synced before it',
      { ...hard, released, syncStates: home('BOUNCE', released.at) },
      true,
      true,
    ],
    [
      'a hard bounce after a release, synced since',
      { ...hard, released, syncStates: home('BOUNCE', released.at + 1) },
      false,
      false,
    ],
    [
      'a hard bounce after a release, seen on the list since',
      { ...hard, released, syncStates: home('held', released.at + 1) },
      false,
      false,
    ],
  ])('or not, in each mode, for %s', (_title, fields, always, missing) => {
    expect({ always: isPending(fields, 'always'), missing: isPending(fields, 'missing') }).toEqual({ always, missing });
    expect(isPending(fields, 'off')).toBe(false);
  });

  test.each<[string, Partial<SuppressionRecord>, boolean]>([
    ['a hard bounce', hard, true],
    ['a synced hard bounce', { ...hard, syncStates: { eu: state('BOUNCE') } }, false],
    ['a hard bounce that SES was seen to list', { ...hard, syncStates: { eu: state('held') } }, false],
    ['a block, which SES lists only at home', block, false],
    ['a block after a synced hard bounce', { ...block, syncStates: { eu: state('BOUNCE') } }, true],
    ['a release, whatever was synced', { released }, true],
    ['a release that SES was seen to list', { released, syncStates: { eu: state('held', noon + 900) } }, true],
    ['a block after a release', { ...block, released }, true],
    ['a synced release', { released, syncStates: { eu: state(releaseText) } }, false],
  ])('or not in another Region, in either mode, for %s', (_title, fields, expected) => {
    const syncStates = { ...fields.syncStates, home: state(blockText), away: state('BOUNCE') };
    for (const mode of ['always', 'missing'] as const) {
      const pending = pendingSyncOf(record({ ...fields, syncStates }), settings(mode, ['eu']))?.regions ?? [];
      expect(pending.includes('eu')).toBe(expected);
      expect(pending).not.toContain('away');
    }
  });

  test('only in Regions that are out of date, sorted whatever the order in the policy', () => {
    const inPolicy = ['us-west-2', 'ap-south-1', 'eu-west-1'];
    const regions = ['home', 'ap-south-1', 'eu-west-1', 'us-west-2'];
    expect(pendingSyncOf(record(hard), settings('always', inPolicy))).toEqual({ regions, due: noon });
    const syncStates = { 'eu-west-1': state('BOUNCE'), home: state('BOUNCE') };
    expect(pendingSyncOf(record({ ...hard, syncStates }), settings('always', inPolicy))).toEqual({
      regions: ['ap-south-1', 'us-west-2'],
      due: noon,
    });
    expect(inPolicy[0]).toBe('us-west-2');
  });

  test.each<[string, SuppressionRecord['syncStates'], number]>([
    ['that is due since it was found missing on the list', home('absent', noon + 70), noon + 70],
    ['that is due since its cause, if another reason was synced', home('COMPLAINT', noon + 70), noon],
    ['that is due since its cause, if it was found missing before that', home('absent', noon - 70), noon],
    [
      'that is due since its cause, if it is missing in a Region that is not managed',
      { ...home('COMPLAINT'), away: state('absent', noon + 70) },
      noon,
    ],
    [
      'that is due since the later time, if it was found missing on two lists',
      { ...home('absent', noon + 70), eu: state('absent', noon + 80) },
      noon + 80,
    ],
  ])('for an entry %s', (_title, syncStates, due) => {
    const bounced = record({ ...hard, syncStates: { eu: state('absent', noon - 90), ...syncStates } });
    expect(pendingSyncOf(bounced, settings('always', ['eu']))).toEqual({ regions: ['home', 'eu'], due });
  });

  test('for a deletion, due since the entry was seen, but not before the release', () => {
    const dueIfSeenAt = (at: number) =>
      pendingSyncOf(record({ released, syncStates: home('held', at) }), settings('always'))?.due;
    expect([dueIfSeenAt(released.at + 9), dueIfSeenAt(released.at - 9)]).toEqual([released.at + 9, released.at]);
  });

  test('for an entry since the earliest of all causes, and for a deletion from the time it is desired', () => {
    const causes = {
      hard: { since: 20, last: 30 },
      complaint: { since: 10, last: 40 },
      soft: { since: 15, last: 15, until: 16 },
    };
    const regions = ['home'];
    expect(pendingSyncOf(record({ causes }), settings('always'))).toEqual({ regions, due: 10 });
    expect(pendingSyncOf(record(block), settings('always'))).toEqual({ regions, due: noon + 9 });
    expect(pendingSyncOf(record({ released }), settings('always'))).toEqual({ regions, due: released.at });
  });
});

describe('the lookup of the message SES listed an address for', () => {
  const listed = { causes: { 'ses-list': { since: 7, last: 8 } } };
  const evidence = (rule: string, messageId: string) => [{ rule, messageId } as Evidence];
  const unknown = { ...listed, evidence: [...evidence('hard', 'mail-1'), ...evidence(adoptedRule, '')] };

  test('is pending once for an entry that was read from the list', () => {
    const lookup = { regions: [messageLookup], due: 7 };
    expect(pendingSyncOf(record(unknown), settings('always', ['eu']))).toEqual(lookup);
    expect(pendingSyncOf(record(unknown), settings('missing'))).toEqual(lookup);
    expect(pendingSyncOf(record(unknown), settings('off'))).toBeUndefined();
    expect(pendingSyncOf(record({ ...unknown, syncStates: home('held') }), settings('always'))).toBeUndefined();
    expect(pendingSyncOf(record({ ...unknown, syncStates: { eu: state('held') } }), settings('always'))).toEqual(
      lookup,
    );
  });

  test.each<[string, Partial<SuppressionRecord>]>([
    ['if the message is known', { ...listed, evidence: evidence(adoptedRule, 'mail-1') }],
    ['if a bounce showed the entry', { ...listed, evidence: evidence('on-suppression-list', '') }],
    ['without evidence', listed],
    ['if SES no longer lists the address', { evidence: unknown.evidence }],
  ])('is not pending %s', (_title, fields) => {
    expect(pendingSyncOf(record(fields), settings('always'))).toBeUndefined();
  });
});
