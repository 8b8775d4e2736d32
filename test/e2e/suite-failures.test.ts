import { hour, minute } from '../../shared/domain/durations.ts';
import type { ObservedRecord } from './ports.ts';
import {
  createSimulatedAws,
  reject,
  runOn,
  type SimulatedAws,
  suppressed,
  watched,
  withPort,
  withRecord,
} from './simulated-aws.ts';

test.each<[string, SimulatedAws, string, RegExp]>([
  [
    'a suppression does not arrive',
    withRecord('bounce', () => undefined),
    'bounce@',
    /^not suppressed within 120 s of the send$/,
  ],
  [
    'a complaint is only watched',
    withRecord('complaint', (record) => ({ ...record, status: 'watched' })),
    'complaint@',
    /^not suppressed/,
  ],
  [
    'a suppression is permanent',
    withRecord('bounce', ({ until: _, ...record }) => record),
    'bounce@',
    /permanently instead of for 1 h/,
  ],
  [
    'a suppression lasts a day',
    withRecord('bounce', (record, at) => ({ ...record, until: at + 24 * hour })),
    'bounce@',
    /until 2026-11-21.* instead of for 1 h/,
  ],
  [
    'a suppression is too short',
    withRecord('bounce', (record, at) => ({ ...record, until: at + 50 * minute })),
    'bounce@',
    /until .* instead of for 1 h/,
  ],
  [
    'a suppression has another reason',
    withRecord('complaint', (record) => ({ ...record, reason: 'hard' })),
    'complaint@',
    /the reason hard instead of complaint/,
  ],
  [
    'the evidence is about another email',
    withRecord('bounce', (_, at) => suppressed('other', at)),
    'bounce@',
    /evidence does not name the email that was sent/,
  ],
  [
    'there is no evidence',
    withRecord('bounce', (record) => ({ ...record, evidence: [] })),
    'bounce@',
    /evidence does not name the email that was sent/,
  ],
  [
    'a record is marked for a sync',
    withRecord('suppressionlist', (record) => ({ ...record, pendingSync: { regions: ['home'], due: 0 } })),
    'suppressionlist@',
    /is marked for a sync with the SES account suppression list/,
  ],
  [
    'a record was synced',
    withRecord('bounce', (record, at) => ({ ...record, syncStates: { home: { value: 'BOUNCE', at } } })),
    'bounce@',
    /was synced to the SES account suppression list/,
  ],
  [
    'success@ is suppressed',
    withRecord('success', (_, at) => suppressed('email', at)),
    'success@',
    /^suppressed 2\.\d s .*must not be$/,
  ],
  [
    'ooto@ is suppressed',
    withRecord('ooto', (_, at) => suppressed('email', at)),
    'ooto@',
    /^suppressed .*must not be$/,
  ],
  [
    'ooto@ is watched because of another email',
    withRecord('ooto', (_, at) => watched('other', at)),
    'ooto@',
    /evidence does not name the email that was sent/,
  ],
  ['isSuppressed fails', withPort('isSuppressed', 'bounce', reject), 'bounce@', /^it is not possible$/],
  ['the record cannot be read', withPort('readRecord', 'bounce', reject), 'bounce@', /^it is not possible$/],
  [
    'the account list contains an address',
    withPort('isOnAccountList', 'bounce', async () => true),
    'account list',
    /^contains bounce@, but/,
  ],
])('the suite reports that %s', async (_case, aws, subject, text) => {
  const { outcome, failures } = await runOn(aws);
  expect(outcome).toBe(false);
  expect(
    failures.map((line) => [line.slice(2, 20).trim(), line.slice(20).replace(/ → npx ses-feedback doctor$/, '')]),
  ).toEqual([[subject, expect.stringMatching(text)]]);
  expect(aws.lines.at(-1)).toContain(`Not as expected: ${subject}.`);
  expect([...aws.records]).toEqual([]);
});

test('an unexpected result names the next command', async () => {
  const { failures } = await runOn(withRecord('bounce', () => undefined));
  expect(failures).toEqual([expect.stringMatching(/ → npx ses-feedback doctor$/)]);
});

test('the suite reports a suppression of success@ that comes late', async () => {
  const aws = createSimulatedAws();
  aws.after(18_000, () => {
    const to = aws.sends[0]?.to ?? '';
    aws.records.set(to, suppressed('other', 0));
  });
  const { outcome, failures } = await runOn(aws);
  expect([outcome, failures]).toEqual([false, [expect.stringMatching(/^✗ success@ +suppressed 18\.\d s after/)]]);
});

test('the suite reports a suppression that disappears or becomes permanent', async () => {
  for (const change of [() => undefined, ({ until: _, ...record }: ObservedRecord) => record]) {
    const aws = createSimulatedAws();
    aws.after(15_000, () => {
      const to = aws.sends[2]?.to ?? '';
      const record = change(aws.records.get(to) as ObservedRecord);
      if (record === undefined) aws.records.delete(to);
      else aws.records.set(to, record);
    });
    const { outcome, failures } = await runOn(aws);
    expect([outcome, failures]).toEqual([
      false,
      [expect.stringMatching(/^✗ bounce@ +suppressed (at first, but no longer|permanently instead of)/)],
    ]);
  }
});

test('the suite reports counters that change and dead letters, if it can read them', async () => {
  let reads = 0;
  const aws = createSimulatedAws(() => ({
    readCounters: async () => (reads++ === 0 ? { 'account hard': 1 } : { 'account hard': 1, 'account sends': 5 }),
    readDeadLetters: async () => ['bounces: unreadable'],
  }));
  const { outcome, failures } = await runOn(aws);
  expect(outcome).toBe(false);
  expect(failures).toEqual([
    expect.stringMatching(/^✗ rates +counted in account sends, but/),
    expect.stringMatching(/^✗ dead letters +bounces: unreadable → /),
  ]);
});
