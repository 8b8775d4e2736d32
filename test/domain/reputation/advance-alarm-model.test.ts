import fc from 'fast-check';
import { type AlarmInput, advanceAlarm } from '../../../shared/domain/reputation/advance-alarm.ts';
import { type Alarm, initialAlarm, isOverdue } from '../../../shared/domain/reputation/alarm.ts';
import type { AlarmStatus } from '../../../shared/domain/reputation/alarm-status.ts';
import type { Notice, NoticeKind } from '../../../shared/domain/reputation/notice.ts';
import { runs } from '../../support/runs.ts';
import { day, noon } from '../../support/ses.ts';

const minute = 60_000;

/** Evaluations of an alarm: the result of its rule, whether the SNS topic accepts notices, and how far the clock has moved. */
const evaluations = fc.array(
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
type Evaluation = typeof evaluations extends fc.Arbitrary<(infer One)[]> ? One : never;
type Step = {
  readonly before: Alarm;
  readonly after: Alarm;
  readonly input: AlarmInput;
  readonly notice?: NoticeKind;
  readonly now: number;
  readonly lastNoticeAt?: number;
};

/** Runs the evaluations as the monitoring flow does: store, publish, clear. A pending notice is published by a later run. */
function simulate(all: readonly Evaluation[], { canEase = false } = {}) {
  let alarm: Alarm = initialAlarm;
  let now = noon;
  let lastNoticeAt: number | undefined;
  const published: string[] = [];
  const versions: number[] = [];
  const steps: Step[] = [];
  const publish = ({ kind, to }: Notice) => {
    const { pending: _, ...rest } = alarm;
    const letter = rest.autoPause?.kind === 'due' ? 'p' : (to[0] as string);
    const letters = { resolved: 'R', eased: 'E', raised: letter.toUpperCase(), reminder: letter };
    published.push(letters[kind]);
    alarm = rest.autoPause === undefined ? rest : { ...rest, autoPause: { kind: 'done' as const, at: now } };
  };
  for (const { minutes, isPublished, rate, ...result } of all) {
    now += minutes * minute;
    if (alarm.pending && isPublished && isOverdue(alarm.pending, now)) publish(alarm.pending.notice);
    // Only the rule account-status steps down from critical to approaching: cusum.test.ts, rules/near-threshold.test.ts.
    const isStepDown = !canEase && result.status === 'approaching' && alarm.status === 'critical';
    const input = { ...result, ...(isStepDown && { status: 'critical' as const }), ...(rate && { peak: { rate } }) };
    const before = alarm;
    const change = advanceAlarm(before, input, now);
    if (change) {
      versions.push(change.alarm.version);
      const notice = { kind: change.notice, to: change.alarm.status } as Notice;
      alarm = { ...change.alarm, ...(change.notice && { pending: { notice, retryAt: now + 50_000 } }) };
    }
    steps.push({
      before,
      after: alarm,
      input,
      now,
      ...(lastNoticeAt !== undefined && { lastNoticeAt }),
      ...(change?.notice && { notice: change.notice }),
    });
    if (change?.notice) lastNoticeAt = now;
    if (change?.notice && isPublished && alarm.pending) publish(alarm.pending.notice);
  }
  return { alarm, published: published.join(''), versions, steps };
}

const requestsPauseNow = ({ before, after, input }: Step) =>
  input.requestsPause && after.status === 'critical' && before.autoPause === undefined;

const holds = (property: (run: ReturnType<typeof simulate>) => void) =>
  fc.assert(
    fc.property(evaluations, (all) => property(simulate(all))),
    { numRuns: runs(1000) },
  );

test('an incident is announced once for each step up and for a pause, is repeated as reminders, and is resolved once', () => {
  // A, C: raised to approaching or critical; P: critical, with a pause; a, c: reminders of that status; R: resolved.
  holds(({ published }) => {
    expect(published).toMatch(/^(?:(?:Aa*)?(?:Cc*)?(?:Pc*)?R)*(?:Aa*)?(?:Cc*)?(?:Pc*)?$/);
  });
});

test('a rule that can step down announces each step from the status that was announced before, and reminds of that status', () => {
  /** The statuses before each notice, and the status after it. */
  const steps: Record<string, [string, string]> = {
    A: ['o', 'a'],
    C: ['oa', 'c'],
    E: ['c', 'a'],
    a: ['a', 'a'],
    c: ['c', 'c'],
    R: ['ac', 'o'],
  };
  fc.assert(
    fc.property(evaluations, (all) => {
      const { published } = simulate(
        all.map((one) => ({ ...one, requestsPause: false })),
        { canEase: true },
      );
      let announced = 'o';
      for (const notice of published) {
        const [before = '', after = ''] = steps[notice] ?? [];
        expect(before).toContain(announced);
        announced = after;
      }
    }),
    { numRuns: runs(1000) },
  );
});

test('once the rule reports ok and notices can be published, every announced incident is resolved', () => {
  const ok = { status: 'ok', isInhibited: true, isSending: false, requestsPause: false, rate: undefined } as const;
  const end = { ...ok, isPublished: true, minutes: 5 };
  fc.assert(
    fc.property(evaluations, (all) => {
      const { alarm, published } = simulate([...all, end, end, end]);
      expect(alarm).toEqual({
        ...initialAlarm,
        version: alarm.version,
        ...(alarm.notifiedAt !== undefined && { notifiedAt: alarm.notifiedAt }),
      });
      expect(published).toMatch(/^(?:.*R)?$/);
    }),
    { numRuns: runs(1000) },
  );
});

test('each change increases the version by one', () => {
  holds(({ versions }) => {
    expect(versions).toEqual(versions.map((_, index) => index + 1));
  });
});

test('an alarm that is not inhibited is announced, and an inhibited one announces only its end and a pause', () => {
  holds(({ steps }) => {
    for (const step of steps) {
      const { before, after, input, notice, now } = step;
      if (before.pending) continue;
      const wasInhibitedToday = after === before && Math.abs(now - (before.inhibitedAt ?? now - day)) < day;
      const isSilent = wasInhibitedToday || (before.inhibitedAt !== undefined && !input.isSending);
      if (input.isInhibited && !requestsPauseNow(step)) expect([undefined, 'resolved']).toContain(notice);
      else if (after !== before || !isSilent) expect(after.announced).toBe(after.status);
      if (after.status === 'ok') expect(after.announced).toBe('ok');
    }
  });
});

test('a reminder follows if and only if emails are sent and the last notice is a day away, in either direction', () => {
  holds(({ steps }) => {
    for (const step of steps) {
      const { before, after, input, notice, now, lastNoticeAt = now } = step;
      const isUnchanged = before.announced !== 'ok' && after.status === before.announced && !before.pending;
      const isDue = isUnchanged && input.isSending && !input.isInhibited && Math.abs(now - lastNoticeAt) >= day;
      expect(notice === 'reminder').toBe(isDue && !requestsPauseNow(step));
    }
  });
});

test('a pending notice keeps its alarm unchanged, and an unknown result keeps the status', () => {
  holds(({ steps }) => {
    for (const { before, after, input } of steps) {
      if (before.pending) expect(after).toBe(before);
      if (input.status === undefined) expect(after.status).toBe(before.status);
    }
  });
});

test('an incident keeps its start, and the highest peak of all its stored changes', () => {
  holds(({ steps }) => {
    let since: number | undefined;
    let worst: number | undefined;
    for (const { before, after, input, now } of steps) {
      if (after.status === 'ok') [since, worst] = [undefined, undefined];
      else {
        since ??= now;
        const { peak } = input;
        if (after !== before && peak) worst = Math.max(worst ?? 0, peak.rate);
      }
      expect([after.since, after.peak?.rate]).toEqual([since, worst]);
    }
  });
});
