import type { FaultCause } from '../../verdict/fault.ts';
import type { AlarmStatus } from '../alarm-status.ts';
import { type ScopeSnapshot, storedAlarm } from '../scope-snapshot.ts';
import { recentFaults, usualFaults } from '../sender-faults.ts';
import type { RuleEvaluation } from './rule.ts';

/** The causes that the sender has to repair, with the status of their alarm: what stops all email to a provider is critical. */
export const senderCauses = {
  authentication: 'critical',
  'block-list': 'critical',
  'sender-address': 'critical',
  'host-name': 'critical',
  virus: 'critical',
  reputation: 'approaching',
  'rate-limit': 'approaching',
  policy: 'approaching',
} as const satisfies Record<Exclude<FaultCause, 'no-domain'>, AlarmStatus>;

export type SenderCause = keyof typeof senderCauses;

/** With fewer recipients in two hours no alarm is raised: single servers refuse any sender. */
const minRecipients = 10;
/** How many times the usual number it must be, because large senders are always refused by some servers. */
const minFactor = 4;

/**
 * Evaluates whether receiving servers refuse emails for one fault of the sender. The alarm ends by itself, once few recipients are hit any
 * more.
 */
export function evaluateSenderFault(snapshot: ScopeSnapshot, cause: SenderCause): RuleEvaluation {
  const { scope, now, senderFaults } = snapshot;
  const name = { scope, rule: 'sender-fault', cause } as const;
  const before = storedAlarm(snapshot, name);
  const senderFault = recentFaults(senderFaults, cause, now);
  const { recipients } = senderFault;
  const peak = before.peak?.bad ?? 0;
  return {
    name,
    before,
    result: {
      status: nextStatus(before.status, cause, { recipients, usual: usualFaults(senderFaults, cause, now), peak }),
      isSending: recipients > 0,
      requestsPause: false,
      peak: { rate: recipients, bad: recipients },
    },
    figures: { bad: recipients, total: 0, senderFault },
  };
}

/** Returns the next status of the alarm. It stays raised until the recipients are few, and less than a quarter of the most that were hit. */
function nextStatus(
  status: AlarmStatus,
  cause: SenderCause,
  { recipients, usual, peak }: { readonly recipients: number; readonly usual: number; readonly peak: number },
): AlarmStatus {
  if (status === 'ok')
    return recipients >= minRecipients && recipients >= minFactor * usual ? senderCauses[cause] : 'ok';
  return recipients < Math.max(minRecipients / 2, peak / 4) ? 'ok' : status;
}
