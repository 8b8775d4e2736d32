import type { AddressKey } from '../../shared/domain/address.ts';
import { unwrapMessage } from '../../shared/domain/feedback/envelope.ts';
import type { FeedbackEvent } from '../../shared/domain/feedback/feedback-event.ts';
import { parse } from '../../shared/domain/feedback/parse.ts';
import type { RecipientEvent } from '../../shared/domain/feedback/recipient-event.ts';
import { defaultPolicy } from '../../shared/domain/policy/policy.ts';
import { type Count, decide } from '../../shared/domain/suppression/decide.ts';
import type { SuppressionRecord } from '../../shared/domain/suppression/record.ts';
import { day, noon } from './ses.ts';

export const address = 'ann@example.net' as AddressKey;

/** Returns a classified event. The fields that a test does not set are those of a hard bounce. */
export function event(fields: Partial<RecipientEvent> = {}): RecipientEvent {
  const class_ = fields.class ?? 'hard';
  const metrics = {
    hard: 'hard',
    complaint: 'complaints',
    soft: 'soft',
    prevented: 'prevented',
    'policy-block': 'hard',
  };
  return {
    id: 'event-1',
    address,
    originalAddress: address,
    class: class_,
    rule: 'test',
    effect: class_ === 'message-fault' ? 'none' : class_ === 'soft' ? 'strike' : 'suppress',
    suspected: false,
    metric: (metrics[class_ as keyof typeof metrics] ?? null) as RecipientEvent['metric'],
    contributors: ['is_General', 'at_other'],
    scopes: ['account', 'identity:example.com'],
    sentAt: noon,
    at: noon + 2000,
    messageId: 'mail-1',
    channel: 'configuration-set',
    ...fields,
  };
}

/** Returns the event of a message, as `classify` expects it. */
export function readFeedback(message: unknown): FeedbackEvent {
  const parsed = parse(unwrapMessage({ id: '0', body: JSON.stringify(message) }), {});
  if (parsed.kind !== 'feedback') throw new Error(`not feedback: ${JSON.stringify(parsed)}`);
  return parsed.event;
}

/** Decides on events one after the other, starting without a record. */
export function decideAll(events: readonly RecipientEvent[], policy = defaultPolicy, now = noon + day) {
  let record: SuppressionRecord | undefined;
  const counts: Count[] = [];
  for (const one of events) {
    const decision = decide(record, one, policy, now);
    record = decision.record;
    counts.push(...decision.counts);
  }
  return { record, counts };
}

/** Returns soft bounces that many days after {@link noon}. */
export const strikes = (...daysAfter: number[]) =>
  daysAfter.map((days, index) =>
    event({ id: `soft-${index}`, class: 'soft', sentAt: noon + days * day, at: noon + days * day }),
  );
