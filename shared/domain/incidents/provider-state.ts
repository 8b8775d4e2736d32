import { hour, minute } from '../durations.ts';
import { type Baseline, createBaseline } from './baseline.ts';
import {
  type EmailOutcome,
  type Incident,
  recipientsOf,
  withoutIsolatedEnd,
  withoutIsolatedStart,
} from './incident.ts';

/** In an incident, a provider refuses this many times as many as before. */
export const increaseInIncident = 10;
const mostRefused = 0.6;
/** Evidence, as the logarithm of a likelihood ratio, at which an incident begins: seven or eight bounces in a row. By chance, one of ten million tries gets there. */
export const beginIncidentAt = 16;
const endAt = 6;
/** An excursion of the evidence, or an incident, is over if nothing has bounced for so long. */
const silenceMs = 12 * hour;
const recentMs = hour;

/** An incident while it lasts. */
type OpenIncident = { readonly detectedAt: number; readonly bounces: EmailOutcome[]; readonly known: Set<string> };

/** What is known of one provider. */
export type ProviderState = {
  /** How often it refuses known addresses. */
  readonly baseline: Baseline;
  /** How many of its recipients are new. */
  readonly newShare: Baseline;
  /** Evidence for an incident or, during one, for its end. */
  evidence: number;
  /** The bounces since the evidence rose. A recipient whose email bounces again is not in it twice. */
  bounces: EmailOutcome[];
  acceptedSince: number;
  lastRefusedAt: number;
  /** The outcomes of the last hour: how many were refused, and how many are usually. */
  recent: { readonly at: number; refused: number; expected: number }[];
  incident?: OpenIncident | undefined;
};

export function createProviderState(): ProviderState {
  return {
    baseline: createBaseline(),
    newShare: createBaseline(),
    evidence: 0,
    bounces: [],
    acceptedSince: 0,
    lastRefusedAt: 0,
    recent: [],
  };
}

/** Adds an outcome while there is no incident. Returns whether the evidence is enough for one. */
export function weighOutcome(state: ProviderState, outcome: EmailOutcome): boolean {
  const { at, isRefused, isKnown } = outcome;
  state.newShare.add(at, !isKnown);
  if (!isKnown) {
    // A new address says nothing about an incident, and may be one of a bad list.
    if (isRefused) state.bounces.push(outcome);
    return false;
  }
  const { more, less } = weigh(state, outcome);
  state.baseline.add(at, isRefused);
  if (state.evidence === 0 || at - state.lastRefusedAt > silenceMs) reset(state);
  if (!isRefused) {
    state.evidence = Math.max(0, state.evidence - less);
    state.acceptedSince++;
    return false;
  }
  // An address that is tried again says nothing new.
  if (state.bounces.some(({ recipient }) => recipient === outcome.recipient)) return false;
  state.bounces.push(outcome);
  state.lastRefusedAt = at;
  state.evidence += more;
  return state.evidence >= beginIncidentAt;
}

/** Begins an incident with the bounces since the evidence rose. */
export function beginIncident(state: ProviderState, at: number): void {
  const bounces = [...withoutIsolatedStart(state.bounces)];
  const known = new Set(bounces.flatMap(({ isKnown, recipient }) => (isKnown ? recipient : [])));
  state.incident = { detectedAt: at, bounces, known };
  state.evidence = 0;
  state.baseline.discardRecent();
}

/** Adds an outcome to an incident. Returns the incident if it is over with it. */
export function continueIncident(
  state: ProviderState,
  incident: OpenIncident,
  outcome: EmailOutcome,
): Incident | undefined {
  const { at, isKnown, isRefused, recipient } = outcome;
  if (isRefused) incident.bounces.push(outcome);
  if (!isKnown) return undefined;
  const { more, less } = weigh(state, outcome);
  if (isRefused) {
    incident.known.add(recipient);
    state.lastRefusedAt = at;
    state.evidence = Math.max(0, state.evidence - more);
    return undefined;
  }
  state.evidence += less;
  return state.evidence >= endAt ? endIncident(state, incident, outcome.provider, at) : undefined;
}

/** Ends an incident in which nothing has bounced for a long time. */
export function endIfSilent(state: ProviderState, provider: string, at: number): Incident | undefined {
  const { incident, lastRefusedAt } = state;
  if (incident === undefined || at - lastRefusedAt <= silenceMs) return undefined;
  return endIncident(state, incident, provider, lastRefusedAt + silenceMs);
}

/** Returns an incident as it is known at a time. */
export function describeIncident(
  { newShare }: ProviderState,
  incident: OpenIncident,
  provider: string,
  at: number,
): Incident {
  const bounces = withoutIsolatedEnd(incident.bounces);
  return {
    provider,
    from: bounces[0]?.at ?? incident.detectedAt,
    to: bounces.at(-1)?.at ?? incident.detectedAt,
    detectedAt: incident.detectedAt,
    recipients: recipientsOf(bounces, newShare.share(at)),
  };
}

function endIncident(state: ProviderState, incident: OpenIncident, provider: string, at: number): Incident {
  const ended = { ...describeIncident(state, incident, provider, at), endedAt: at };
  state.incident = undefined;
  reset(state);
  return ended;
}

function reset(state: ProviderState): void {
  state.evidence = 0;
  state.bounces = [];
  state.acceptedSince = 0;
}

/** Returns how much an email that is refused, or accepted, says for an incident; and notes it for the calm of the last hour. */
function weigh(
  state: ProviderState,
  { at, isRefused }: EmailOutcome,
): { readonly more: number; readonly less: number } {
  const usual = state.baseline.share(at);
  const { recent } = state;
  while (recent[0] !== undefined && recent[0].at <= at - recentMs) recent.shift();
  const newest = recent.at(-1);
  const slot = newest !== undefined && at - newest.at < minute ? newest : { at, refused: 0, expected: 0 };
  if (slot !== newest) recent.push(slot);
  slot.expected += usual;
  if (isRefused) slot.refused++;
  const during = Math.min(mostRefused, increaseInIncident * usual);
  return { more: Math.log(during / usual), less: -Math.log((1 - during) / (1 - usual)) };
}

/** Returns how many known addresses a provider refused in the last hour, and how many it refuses usually. */
export function lastHour(
  { recent }: ProviderState,
  at: number,
): { readonly refused: number; readonly expected: number } {
  let [refused, expected] = [0, 0];
  for (const one of recent) {
    if (one.at <= at - recentMs) continue;
    refused += one.refused;
    expected += one.expected;
  }
  return { refused, expected };
}
