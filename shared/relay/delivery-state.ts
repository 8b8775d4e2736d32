import { hour, minute } from '../domain/durations.ts';
import type { Policy } from '../domain/policy/policy.ts';

/**
 * How far the delivery of one email is. Recipients are numbered as in the message of SES, so that no address is stored a second time.
 */
export type DeliveryState = {
  /** The recipients for whom the server has accepted the email. They never get it again. */
  readonly delivered: readonly number[];
  /** The recipients that are given up, with the server's words. Until the email is in the dead-letter queue. */
  readonly failed: Readonly<Record<number, string>>;
  /** How often the server has answered `try again later`. */
  readonly deferrals: number;
  /** Attempts in which the server was not reached, since it last answered. */
  readonly outages: number;
  /** When the server was first not reached, epoch milliseconds. Missing if it answered the last time. */
  readonly unreachableSince?: number;
};

export const newDelivery: DeliveryState = { delivered: [], failed: {}, deferrals: 0, outages: 0 };

/** What became of one recipient in one attempt. */
export type RecipientResult =
  | { readonly kind: 'accepted' }
  | { readonly kind: 'deferred' | 'refused'; readonly words: string };

/** What became of one attempt. */
export type Attempt =
  /** One result for each recipient that was tried, in their order. */
  | { readonly kind: 'answered'; readonly results: readonly RecipientResult[] }
  | { readonly kind: 'unreachable'; readonly words: string };

/** What happens next with an email. */
export type NextStep =
  | { readonly kind: 'done' }
  | { readonly kind: 'retry'; readonly afterMs: number }
  | { readonly kind: 'give-up'; readonly failed: Readonly<Record<number, string>> };

/** Returns the numbers of the recipients that are still to be tried. */
export function pendingRecipients({ delivered, failed }: DeliveryState, count: number): number[] {
  const numbers = Array.from({ length: count }, (_, number) => number);
  return numbers.filter((number) => !delivered.includes(number) && failed[number] === undefined);
}

/**
 * Returns the state after an attempt.
 *
 * @param tried the numbers of the recipients that were tried
 * @param now epoch milliseconds
 */
export function advance(
  state: DeliveryState,
  tried: readonly number[],
  attempt: Attempt,
  { tries, unreachableHours }: Policy['relay'],
  now: number,
): DeliveryState {
  if (attempt.kind === 'unreachable') {
    const { unreachableSince = now, failed } = state;
    const isOver = now - unreachableSince >= unreachableHours * hour;
    return {
      ...state,
      outages: state.outages + 1,
      unreachableSince,
      failed: isOver ? { ...failed, ...Object.fromEntries(tried.map((number) => [number, attempt.words])) } : failed,
    };
  }
  const { unreachableSince: _, ...rest } = state;
  const isDeferred = attempt.results.some(({ kind }) => kind === 'deferred');
  const deferrals = state.deferrals + (isDeferred ? 1 : 0);
  const failed = attempt.results.flatMap((result, index): [number, string][] => {
    const isGivenUp = result.kind === 'refused' || (result.kind === 'deferred' && deferrals >= tries);
    return isGivenUp ? [[tried[index] ?? -1, result.words]] : [];
  });
  const delivered = tried.filter((_number, index) => attempt.results[index]?.kind === 'accepted');
  return {
    ...rest,
    delivered: [...state.delivered, ...delivered],
    failed: { ...state.failed, ...Object.fromEntries(failed) },
    deferrals,
    outages: 0,
  };
}

/** Returns what happens next with an email to so many recipients. */
export function nextStep(state: DeliveryState, count: number): NextStep {
  if (pendingRecipients(state, count).length > 0) return { kind: 'retry', afterMs: delayAfter(state) };
  return Object.keys(state.failed).length > 0 ? { kind: 'give-up', failed: state.failed } : { kind: 'done' };
}

/** SQS hides a message for at most twelve hours. */
const maxDelayMs = 11 * hour;

/** 5 min, 30 min, 3 h, … after an answer, because servers that greylist want some minutes; 1, 2, 4, … 60 min while the server is down. */
function delayAfter({ deferrals, outages, unreachableSince }: DeliveryState): number {
  if (unreachableSince !== undefined) return Math.min(minute * 2 ** Math.max(0, outages - 1), hour);
  return Math.min(5 * minute * 6 ** Math.max(0, deferrals - 1), maxDelayMs);
}

/** Returns the state of an email that is in the dead-letter queue. A replay tries those that failed again. */
export function afterGivingUp({ delivered }: DeliveryState): DeliveryState {
  return { ...newDelivery, delivered };
}
