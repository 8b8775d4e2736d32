import fc from 'fast-check';
import {
  type Alarm,
  advanceAlarm,
  initialAlarm,
  isOverdue,
  type RuleResult,
} from '../../../shared/domain/reputation/alarm.ts';
import type { AlarmStatus } from '../../../shared/domain/reputation/cusum.ts';
import type { Notice, NoticeKind } from '../../../shared/domain/reputation/notice.ts';
import { runs } from '../../support/runs.ts';
import { day, noon } from '../../support/ses.ts';

const minute = 60_000;

/** A minute of the watch's life: what the rules say, whether the topic takes notices, and how far the clock went. */
const looks = fc.array(
  fc.record({
    status: fc.constantFrom<AlarmStatus | undefined>('ok', 'ok', 'approaching', 'critical', 'critical', undefined),
    isInhibited: fc.oneof({ weight: 3, arbitrary: fc.constant(false) }, fc.boolean()),
    isSending: fc.boolean(),
    requestsPause: fc.boolean(),
    rate: fc.option(fc.integer({ min: 1, max: 100 }), { nil: undefined }),
    isPublished: fc.oneof({ weight: 3, arbitrary: fc.constant(true) }, fc.boolean()),
    minutes: fc.constantFrom<number>(1, 1, 1, 5, 60, 1439, 1440, 1441, 10_000, -1, -60, -1440),
  }),
  { maxLength: 60 },
);
type Look = typeof looks extends fc.Arbitrary<(infer One)[]> ? One : never;
type Seen = {
  readonly before: Alarm;
  readonly after: Alarm;
  readonly result: RuleResult;
  readonly notice?: NoticeKind;
  readonly now: number;
  readonly lastToldAt?: number;
};

/** Lives through the looks as the watch does: write, publish, take back; what is pending is published by a later look. */
function live(all: readonly Look[]) {
  let alarm: Alarm = initialAlarm;
  let now = noon;
  let lastToldAt: number | undefined;
  const told: string[] = [];
  const versions: number[] = [];
  const seen: Seen[] = [];
  const publish = ({ kind, to }: Notice) => {
    const { pending: _, autoPause, ...rest } = alarm;
    const state = autoPause?.kind === 'due' ? 'p' : (to[0] as string);
    told.push(kind === 'resolved' ? 'R' : kind === 'raised' ? state.toUpperCase() : state);
    alarm = { ...rest, ...(autoPause && { autoPause: { kind: 'done', at: now } }) };
  };
  for (const { minutes, isPublished, rate, ...look } of all) {
    now += minutes * minute;
    if (alarm.pending && isPublished && isOverdue(alarm.pending, now)) publish(alarm.pending.notice);
    // No rule steps down: excess.test.ts, headroom.test.ts.
    const isDown = look.status === 'approaching' && alarm.status === 'critical';
    const result = { ...look, ...(isDown && { status: 'critical' as const }), ...(rate && { peak: { rate } }) };
    const before = alarm;
    const change = advanceAlarm(before, result, now);
    if (change) {
      versions.push(change.alarm.version);
      const notice = { kind: change.notice, to: change.alarm.status } as Notice;
      alarm = { ...change.alarm, ...(change.notice && { pending: { notice, retryAt: now + 50_000 } }) };
    }
    const toldBefore = lastToldAt === undefined ? {} : { lastToldAt };
    seen.push({
      before,
      after: alarm,
      result,
      now,
      ...toldBefore,
      ...(change?.notice && { notice: change.notice }),
    });
    if (change?.notice) lastToldAt = now;
    if (change?.notice && isPublished && alarm.pending) publish(alarm.pending.notice);
  }
  return { alarm, told: told.join(''), versions, seen };
}

const holds = (property: (life: ReturnType<typeof live>) => void) =>
  fc.assert(
    fc.property(looks, (all) => property(live(all))),
    { numRuns: runs(1000) },
  );

test('people are told each step up once, a pause once, reminders of the state they know, and one end', () => {
  // A, C: raised to approaching, critical; P: critical, and paused; a, c: reminders of it; R: resolved.
  holds(({ told }) => expect(told).toMatch(/^(?:(?:Aa*)?(?:Cc*)?(?:Pc*)?R)*(?:Aa*)?(?:Cc*)?(?:Pc*)?$/));
});

test('once all is over and published, each incident they heard of has ended for them', () => {
  const over = { status: 'ok', isInhibited: true, isSending: false, requestsPause: false, rate: undefined } as const;
  const end = { ...over, isPublished: true, minutes: 5 };
  fc.assert(
    fc.property(looks, (all) => {
      const { alarm, told } = live([...all, end, end, end]);
      expect(alarm).toEqual({
        ...initialAlarm,
        version: alarm.version,
        ...(alarm.notifiedAt !== undefined && { notifiedAt: alarm.notifiedAt }),
      });
      expect(told).toMatch(/^(?:.*R)?$/);
    }),
    { numRuns: runs(1000) },
  );
});

test('each write is one version more than what was read', () => {
  holds(({ versions }) => expect(versions).toEqual(versions.map((_, index) => index + 1)));
});

test('nobody who may speak is silent, and who may not says only that it is over, or that it requestsPause', () => {
  holds(({ seen }) => {
    for (const { before, after, result, notice, now } of seen) {
      if (before.pending) continue;
      const pausesNow = result.requestsPause && after.status === 'critical' && before.autoPause === undefined;
      const isSpokenFor = after === before && Math.abs(now - (before.inhibitedAt ?? now - day)) < day;
      const isHeld = isSpokenFor || (before.inhibitedAt !== undefined && !result.isSending);
      if (result.isInhibited && !pausesNow) expect([undefined, 'resolved']).toContain(notice);
      else if (after !== before || !isHeld) expect(after.announced).toBe(after.status);
      if (after.status === 'ok') expect(after.announced).toBe('ok');
    }
  });
});

test('a reminder comes where the last notice is a day ago, either way, and mail is sent: then and only then', () => {
  holds(({ seen }) => {
    for (const { before, after, result, notice, now, lastToldAt = now } of seen) {
      const isStill = before.announced !== 'ok' && after.status === before.announced && !before.pending;
      const pausesNow = result.requestsPause && after.status === 'critical' && before.autoPause === undefined;
      const isDue = isStill && result.isSending && !result.isInhibited && Math.abs(now - lastToldAt) >= day;
      expect(notice === 'reminder').toBe(isDue && !pausesNow);
    }
  });
});

test('what is pending holds its alarm, and what nothing is known of holds its state', () => {
  holds(({ seen }) => {
    for (const { before, after, result } of seen) {
      if (before.pending) expect(after).toBe(before);
      if (result.status === undefined) expect(after.status).toBe(before.status);
    }
  });
});

test('an incident keeps its beginning, and the worst that was seen when something was written', () => {
  holds(({ seen }) => {
    let since: number | undefined;
    let worst: number | undefined;
    for (const { before, after, result, now } of seen) {
      if (after.status === 'ok') [since, worst] = [undefined, undefined];
      else {
        since ??= now;
        const { peak } = result;
        if (after !== before && peak) worst = Math.max(worst ?? 0, peak.rate);
      }
      expect([after.since, after.peak?.rate]).toEqual([since, worst]);
    }
  });
});
