import { defined } from '../../shared/domain/defined.ts';
import { type Json, objectOf, textOf } from './json.ts';
import { type ApiResponse, badRequest, errorResponse, notFound, ok } from './response.ts';
import type { Identity, Ses, SimulatedDkim } from './state.ts';

/** ListEmailIdentities: returns all identities on one page. */
export function listEmailIdentities({ state }: Ses): ApiResponse {
  const EmailIdentities = Object.entries(state.identities).map(([IdentityName, { isVerified }]) => ({
    IdentityName,
    IdentityType: typeOf(IdentityName),
    SendingEnabled: isVerified,
    VerificationStatus: isVerified ? 'SUCCESS' : 'PENDING',
  }));
  return ok({ EmailIdentities });
}

const typeOf = (name: string) => (name.includes('@') ? 'EMAIL_ADDRESS' : 'DOMAIN');

/** GetEmailIdentity: returns the settings of one identity, without its topics, which only version 1 of the API has. */
export function getEmailIdentity(name: string, { state }: Ses): ApiResponse {
  const identity = state.identities[name];
  if (identity === undefined) return identityNotFound(name);
  const { isVerified, isForwardingFeedback = true, configurationSet, dkim = dkimDone, mailFrom } = identity;
  return ok({
    IdentityType: typeOf(name),
    VerifiedForSendingStatus: isVerified,
    VerificationStatus: isVerified ? 'SUCCESS' : 'PENDING',
    FeedbackForwardingStatus: isForwardingFeedback,
    ...defined({ ConfigurationSetName: configurationSet }),
    DkimAttributes: {
      SigningEnabled: dkim.isEnabled ?? true,
      SigningAttributesOrigin: dkim.isOwnKey ? 'EXTERNAL' : 'AWS_SES',
      Status: dkim.status,
      Tokens: dkim.tokens,
      ...defined({ CurrentSigningKeyLength: dkim.keyLength }),
    },
    ...(mailFrom && {
      MailFromAttributes: {
        MailFromDomain: mailFrom.domain,
        MailFromDomainStatus: mailFrom.status,
        BehaviorOnMxFailure: 'USE_DEFAULT_VALUE',
      },
    }),
  });
}

const dkimDone: SimulatedDkim = { status: 'SUCCESS', tokens: ['token1', 'token2', 'token3'] };
const dkimStarted: SimulatedDkim = { ...dkimDone, status: 'PENDING', keyLength: 'RSA_2048_BIT' };

/** CreateEmailIdentity: creates a domain, whose records SES searches for, or an address, to which it sends an email. */
export function createEmailIdentity(input: Json, { state }: Ses): ApiResponse {
  const name = textOf(input.EmailIdentity)?.toLowerCase();
  if (name === undefined) return badRequest('EmailIdentity is missing.');
  if (state.identities[name] !== undefined)
    return errorResponse(400, 'AlreadyExistsException', `Email identity ${name} already exist.`);
  const isAddress = typeOf(name) === 'EMAIL_ADDRESS';
  const { NextSigningKeyLength } = objectOf(input.DkimSigningAttributes);
  const keyLength = textOf(NextSigningKeyLength) ?? 'RSA_2048_BIT';
  state.identities[name] = isAddress
    ? { isVerified: false, verificationEmails: 1 }
    : { isVerified: false, dkim: { ...dkimStarted, keyLength } };
  return ok({ IdentityType: typeOf(name), VerifiedForSendingStatus: false });
}

/** PutEmailIdentityMailFromAttributes: sets the MAIL FROM domain, or removes it. */
export function putEmailIdentityMailFrom(name: string, input: Json, ses: Ses): ApiResponse {
  const domain = textOf(input.MailFromDomain);
  if (domain !== undefined && !domain.endsWith(`.${name}`))
    return badRequest('The MAIL FROM domain must be a subdomain of the identity.');
  return updateIdentity(name, ses, (identity) => {
    if (domain === undefined) delete identity.mailFrom;
    else identity.mailFrom = { domain, status: 'PENDING' };
  });
}

/** PutEmailIdentityDkimAttributes: turns the signing of emails on or off. */
export function putEmailIdentityDkim(name: string, input: Json, ses: Ses): ApiResponse {
  return updateIdentity(name, ses, (identity) => {
    identity.dkim = { ...(identity.dkim ?? dkimDone), isEnabled: input.SigningEnabled === true };
  });
}

/** PutEmailIdentityDkimSigningAttributes: sets up Easy DKIM, and searches for its records again. */
export function putEmailIdentityDkimSigning(name: string, _input: Json, ses: Ses): ApiResponse {
  return updateIdentity(name, ses, (identity) => {
    identity.dkim = { ...dkimStarted };
  });
}

/** PutEmailIdentityFeedbackAttributes: turns email forwarding of bounces and complaints on or off. */
export function putEmailIdentityFeedback(name: string, input: Json, ses: Ses): ApiResponse {
  return updateIdentity(name, ses, (identity) => {
    identity.isForwardingFeedback = input.EmailForwardingEnabled === true;
  });
}

/** PutEmailIdentityConfigurationSetAttributes: sets the default configuration set of an identity. */
export function putEmailIdentityConfigurationSet(name: string, input: Json, ses: Ses): ApiResponse {
  return updateIdentity(name, ses, (identity) => {
    const configurationSet = textOf(input.ConfigurationSetName);
    if (configurationSet === undefined) delete identity.configurationSet;
    else identity.configurationSet = configurationSet;
  });
}

function updateIdentity(name: string, { state }: Ses, update: (identity: Identity) => void): ApiResponse {
  const identity = state.identities[name];
  if (identity === undefined) return identityNotFound(name);
  update(identity);
  return ok();
}

function identityNotFound(name: string): ApiResponse {
  return notFound(`Email identity ${name} does not exist.`);
}
