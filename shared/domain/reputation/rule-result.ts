import type { AlarmStatus } from './alarm-status.ts';
import type { CusumMarks } from './cusum.ts';
import type { Peak } from './rolling-rates.ts';

/** The result of evaluating one rule on one scope. */
export type RuleResult = {
  /** The status that the alarm should have, or `undefined` if there is no data: the alarm then keeps its status. */
  readonly status: AlarmStatus | undefined;
  /** Whether the rate of the newest emails is low again, while the alarm is raised. */
  readonly isRecovering?: boolean;
  /** The times to store with the alarm. Missing if the rule changes none. */
  readonly cusum?: CusumMarks;
  /** The worst figure of the incident so far. */
  readonly peak?: Peak;
  /** Whether emails are being sent. Reminders pause while none are. */
  readonly isSending: boolean;
  /** Whether a critical status pauses sending automatically. The notice about that is never inhibited. */
  readonly requestsPause: boolean;
  /** Whether this is the first evaluation of the rule, whose time must be remembered. The alarm is then stored even if it stays `ok`. */
  readonly isFirstEvaluation?: boolean;
};
