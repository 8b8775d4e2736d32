import type { Policy } from '../../shared/domain/policy/policy.ts';
import { formatCount } from '../../shared/domain/reputation/format-rate.ts';
import type { RateName } from '../../shared/domain/reputation/rate-name.ts';
import {
  feedbackComparisons,
  nextMissingFeedbackStatus,
} from '../../shared/domain/reputation/rules/missing-feedback.ts';
import { minSends, nextMissingSendsStatus } from '../../shared/domain/reputation/rules/missing-sends.ts';
import type { StackInventory, Traffic, TrafficWindow } from '../stack/inventory.ts';
import { commandsFor, type Stack } from '../stack/stack.ts';
import type { Finding } from './finding.ts';
import { checkFailed, type DoctorCheck, findProblems, withOk } from './run-checks.ts';

/** How much of what SES counts must arrive, and whether that is checked at all. */
type Settings = Policy['missingFeedback'];
type Subject = Traffic & { readonly stack: Stack; readonly settings: Settings };

// The rules are those of the alarms, so that the doctor finds what an alarm reports.
const lacksFeedback = (metric: RateName, { [metric]: counts }: TrafficWindow, { minShare }: Settings) =>
  nextMissingFeedbackStatus('ok', counts, metric, minShare) !== 'ok';
const lacksSends = ({ sends }: TrafficWindow, { minShare }: Settings) =>
  nextMissingSendsStatus('ok', { ...sends, feedback: 0 }, minShare) !== 'ok';

// A problem in the last 24 hours is reported unless the last few hours show that it is fixed. That requires enough traffic in these hours.
const isFeedbackMissing =
  (metric: RateName) =>
  ({ day, recent, settings }: Subject) =>
    settings.enabled &&
    lacksFeedback(metric, day, settings) &&
    (lacksFeedback(metric, recent, settings) || recent[metric].ses < feedbackComparisons[metric].minCount);
const areSendsMissing = ({ day, recent, settings }: Subject) =>
  settings.enabled && lacksSends(day, settings) && (lacksSends(recent, settings) || recent.sends.ses < minSends);

const missingFeedback = (
  metric: RateName,
  what: string,
  functionName: 'bounce' | 'complaint',
): DoctorCheck<Subject> => ({
  status: 'wrong',
  condition: isFeedbackMissing(metric),
  message: ({ day }) =>
    `the stack received ${received(day[metric])} ${what} that SES counted ${period(day)}: ${what} are lost`,
  fix: ({ stack }) =>
    `fix the problems above; if there are none, check the logs: ${commandsFor(stack).logs(functionName)}. ` +
    `Lost ${what} cannot be recovered. If others send from this account, set missingFeedback in policy.json`,
});

const checks: readonly DoctorCheck<Subject>[] = [
  {
    status: 'note',
    condition: ({ day }) => day.hours === 0,
    message: 'the stack is less than an hour old: too early to compare traffic',
    fix: 'run doctor again in an hour',
  },
  missingFeedback('bounceRate', 'bounces', 'bounce'),
  missingFeedback('complaintRate', 'complaints', 'complaint'),
  {
    status: 'wrong',
    condition: areSendsMissing,
    message: ({ day }) =>
      `the stack received ${received(day.sends)} send events of emails that SES sent ${period(day)}: ` +
      'the calculated rates are too high',
    fix: ({ stack }) =>
      `name the configuration set ${stack.configurationSet} in each send, or make it the default: ` +
      `${commandsFor(stack).connect} --identity <name>`,
  },
];

/**
 * Compares the sends, bounces and complaints that the stack received with the numbers that SES counted. If the connection is broken, SES
 * counts bounces and complaints that the stack does not receive. A problem that was fixed an hour ago still affects the last 24 hours, so
 * the last few hours decide if they have enough traffic.
 */
export function checkTraffic(
  { stack, traffic }: Pick<StackInventory, 'stack' | 'traffic'>,
  settings: Settings,
): readonly Finding[] {
  if ('error' in traffic) return [checkFailed('traffic', traffic.error)];
  const { day } = traffic.value;
  const problems = findProblems(checks, 'traffic', { ...traffic.value, stack, settings });
  return day.hours === 0 ? problems : withOk('traffic', describeTraffic(day), problems);
}

function describeTraffic(day: TrafficWindow): string {
  const { sends, bounceRate, complaintRate } = day;
  const feedback = {
    ses: bounceRate.ses + complaintRate.ses,
    received: bounceRate.received + complaintRate.received,
  };
  const ses = `${formatCount(sends.ses)} emails and counted ${formatCount(feedback.ses)} bounces and complaints`;
  return `${period(day)} SES sent ${ses}; the stack received ${formatCount(sends.received)} and ${formatCount(feedback.received)}`;
}

const period = ({ hours }: TrafficWindow) => (hours === 1 ? 'in the last hour' : `in the last ${hours} hours`);
const received = ({ received: count, ses }: TrafficWindow['sends']) => `${formatCount(count)} of ${formatCount(ses)}`;
