import { type ApiResponse, errorResponse, ok } from './response.ts';
import type { Ses } from './state.ts';

/**
 * DescribeActiveReceiptRuleSet: returns nothing if no rule set is active.
 * @see https://docs.aws.amazon.com/ses/latest/APIReference/API_DescribeActiveReceiptRuleSet.html
 */
export function describeActiveReceiptRuleSet(_parameters: URLSearchParams, { state }: Ses): ApiResponse {
  const name = state.activeRuleSet;
  if (name === undefined) return ok({});
  const member = state.receiptRuleSets[name]?.rules.map((rule) => ({
    Name: rule.name,
    Enabled: 'true',
    Recipients: { member: [...rule.recipients] },
  }));
  return ok({ Metadata: { Name: name }, Rules: { member } });
}

/** SetActiveReceiptRuleSet: makes a rule set the active one, or none without a name. */
export function setActiveReceiptRuleSet(parameters: URLSearchParams, { state }: Ses): ApiResponse {
  const name = parameters.get('RuleSetName') || undefined;
  if (name !== undefined && state.receiptRuleSets[name] === undefined)
    return errorResponse(400, 'RuleSetDoesNotExist', `Rule set does not exist: ${name}`);
  if (name === undefined) delete state.activeRuleSet;
  else state.activeRuleSet = name;
  return ok();
}
