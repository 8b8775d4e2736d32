import { VerifyEmailIdentityCommand } from '@aws-sdk/client-ses';
import {
  CreateEmailIdentityCommand,
  GetEmailIdentityCommand,
  type GetEmailIdentityResponse,
  type IdentityInfo,
  PutEmailIdentityDkimAttributesCommand,
  PutEmailIdentityDkimSigningAttributesCommand,
  PutEmailIdentityMailFromAttributesCommand,
  paginateListEmailIdentities,
  type SESv2Client,
} from '@aws-sdk/client-sesv2';
import { defined } from '../../shared/domain/defined.ts';
import type { Clients } from './clients.ts';

/** A domain or an address that SES sends from, with what its DNS records depend on. */
export type EmailIdentity = {
  readonly name: string;
  readonly isVerified: boolean;
  /** `SUCCESS`, `PENDING`, `FAILED`, `TEMPORARY_FAILURE`, `NOT_STARTED`. */
  readonly verificationStatus: string;
  readonly dkim: Dkim;
  readonly mailFrom?: MailFrom;
  readonly configurationSet?: string;
};

/** How the emails of an identity are signed. */
export type Dkim = {
  readonly isEnabled: boolean;
  /** As {@link EmailIdentity} has it. */
  readonly status: string;
  /** Whether the account made the key itself (BYODKIM) and published it in DNS. SES then knows only its selector. */
  readonly isOwnKey: boolean;
  /** The selectors: each is a CNAME record. */
  readonly tokens: readonly string[];
  /** The domain in which SES publishes the keys. */
  readonly zone: string;
  /** 1024 or 2048 bits. */
  readonly keyLength?: number;
};

/** The domain in the envelope sender of an identity's emails. */
export type MailFrom = { readonly domain: string; readonly status: string };

/** Every identity of the account in a Region, in the order of SES. */
export async function readEmailIdentities(ses: SESv2Client): Promise<Pick<EmailIdentity, 'name' | 'isVerified'>[]> {
  const identities: IdentityInfo[] = [];
  for await (const { EmailIdentities = [] } of paginateListEmailIdentities({ client: ses, pageSize: 1000 }, {}))
    identities.push(...EmailIdentities);
  return identities.flatMap(({ IdentityName: name, VerificationStatus: status, SendingEnabled = false }) =>
    name === undefined ? [] : { name, isVerified: status === undefined ? SendingEnabled : status === 'SUCCESS' },
  );
}

/** Returns an identity, or `undefined` if SES does not have it in this Region. */
export async function readEmailIdentity(ses: SESv2Client, name: string): Promise<EmailIdentity | undefined> {
  try {
    return toIdentity(name, await ses.send(new GetEmailIdentityCommand({ EmailIdentity: name })));
  } catch (error) {
    if (error instanceof Error && error.name === 'NotFoundException') return undefined;
    throw error;
  }
}

function toIdentity(name: string, response: GetEmailIdentityResponse): EmailIdentity {
  const { VerifiedForSendingStatus: isVerified = false, VerificationStatus, MailFromAttributes } = response;
  const { MailFromDomain: domain, MailFromDomainStatus: status = 'PENDING' } = MailFromAttributes ?? {};
  return {
    name,
    isVerified,
    verificationStatus: VerificationStatus ?? (isVerified ? 'SUCCESS' : 'PENDING'),
    dkim: toDkim(response),
    ...(domain && { mailFrom: { domain, status } }),
    ...(response.ConfigurationSetName && { configurationSet: response.ConfigurationSetName }),
  };
}

function toDkim({ DkimAttributes = {} }: GetEmailIdentityResponse): Dkim {
  const { SigningEnabled = false, Status = 'NOT_STARTED', Tokens = [], SigningAttributesOrigin } = DkimAttributes;
  const { SigningHostedZone = 'dkim.amazonses.com', CurrentSigningKeyLength, NextSigningKeyLength } = DkimAttributes;
  const bits = /\d+/.exec(CurrentSigningKeyLength ?? NextSigningKeyLength ?? '')?.[0];
  return {
    isEnabled: SigningEnabled,
    status: Status,
    isOwnKey: SigningAttributesOrigin === 'EXTERNAL',
    tokens: Tokens,
    zone: SigningHostedZone,
    ...defined({ keyLength: bits === undefined ? undefined : Number(bits) }),
  };
}

/** Creates a domain with Easy DKIM and keys of 2048 bits, or an address, to which SES then sends an email with a link. */
export async function createIdentity(ses: SESv2Client, name: string): Promise<void> {
  await ses.send(
    new CreateEmailIdentityCommand({
      EmailIdentity: name,
      ...(!name.includes('@') && { DkimSigningAttributes: { NextSigningKeyLength: 'RSA_2048_BIT' } }),
    }),
  );
}

/** Sets the MAIL FROM domain. Until its MX record is found, SES sends with its own. */
export async function setMailFrom(ses: SESv2Client, identity: string, domain: string): Promise<void> {
  await ses.send(
    new PutEmailIdentityMailFromAttributesCommand({
      EmailIdentity: identity,
      MailFromDomain: domain,
      BehaviorOnMxFailure: 'USE_DEFAULT_VALUE',
    }),
  );
}

/** Turns the signing of emails on or off. */
export async function setDkimSigning(ses: SESv2Client, identity: string, isEnabled: boolean): Promise<void> {
  await ses.send(new PutEmailIdentityDkimAttributesCommand({ EmailIdentity: identity, SigningEnabled: isEnabled }));
}

/** Sets up Easy DKIM with a key of 2048 bits, or lets SES search for its records again after it has given up (72 hours). */
export async function startEasyDkim(ses: SESv2Client, identity: string): Promise<void> {
  await ses.send(
    new PutEmailIdentityDkimSigningAttributesCommand({
      EmailIdentity: identity,
      SigningAttributesOrigin: 'AWS_SES',
      SigningAttributes: { NextSigningKeyLength: 'RSA_2048_BIT' },
    }),
  );
}

/** Sends the email with the verification link again. Only version 1 of the API can. */
export async function resendVerification({ sesV1 }: Pick<Clients, 'sesV1'>, address: string): Promise<void> {
  await sesV1.send(new VerifyEmailIdentityCommand({ EmailAddress: address }));
}
