import { initialAlarm } from '../../../../shared/domain/reputation/alarm.ts';
import { evaluateSenderFault, type SenderCause } from '../../../../shared/domain/reputation/rules/sender-fault.ts';
import type { SenderFaultBucket } from '../../../../shared/domain/reputation/sender-faults.ts';
import { hour, noon } from '../../../support/ses.ts';
import { type AlarmFields, snapshot, stored } from '../snapshot-fixture.ts';

const now = noon + hour / 2;
const bucket = (hoursAgo: number, google: number, fields: Partial<SenderFaultBucket> = {}): SenderFaultBucket => ({
  start: noon - hoursAgo * hour,
  cause: 'authentication',
  providers: { google },
  sentFrom: { 'shop.example': google },
  ...fields,
});
const evaluate = (
  senderFaults: readonly SenderFaultBucket[],
  alarm: AlarmFields = {},
  cause: SenderCause = 'authentication',
) =>
  evaluateSenderFault(
    snapshot({
      now,
      senderFaults,
      alarms: [stored({ scope: 'account', rule: 'sender-fault', cause }, { ...initialAlarm, version: 1, ...alarm })],
    }),
    cause,
  );
const statusOf = (...input: Parameters<typeof evaluate>) => evaluate(...input).result.status;

test('is raised by ten recipients in this hour and the one before', () => {
  expect(statusOf([bucket(0, 9)])).toBe('ok');
  expect(statusOf([bucket(0, 10)])).toBe('critical');
  expect(statusOf([bucket(0, 5), bucket(1, 5)])).toBe('critical');
  expect(statusOf([bucket(0, 5), bucket(2, 5)])).toBe('ok');
});

test('is raised only by four times as many as usual in the 22 hours before', () => {
  const usual = (perHour: number) => Array.from({ length: 22 }, (_, i) => bucket(i + 2, perHour));
  expect(statusOf([bucket(0, 39), ...usual(5)])).toBe('ok');
  expect(statusOf([bucket(0, 40), ...usual(5)])).toBe('critical');
  // Older hours are not usual any more, and hours without a fault count as none.
  expect(statusOf([bucket(0, 10), bucket(24, 1000)])).toBe('critical');
  expect(statusOf([bucket(0, 10), bucket(23, 27)])).toBe('critical');
  expect(statusOf([bucket(0, 10), bucket(23, 28)])).toBe('ok');
  // What is recent is not usual, and neither is another cause.
  expect(statusOf([bucket(1, 30)])).toBe('critical');
  expect(statusOf([bucket(0, 10), bucket(2, 500, { cause: 'reputation' })])).toBe('critical');
});

test('each cause is counted apart, with a status of its own', () => {
  const reputation = bucket(0, 9, { cause: 'reputation' });
  expect(statusOf([bucket(0, 9), reputation])).toBe('ok');
  expect(statusOf([bucket(0, 9), reputation, bucket(1, 1, { cause: 'reputation' })], {}, 'reputation')).toBe(
    'approaching',
  );
});

test('stays raised until few recipients are hit, and a quarter of the most that were', () => {
  const raised = (bad: number): AlarmFields => ({ status: 'critical', peak: { rate: bad, bad } });
  expect(statusOf([bucket(0, 5)], raised(12))).toBe('critical');
  expect(statusOf([bucket(0, 4)], raised(12))).toBe('ok');
  expect(statusOf([bucket(0, 100)], raised(400))).toBe('critical');
  expect(statusOf([bucket(0, 99)], raised(400))).toBe('ok');
  expect(statusOf([], raised(400))).toBe('ok');
  expect(statusOf([bucket(0, 5)], { status: 'critical' })).toBe('critical');
});

test('reports how many recipients were hit, where, and who sent', () => {
  const { figures, result } = evaluate([
    bucket(0, 3, { providers: { google: 3, other: 1 }, sentFrom: {} }),
    bucket(1, 6, { providers: { microsoft: 6 }, sentFrom: { 'shop.example': 2, 'b.example': 2, 'a.example': 2 } }),
    bucket(2, 5),
  ]);
  expect(figures).toEqual({
    bad: 10,
    total: 0,
    senderFault: {
      recipients: 10,
      providers: [
        { name: 'microsoft', count: 6 },
        { name: 'google', count: 3 },
        { name: 'other', count: 1 },
      ],
      sentFrom: [
        { name: 'a.example', count: 2 },
        { name: 'b.example', count: 2 },
        { name: 'shop.example', count: 2 },
      ],
    },
  });
  expect(result).toEqual({ status: 'critical', isSending: true, requestsPause: false, peak: { rate: 10, bad: 10 } });
  expect(evaluate([]).result.isSending).toBe(false);
});
