import { evaluateMissingFeedback, minFeedbackCount } from '../../shared/domain/reputation/missing-feedback.ts';
import type { StackInventory, TrafficWindow } from '../stack/inventory.ts';
import { commandsFor, type Stack } from '../stack/stack.ts';
import { type Finding, note, ok, okUnlessFound, unknown, wrong } from './finding.ts';

/** Fewer sends are no evidence. */
const enoughSends = 100;

/** The account at SES: may it send, and does it suppress? */
export function checkAccount({ stack, account }: Pick<StackInventory, 'stack' | 'account'>): Finding[] {
  if ('error' in account) return [unknown('account', account.error)];
  const { enforcementStatus, isSendingEnabled, isInSandbox, suppressedReasons } = account.value;
  const missing = ['BOUNCE', 'COMPLAINT'].filter((reason) => !suppressedReasons.includes(reason));
  return okUnlessFound(
    [
      enforcementStatus === 'HEALTHY'
        ? undefined
        : wrong(
            'account',
            `AWS has it under ${enforcementStatus}`,
            "answer AWS's case: https://console.aws.amazon.com/support/home",
          ),
      isSendingEnabled
        ? undefined
        : wrong(
            'account',
            'sending is disabled',
            `once the cause is gone: aws sesv2 put-account-sending-attributes --sending-enabled --region ${stack.region}`,
          ),
      missing.length > 0
        ? wrong(
            'account',
            `SES's own list does not take ${missing.join(' and ')}: SES goes on sending to them`,
            `aws sesv2 put-account-suppression-attributes --suppressed-reasons BOUNCE COMPLAINT --region ${stack.region}`,
          )
        : undefined,
      isInSandbox
        ? note(
            'account',
            'is in the sandbox: mail goes to verified addresses alone',
            'ask for production access in the console of SES',
          )
        : undefined,
    ],
    ok('account', 'may send, and SES suppresses bounces and complaints itself'),
  );
}

/** Without its tables nothing is kept and nothing is counted. */
export function checkTables({ stack, missingTables }: Pick<StackInventory, 'stack' | 'missingTables'>): Finding[] {
  if ('error' in missingTables) return [unknown('tables', missingTables.error)];
  // CloudFormation does not see that a table is gone.
  const fix = `restore it under its name (DynamoDB, point-in-time recovery), or give it another under custom in serverless.yml, then: ${commandsFor(stack).deploy}`;
  const gone = missingTables.value.map((name) =>
    wrong('tables', `${name} is gone: messages go to the dead-letter queues`, fix),
  );
  return okUnlessFound(gone, ok('tables', 'are there'));
}

/** Is anybody told when an alarm is raised? */
export function checkListeners({ stack, subscribers }: Pick<StackInventory, 'stack' | 'subscribers'>): Finding[] {
  if ('error' in subscribers) return [unknown('alarms', subscribers.error)];
  const confirmed = subscribers.value.filter(({ isConfirmed }) => isConfirmed);
  const waiting = subscribers.value.length - confirmed.length;
  if (confirmed.length === 0 && waiting > 0)
    return [
      wrong(
        'alarms',
        'nobody is told: the subscription is not confirmed',
        'click the link in the mail from AWS Notifications',
      ),
    ];
  if (confirmed.length === 0)
    return [
      wrong(
        'alarms',
        `nobody is subscribed to ${stack.alarmTopic}`,
        `name one in alarmEmail under params in serverless.yml, then: ${commandsFor(stack).deploy}`,
      ),
    ];
  const others =
    waiting === 0
      ? undefined
      : note('alarms', `${waiting} more have not confirmed`, 'click the link in the mail from AWS Notifications');
  return okUnlessFound(
    [others],
    ok('alarms', `are told by ${[...new Set(confirmed.map(({ protocol }) => protocol))].join(', ')}`),
  );
}

/**
 * Does what SES counts come in here? Silence while mail is sent is how a loop that is broken looks. What was mended an hour ago, or
 * connected then, is bad by the day and well by the last hours: these decide, where enough was sent in them.
 */
export function checkTraffic({ stack, traffic }: Pick<StackInventory, 'stack' | 'traffic'>): Finding[] {
  if ('error' in traffic) return [unknown('traffic', traffic.error)];
  const { day, recent } = traffic.value;
  if (day.hours === 0)
    return [note('traffic', 'the stack is younger than an hour: too early to tell', 'look again in an hour')];
  const summary = `in ${hoursOf(day)} SES sent ${count(day.sends.ses)} mails and had ${count(day.feedback.ses)} bounces and complaints; ${count(day.sends.received)} and ${count(day.feedback.received)} came in`;
  // Too little in the last hours cannot say that it is mended.
  const lasts = (isMissing: (window: TrafficWindow) => boolean, lately: number, least: number) =>
    isMissing(day) && (isMissing(recent) || lately < least);
  const bad = [
    lasts(isFeedbackMissing, recent.feedback.ses, minFeedbackCount) ? feedbackMissing(day, stack) : undefined,
    lasts(areSendsMissing, recent.sends.ses, enoughSends) ? sendsMissing(day, stack) : undefined,
  ];
  return okUnlessFound(bad, ok('traffic', summary));
}

const count = (value: number) => value.toLocaleString('en');
const hoursOf = ({ hours }: TrafficWindow) => (hours === 1 ? 'an hour' : `${hours} hours`);
const of = ({ received, ses }: TrafficWindow['sends']) => `${count(received)} of ${count(ses)}`;

const isFeedbackMissing = ({ feedback }: TrafficWindow) => evaluateMissingFeedback('ok', feedback) !== 'ok';
const areSendsMissing = ({ sends }: TrafficWindow) => sends.ses >= enoughSends && sends.received < 0.5 * sends.ses;

function feedbackMissing(day: TrafficWindow, stack: Stack): Finding {
  const says = `${of(day.feedback)} bounces and complaints SES counted in ${hoursOf(day)} came in`;
  const logs = commandsFor(stack).logs('bounce');
  return wrong(
    'traffic',
    says,
    `mend what is wrong above; if nothing is, see ${logs}. What was lost cannot be had again`,
  );
}

function sendsMissing(day: TrafficWindow, stack: Stack): Finding {
  const says = `${of(day.sends)} mails SES sent in ${hoursOf(day)} were reported here: rates are too high, as mails are missing`;
  const { connect } = commandsFor(stack);
  return wrong(
    'traffic',
    says,
    `name the configuration set ${stack.configurationSet} in each send, or make it the default: ${connect} --identity <name>`,
  );
}
