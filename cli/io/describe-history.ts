import { defined } from '../../shared/domain/defined.ts';
import type { Reason } from '../../shared/domain/feedback/recipient-event.ts';
import type { OperatorChange } from '../../shared/domain/suppression/operator-change.ts';
import { formatTimestamp } from '../../shared/domain/timestamp.ts';
import type { Fault } from '../../shared/domain/verdict/fault.ts';
import type { HistoryEntry } from '../../shared/operator/check-address.ts';
import { formatTime } from './format.ts';

/** What each reason of a suppression means. */
export const reasonWords: Record<Reason, string> = {
  manual: 'suppressed manually',
  complaint: 'the recipient complained',
  hard: 'a permanent bounce',
  'ses-list': 'it is on the SES account suppression list',
  'policy-block': 'a bounce that will pass: the server refused the sender or the message, or failed for a time',
  soft: 'repeated temporary bounces',
};

type Feedback = Extract<HistoryEntry, { kind: 'feedback' }>;

/** What each kind of feedback is. */
export const classWords: Record<Feedback['class'], string> = {
  hard: 'permanent bounce',
  soft: 'temporary bounce',
  'policy-block': 'bounce: the server refused the sender',
  'message-fault': 'bounce: the server refused the message',
  prevented: 'not sent: the address was on a suppression list of SES',
  unsubscribed: 'not sent: the recipient has unsubscribed',
  complaint: 'complaint',
  'not-spam': 'reported as no spam',
  listed: 'found on the SES account suppression list',
};

/** Who is at fault. */
export const faultWords: Record<Fault, string> = {
  recipient: "the recipient's fault",
  sender: "the sender's fault",
  message: "the message's fault",
  temporary: "nobody's fault for long",
  unknown: 'fault unknown',
};

/** Describes one thing that happened to an address, in a line, with what the server said on further lines. */
export function describeHistoryEntry(entry: HistoryEntry): string[] {
  if (entry.kind === 'change') {
    const end = entry.until === undefined ? '' : ` until ${formatTime(entry.until)}`;
    const list = entry.list === undefined ? '' : ` on the list ${entry.list}`;
    return [
      `${formatTime(entry.at)}  ${entry.action}${entry.action === 'suppressed' ? ' manually' : ''}${end}${list} by ${entry.by}: ${entry.note}`,
    ];
  }
  const { at, fault, row, rule, provider, status, diagnosticCode, reportedAs, messageId, channel, subType, tenant } =
    entry;
  const decided = row === undefined || row === 'none' ? `rule ${rule}` : `rule ${rule}, because of ${row}`;
  const imported = channel === 'import' ? `imported from ${subType}` : undefined;
  const details = [
    classWords[entry.class],
    imported,
    fault && faultWords[fault],
    provider && `answered by ${provider}`,
    tenant && `for tenant ${tenant}`,
  ];
  return [
    `${formatTime(at)}  ${details.filter(Boolean).join('; ')}`,
    ...(diagnosticCode ? [`  ${diagnosticCode}`] : status ? [`  status ${status}`] : []),
    ...(reportedAs ? [`  reported for ${reportedAs}`] : []),
    ...(imported === undefined ? [`  ${decided}; message ${messageId}`] : []),
  ];
}

/** Returns a change in the form that `--json` prints: times in ISO 8601. */
export function changeToJson({ at, until, before, ...rest }: OperatorChange): object {
  const iso = (time: number | undefined) => (time === undefined ? undefined : formatTimestamp(time));
  const was = before && { ...before, since: iso(before.since), ...defined({ until: iso(before.until) }) };
  return { at: iso(at), ...rest, ...defined({ until: iso(until), before: was }) };
}
