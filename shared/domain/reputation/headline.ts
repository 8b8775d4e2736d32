import { isAheadOfSes } from './describe-aws-rate.ts';
import { providerOutageSubject } from './describe-provider-outage.ts';
import { senderFaultSubject } from './describe-sender-fault.ts';
import { labels } from './format-rate.ts';
import type { Notice, SesFigures } from './notice.ts';

/** Returns the first line of a notice: `CRITICAL: bounce rate of the account`. `EASED` is an alarm that got less severe. */
export function headline(notice: Notice): string {
  const { kind, to } = notice;
  const status = kind === 'resolved' || kind === 'eased' ? kind.toUpperCase() : to.toUpperCase();
  return `${status}${kind === 'reminder' ? ' (still)' : ''}: ${subjectOf(notice)}`;
}

function subjectOf(notice: Notice): string {
  const { kind, rule, metric = 'bounceRate', scope, ses, awsRate } = notice;
  if (rule === 'account-status') {
    if (kind === 'eased') return 'the account is under review, and not paused';
    return kind === 'resolved' ? 'account status is healthy again' : describeAccountStatus(ses).subject;
  }
  if (rule === 'sending-status') {
    const entity = describeEntity(scope);
    if (kind === 'resolved') return `SES has no open finding about ${entity} any more`;
    if (kind === 'eased') return `SES has resumed ${entity}, and has a finding about it`;
    return notice.to === 'critical' ? `SES has paused ${entity}` : `SES has a finding about ${entity}`;
  }
  if (rule === 'missing-feedback') {
    const what = notice.metric === 'complaintRate' ? 'complaints' : 'bounces';
    return kind === 'resolved' ? `${what} from SES arrive again` : `${what} from SES are missing`;
  }
  if (rule === 'missing-sends') {
    const where = scope === 'account' ? '' : ` of ${scope}`;
    return kind === 'resolved' ? `Send events${where} arrive again` : `${labels.rules[rule]}${where}`;
  }
  if (rule === 'sender-fault') return senderFaultSubject(notice);
  if (rule === 'provider-outage') return providerOutageSubject(notice);
  const published = isAheadOfSes(awsRate, ses?.rate) ? "in AWS's window" : 'measured by SES';
  const where = rule === 'near-threshold' ? published : `of ${scope === 'account' ? 'the account' : scope}`;
  return `${labels.rates[metric]} ${where}`;
}

/** Returns the tenant or the configuration set of a scope, in words: `tenant acme`. */
export function describeEntity(scope: string): string {
  return scope.replace(/^configuration-set:/, 'configuration set ').replace(/^tenant:/, 'tenant ');
}

/** Returns what a notice says about the status that AWS has given the account: in its headline, and in the sentence below. */
export function describeAccountStatus(ses: SesFigures | undefined): {
  readonly subject: string;
  readonly text: string;
} {
  switch (ses?.enforcementStatus) {
    case 'PROBATION':
      return {
        subject: 'AWS has put the account under review',
        text: 'SES still sends your emails. AWS may pause the account next.',
      };
    case 'SHUTDOWN':
      return { subject: 'AWS has paused the account', text: 'SES sends no emails until AWS resumes the account.' };
    default:
      // The alarm was raised earlier, and SES returned no status this time, or one that this version does not know.
      return {
        subject: labels.rules['account-status'],
        text: 'AWS has put the account under review or paused it. Its current status is unknown.',
      };
  }
}
