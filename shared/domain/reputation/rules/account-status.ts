import { defined } from '../../defined.ts';
import type { AlarmStatus } from '../alarm-status.ts';
import { type ScopeSnapshot, storedAlarm } from '../scope-snapshot.ts';
import type { RuleEvaluation } from './rule.ts';

/** Evaluates whether AWS has put the account under review (`approaching`) or paused it (`critical`). */
export function evaluateAccountStatus(snapshot: ScopeSnapshot): RuleEvaluation {
  const { scope, sesMetrics } = snapshot;
  const { enforcementStatus } = sesMetrics;
  const name = { scope, rule: 'account-status' } as const;
  return {
    name,
    before: storedAlarm(snapshot, name),
    result: { status: alarmStatusFor(enforcementStatus), isSending: true, requestsPause: false },
    figures: {
      bad: 0,
      total: 0,
      ...defined({ ses: enforcementStatus === undefined ? undefined : { enforcementStatus } }),
    },
  };
}

/**
 * Returns the status of the alarm for the `EnforcementStatus` of SES.
 *
 * @returns `undefined` if SES returned no status, or one that this version does not know. Such a status neither raises nor clears the alarm.
 * @see https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_GetAccount.html
 */
export function alarmStatusFor(enforcementStatus: string | undefined): AlarmStatus | undefined {
  if (enforcementStatus === 'HEALTHY') return 'ok';
  if (enforcementStatus === 'PROBATION') return 'approaching';
  return enforcementStatus === 'SHUTDOWN' ? 'critical' : undefined;
}
