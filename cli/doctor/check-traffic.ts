import { formatCount } from '../../shared/domain/reputation/format-rate.ts';
import type { StackInventory, Traffic, TrafficWindow } from '../stack/inventory.ts';
import { commandsFor, type Stack } from '../stack/stack.ts';
import type { Finding } from './finding.ts';
import { checkFailed, type DoctorCheck, findProblems, withOk } from './run-checks.ts';

/** With fewer bounces and complaints, or fewer sends, the comparison is not conclusive. */
const minFeedbackCount = 20;
const minSendCount = 100;

type Subject = Traffic & { readonly stack: Stack };

// A problem in the last 24 hours is reported unless the last few hours show that it is fixed. That requires enough traffic in these hours.
const isFeedbackMissing = ({ day, recent }: Traffic) =>
  lacksFeedback(day) && (lacksFeedback(recent) || recent.feedback.ses < minFeedbackCount);
const areSendsMissing = ({ day, recent }: Traffic) =>
  lacksSends(day) && (lacksSends(recent) || recent.sends.ses < minSendCount);

const lacksFeedback = ({ feedback }: TrafficWindow) =>
  feedback.ses >= minFeedbackCount && feedback.received < 0.5 * feedback.ses;
const lacksSends = ({ sends }: TrafficWindow) => sends.ses >= minSendCount && sends.received < 0.5 * sends.ses;

const checks: readonly DoctorCheck<Subject>[] = [
  {
    status: 'note',
    condition: ({ day }) => day.hours === 0,
    message: 'the stack is less than an hour old: too early to compare traffic',
    fix: 'run doctor again in an hour',
  },
  {
    status: 'wrong',
    condition: isFeedbackMissing,
    message: ({ day }) =>
      `the stack received ${received(day.feedback)} bounces and complaints that SES counted ${period(day)}: feedback is lost`,
    fix: ({ stack }) =>
      `fix the problems above; if there are none, check the logs: ${commandsFor(stack).logs('bounce')}. ` +
      'Lost feedback cannot be recovered',
  },
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
export function checkTraffic({ stack, traffic }: Pick<StackInventory, 'stack' | 'traffic'>): readonly Finding[] {
  if ('error' in traffic) return [checkFailed('traffic', traffic.error)];
  const { day } = traffic.value;
  const problems = findProblems(checks, 'traffic', { ...traffic.value, stack });
  return day.hours === 0 ? problems : withOk('traffic', describeTraffic(day), problems);
}

function describeTraffic(day: TrafficWindow): string {
  const { sends, feedback } = day;
  const ses = `${formatCount(sends.ses)} emails and counted ${formatCount(feedback.ses)} bounces and complaints`;
  return `${period(day)} SES sent ${ses}; the stack received ${formatCount(sends.received)} and ${formatCount(feedback.received)}`;
}

const period = ({ hours }: TrafficWindow) => (hours === 1 ? 'in the last hour' : `in the last ${hours} hours`);
const received = ({ received: count, ses }: TrafficWindow['sends']) => `${formatCount(count)} of ${formatCount(ses)}`;
