import { day, hour, minute } from '../../shared/domain/durations.ts';
import type { Policy } from '../../shared/domain/policy/policy.ts';
import { thresholdsFor } from '../../shared/domain/policy/thresholds.ts';
import { formatCount, formatPercent, labels } from '../../shared/domain/reputation/format-rate.ts';
import { type RateName, rateNames } from '../../shared/domain/reputation/rate-name.ts';
import { formatQuantity, formatTime } from '../io/format.ts';
import { formatTable } from '../io/table.ts';
import { nameAlarm } from '../stack/active-alarms.ts';
import type { Inspected } from '../stack/inventory.ts';
import { commandsFor, type Stack, streams } from '../stack/stack.ts';
import { describeAwsWindow, isLedgerLate, noLedger } from './aws-window-status.ts';
import type { Status, SuppressionCount } from './collect-status.ts';

/** How serious a problem is. `unknown`: a part of the status could not be read. */
export type Level = 'critical' | 'approaching' | 'note' | 'unknown';

/** Something an operator should look at, and the command or step that comes next. */
export type StatusProblem = { readonly level: Level; readonly message: string; readonly next: string };

/** Returns what is wrong, most serious first. */
export function findStatusProblems(status: Status, stack: Stack): readonly StatusProblem[] {
  const problems = [
    ...accountProblems(status, stack),
    ...alarmProblems(status, stack),
    ...queueProblems(status, stack),
    ...syncProblems(status, stack),
    ...ledgerProblems(status, stack),
    ...unreadParts(status, stack),
  ];
  const order: readonly Level[] = ['critical', 'approaching', 'note', 'unknown'];
  return problems.sort((a, b) => order.indexOf(a.level) - order.indexOf(b.level));
}

const enforcement: Readonly<Record<string, string>> = {
  PROBATION: 'SES has placed the account under review',
  SHUTDOWN: 'SES has paused sending of the account',
};

function accountProblems({ account }: Status, stack: Stack): StatusProblem[] {
  if ('error' in account) return [];
  const { enforcementStatus, isSendingEnabled, isInSandbox, quota } = account.value;
  const problems: StatusProblem[] = [];
  const restriction = enforcement[enforcementStatus];
  if (restriction !== undefined)
    problems.push({ level: 'critical', message: restriction, next: 'Answer the case in the AWS Support Center.' });
  if (!isSendingEnabled)
    problems.push({
      level: 'critical',
      message: 'sending is turned off for the account',
      next: `aws sesv2 put-account-sending-attributes --sending-enabled --region ${stack.region}`,
    });
  if (isInSandbox)
    problems.push({
      level: 'note',
      message: 'the account is in the sandbox: SES sends only to verified addresses',
      next: 'Request production access in the SES console.',
    });
  if (quota && quota.perDay > 0 && quota.sentInDay >= 0.8 * quota.perDay)
    problems.push({
      level: 'approaching',
      message: `${formatPercent(quota.sentInDay / quota.perDay)} of the sending quota is used`,
      next: 'Request a higher quota in the Service Quotas console.',
    });
  return problems;
}

function alarmProblems({ alarms }: Status, stack: Stack): StatusProblem[] {
  if ('error' in alarms) return [];
  return alarms.value.map(({ scope, status, since, ...alarm }) => ({
    level: status,
    message: `${nameAlarm(alarm)} in ${scope} is ${status}, since ${formatTime(since)}`,
    // The scope itself has the same numbers again: what makes them up shows where to act.
    next: scope === 'account' ? commandsFor(stack).contributors : commandsFor(stack).rates(scope),
  }));
}

function queueProblems({ queues }: Status, stack: Stack): StatusProblem[] {
  if ('error' in queues) return [];
  return streams.flatMap((stream): StatusProblem[] => {
    const { deadLetters } = queues.value[stream];
    if (deadLetters === 0) return [];
    const message = `${formatQuantity(deadLetters, 'message')} in the dead-letter queue of ${stream}`;
    return [{ level: 'approaching', message, next: `${commandsFor(stack).deadLetters} --stream ${stream}` }];
  });
}

/** The account-list function runs every minute. */
const lateMs = 15 * 60_000;

function syncProblems({ accountLists }: Status, stack: Stack): StatusProblem[] {
  if (accountLists === undefined || 'error' in accountLists) return [];
  return accountLists.value.flatMap(({ region, pending, oldestMs }): StatusProblem[] => {
    if (oldestMs < lateMs) return [];
    const message = `the SES account suppression list in ${region} is ${formatDelay(oldestMs)} behind (${formatQuantity(pending, 'address', 'addresses')})`;
    return [{ level: 'approaching', message, next: commandsFor(stack).logs('account-list') }];
  });
}

function ledgerProblems({ awsWindow, at }: Status, stack: Stack): StatusProblem[] {
  if ('error' in awsWindow || awsWindow.value === undefined || !isLedgerLate(awsWindow.value, at)) return [];
  const message = `AWS's own rates are computed from a ledger that was last updated on ${formatTime(awsWindow.value.updatedAt)}`;
  return [{ level: 'note', message, next: commandsFor(stack).logs('reputation') }];
}

