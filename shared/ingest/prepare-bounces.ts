import type { DeliveryLookup } from '../deliveries/delivery-files.ts';
import type { RecipientEvent } from '../domain/feedback/recipient-event.ts';
import { holdBounces } from '../domain/incidents/hold-bounces.ts';
import type { Policy } from '../domain/policy/policy.ts';
import type { ProviderIncident } from '../domain/reputation/provider-incident.ts';
import type { RememberDependencies } from './remember-deliveries.ts';

export type PrepareDependencies = RememberDependencies & {
  /** Returns the outages of providers that are known. Asked only if there are hard bounces. @default none */
  readonly incidents?: (signal?: AbortSignal) => Promise<readonly ProviderIncident[]>;
  readonly policy: Policy;
};

const nothingKnown: DeliveryLookup = { known: new Map() };

/**
 * Returns the events of a batch, message by message, with what is known of outages of providers: whether emails were delivered to addresses that
 * bounced, and an end of the suppression for bounces in an outage. Never throws: bounces do not wait for it.
 */
export async function prepareBounces(
  messages: readonly (readonly RecipientEvent[])[],
  dependencies: PrepareDependencies,
): Promise<RecipientEvent[][]> {
  const { policy, incidents, deliveries, signal, log } = dependencies;
  const hard = messages.flat().filter(isHardBounce);
  // Most batches have none.
  if (hard.length === 0) return messages.map((events) => [...events]);
  const [found, { known, error }] = await Promise.all([
    policy.hard.incidentHours > 0 ? (incidents?.(signal) ?? []) : [],
    deliveries?.known(
      hard.map(({ address }) => address),
      signal,
    ) ?? nothingKnown,
  ]);
  if (error !== undefined) log({ kind: 'deliveries', outcome: 'not read', reason: error });
  const withMemory = (event: RecipientEvent): RecipientEvent => {
    const hadDelivery = isHardBounce(event) ? known.get(event.address) : undefined;
    return hadDelivery === undefined ? event : { ...event, hadDelivery };
  };
  return messages.map((events) => holdBounces(events.map(withMemory), found, policy.hard.incidentHours));
}

/** Returns whether SES says that the bounce is permanent. The fault does not matter: in an outage, the answer may say anything. */
function isHardBounce({ class: class_, metric }: RecipientEvent): boolean {
  return class_ === 'hard' || metric === 'hard';
}
