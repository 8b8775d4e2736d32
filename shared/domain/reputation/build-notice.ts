import { minute } from '../durations.ts';
import { formatTimestamp } from '../timestamp.ts';
import { type AlarmName, noticeId } from './alarm.ts';
import type { Judged } from './evaluate-scope.ts';
import { quote } from './format-rate.ts';
import type { Notice } from './notice.ts';
import { withIntervals, worsePeak } from './rolling-rates.ts';
import type { Cause } from './top-contributors.ts';

/**
 * Writes down what there is to say of a change.
 * @param table the reputation table, and `stack` the stack's name, for the command that shows more
 */
export function makeNotice(
  { name, before, figures, change, judgement }: Judged,
  { causes, now, ...names }: { readonly causes: readonly Cause[]; readonly now: number } & Names,
): Notice | undefined {
  if (change?.notice === undefined) return undefined;
  const { alarm, notice: kind } = change;
  const { excessSince, ...rest } = figures;
  const since = before.since ?? now;
  const peak = worsePeak(before.peak, judgement.peak);
  const configurationSet = name.scope.slice('configuration-set:'.length);
  return {
    ...name,
    id: noticeId(name, alarm.version),
    kind,
    from: before.announced,
    to: alarm.status,
    at: formatTimestamp(now),
    since: formatTimestamp(since),
    ...rest,
    ...(rest.rates && { rates: withIntervals(rest.rates) }),
    ...(excessSince !== undefined && { excessSince: formatTimestamp(excessSince) }),
    causes,
    ...(kind === 'resolved' && { minutes: Math.max(0, Math.round((now - since) / minute)), ...(peak && { peak }) }),
    ...(alarm.brake?.kind === 'due' && { paused: configurationSet }),
    ...(kind === 'resolved' && before.brake?.kind === 'done' && { resumed: configurationSet }),
    command: commandFor(name, names),
  };
}

type Names = { readonly table: string; readonly stack: string };

function commandFor({ scope, rule }: AlarmName, { table, stack }: Names): string {
  if (rule === 'enforcement') return 'aws sesv2 get-account';
  if (rule === 'loop') return `npx ses-feedback doctor --stack ${quote(stack)}`;
  return `npx ses-feedback rates --table ${table} --scope ${quote(scope)}`;
}
