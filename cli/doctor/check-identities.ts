import type { ConfigurationSetSight, IdentitySight, Sight } from '../stack/inventory.ts';
import { commandsFor, isOurs, type Stack } from '../stack/stack.ts';
import { type Finding, note, ok, orElse, unknown, wrong } from './finding.ts';

type Wired = Pick<Sight, 'stack' | 'identities' | 'configurationSets'>;

/** Whether what is sent is heard of: each identity by itself, as an address has nothing of its domain. */
export function checkIdentities({ stack, identities, configurationSets }: Wired): Finding[] {
  const sets = 'unknown' in configurationSets ? [] : configurationSets.fact;
  const isUnknown = 'unknown' in configurationSets ? [unknown('configuration sets', configurationSets.unknown)] : [];
  const known = 'fact' in identities ? identities.fact : [];
  const none =
    'verify one in the console of SES, or name a domain in identity under params in serverless.yml and deploy';
  const areAllHeard = known.every((identity) => hasTopics(identity, stack));
  return [
    ...isUnknown,
    ...('unknown' in configurationSets ? [] : checkOurSet(sets, stack)),
    ...checkSets(sets, stack, areAllHeard),
    ...('unknown' in identities ? [unknown('identities', identities.unknown)] : []),
    ...('fact' in identities && known.length === 0
      ? [note('identities', 'SES knows no domain or address to send from', none)]
      : []),
    ...known.flatMap((identity) => checkIdentity(identity, configurationSets, stack)),
  ];
}

/** Both of its own topics are ours. */
export function hasTopics({ bounceTopic, complaintTopic }: IdentitySight, stack: Stack): boolean {
  return isOurs(bounceTopic, stack) && isOurs(complaintTopic, stack);
}

/** Bounces and complaints of mail sent with it come to our topics. */
export function reports({ destinations }: ConfigurationSetSight, stack: Stack): boolean {
  const publishes = (type: string) =>
    destinations.some(({ isEnabled, topic, types }) => isEnabled && isOurs(topic, stack) && types.includes(type));
  return publishes('BOUNCE') && publishes('COMPLAINT');
}

const connect = ({ name }: IdentitySight, stack: Stack) => `${commandsFor(stack).connect} --identity ${name}`;

function checkOurSet(sets: readonly ConfigurationSetSight[], stack: Stack): Finding[] {
  const { configurationSet } = stack;
  if (sets.some(({ name }) => name === configurationSet)) return [];
  const says = 'is gone: SES takes no mail that names it';
  return [wrong(`configuration set ${configurationSet}`, says, renamed(stack))];
}

function checkSets(sets: readonly ConfigurationSetSight[], stack: Stack, allIdentitiesAreHeard: boolean): Finding[] {
  return sets.flatMap((set) => {
    const about = `configuration set ${set.name}`;
    const found = [checkReports(set, stack, allIdentitiesAreHeard), checkSending(set, stack)];
    return orElse(found, ok(about, 'bounces and complaints are published to our topics'));
  });
}

function checkReports(set: ConfigurationSetSight, stack: Stack, allIdentitiesAreHeard: boolean): Finding | undefined {
  const about = `configuration set ${set.name}`;
  if (reports(set, stack)) return undefined;
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
function checkSending({ name, isSendingEnabled }: ConfigurationSetSight, stack: Stack): Finding | undefined {
  if (isSendingEnabled) return undefined;
  const resume = `aws sesv2 put-configuration-set-sending-options --configuration-set-name ${name} --sending-enabled --region ${stack.region}`;
  const find = name === stack.configurationSet ? wrong : note;
  return find(`configuration set ${name}`, 'sending with it is paused', `once the cause is gone: ${resume}`);
}

/** CloudFormation does not mend what was changed by hand: under another name it builds the set anew. */
const renamed = (stack: Stack) =>
  `give it another name under custom.configurationSet in serverless.yml, then: ${commandsFor(stack).deploy}`;

const adopt = ({ name }: ConfigurationSetSight, { topics, configurationSet }: Stack) =>
  `send with ${configurationSet} instead, or publish the events of ${name}: BOUNCE to ${topics.bounces[0]}, ` +
  `COMPLAINT to ${topics.complaints[0]}, SEND to ${topics.volume[0]} (aws sesv2 create-configuration-set-event-destination)`;

function checkIdentity(identity: IdentitySight, sets: Sight['configurationSets'], stack: Stack): Finding[] {
  const about = `identity ${identity.name}`;
  const byTopics = hasTopics(identity, stack);
  if (!byTopics && identity.configurationSet !== undefined && 'unknown' in sets) return [unknown(about, sets.unknown)];
  const set = 'fact' in sets ? sets.fact.find(({ name }) => name === identity.configurationSet) : undefined;
  const isHeard = byTopics || (set !== undefined && reports(set, stack));
  const elsewhere = [...new Set([identity.bounceTopic, identity.complaintTopic])].filter(
    (topic) => topic !== undefined && !isOurs(topic, stack),
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
  return orElse(findings, ok(about, `its bounces and complaints come here, ${how}`));
}

function verify({ name, missingRecords }: IdentitySight): string {
  if (missingRecords.length > 0) return `enter in DNS: ${missingRecords.join('; ')}`;
  return name.includes('@') ? `click the link in the mail SES sent to it` : 'see the console of SES';
}
