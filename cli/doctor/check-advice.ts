import { formatList } from '../io/format.ts';
import type { Recommendation, StackInventory } from '../stack/inventory.ts';
import type { Finding } from './finding.ts';
import { checkFailed } from './run-checks.ts';

/** Recommendations that `identities check` explains in full. */
const dnsTypes = ['DKIM', 'SPF', 'DMARC'];

const fixOf = ({ type, resource }: Recommendation) =>
  dnsTypes.includes(type)
    ? `npx ses-feedback identities check ${resource}`
    : 'see Virtual Deliverability Manager, Advisor, in the SES console';

/** Passes on what SES recommends, and names global endpoints, whose feedback arrives in several Regions. Both are notes. */
export function checkAdvice({
  stack,
  advice,
  globalEndpoints,
}: Pick<StackInventory, 'stack' | 'advice' | 'globalEndpoints'>): readonly Finding[] {
  return [...(advice ? ofAdvisor(advice) : []), ...(globalEndpoints ? ofEndpoints(globalEndpoints, stack.region) : [])];
}

function ofAdvisor(advice: NonNullable<StackInventory['advice']>): readonly Finding[] {
  if ('error' in advice) return [checkFailed('recommendations of SES', advice.error)];
  return advice.value.map((one) => ({
    status: 'note' as const,
    resource: one.resource,
    message: `SES recommends (${one.type}, impact ${one.impact}): ${one.description}`,
    fix: fixOf(one),
  }));
}

function ofEndpoints(endpoints: NonNullable<StackInventory['globalEndpoints']>, own: string): readonly Finding[] {
  if ('error' in endpoints) return [checkFailed('global endpoints', endpoints.error)];
  return endpoints.value.map(({ name, regions }) => {
    const others = regions.filter((region) => region !== own);
    return {
      status: 'note' as const,
      resource: `global endpoint ${name}`,
      message: `splits emails over ${formatList(regions)}: the bounces of ${formatList(others)} do not reach this stack, and its rates are those of ${own} alone`,
      fix: `deploy a stack in ${formatList(others)} as well, and name the Region in accountList.regions of policy.json`,
    };
  });
}
