import type { ConfigurationSetDetails, IdentityDetails, StackInventory } from '../stack/inventory.ts';
import { belongsToStack, commandsFor, type Stack } from '../stack/stack.ts';
import { type Finding, note, ok, okUnlessFound, unknown, wrong } from './finding.ts';

type Wired = Pick<StackInventory, 'stack' | 'identities' | 'configurationSets'>;

/** Whether what is sent is heard of: each identity by itself, as an address has nothing of its domain. */
export function checkIdentities({ stack, identities, configurationSets }: Wired): Finding[] {
  const sets = 'error' in configurationSets ? [] : configurationSets.value;
  const isUnknown = 'error' in configurationSets ? [unknown('configuration sets', configurationSets.error)] : [];
  const known = 'value' in identities ? identities.value : [];
  const none =
    'verify one in the console of SES, or name a domain in identity under params in serverless.yml and deploy';
  const areAllHeard = known.every((identity) => hasTopics(identity, stack));
  return [
    ...isUnknown,
    ...('error' in configurationSets ? [] : checkOurSet(sets, stack)),
    ...checkSets(sets, stack, areAllHeard),
    ...('error' in identities ? [unknown('identities', identities.error)] : []),
    ...('value' in identities && known.length === 0
      ? [note('identities', 'SES knows no domain or address to send from', none)]
      : []),
    ...known.flatMap((identity) => checkIdentity(identity, configurationSets, stack)),
  ];
}

/** Both of its own topics are ours. */
export function hasTopics({ bounceTopic, complaintTopic }: IdentityDetails, stack: Stack): boolean {
  return belongsToStack(bounceTopic, stack) && belongsToStack(complaintTopic, stack);
}

/** Bounces and complaints of mail sent with it come to our topics. */
export function isReporting({ destinations }: ConfigurationSetDetails, stack: Stack): boolean {
  const publishes = (type: string) =>
    destinations.some(
      ({ isEnabled, topic, types }) => isEnabled && belongsToStack(topic, stack) && types.includes(type),
    );
  return publishes('BOUNCE') && publishes('COMPLAINT');
}

const connect = ({ name }: IdentityDetails, stack: Stack) => `${commandsFor(stack).connect} --identity ${name}`;

function checkOurSet(sets: readonly ConfigurationSetDetails[], stack: Stack): Finding[] {
  const { configurationSet } = stack;
  if (sets.some(({ name }) => name === configurationSet)) return [];
  const says = 'is gone: SES takes no mail that names it';
  return [wrong(`configuration set ${configurationSet}`, says, renamed(stack))];
}

function checkSets(sets: readonly ConfigurationSetDetails[], stack: Stack, allIdentitiesAreHeard: boolean): Finding[] {
  return sets.flatMap((set) => {
    const about = `configuration set ${set.name}`;
    const found = [checkReports(set, stack, allIdentitiesAreHeard), checkSending(set, stack)];
    return okUnlessFound(found, ok(about, 'bounces and complaints are published to our topics'));
  });
}

function checkReports(set: ConfigurationSetDetails, stack: Stack, allIdentitiesAreHeard: boolean): Finding | undefined {
  const about = `configuration set ${set.name}`;
  if (isReporting(set, stack)) return undefined;
  if (set.name === stack.configurationSet) {
    const says = 'its bounces or complaints are not published to our topics';
    return wrong(about, says, renamed(stack));
  }
  if (!allIdentitiesAreHeard)
    return wrong(about, 'mail that is sent with it reports to nobody here', adopt(set, stack));
  const says = 'publishes nothing to our topics; bounces come by the identities alone, without tags';
  return note(about, says, adopt(set, stack));
}

/** Of another set, a pause is somebody else's doing. */
function checkSending({ name, isSendingEnabled }: ConfigurationSetDetails, stack: Stack): Finding | undefined {
  if (isSendingEnabled) return undefined;
  const resume = `aws sesv2 put-configuration-set-sending-options --configuration-set-name ${name} --sending-enabled --region ${stack.region}`;
  const find = name === stack.configurationSet ? wrong : note;
  return find(`configuration set ${name}`, 'sending with it is paused', `once the cause is gone: ${resume}`);
}

/** CloudFormation does not mend what was changed by hand: under another name it builds the set anew. */
const renamed = (stack: Stack) =>
  `give it another name under custom.configurationSet in serverless.yml, then: ${commandsFor(stack).deploy}`;

const adopt = ({ name }: ConfigurationSetDetails, { topics, configurationSet }: Stack) =>
  `send with ${configurationSet} instead, or publish the events of ${name}: BOUNCE to ${topics.bounces[0]}, ` +
  `COMPLAINT to ${topics.complaints[0]}, SEND to ${topics.volume[0]} (aws sesv2 create-configuration-set-event-destination)`;

function checkIdentity(identity: IdentityDetails, sets: StackInventory['configurationSets'], stack: Stack): Finding[] {
  const about = `identity ${identity.name}`;
  const byTopics = hasTopics(identity, stack);
  if (!byTopics && identity.configurationSet !== undefined && 'error' in sets) return [unknown(about, sets.error)];
  const set = 'value' in sets ? sets.value.find(({ name }) => name === identity.configurationSet) : undefined;
  const isHeard = byTopics || (set !== undefined && isReporting(set, stack));
  const elsewhere = [...new Set([identity.bounceTopic, identity.complaintTopic])].filter(
    (topic) => topic !== undefined && !belongsToStack(topic, stack),
  );
  const findings = [
    identity.isVerified ? undefined : note(about, 'is not verified: nothing can be sent from it yet', verify(identity)),
    identity.isVerified && identity.missingRecords.length > 0
      ? note(about, 'DKIM does not work yet', `enter in DNS: ${identity.missingRecords.join('; ')}`)
      : undefined,
    isHeard
      ? undefined
      : wrong(
          about,
          identity.isForwarding
            ? 'its bounces and complaints do not come here; SES forwards them by e-mail'
            : 'its bounces and complaints go to nobody',
          connect(identity, stack),
        ),
    elsewhere.length > 0
      ? note(
          about,
          `publishes to ${elsewhere.join(' and ')} by itself`,
          `adopt it (parameter bounceTopics), or ${connect(identity, stack)} --replace`,
        )
      : undefined,
    isHeard && identity.isForwarding
      ? note(about, 'SES forwards its bounces by e-mail as well', connect(identity, stack))
      : undefined,
  ];
  const how = byTopics ? 'by topics of its own' : `by its default configuration set, ${identity.configurationSet}`;
  return okUnlessFound(findings, ok(about, `its bounces and complaints come here, ${how}`));
}

function verify({ name, missingRecords }: IdentityDetails): string {
  if (missingRecords.length > 0) return `enter in DNS: ${missingRecords.join('; ')}`;
  return name.includes('@') ? `click the link in the mail SES sent to it` : 'see the console of SES';
}
