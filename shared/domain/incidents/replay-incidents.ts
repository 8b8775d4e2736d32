import { domainOf, parseAddress } from '../address.ts';
import { day } from '../durations.ts';
import { providerOf } from '../feedback/mailbox-provider.ts';
import { answeringProvider } from '../verdict/answering-provider.ts';
import { createIncidentDetector } from './detect-incidents.ts';
import type { Incident } from './incident.ts';

/** An event of a log: what became known of an email to a recipient. Times are in epoch milliseconds. */
export type LoggedEvent = {
  readonly knownAt: number;
  readonly sentAt: number;
  readonly kind: 'send' | 'delivery' | 'hardBounce' | 'complaint';
  /** An address, or a pseudonym with its real domain. Events without it are not looked at. */
  readonly recipient?: string;
  /** What the receiving server answered. */
  readonly answer?: string;
};

/** What is remembered of an address: when an email that was accepted was sent, one that may still bounce, and the latest one that was refused. */
type Memory = { acceptedAt?: number; openAt?: number; refusedAt?: number };

/** An address is known for as long after an email that was accepted. */
const memoryMs = 60 * day;
/** An email that has not bounced for so long was accepted. */
const bounceDelayMs = day;

/** Returns the outages of providers in a log of events, oldest first. Events are in the order in which they became known. */
export function replayIncidents(events: readonly LoggedEvent[]): Incident[] {
  const detector = createIncidentDetector();
  const memory = new Map<string, Memory>();
  const hostedAt = new Map<string, string>();
  const acceptedKind = events.some(({ kind }) => kind === 'delivery') ? 'delivery' : 'send';
  for (const event of events) {
    const { knownAt, sentAt, kind, recipient: text, answer } = event;
    if (text === undefined || (kind !== acceptedKind && kind !== 'hardBounce')) continue;
    const recipient = parseAddress(text)?.key ?? text.trim().toLowerCase();
    const domain = domainOf(recipient);
    const named = answeringProvider({ domain, ...(answer !== undefined && { diagnosticCode: answer }) });
    if (named !== 'other' && providerOf(domain) === 'other') hostedAt.set(domain, named);
    const provider = named === 'other' ? (hostedAt.get(domain) ?? domain) : named;
    const known = memory.get(recipient) ?? {};
    memory.set(recipient, known);
    settle(known, sentAt);
    const changed = detector.add({
      at: knownAt,
      provider,
      isNamed: provider !== domain,
      recipient,
      domain,
      isProviderDomain: providerOf(domain) !== 'other' || provider === domain,
      isRefused: kind === 'hardBounce',
      isKnown: isKnown(known, sentAt),
    });
    // What bounces in an incident still exists.
    if (changed !== undefined) for (const one of changed.recipients) delete memory.get(one)?.refusedAt;
    if (kind === 'delivery') known.acceptedAt = Math.max(known.acceptedAt ?? 0, sentAt);
    else if (kind === 'send') known.openAt ??= sentAt;
    else if (!detector.isInIncident(provider, recipient)) known.refusedAt = sentAt;
  }
  return detector.incidentsAt(events.at(-1)?.knownAt ?? 0);
}

/** In a log without deliveries, an email was accepted if it has not bounced for a day. */
function settle(known: Memory, sentAt: number): void {
  if (known.openAt === undefined || sentAt - known.openAt < bounceDelayMs) return;
  known.acceptedAt = known.openAt;
  delete known.openAt;
}

function isKnown({ acceptedAt, refusedAt = 0 }: Memory, sentAt: number): boolean {
  return acceptedAt !== undefined && acceptedAt > refusedAt && acceptedAt < sentAt && sentAt - acceptedAt <= memoryMs;
}
