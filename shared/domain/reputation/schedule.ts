import { minute } from '../durations.ts';

/** Scopes below the account take turns, a fifth of them a minute. */
const turns = 5;

/** Whether it is a scope's turn. Goes by the minute of the clock and the scope's name alone: there is nothing to remember. */
export function isScopeDue(scope: string, now: number): boolean {
  let sum = 0;
  for (const letter of scope) sum = (31 * sum + (letter.codePointAt(0) as number)) % 1_000_003;
  return sum % turns === Math.floor(now / minute) % turns;
}
