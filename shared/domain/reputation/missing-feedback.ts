import type { AlarmStatus } from './cusum.ts';

/** Fewer are no evidence: they may be under way. */
export const minFeedbackCount = 20;

/**
 * Does the feedback still reach us? SES removes an identity's topic without a word when a publish fails, and a send without the
 * configuration set reports to nobody.
 * @param counted bounces and complaints of a day: what SES says it had, and what came in here
 */
export function evaluateMissingFeedback(
  status: AlarmStatus,
  { ses, received }: { readonly ses: number; readonly received: number },
): AlarmStatus {
  if (status === 'ok') return ses >= minFeedbackCount && received < 0.5 * ses ? 'critical' : 'ok';
  return ses > 0 && received > 0.8 * ses ? 'ok' : status;
}

/** SES's own word on the account (`GetAccount`). None, or one it will say next, is no alarm, and ends none: `undefined`. */
export function evaluateAccountStatus(status: string | undefined): AlarmStatus | undefined {
  if (status === 'HEALTHY') return 'ok';
  return status === 'PROBATION' || status === 'SHUTDOWN' ? 'critical' : undefined;
}
