import { domainOf } from '../../shared/domain/address.ts';
import { providerOf } from '../../shared/domain/feedback/mailbox-provider.ts';
import type { LoggedEvent } from '../../shared/domain/incidents/replay-incidents.ts';
import { defaultPolicy } from '../../shared/domain/policy/policy.ts';
import { initialAlarm } from '../../shared/domain/reputation/alarm.ts';
import type { CounterBucket } from '../../shared/domain/reputation/counter-bucket.ts';
import type { KnownBounces } from '../../shared/domain/reputation/known-bounces.ts';
import type { ProviderBounces } from '../../shared/domain/reputation/provider-bounces.ts';
import { evaluateProviderOutage } from '../../shared/domain/reputation/rules/provider-outage.ts';
import { slotStart } from '../../shared/domain/reputation/time-slots.ts';
import { answeringProvider } from '../../shared/domain/verdict/answering-provider.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** An alarm of the rule `provider-outage`. Times are epoch milliseconds. */
export type ReplayedAlarm = { readonly provider: string; readonly raisedAt: number; resolvedAt?: number };

/**
 * Replays a log as the stack sees it with the memory of deliveries: counters by provider, and an evaluation in the minute after each bounce, or each
 * five minutes while the alarm is raised. Deliveries are known an hour later, when they are merged.
 */
export function replayInStack(events: readonly LoggedEvent[]): ReplayedAlarm[] {
  const deliveredAt = new Map<string, number>();
  const sends = new Map<number, CounterBucket>();
  const known = new Map<string, { start: number; provider: string; known: number; unknown: number }>();
  const byHour = new Map<number, Record<string, number>>();
  const alarms: ReplayedAlarm[] = [];
  let next: number | undefined;

  const evaluate = (now: number) => {
    const last = alarms.at(-1);
    const isRaised = last !== undefined && last.resolvedAt === undefined;
    const { result, figures } = evaluateProviderOutage({
      scope: 'account',
      now,
      until: slotStart(now - 5 * minute),
      buckets: [...sends.values()].filter(({ start }) => start >= now - 8 * day),
      knownBounces: [...known.values()].filter(({ start }) => start >= now - day - 2 * hour) as KnownBounces[],
      providerBounces: [...byHour]
        .map(([start, bounces]): ProviderBounces => ({ start, bounces }))
        .filter(({ start }) => start >= now - day - hour),
      alarms: isRaised
        ? [{ scope: 'account', rule: 'provider-outage', alarm: { ...initialAlarm, status: 'approaching' } as never }]
        : [],
      received: new Map(),
      senderFaults: [],
      sesMetrics: {},
      policy: defaultPolicy,
      scopeCount: 1,
      inhibitors: [],
      isResumed: false,
    });
    if (!isRaised && result.status !== 'ok')
      alarms.push({ provider: figures.providerOutage?.provider ?? '', raisedAt: now });
    if (isRaised && result.status === 'ok') last.resolvedAt = now;
  };

  for (const { kind, knownAt, sentAt, recipient = '', answer } of events) {
    for (
      ;
      next !== undefined && next <= knownAt;
      next = alarms.at(-1)?.resolvedAt === undefined && alarms.length > 0 ? next + 5 * minute : undefined
    )
      evaluate(next);
    const start = slotStart(sentAt);
    const bucket = sends.get(start) ?? { start, sends: 0, hard: 0, complaints: 0, prevented: 0 };
    const isBounce = kind === 'hardBounce';
    sends.set(start, { ...bucket, sends: bucket.sends + 1, hard: bucket.hard + (isBounce ? 1 : 0) });
    if (!isBounce) {
      if (!deliveredAt.has(recipient)) deliveredAt.set(recipient, knownAt);
      continue;
    }
    const domain = domainOf(recipient as never);
    const provider = answeringProvider({ domain, ...(answer !== undefined && { diagnosticCode: answer }) });
    const wasDelivered = (deliveredAt.get(recipient) ?? Number.POSITIVE_INFINITY) < knownAt - hour;
    const length = wasDelivered ? 5 * minute : hour;
    const slot = { start: Math.floor(knownAt / length) * length, provider, known: 0, unknown: 0 };
    const counts = known.get(`${slot.start} ${provider} ${wasDelivered}`) ?? slot;
    counts[wasDelivered ? 'known' : 'unknown']++;
    known.set(`${slot.start} ${provider} ${wasDelivered}`, counts);
    const hourStart = Math.floor(sentAt / hour) * hour;
    const ofHour = byHour.get(hourStart) ?? {};
    const name = providerOf(domain);
    ofHour[name] = (ofHour[name] ?? 0) + 1;
    byHour.set(hourStart, ofHour);
    next ??= Math.floor(knownAt / minute) * minute + minute;
  }
  return alarms;
}
