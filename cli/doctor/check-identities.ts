import { formatList } from '../io/format.ts';
import { hasStackTopics, isReporting } from '../stack/delivery.ts';
import type { IdentityDetails, StackInventory } from '../stack/inventory.ts';
import { belongsToStack, commandsFor, type Stack } from '../stack/stack.ts';
import type { Finding } from './finding.ts';
import { checkFailed, type DoctorCheck, findProblems, runChecks } from './run-checks.ts';

type Subject = IdentityDetails & {
  readonly stack: Stack;
  /** Whether its bounces and complaints reach the stack, by its own topics or by its default configuration set. */
  readonly isConnected: boolean;
  /** Its topics that do not belong to the stack. */
  readonly otherTopics: readonly string[];
  /** Which of its bounces and complaints are not published to a topic of the stack that is set on the identity itself. */
  readonly withoutStackTopic: readonly string[];
};

const dnsRecords = ({ missingRecords }: IdentityDetails) => `create in DNS: ${missingRecords.join('; ')}`;
const connect = ({ name, stack }: Subject) => `${commandsFor(stack).connect} --identity ${name}`;
const adoptOrReplace = (identity: Subject) =>
  `adopt the topic (bounceTopics or complaintTopics under params in serverless.yml), or run: ${connect(identity)} --replace`;

const checks: readonly DoctorCheck<Subject>[] = [
  {
    status: 'note',
    condition: ({ isVerified }) => !isVerified,
    message: 'not verified: SES does not send from it',
    fix: (identity) => {
      if (identity.missingRecords.length > 0) return dnsRecords(identity);
      return identity.name.includes('@')
        ? 'click the link in the email that SES sent to the address'
        : 'see the identity in the SES console';
    },
  },
  {
    status: 'note',
    condition: ({ isVerified, missingRecords }) => isVerified && missingRecords.length > 0,
    message: 'DKIM does not work yet: emails are not signed for this domain',
    fix: dnsRecords,
  },
  {
    status: 'wrong',
    condition: ({ isConnected, otherTopics }) => !isConnected && otherTopics.length > 0,
    message: ({ withoutStackTopic, otherTopics, isForwarding }) =>
      `its ${formatList(withoutStackTopic)} do not reach this stack: they go to ${formatList(otherTopics)}` +
      (isForwarding ? '; SES also forwards them by email' : ''),
    fix: adoptOrReplace,
  },
  {
    status: 'wrong',
    condition: ({ isConnected, otherTopics, isForwarding }) => !isConnected && otherTopics.length === 0 && isForwarding,
    message: ({ withoutStackTopic }) =>
      `its ${formatList(withoutStackTopic)} do not reach this stack; SES forwards them by email`,
    fix: connect,
  },
  {
    status: 'wrong',
    condition: ({ isConnected, otherTopics, isForwarding }) =>
      !isConnected && otherTopics.length === 0 && !isForwarding,
    message: ({ withoutStackTopic }) => `no destination for its ${formatList(withoutStackTopic)}`,
    fix: connect,
  },
  {
    status: 'note',
    condition: ({ isConnected, otherTopics }) => isConnected && otherTopics.length > 0,
    message: ({ otherTopics }) =>
      `its bounces and complaints also go to ${formatList(otherTopics)}, which does not belong to this stack`,
    fix: adoptOrReplace,
  },
  {
    status: 'note',
    condition: ({ isConnected, isForwarding }) => isConnected && isForwarding,
    message: 'SES also forwards its bounces and complaints by email',
    fix: connect,
  },
];

const accountChecks: readonly DoctorCheck<readonly IdentityDetails[]>[] = [
  {
    status: 'note',
    condition: ({ length }) => length === 0,
    message: 'SES has no domain or email address to send from in this Region',
    fix: 'verify one in the SES console, or set identity under params in serverless.yml and deploy',
  },
];

/**
 * Checks that the bounces and complaints of every identity reach the stack. An email address does not inherit the settings of
 * its domain, so each identity is checked by itself.
 */
export function checkIdentities({
  stack,
  identities,
  configurationSets,
}: Pick<StackInventory, 'stack' | 'identities' | 'configurationSets'>): readonly Finding[] {
  if ('error' in identities) return [checkFailed('identities', identities.error)];
  return [
    ...findProblems(accountChecks, 'identities', identities.value),
    ...identities.value.flatMap((identity) => checkIdentity(identity, configurationSets, stack)),
  ];
}

function checkIdentity(
  identity: IdentityDetails,
  sets: StackInventory['configurationSets'],
  stack: Stack,
): readonly Finding[] {
  const { bounceTopic, complaintTopic, configurationSet } = identity;
  const resource = `identity ${identity.name}`;
  const hasOwnTopics = hasStackTopics(identity, stack);
  if (!hasOwnTopics && configurationSet !== undefined && 'error' in sets) return [checkFailed(resource, sets.error)];
  const set = 'value' in sets ? sets.value.find(({ name }) => name === configurationSet) : undefined;
  const isConnected = hasOwnTopics || (set !== undefined && isReporting(set, stack));
  const otherTopics = [...new Set([bounceTopic, complaintTopic])].flatMap((topic) =>
    topic === undefined || belongsToStack(topic, stack) ? [] : topic,
  );
  const withoutStackTopic = [
    ...(belongsToStack(bounceTopic, stack) ? [] : ['bounces']),
    ...(belongsToStack(complaintTopic, stack) ? [] : ['complaints']),
  ];
  const path = hasOwnTopics ? 'its own topics' : `its default configuration set ${configurationSet}`;
  const okMessage = `its bounces and complaints reach this stack through ${path}`;
  const subject = { ...identity, stack, isConnected, otherTopics, withoutStackTopic };
  return runChecks(checks, resource, subject, okMessage);
}
