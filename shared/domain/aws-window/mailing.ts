import { hour } from '../durations.ts';
import type { Cumulative } from './cumulative.ts';

/** A mailing that is about to be sent: its emails, and how many of them are expected to bounce. */
export type Mailing = { readonly sends: number; readonly hardBounces: number };

/** How long the mailing takes. In a window of a day or more, this hardly matters. */
const mailingMs = hour;

/** Returns the history as it will be after a mailing that begins now. */
export function afterMailing(history: Cumulative, mailing: Mailing): Cumulative {
  const { to } = history;
  const sentBefore = history.sends(to);
  const progress = (time: number) => Math.min(1, Math.max(0, (time - to) / mailingMs));
  return {
    ...history,
    to: to + mailingMs,
    sends: (time) => history.sends(time) + progress(time) * mailing.sends,
    hardBounces: (time) => history.hardBounces(time) + progress(time) * mailing.hardBounces,
    timeOfSends: (count) =>
      count <= sentBefore || mailing.sends === 0
        ? history.timeOfSends(count)
        : to + Math.min(1, (count - sentBefore) / mailing.sends) * mailingMs,
  };
}
