import { diagnose } from '../../../cli/commands/doctor.ts';
import type { Finding } from '../../../cli/doctor/finding.ts';
import type { StackInventory } from '../../../cli/stack/inventory.ts';
import { defaultPolicy } from '../../../shared/domain/policy/policy.ts';
import { inventory } from '../stack/inventory-fixture.ts';

/** Returns the problems the doctor finds, and the resources that are `ok` in a healthy stack but not in this one. */
export function diagnoseChange(changed: StackInventory): { problems: Finding[]; noLongerOk: string[] } {
  const findings = diagnose(changed, defaultPolicy);
  const okResources = new Set(findings.flatMap(({ status, resource }) => (status === 'ok' ? resource : [])));
  return {
    problems: findings.filter(({ status }) => status !== 'ok'),
    noLongerOk: diagnose(inventory(), defaultPolicy).flatMap(({ resource }) =>
      okResources.has(resource) ? [] : resource,
    ),
  };
}

/** A fix names a command, a file, a page or a setting. */
const actionable = new RegExp(
  [
    /npx (sls|ses-feedback) |aws (sqs|sns|lambda|sesv2) /,
    /resources\/[\w-]+\.yml|https:\/\/|SES console|in DNS: .|the email |OperatorPolicyArn|run doctor again|^restore it/,
  ]
    .map(({ source }) => source)
    .join('|'),
);

/** The result of `diagnoseChange` if there is exactly one problem. */
export const onlyProblem = (status: Finding['status'], resource: string, message: RegExp, fix = actionable) => ({
  problems: [{ status, resource, message: expect.stringMatching(message), fix: expect.stringMatching(fix) }],
  noLongerOk: status === 'note' ? [] : [resource],
});
