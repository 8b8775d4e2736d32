import { defined } from '../defined.ts';
import { minute } from '../durations.ts';
import { formatTimestamp } from '../timestamp.ts';
import { type AlarmName, noticeId } from './alarm-name.ts';
import type { EvaluatedAlarm } from './evaluate-scope.ts';
import type { Notice } from './notice.ts';
import { withIntervals, worsePeak } from './rolling-rates.ts';
import type { NoticeFigures } from './rules/rule.ts';
import { shellQuote } from './shell-quote.ts';
import type { Contributor } from './top-contributors.ts';

type NoticeOptions = {
  readonly contributors: readonly Contributor[];
  readonly now: number;
  /** The names of the reputation table and of the stack, for the command in the notice. */
  readonly table: string;
  readonly stack: string;
};

/** Builds the notice about the change of an alarm, or returns `undefined` if the change needs none. */
export function buildNotice(
  { name, before, figures, change, result }: EvaluatedAlarm,
  { contributors, now, ...names }: NoticeOptions,
): Notice | undefined {
  if (change?.notice === undefined) return undefined;
  const { alarm, notice: kind } = change;
  const { elevatedSince, rates, ...otherFigures } = figures;
  const since = before.since ?? now;
  const configurationSet = name.scope.slice('configuration-set:'.length);
  return {
    ...name,
    id: noticeId(name, alarm.version),
    kind,
    from: before.announced,
    to: alarm.status,
    at: formatTimestamp(now),
    since: formatTimestamp(since),
    ...otherFigures,
    ...(rates && { rates: withIntervals(rates) }),
    ...(elevatedSince !== undefined && { elevatedSince: formatTimestamp(elevatedSince) }),
    contributors,
    ...(kind === 'resolved' && {
      // After the clock was set back, `since` can be in the future.
      durationMinutes: Math.max(0, Math.round((now - since) / minute)),
      ...defined({ peak: worsePeak(before.peak, result.peak) }),
    }),
    ...(alarm.autoPause?.kind === 'due' && { pausedConfigurationSet: configurationSet }),
    ...(kind === 'resolved' && before.autoPause?.kind === 'done' && { resumedConfigurationSet: configurationSet }),
    command: commandFor(name, figures, names),
  };
}

function commandFor(
  { scope, rule, cause }: AlarmName,
  { senderFault }: NoticeFigures,
  { table, stack }: Pick<NoticeOptions, 'table' | 'stack'>,
): string {
  if (rule === 'account-status') return 'aws sesv2 get-account';
  const [sender] = senderFault?.sentFrom ?? [];
  if (cause === 'authentication' && sender !== undefined)
    return `aws sesv2 get-email-identity --email-identity ${shellQuote(sender.name)}`;
  if (rule === 'missing-feedback' || rule === 'missing-sends')
    return `npx ses-feedback doctor --stack ${shellQuote(stack)}`;
  return `npx ses-feedback rates --table ${table} --scope ${shellQuote(scope)}`;
}
