import { minute } from '../durations.ts';

/** Scopes other than the account are evaluated every this many minutes. */
const intervalMinutes = 5;

/**
 * Returns whether a scope is evaluated in this minute. A fifth of the scopes is due in each minute. The answer depends only on the minute
 * and on the name of the scope, so no schedule needs to be stored.
 */
export function isScopeDue(scope: string, now: number): boolean {
  let hash = 0;
  for (const character of scope) hash = (31 * hash + (character.codePointAt(0) as number)) % 1_000_003;
  return hash % intervalMinutes === Math.floor(now / minute) % intervalMinutes;
}

/** A large prime shares no factor with the number of scopes, so that successive runs start far apart. */
const rotationStep = 7919;

/**
 * Returns the items from another, distant start in each run. If time runs out regularly, each scope is still evaluated
 * most of the time.
 */
export function rotate<Item>(items: readonly Item[], now: number): Item[] {
  const first = items.length === 0 ? 0 : (Math.floor(now / (5 * minute)) * rotationStep) % items.length;
  return [...items.slice(first), ...items.slice(0, first)];
}
