import { defined } from '../defined.ts';
import { type AlarmChange, type AlarmInput, advanceAlarm } from './advance-alarm.ts';
import { isWorse } from './alarm-status.ts';
import { sendingEntityOf } from './entity-status.ts';
import { type CurrentAlarm, inhibits } from './inhibits.ts';
import { rateNames } from './rate-name.ts';
import { evaluateAccountStatus } from './rules/account-status.ts';
import { measureRates } from './rules/measure-rate.ts';
import { evaluateMissingFeedback } from './rules/missing-feedback.ts';
import { evaluateMissingSends } from './rules/missing-sends.ts';
import { evaluateNearThreshold } from './rules/near-threshold.ts';
import { evaluateProviderOutage } from './rules/provider-outage.ts';
import { evaluateRateExceeded } from './rules/rate-exceeded.ts';
import type { RuleEvaluation, ScopeRule } from './rules/rule.ts';
import { evaluateSenderFault, type SenderCause, senderCauses } from './rules/sender-fault.ts';
import { evaluateSendingStatus } from './rules/sending-status.ts';
import type { ScopeSnapshot } from './scope-snapshot.ts';

const isAccount = (scope: string) => scope === 'account';

/** Every rule, in the order in which the alarms of a scope are listed. */
const rules: readonly ScopeRule[] = [
  ...rateNames.flatMap((metric): ScopeRule[] => [
    {
      evaluate: (snapshot, measured) => evaluateRateExceeded(snapshot, metric, measured[metric]),
    },
    {
      appliesTo: isAccount,
      evaluate: (snapshot, measured) => evaluateNearThreshold(snapshot, metric, measured[metric]),
    },
  ]),
  { appliesTo: isAccount, evaluate: evaluateAccountStatus },
  { appliesTo: (scope) => sendingEntityOf(scope)?.kind === 'tenant', evaluate: evaluateSendingStatus },
  { appliesTo: isAccount, evaluate: (snapshot) => evaluateMissingFeedback(snapshot, 'bounceRate') },
  { appliesTo: isAccount, evaluate: (snapshot) => evaluateMissingFeedback(snapshot, 'complaintRate') },
  { evaluate: evaluateMissingSends },
  { appliesTo: isAccount, evaluate: evaluateProviderOutage },
  ...(Object.keys(senderCauses) as SenderCause[]).map(
    (cause): ScopeRule => ({ appliesTo: isAccount, evaluate: (snapshot) => evaluateSenderFault(snapshot, cause) }),
  ),
];

/** The evaluation of a rule, and what it changes in the alarm. */
export type EvaluatedAlarm = Omit<RuleEvaluation, 'result'> & {
  readonly result: AlarmInput;
  /** Missing if the alarm does not change. */
  readonly change?: AlarmChange;
};

/**
 * Evaluates every rule on a scope, and advances its alarms. Alarms of the same evaluation inhibit each other, and the alarms in
 * `snapshot.inhibitors` inhibit them, too. The caller stores and announces the changes.
 */
export function evaluateScope(snapshot: ScopeSnapshot): EvaluatedAlarm[] {
  const measured = measureRates(snapshot);
  const evaluations = rules
    .filter(({ appliesTo = () => true }) => appliesTo(snapshot.scope))
    .map(({ evaluate }) => evaluate(snapshot, measured));
  const current = evaluations.map(
    ({ name, before, result }): CurrentAlarm => ({ ...name, status: result.status ?? before.status }),
  );
  return evaluations.map((evaluation, index) => {
    const self = current[index] as CurrentAlarm;
    const isStepUp = isWorse(self.status, evaluation.before.status);
    const isInhibited =
      snapshot.inhibitors === undefined ||
      [...current, ...snapshot.inhibitors].some((inhibitor) => inhibits(inhibitor, self, isStepUp));
    const result = { ...evaluation.result, isInhibited };
    const isUndecided = snapshot.inhibitors === undefined && isStepUp;
    const change = isUndecided ? undefined : advanceAlarm(evaluation.before, result, snapshot.now);
    return { ...evaluation, result, ...defined({ change }) };
  });
}
