import type { DeliveryMemory } from '../deliveries/delivery-files.ts';
import { hashOfAddress, packHashes } from '../domain/deliveries/address-hash.ts';
import { describeError } from '../domain/describe-error.ts';
import type { DeliveryEvent } from '../domain/feedback/feedback-event.ts';
import type { FeedbackLog } from './log-entry.ts';

export type RememberDependencies = {
  /** The memory of deliveries. @default none */
  readonly deliveries?: DeliveryMemory;
  /** Ends the current request when the time is up. */
  readonly signal?: AbortSignal;
  readonly log: FeedbackLog;
};

/**
 * Remembers to which addresses emails were delivered, with one call for the batch. Never throws: a delivery that is not remembered makes an
 * outage a little harder to notice, and is no reason to process the batch again.
 */
export async function rememberDeliveries(
  events: readonly DeliveryEvent[],
  { deliveries, signal, log }: RememberDependencies,
): Promise<void> {
  const addresses = new Set(events.flatMap(({ recipients }) => recipients));
  if (deliveries === undefined || addresses.size === 0) return;
  try {
    await deliveries.append(packHashes([...addresses].map(hashOfAddress)), signal);
  } catch (error) {
    log({ kind: 'deliveries', outcome: 'not written', reason: describeError(error) });
  }
}