function unreadParts(status: Status, stack: Stack): StatusProblem[] {
  const parts: readonly (readonly [string, Inspected<unknown> | undefined])[] = [
    ['the SES account', status.account],
    ['the rates', status.rates],
    ["SES's own rates", status.sesRates],
    ["AWS's window", status.awsWindow],
    ['the alarms', status.alarms],
    ['the suppressed addresses', status.suppressed],
    ['the queues', status.queues],
    ['the pending updates of the SES list', status.accountLists],
  ];
  return parts.flatMap(([name, part]): StatusProblem[] =>
    part !== undefined && 'error' in part
      ? [{ level: 'unknown', message: `cannot read ${name}: ${part.error}`, next: commandsFor(stack).doctor }]
      : [],
  );
}

/** Returns the screen below the problems, line by line. */
export function describeParts(status: Status, policy: Policy, width: number): string[] {
  return [
    `Sending     ${describeAccount(status)}`,
    '',
    ...describeRates(status, policy, width),
    '',
    ...describeAws(status),
    '',
    ...describeSuppressed(status),
    '',
    `Queues      ${describeQueues(status)}`,
    `SES list    ${describeSync(status)}`,
  ];
}

function describeAccount({ account }: Status): string {
  if ('error' in account) return 'unknown';
  const { isSendingEnabled, isInSandbox, quota, enforcementStatus } = account.value;
  const state = isSendingEnabled ? 'enabled' : 'off';
  const used = quota
    ? `; ${formatCount(quota.sentInDay)} of ${formatCount(quota.perDay)} in 24 h, ${formatCount(quota.perSecond)}/s`
    : '';
  return `${state}, ${isInSandbox ? 'sandbox' : 'production access'}, ${enforcementStatus.toLowerCase()}${used}`;
}

function describeRates({ rates, sesRates }: Status, policy: Policy, width: number): string[] {
  if ('error' in rates) return ['Rates       unknown'];
  const { review, pause } = thresholdsFor(policy, 'account');
  const own = 'error' in sesRates ? {} : sesRates.value;
  const percent = (rate: number | undefined) => (rate === undefined ? '–' : formatPercent(rate));
  const column = (heading: string, text: (metric: RateName) => string) => ({ heading, text, align: 'right' as const });
  return formatTable(
    rateNames,
    [
      { heading: 'Rates, 24 h', text: (metric: RateName) => `  ${labels.rates[metric].replace(' rate', 's')}` },
      column(
        'counted',
        (metric) => `${formatCount(rates.value[metric].bad)} of ${formatCount(rates.value[metric].total)}`,
      ),
      column('ours', (metric) => percent(rates.value[metric].rate)),
      column('by SES', (metric) => percent(own[metric])),
      column('review at', (metric) => formatPercent(review[metric])),
      column('pause at', (metric) => formatPercent(pause[metric])),
    ],
    width,
  );
}

function describeAws({ awsWindow }: Status): string[] {
  if ('error' in awsWindow) return ['AWS window  unknown'];
  if (awsWindow.value === undefined) return [`AWS window  ${noLedger}`];
  const [first, ...others] = describeAwsWindow(awsWindow.value);
  return [`AWS window  ${first}`, ...others.map((line) => `${' '.repeat(10)}${line}`)];
}

function describeSuppressed({ suppressed }: Status): string[] {
  if ('error' in suppressed) return ['Suppressed  unknown'];
  const { today, week, all } = suppressed.value;
  return [
    `Suppressed  today   ${describeCount(today)}`,
    `            7 days  ${describeCount(week)}`,
    `            in all  ${describeCount(all)}`,
  ];
}

function describeCount({ total, byReason }: SuppressionCount): string {
  const reasons = Object.entries(byReason).sort(([, a], [, b]) => b - a);
  const parts = reasons.map(([reason, count]) => `${reason} ${formatCount(count)}`);
  return parts.length === 0 ? '0' : `${formatCount(total)} (${parts.join(', ')})`;
}

function describeQueues({ queues }: Status): string {
  if ('error' in queues) return 'unknown';
  return streams
    .map((stream) => {
      const { waiting, deadLetters } = queues.value[stream];
      return `${stream} ${formatCount(waiting)}${deadLetters > 0 ? ` (${formatCount(deadLetters)} dead)` : ''}`;
    })
    .join(', ');
}

function describeSync({ accountLists }: Status): string {
  if (accountLists === undefined) return 'sync is off (accountList.mode of the policy)';
  if ('error' in accountLists) return 'unknown';
  return accountLists.value
    .map(({ region, pending, oldestMs }) =>
      pending === 0
        ? `${region} in sync`
        : `${region} ${pending > 1000 ? 'more than 1,000' : formatCount(pending)} pending, the oldest for ${Math.ceil(Math.max(0, oldestMs) / 60_000)} min`,
    )
    .join('; ');
}

/** Returns a delay in the unit in which it is easiest to grasp. */
function formatDelay(milliseconds: number): string {
  if (milliseconds < 2 * hour) return formatQuantity(Math.round(milliseconds / minute), 'minute');
  if (milliseconds < 2 * day) return formatQuantity(Math.round(milliseconds / hour), 'hour');
  return formatQuantity(Math.round(milliseconds / day), 'day');
}
