import type { Policy } from '../../shared/domain/policy/policy.ts';
import { formatList } from '../io/format.ts';
import { hasStackTopics, isReporting, publishesTo } from '../stack/delivery.ts';
import type { ConfigurationSetDetails, StackInventory } from '../stack/inventory.ts';
import { commandsFor, type Stack } from '../stack/stack.ts';
import type { Finding } from './finding.ts';
import { checkFailed, type DoctorCheck, findProblems, runChecks } from './run-checks.ts';

type Subject = ConfigurationSetDetails & {
  readonly stack: Stack;
  /** Whether the stack created the set. */
  readonly isOwn: boolean;
  /** Whether its bounces and complaints are published to the stack. */
  readonly isReporting: boolean;
  /** Whether emails are sent with it: it is the stack's own, or the default of an identity. */
  readonly isUsed: boolean;
  /** Whether every identity has topics of its own, so that feedback arrives without configuration sets too. */
  readonly haveAllIdentitiesTopics: boolean;
  /** Whether the policy makes use of Delivery events, and the set does not publish them to the stack. */
  readonly lacksDeliveries: boolean;
};

/** CloudFormation does not repair what was changed outside it. Under another name it creates a new set. */
const createAgain = ({ stack }: { readonly stack: Stack }) =>
  `choose another name under custom.configurationSet in serverless.yml, then run: ${commandsFor(stack).deploy}`;

const publish = ({ name, stack: { topics, configurationSet } }: Subject) =>
  `send with ${configurationSet} instead, or publish the events of ${name}: BOUNCE to ${topics.bounces[0]}, ` +
  `COMPLAINT to ${topics.complaints[0]}, SEND to ${topics.volume[0]} (aws sesv2 create-configuration-set-event-destination)`;

const resume = ({ name, stack }: Subject) =>
  'resolve the cause, then run: ' +
  `aws sesv2 put-configuration-set-sending-options --configuration-set-name ${name} --sending-enabled --region ${stack.region}`;

const unsuppressed = ({ suppressedReasons = bothReasons }: ConfigurationSetDetails) =>
  bothReasons.filter((reason) => !suppressedReasons.includes(reason));
const bothReasons = ['BOUNCE', 'COMPLAINT'];

const describeOverride = (set: ConfigurationSetDetails) =>
  `overrides the suppression of the account: SES sends to addresses that it lists for ${formatList(unsuppressed(set))}`;

const suppressBoth = ({ name, stack }: Subject) =>
  `aws sesv2 put-configuration-set-suppression-options --configuration-set-name ${name} --suppressed-reasons BOUNCE COMPLAINT --region ${stack.region}`;

const otherKinds = ({ destinations }: ConfigurationSetDetails) => [
  ...new Set(
    destinations.flatMap(({ otherKind, isEnabled, types }) =>
      otherKind !== undefined && isEnabled && types.some((type) => type === 'BOUNCE' || type === 'COMPLAINT')
        ? otherKind
        : [],
    ),
  ),
];

const paused = 'sending is paused: SES rejects emails that name this set';

