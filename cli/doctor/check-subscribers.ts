import { formatList, formatQuantity } from '../io/format.ts';
import type { StackInventory } from '../stack/inventory.ts';
import { commandsFor, type Stack } from '../stack/stack.ts';
import type { Finding } from './finding.ts';
import { checkFailed, type DoctorCheck, runChecks } from './run-checks.ts';

type Subject = { readonly stack: Stack; readonly confirmed: number; readonly unconfirmed: number };

const confirm = 'click the link in the email from AWS Notifications';

const checks: readonly DoctorCheck<Subject>[] = [
  {
    status: 'wrong',
    condition: ({ confirmed, unconfirmed }) => confirmed === 0 && unconfirmed > 0,
    message: 'the subscription to the alarm topic is not confirmed: alarms are not delivered',
    fix: confirm,
  },
  {
    status: 'wrong',
    condition: ({ confirmed, unconfirmed }) => confirmed === 0 && unconfirmed === 0,
    message: ({ stack }) => `the topic ${stack.alarmTopic} has no subscribers: alarms are not delivered`,
    fix: ({ stack }) => `set alarmEmail under params in serverless.yml, then run: ${commandsFor(stack).deploy}`,
  },
  {
    status: 'note',
    condition: ({ confirmed, unconfirmed }) => confirmed > 0 && unconfirmed > 0,
    message: ({ unconfirmed }) =>
      `${formatQuantity(unconfirmed, 'more subscription is', 'more subscriptions are')} not confirmed`,
    fix: confirm,
  },
];

/** Checks that raised alarms are delivered to a confirmed subscriber. */
export function checkSubscribers({
  stack,
  subscribers,
}: Pick<StackInventory, 'stack' | 'subscribers'>): readonly Finding[] {
  if ('error' in subscribers) return [checkFailed('alarms', subscribers.error)];
  const confirmed = subscribers.value.filter(({ isConfirmed }) => isConfirmed);
  const protocols = [...new Set(confirmed.map(({ protocol }) => protocol))];
  const unconfirmed = subscribers.value.length - confirmed.length;
  const subject = { stack, confirmed: confirmed.length, unconfirmed };
  return runChecks(checks, 'alarms', subject, `alarms are delivered by ${formatList(protocols)}`);
}
