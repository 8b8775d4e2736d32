import { hour } from '../durations.ts';
import type { RecipientEvent } from '../feedback/recipient-event.ts';
import type { ProviderIncident } from '../reputation/provider-incident.ts';

/**
 * Returns events in which the hard bounces of an outage suppress for a time only: the provider may have refused addresses that exist. A hard bounce
 * after the outage suppresses permanently, as always.
 *
 * @param hours how long such a bounce suppresses; 0: permanently
 */
export function holdBounces(
  events: readonly RecipientEvent[],
  incidents: readonly ProviderIncident[],
  hours: number,
): RecipientEvent[] {
  if (hours === 0 || incidents.length === 0) return [...events];
  return events.map((event) => {
    if (!isHeld(event, incidents)) return event;
    const { maxDurationMs = Number.POSITIVE_INFINITY } = event;
    return { ...event, maxDurationMs: Math.min(maxDurationMs, hours * hour) };
  });
}

/**
 * Returns whether an event is a hard bounce of a provider that arrived during an outage of it. An address to which nothing was delivered may be
 * one of a bad list.
 */
function isHeld(event: RecipientEvent, incidents: readonly ProviderIncident[]): boolean {
  const { class: kind, hadDelivery, provider, at } = event;
  if (kind !== 'hard' || hadDelivery === false) return false;
  return incidents.some(
    (one) => one.provider === provider && at >= one.from && at < (one.to ?? Number.POSITIVE_INFINITY),
  );
}
