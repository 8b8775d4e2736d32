import { GetIdentityNotificationAttributesCommand, type IdentityNotificationAttributes } from '@aws-sdk/client-ses';
import {
  GetAccountCommand,
  GetConfigurationSetCommand,
  GetConfigurationSetEventDestinationsCommand,
  GetEmailIdentityCommand,
  type GetEmailIdentityResponse,
  paginateListConfigurationSets,
  paginateListEmailIdentities,
} from '@aws-sdk/client-sesv2';
import type { Clients } from './clients.ts';
import type { AccountDetails, ConfigurationSetDetails, IdentityDetails } from './inventory.ts';

/** Is told how far it is: a call a second is what SES allows. */
export type Progress = (what: string, done: number, of: number) => void;

export async function inspectAccount({ ses }: Clients): Promise<AccountDetails> {
  const account = await ses.send(new GetAccountCommand({}));
  return {
    isInSandbox: account.ProductionAccessEnabled === false,
    isSendingEnabled: account.SendingEnabled ?? false,
    enforcementStatus: account.EnforcementStatus ?? 'HEALTHY',
    suppressedReasons: account.SuppressionAttributes?.SuppressedReasons ?? [],
  };
}

export async function inspectConfigurationSets(
  { ses }: Clients,
  progress: Progress,
): Promise<ConfigurationSetDetails[]> {
  const names: string[] = [];
  for await (const { ConfigurationSets = [] } of paginateListConfigurationSets({ client: ses }, {}))
    names.push(...ConfigurationSets);
  return eachInTurn(names, 'configuration sets', progress, async (ConfigurationSetName) => {
    const { SendingOptions } = await ses.send(new GetConfigurationSetCommand({ ConfigurationSetName }));
    const { EventDestinations = [] } = await ses.send(
      new GetConfigurationSetEventDestinationsCommand({ ConfigurationSetName }),
    );
    return {
      name: ConfigurationSetName,
      isSendingEnabled: SendingOptions?.SendingEnabled ?? true,
      destinations: EventDestinations.map(({ Enabled = false, MatchingEventTypes = [], SnsDestination }) => ({
        isEnabled: Enabled,
        types: MatchingEventTypes,
        ...(SnsDestination?.TopicArn !== undefined && { topic: SnsDestination.TopicArn }),
      })),
    };
  });
}

/**
 * Domains and addresses mail is sent from.
 * @param names those to look at; left out: all that SES knows in this Region
 * @throws Error that names those SES does not know
 */
export async function inspectIdentities(
  clients: Clients,
  progress: Progress,
  names?: readonly string[],
): Promise<IdentityDetails[]> {
  const wanted = names ?? (await listIdentities(clients));
  const topics = await notificationsOf(clients, wanted);
  return eachInTurn(wanted, 'identities', progress, async (name) =>
    toSight(name, await getIdentity(clients, name), topicsOf(name, topics)),
  );
}

async function listIdentities({ ses }: Clients): Promise<string[]> {
  const names: string[] = [];
  for await (const { EmailIdentities = [] } of paginateListEmailIdentities({ client: ses }, {}))
    names.push(...EmailIdentities.flatMap(({ IdentityName }) => IdentityName ?? []));
  return names;
}

async function getIdentity({ ses }: Clients, EmailIdentity: string): Promise<GetEmailIdentityResponse> {
  try {
    return await ses.send(new GetEmailIdentityCommand({ EmailIdentity }));
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'NotFoundException') throw error;
    throw new Error(`SES knows no identity ${EmailIdentity} in this Region`);
  }
}

async function notificationsOf({ sesV1 }: Clients, identities: readonly string[]) {
  const found: Record<string, IdentityNotificationAttributes> = {};
  // At most so many at a time.
  for (let i = 0; i < identities.length; i += 100) {
    const Identities = identities.slice(i, i + 100);
    const { NotificationAttributes } = await sesV1.send(new GetIdentityNotificationAttributesCommand({ Identities }));
    Object.assign(found, NotificationAttributes);
  }
  return found;
}

function toSight(
  name: string,
  {
    VerifiedForSendingStatus = false,
    ConfigurationSetName,
    FeedbackForwardingStatus = true,
    DkimAttributes,
  }: GetEmailIdentityResponse,
  { BounceTopic, ComplaintTopic }: Partial<IdentityNotificationAttributes>,
): IdentityDetails {
  const { SigningEnabled, Status, Tokens = [], SigningAttributesOrigin } = DkimAttributes ?? {};
  const isMissing =
    SigningEnabled && Status !== 'SUCCESS' && SigningAttributesOrigin !== 'EXTERNAL' && !name.includes('@');
  return {
    name,
    isVerified: VerifiedForSendingStatus,
    ...(ConfigurationSetName && { configurationSet: ConfigurationSetName }),
    ...(BounceTopic && { bounceTopic: BounceTopic }),
    ...(ComplaintTopic && { complaintTopic: ComplaintTopic }),
    isForwarding: FeedbackForwardingStatus,
    missingRecords: isMissing
      ? Tokens.map((token) => `${token}._domainkey.${name} CNAME ${token}.dkim.amazonses.com`)
      : [],
  };
}

/** @throws Error where SES has said nothing of the identity: silence is not "no topics", which would be filled */
function topicsOf(name: string, found: Record<string, IdentityNotificationAttributes>): IdentityNotificationAttributes {
  const attributes = found[name];
  if (attributes === undefined) throw new Error(`SES does not say which topics ${name} has: write it as SES does`);
  return attributes;
}

async function eachInTurn<Sight>(
  names: readonly string[],
  what: string,
  progress: Progress,
  look: (name: string) => Promise<Sight>,
): Promise<Sight[]> {
  const seen: Sight[] = [];
  for (const name of names) {
    progress(what, seen.length, names.length);
    seen.push(await look(name));
  }
  return seen;
}
