import { GetIdentityNotificationAttributesCommand, type IdentityNotificationAttributes } from '@aws-sdk/client-ses';
import {
  type EventDestination,
  GetAccountCommand,
  type GetAccountResponse,
  GetConfigurationSetCommand,
  GetConfigurationSetEventDestinationsCommand,
  GetEmailIdentityCommand,
  type GetEmailIdentityResponse,
  paginateListConfigurationSets,
  paginateListEmailIdentities,
} from '@aws-sdk/client-sesv2';
import { defined } from '../../shared/domain/defined.ts';
import type { Clients } from './clients.ts';
import type { AccountDetails, ConfigurationSetDetails, IdentityDetails } from './inventory.ts';

/** Called before each item. SES accepts one call per second, so an inspection can take minutes. */
export type Progress = (what: string, done: number, total: number) => void;

/** Returns the sending status of the account and what SES suppresses in it. */
export async function inspectAccount({ ses }: Clients): Promise<AccountDetails> {
  const account = await ses.send(new GetAccountCommand({}));
  return {
    isInSandbox: account.ProductionAccessEnabled === false,
    isSendingEnabled: account.SendingEnabled ?? false,
    enforcementStatus: account.EnforcementStatus ?? 'HEALTHY',
    suppressedReasons: account.SuppressionAttributes?.SuppressedReasons ?? [],
    ...defined({ quota: quotaOf(account), validation: account.SuppressionAttributes?.ValidationAttributes }),
  };
}

function quotaOf({ SendQuota }: GetAccountResponse): AccountDetails['quota'] {
  if (SendQuota === undefined) return undefined;
  const { Max24HourSend: perDay = 0, MaxSendRate: perSecond = 0, SentLast24Hours: sentInDay = 0 } = SendQuota;
  return { perDay, perSecond, sentInDay };
}

function otherKindOf(destination: Partial<EventDestination>): string | undefined {
  if (destination.EventBridgeDestination) return 'EventBridge';
  if (destination.KinesisFirehoseDestination) return 'Firehose';
  return destination.CloudWatchDestination ? 'CloudWatch' : undefined;
}

/**
 * Returns the configuration sets of the account, with their event destinations.
 *
 * @param isWanted which sets to inspect, at two calls each. @default all
 */
export async function inspectConfigurationSets(
  { ses }: Clients,
  progress: Progress,
  isWanted: (name: string) => boolean = () => true,
): Promise<ConfigurationSetDetails[]> {
  const names: string[] = [];
  for await (const { ConfigurationSets = [] } of paginateListConfigurationSets({ client: ses }, {}))
    names.push(...ConfigurationSets.filter(isWanted));
  return mapInTurn(names, 'configuration sets', progress, async (ConfigurationSetName) => {
    const { SendingOptions, SuppressionOptions } = await ses.send(
      new GetConfigurationSetCommand({ ConfigurationSetName }),
    );
    const { EventDestinations = [] } = await ses.send(
      new GetConfigurationSetEventDestinationsCommand({ ConfigurationSetName }),
    );
    return {
      name: ConfigurationSetName,
      isSendingEnabled: SendingOptions?.SendingEnabled ?? true,
      ...defined({
        suppressedReasons: SuppressionOptions?.SuppressedReasons,
        suppressionScope: SuppressionOptions?.SuppressionScope,
      }),
      destinations: EventDestinations.map(({ Enabled = false, MatchingEventTypes = [], ...destination }) => ({
        isEnabled: Enabled,
        types: MatchingEventTypes,
        ...defined({ topic: destination.SnsDestination?.TopicArn, otherKind: otherKindOf(destination) }),
      })),
    };
  });
}

/**
 * Returns the identities that emails are sent from: domains and email addresses.
 * @param names the identities to inspect; by default all that SES has in this Region
 * @throws Error with the name of an identity that SES does not have
 */
export async function inspectIdentities(
  clients: Clients,
  progress: Progress,
  names?: readonly string[],
): Promise<IdentityDetails[]> {
  const selected = names ?? (await listIdentities(clients));
  const topics = await getNotificationAttributes(clients, selected);
  return mapInTurn(selected, 'identities', progress, async (name) =>
    toDetails(name, await getIdentity(clients, name), attributesOf(name, topics)),
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
    throw new Error(`SES has no identity ${EmailIdentity} in this Region`);
  }
}

async function getNotificationAttributes({ sesV1 }: Clients, identities: readonly string[]) {
  const found: Record<string, IdentityNotificationAttributes> = {};
  // The API accepts up to 100 identities per call.
  for (let i = 0; i < identities.length; i += 100) {
    const Identities = identities.slice(i, i + 100);
    const { NotificationAttributes } = await sesV1.send(new GetIdentityNotificationAttributesCommand({ Identities }));
    Object.assign(found, NotificationAttributes);
  }
  return found;
}

function toDetails(
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
  const needsRecords =
    SigningEnabled && Status !== 'SUCCESS' && SigningAttributesOrigin !== 'EXTERNAL' && !name.includes('@');
  return {
    name,
    isVerified: VerifiedForSendingStatus,
    ...(ConfigurationSetName && { configurationSet: ConfigurationSetName }),
    ...(BounceTopic && { bounceTopic: BounceTopic }),
    ...(ComplaintTopic && { complaintTopic: ComplaintTopic }),
    isForwarding: FeedbackForwardingStatus,
    missingRecords: needsRecords
      ? Tokens.map((token) => `${token}._domainkey.${name} CNAME ${token}.dkim.amazonses.com`)
      : [],
  };
}

/** @throws Error if SES returned nothing for the identity: that is not the same as "no topics", which `connect` would set */
function attributesOf(
  name: string,
  found: Record<string, IdentityNotificationAttributes>,
): IdentityNotificationAttributes {
  const attributes = found[name];
  if (attributes === undefined)
    throw new Error(`SES returned no topics for ${name}: write the name exactly as SES has it`);
  return attributes;
}

/** One call after the other, as SES accepts one per second. */
export async function mapInTurn<Details>(
  names: readonly string[],
  what: string,
  progress: Progress,
  inspect: (name: string) => Promise<Details>,
): Promise<Details[]> {
  const inspected: Details[] = [];
  for (const name of names) {
    progress(what, inspected.length, names.length);
    inspected.push(await inspect(name));
  }
  return inspected;
}
