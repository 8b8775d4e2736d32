import { judgeLoop } from '../shared/reputation/loop.ts';
import { type Finding, note, ok, orElse, unknown, wrong } from './finding.ts';
import type { Sight } from './sight.ts';

/** Fewer sends are no evidence. */
const enoughSends = 100;

/** The account at SES: may it send, and does it suppress? */
export function checkAccount({ account }: Pick<Sight, 'account'>): Finding[] {
  if ('unknown' in account) return [unknown('account', account.unknown)];
  const { enforcement, isSendingEnabled, isInSandbox, suppressedReasons } = account.fact;
  const missing = ['BOUNCE', 'COMPLAINT'].filter((reason) => !suppressedReasons.includes(reason));
  return orElse(
    [
      enforcement === 'HEALTHY'
        ? undefined
        : wrong(
            'account',
            `AWS has it under ${enforcement}`,
            "answer AWS's case: https://console.aws.amazon.com/support/home",
          ),
      isSendingEnabled
        ? undefined
        : wrong(
            'account',
            'sending is disabled',
            'once the cause is gone: aws sesv2 put-account-sending-attributes --sending-enabled',
          ),
      missing.length > 0
        ? wrong(
            'account',
            `SES's own list does not take ${missing.join(' and ')}: SES goes on sending to them`,
            'npx ses-feedback connect',
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

/** Is anybody told when an alarm is raised? */
export function checkListeners({ stack, listeners }: Pick<Sight, 'stack' | 'listeners'>): Finding[] {
  if ('unknown' in listeners) return [unknown('alarms', listeners.unknown)];
  const confirmed = listeners.fact.filter(({ isConfirmed }) => isConfirmed);
  const waiting = listeners.fact.length - confirmed.length;
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
      wrong('alarms', `nobody is subscribed to ${stack.alarmTopic}`, 'npx sls deploy --param="alarmEmail=<address>"'),
    ];
  const others =
    waiting === 0
      ? undefined
      : note('alarms', `${waiting} more have not confirmed`, 'click the link in the mail from AWS Notifications');
  return orElse(
    [others],
    ok('alarms', `are told by ${[...new Set(confirmed.map(({ protocol }) => protocol))].join(', ')}`),
  );
}

/** Does what SES counts come in here? Silence while mail is sent is how a loop that is broken looks. */
export function checkTraffic({ stack, traffic }: Pick<Sight, 'stack' | 'traffic'>): Finding[] {
  if ('unknown' in traffic) return [unknown('traffic', traffic.unknown)];
  const { sends, feedback } = traffic.fact;
  const of = (ours: number, ses: number) => `${ours.toLocaleString('en')} of ${ses.toLocaleString('en')}`;
  return orElse(
    [
      judgeLoop('ok', feedback) === 'ok'
        ? undefined
        : wrong(
            'traffic',
            `${of(feedback.ours, feedback.ses)} bounces and complaints SES counted in 24 hours came in`,
            'mend what is wrong above; if nothing is, see npx sls logs -f bounce. What was lost cannot be had again',
          ),
      sends.ses >= enoughSends && sends.ours < 0.5 * sends.ses
        ? wrong(
            'traffic',
            `${of(sends.ours, sends.ses)} mails SES sent in 24 hours were reported here: rates are too high, as mails are missing`,
            `name the configuration set ${stack.configurationSet} in each send, or make it the default: npx ses-feedback connect`,
          )
        : undefined,
    ],
    ok(
      'traffic',
      `in 24 hours SES sent ${sends.ses.toLocaleString('en')} mails and had ${feedback.ses} bounces and complaints; ${sends.ours.toLocaleString('en')} and ${feedback.ours} came in`,
    ),
  );
}
