import { minute } from '../durations.ts';
import { formatTimestamp } from '../timestamp.ts';
import { type AlarmName, noticeId } from './alarm.ts';
import type { EvaluatedAlarm } from './evaluate-scope.ts';
import { shellQuote } from './format-rate.ts';
import type { Notice } from './notice.ts';
import { withIntervals, worsePeak } from './rolling-rates.ts';
import type { Contributor } from './top-contributors.ts';

/**
 * Writes down what there is to say of a change.
 * @param table the reputation table, and `stack` the stack's name, for the command that shows more
 */
export function buildNotice(
  { name, before, figures, change, result }: EvaluatedAlarm,
  { contributors, now, ...names }: { readonly contributors: readonly Contributor[]; readonly now: number } & Names,
): Notice | undefined {
  if (change?.notice === undefined) return undefined;
  const { alarm, notice: kind } = change;
  const { elevatedSince, ...rest } = figures;
  const since = before.since ?? now;
  const peak = worsePeak(before.peak, result.peak);
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
    ...(elevatedSince !== undefined && { elevatedSince: formatTimestamp(elevatedSince) }),
    contributors,
    ...(kind === 'resolved' && {
      durationMinutes: Math.max(0, Math.round((now - since) / minute)),
      ...(peak && { peak }),
    }),
    ...(alarm.autoPause?.kind === 'due' && { pausedConfigurationSet: configurationSet }),
    ...(kind === 'resolved' && before.autoPause?.kind === 'done' && { resumedConfigurationSet: configurationSet }),
    command: commandFor(name, names),
  };
}

type Names = { readonly table: string; readonly stack: string };

function commandFor({ scope, rule }: AlarmName, { table, stack }: Names): string {
  if (rule === 'account-status') return 'aws sesv2 get-account';
  if (rule === 'missing-feedback') return `npx ses-feedback doctor --stack ${shellQuote(stack)}`;
  return `npx ses-feedback rates --table ${table} --scope ${shellQuote(scope)}`;
}
