import { defined } from '../../shared/domain/defined.ts';
import { type Json, textOf } from './json.ts';
import { type ApiResponse, notFound, ok } from './response.ts';
import type { Identity, Ses } from './state.ts';

/** ListEmailIdentities: returns the names of all identities on one page. */
export function listEmailIdentities({ state }: Ses): ApiResponse {
  return ok({ EmailIdentities: Object.keys(state.identities).map((IdentityName) => ({ IdentityName })) });
}

/** GetEmailIdentity: returns the settings of one identity, without its topics, which only version 1 of the API has. */
export function getEmailIdentity(name: string, { state }: Ses): ApiResponse {
  const identity = state.identities[name];
  if (identity === undefined) return identityNotFound(name);
  const { isVerified, isForwardingFeedback = true, configurationSet, dkim } = identity;
  return ok({
    VerifiedForSendingStatus: isVerified,
    FeedbackForwardingStatus: isForwardingFeedback,
    ...defined({ ConfigurationSetName: configurationSet }),
    DkimAttributes: {
      SigningEnabled: true,
      SigningAttributesOrigin: 'AWS_SES',
      Status: dkim?.status ?? 'SUCCESS',
      Tokens: dkim?.tokens ?? ['token1', 'token2', 'token3'],
    },
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
