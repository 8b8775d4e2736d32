import type { EmailOutcome, Incident } from './incident.ts';
import {
  beginIncident,
  continueIncident,
  createProviderState,
  describeIncident,
  endIfSilent,
  lastHour,
  type ProviderState,
  weighOutcome,
} from './provider-state.ts';

export type IncidentDetector = {
  /** Adds an outcome; they are added in the order in which they became known. Returns the incident that it begins or ends, if it does. */
  add(outcome: EmailOutcome): Incident | undefined;
  /** Returns whether a recipient is a known one of an incident that lasts. */
  isInIncident(provider: string, recipient: string): boolean;
  /** Returns all incidents as they are known at a time, oldest first. */
  incidentsAt(at: number): Incident[];
};

/** Fewer recipients are no incident, whatever the share. */
const minRecipients = 6;
/** A provider with a smaller share of the emails may have closed permanently. It has an incident only if it accepts emails as well. */
const largeShare = 0.05;
const minShareOfUnnamed = 0.02;
/** The other providers are calm if they refuse less than this many times as many as usual, or hardly any. */
const calmIncrease = 4;
const calmBounces = 5;

/**
 * Creates a detector of outages at providers. A bad list consists of addresses that never had an email, and an outage refuses those that had: so for
 * each provider, a sequential test compares the share of known addresses that is refused with that of the days before.
 */
export function createIncidentDetector(): IncidentDetector {
  const states = new Map<string, ProviderState>();
  const ended: Incident[] = [];

  function add(outcome: EmailOutcome): Incident | undefined {
    const { provider, at } = outcome;
    const state = states.get(provider) ?? createProviderState();
    states.set(provider, state);
    const over =
      endIfSilent(state, provider, at) ?? (state.incident && continueIncident(state, state.incident, outcome));
    if (over !== undefined) ended.push(over);
    if (over !== undefined || state.incident !== undefined) return over;
    if (!weighOutcome(state, outcome) || !isIncident(state, outcome)) return undefined;
    beginIncident(state, at);
    return state.incident && describeIncident(state, state.incident, provider, at);
  }

  function isIncident(state: ProviderState, { provider, isNamed, at }: EmailOutcome): boolean {
    const known = state.bounces.filter(({ isKnown }) => isKnown);
    if (known.length < minRecipients) return false;
    // A company that closes its mailboxes is no incident of the provider that hosts them.
    const isOneCompany = known.every(
      ({ domain, isProviderDomain }) => !isProviderDomain && domain === known[0]?.domain,
    );
    if (isNamed && isOneCompany) return false;
    const all = [...states.values()].reduce((sum, one) => sum + one.baseline.weight(at), 0);
    const share = all === 0 ? 0 : state.baseline.weight(at) / all;
    if (!isNamed && share < minShareOfUnnamed) return false;
    if (share < largeShare && state.acceptedSince === 0) return false;
    return areOthersCalm(provider, at);
  }

  function areOthersCalm(provider: string, at: number): boolean {
    let [refused, expected] = [0, 0];
    for (const [name, state] of states) {
      if (name === provider) continue;
      const other = lastHour(state, at);
      refused += other.refused;
      expected += other.expected;
    }
    return refused < calmBounces || refused < calmIncrease * expected;
  }

  return {
    add,
    isInIncident: (provider, recipient) => states.get(provider)?.incident?.known.has(recipient) ?? false,
    incidentsAt(at) {
      for (const [provider, state] of states) {
        const over = endIfSilent(state, provider, at);
        if (over !== undefined) ended.push(over);
      }
      const open = [...states].flatMap(([provider, state]) =>
        state.incident === undefined ? [] : describeIncident(state, state.incident, provider, at),
      );
      return [...ended, ...open].sort((a, b) => a.from - b.from);
    },
  };
}