const checks: readonly DoctorCheck<Subject>[] = [
  {
    status: 'wrong',
    condition: ({ isReporting, isOwn }) => !isReporting && isOwn,
    message: 'its bounces or complaints are not published to this stack',
    fix: createAgain,
  },
  {
    status: 'wrong',
    condition: ({ isReporting, isOwn, haveAllIdentitiesTopics }) => !isReporting && !isOwn && !haveAllIdentitiesTopics,
    message: 'bounces and complaints of emails sent with it do not reach this stack',
    fix: publish,
  },
  {
    status: 'note',
    condition: ({ isReporting, isOwn, haveAllIdentitiesTopics }) => !isReporting && !isOwn && haveAllIdentitiesTopics,
    message:
      'does not publish its bounces and complaints to this stack; they arrive through the topics of the identities, without message tags',
    fix: publish,
  },
  {
    status: 'note',
    condition: (set) => !set.isReporting && otherKinds(set).length > 0,
    message: (set) =>
      `publishes its bounces or complaints to ${formatList(otherKinds(set))}, which this stack does not read`,
    fix: publish,
  },
  {
    status: 'note',
    condition: ({ isReporting, lacksDeliveries }) => isReporting && lacksDeliveries,
    message:
      'does not publish Delivery events, which policy.json makes use of (rememberDeliveries, soft.endedByDelivery)',
    fix: ({ name, stack }) =>
      `publish DELIVERY events of ${name} to ${stack.topics.volume[0]}; the set of the stack does after: ${commandsFor(stack).deploy}`,
  },
  {
    status: 'note',
    condition: ({ suppressionScope }) => suppressionScope !== undefined,
    message: ({ suppressionScope }) =>
      `SES looks at the list of the ${suppressionScope === 'TENANT' ? 'tenant' : 'account'} for every email of this set, whatever its tenant says`,
    fix: 'make sure that tenants.ownLists in policy.json agrees with it',
  },
  {
    status: 'wrong',
    condition: (set) => set.isUsed && unsuppressed(set).length === 1,
    message: describeOverride,
    fix: suppressBoth,
  },
  {
    status: 'note',
    condition: (set) => !set.isUsed && unsuppressed(set).length === 1,
    message: describeOverride,
    fix: suppressBoth,
  },
  {
    // AWS does not document whether SES also answers with an empty list if the reasons of the account apply.
    status: 'note',
    condition: (set) => unsuppressed(set).length === bothReasons.length,
    message: 'may send to addresses on the SES account suppression list: SES names no reasons for this set',
    fix: suppressBoth,
  },
  {
    status: 'wrong',
    condition: ({ isSendingEnabled, isOwn }) => !isSendingEnabled && isOwn,
    message: paused,
    fix: resume,
  },
  {
    // Its owner may have paused it on purpose.
    status: 'note',
    condition: ({ isSendingEnabled, isOwn }) => !isSendingEnabled && !isOwn,
    message: paused,
    fix: resume,
  },
];

const ownSetChecks: readonly DoctorCheck<{ readonly stack: Stack; readonly names: readonly string[] }>[] = [
  {
    status: 'wrong',
    condition: ({ stack, names }) => !names.includes(stack.configurationSet),
    message: 'does not exist: SES rejects emails that name it',
    fix: createAgain,
  },
];

/** Checks that the configuration sets of the account publish their bounces and complaints, and what else the policy needs, to the stack. */
export function checkConfigurationSets(
  { stack, identities, configurationSets }: Pick<StackInventory, 'stack' | 'identities' | 'configurationSets'>,
  { rememberDeliveries, soft }: Pick<Policy, 'rememberDeliveries' | 'soft'>,
): readonly Finding[] {
  if ('error' in configurationSets) return [checkFailed('configuration sets', configurationSets.error)];
  const names = configurationSets.value.map(({ name }) => name);
  const defaults = new Set('error' in identities ? [] : identities.value.map((identity) => identity.configurationSet));
  const wantsDeliveries = rememberDeliveries || soft.endedByDelivery;
  const haveAllIdentitiesTopics =
    'error' in identities || identities.value.every((identity) => hasStackTopics(identity, stack));
  return [
    ...findProblems(ownSetChecks, `configuration set ${stack.configurationSet}`, { stack, names }),
    ...configurationSets.value.flatMap((set) => {
      const isOwn = set.name === stack.configurationSet;
      const facts = { isOwn, isUsed: isOwn || defaults.has(set.name), isReporting: isReporting(set, stack) };
      const lacksDeliveries = wantsDeliveries && !publishesTo(stack, set, 'DELIVERY');
      const subject = { ...set, ...facts, stack, haveAllIdentitiesTopics, lacksDeliveries };
      const okMessage = 'its bounces and complaints are published to this stack';
      return runChecks(checks, `configuration set ${set.name}`, subject, okMessage);
    }),
  ];
}
