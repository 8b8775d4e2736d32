import type { StackInventory } from '../stack/inventory.ts';
import type { ActiveRuleSet } from '../stack/receipt-rules.ts';
import type { Finding } from './finding.ts';
import { checkFailed, type DoctorCheck, runChecks } from './run-checks.ts';

type Subject = {
  /** The rule set, and the rule in it, that store email for the relay. */
  readonly ruleSet: string;
  readonly rule: string;
  readonly active: ActiveRuleSet | undefined;
};

const ownRule = ({ active, rule }: Subject) => active?.rules.find(({ name }) => name === rule);
const isOwnSetActive = ({ active, ruleSet }: Subject) => active?.name === ruleSet;

const checks: readonly DoctorCheck<Subject>[] = [
  {
    status: 'wrong',
    condition: ({ active }) => active === undefined,
    message: 'no receipt rule set is active: SES rejects all email in this Region',
    fix: 'npx ses-feedback relay activate',
  },
  {
    status: 'wrong',
    condition: (subject) => subject.active !== undefined && !isOwnSetActive(subject),
    message: ({ active, ruleSet }) =>
      `the receipt rule set ${active?.name} is active, and ${ruleSet} is not: no email reaches the relay`,
    fix: 'npx ses-feedback relay activate (shows the active rules; without --replace it changes nothing)',
  },
  {
    status: 'wrong',
    condition: (subject) => isOwnSetActive(subject) && ownRule(subject) === undefined,
    message: ({ active, rule }) =>
      `the receipt rule set ${active?.name} has no rule ${rule}: no email reaches the relay`,
    fix: 'deploy again, to create the rule: npx sls deploy, with the parameters of the relay',
  },
  {
    status: 'wrong',
    condition: (subject) => isOwnSetActive(subject) && ownRule(subject)?.isEnabled === false,
    message: ({ rule }) => `the receipt rule ${rule} is disabled: no email reaches the relay`,
    fix: 'enable it in the SES console, Email receiving',
  },
];

/** Finds out whether SES stores email for the relay. No alarm can: without email nothing fails. */
export function checkInbound({ stack, inbound }: Pick<StackInventory, 'stack' | 'inbound'>): readonly Finding[] {
  if (inbound === undefined || stack.inboundRuleSet === undefined) return [];
  const resource = 'inbound relay';
  if ('error' in inbound) return [checkFailed(resource, inbound.error)];
  const subject = { ruleSet: stack.inboundRuleSet, rule: stack.name, active: inbound.value.active };
  return runChecks(
    checks,
    resource,
    subject,
    `SES stores email with the rule ${stack.name} of ${stack.inboundRuleSet}`,
  );
}
