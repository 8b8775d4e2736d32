import { hasOwnList } from '../../shared/domain/feedback/tenant.ts';
import type { Policy } from '../../shared/domain/policy/policy.ts';
import { sendingCommand } from '../../shared/domain/reputation/notice-actions.ts';
import { formatList, formatQuantity } from '../io/format.ts';
import { hasStackTopics } from '../stack/delivery.ts';
import type { StackInventory, TenantStatus, TenantsDetails } from '../stack/inventory.ts';
import type { Stack } from '../stack/stack.ts';
import type { Finding } from './finding.ts';
import { checkFailed, type DoctorCheck, findProblems, withOk } from './run-checks.ts';

type Tenants = TenantsDetails & {
  readonly stack: Stack;
  readonly policy: Pick<Policy, 'tenants'>;
  /** Identities whose own topics publish to the stack. */
  readonly identitiesWithTopics: readonly string[];
};

/** Tenants with a list at SES that policy.json does not name, or the reverse. */
const withScope = ({ scopes, policy }: Tenants, scope: string, isInPolicy: boolean) =>
  Object.entries(scopes).flatMap(([name, own]) =>
    own === scope && hasOwnList(name, policy) === isInPolicy ? name : [],
  );
const isolated = (tenants: Tenants) => withScope(tenants, 'TENANT', false);
const notIsolated = (tenants: Tenants) => withScope(tenants, 'ACCOUNT', true);
const notAssociated = ({ names, associated }: Tenants) => names.filter((name) => !associated.includes(name));

const some = (names: readonly string[]) =>
  names.length <= 3 ? formatList(names) : `${names.slice(0, 3).join(', ')} and ${names.length - 3} more`;

const setScope = (name: string, scope: string, { region }: Stack) =>
  `aws sesv2 put-tenant-suppression-attributes --tenant-name ${name} --suppression-scope ${scope} --suppressed-reasons BOUNCE COMPLAINT --region ${region}`;

const checks: readonly DoctorCheck<Tenants>[] = [
  {
    status: 'wrong',
    condition: (tenants) => isolated(tenants).length > 0,
    message: (tenants) =>
      `SES keeps a list for ${some(isolated(tenants))}, which policy.json does not name: their bounces suppress for the whole account here, and for one tenant at SES`,
    fix: (tenants) =>
      `add ${isolated(tenants)
        .map((name) => `"${name}"`)
        .slice(0, 3)
        .join(', ')} (or "*") to tenants.ownLists in policy.json, and deploy`,
  },
  {
    status: 'wrong',
    condition: (tenants) => notIsolated(tenants).length > 0,
    message: (tenants) =>
      `SES keeps no list for ${some(notIsolated(tenants))}, which tenants.ownLists in policy.json names: SES suppresses their bounces for the whole account`,
    fix: (tenants) => setScope(notIsolated(tenants)[0] ?? '', 'TENANT', tenants.stack),
  },
  {
    status: 'wrong',
    condition: ({ policy, identitiesWithTopics }) =>
      policy.tenants.ownLists.length > 0 && identitiesWithTopics.length > 0,
    message: ({ identitiesWithTopics }) =>
      `the notifications of ${some(identitiesWithTopics)} name no tenant: a bounce that arrives on this channel suppresses for the whole account`,
    fix: ({ stack, identitiesWithTopics }) =>
      `send with the configuration set ${stack.configurationSet}, and remove the topics: aws ses set-identity-notification-topic --identity ${identitiesWithTopics[0]} --notification-type Bounce --region ${stack.region} (and Complaint)`,
  },
  {
    status: 'note',
    condition: (tenants) => notAssociated(tenants).length > 0,
    message: (tenants) =>
      `${some(notAssociated(tenants))} may not send with ${tenants.stack.configurationSet}: their bounces arrive only if the set that they use publishes to this stack`,
    fix: (tenants) =>
      `aws sesv2 create-tenant-resource-association --tenant-name ${notAssociated(tenants)[0]} --resource-arn THE_ARN_OF_${tenants.stack.configurationSet} --region ${tenants.stack.region}`,
  },
];

const statusChecks: readonly DoctorCheck<TenantStatus & { readonly stack: Stack }>[] = [
  {
    status: 'wrong',
    condition: ({ pausedBy }) => pausedBy === 'SES',
    message: ({ cause }) => `SES has paused it${cause === undefined ? '' : `: ${cause}`}`,
    fix: ({ name, stack }) =>
      `resolve the cause, then run: ${sendingCommand({ kind: 'tenant', name }, 'resume', stack)}`,
  },
  {
    status: 'note',
    condition: ({ pausedBy }) => pausedBy === 'you',
    message: 'its sending is paused',
    fix: ({ name, stack }) =>
      `resolve the cause, then run: ${sendingCommand({ kind: 'tenant', name }, 'resume', stack)}`,
  },
  {
    status: 'note',
    condition: ({ pausedBy, impact }) => pausedBy === undefined && impact !== undefined,
    message: ({ impact }) => `SES has an open finding about its reputation (impact ${impact})`,
    fix: ({ name, stack }) => `npx ses-feedback rates --scope tenant:${name} --stack ${stack.name}`,
  },
];

/** Checks that the tenants of the account may send, that their bounces arrive, and that policy.json knows whose lists SES looks at. */
export function checkTenants(
  { stack, tenants, identities }: Pick<StackInventory, 'stack' | 'tenants' | 'identities'>,
  policy: Pick<Policy, 'tenants'>,
): readonly Finding[] {
  if (tenants === undefined) return [];
  if ('error' in tenants) return [checkFailed('tenants', tenants.error)];
  const { names, scopes, conspicuous } = tenants.value;
  if (names.length === 0) return [];
  const identitiesWithTopics =
    'error' in identities ? [] : identities.value.filter((one) => hasStackTopics(one, stack));
  const subject = {
    ...tenants.value,
    stack,
    policy,
    identitiesWithTopics: identitiesWithTopics.map(({ name }) => name),
  };
  const problems = findProblems(checks, 'tenants', subject);
  const unread = names.length - Object.keys(scopes).length;
  const read = unread === 0 ? '' : `; the suppression scope of ${formatQuantity(unread, 'tenant')} was not read`;
  const okMessage = `${formatQuantity(names.length, 'tenant')}, whose lists are as policy.json says${read}`;
  return [
    ...withOk('tenants', okMessage, problems),
    ...conspicuous.flatMap((one) => findProblems(statusChecks, `tenant ${one.name}`, { ...one, stack })),
  ];
}
