import { defined } from '../../shared/domain/defined.ts';
import { bareAddress, simulatorMailbox } from './address.ts';
import { findIdentity } from './find-identity.ts';
import type { Json } from './json.ts';
import { outcomesOf } from './outcomes.ts';
import { publishEvents } from './publish-events.ts';
import { readEmail } from './read-email.ts';
import { type ApiResponse, badRequest, errorResponse, notFound, ok } from './response.ts';
import type { SentEmail, Ses } from './state.ts';
import { statusOf, tenantNotFound } from './tenants.ts';

/** SendEmail: accepts an email, and schedules the events of its outcome. */
export async function sendEmail(input: Json, ses: Ses): Promise<ApiResponse> {
  const { account, identities, configurationSets, sent } = ses.state;
  if (!account.isSendingEnabled || account.enforcementStatus === 'SHUTDOWN') {
    return errorResponse(400, 'SendingPausedException', 'Email sending is disabled for this account.');
  }
  const email = readEmail(input);
  if ('rejection' in email) return email.rejection;
  const sender = bareAddress(email.source);
  const identity = findIdentity(identities, sender);
  const unverified = account.isSandbox ? email.destination.map(bareAddress).filter((to) => !isAllowed(to, ses)) : [];
  if (identity === undefined || unverified.length > 0) {
    return notVerified([...(identity === undefined ? [sender] : []), ...unverified], ses.region);
  }
  const configurationSet = email.configurationSet ?? identities[identity]?.configurationSet;
  if (configurationSet !== undefined && configurationSets[configurationSet] === undefined) {
    return notFound(`Configuration set <${configurationSet}> does not exist.`);
  }
  const refusal = refuseTenant(email.tenant, [`identity/${identity}`, `configuration-set/${configurationSet}`], ses);
  if (refusal !== undefined) return refusal;
  const accepted: SentEmail = {
    messageId: ses.newId(),
    at: ses.clock(),
    source: email.source,
    identity,
    ...defined({ configurationSet, tenant: email.tenant }),
    destination: email.destination,
    headers: email.headers,
    tags: email.tags,
  };
  sent.push(accepted);
  const outcomes = outcomesOf(accepted, ses.state);
  await ses.schedule(() => publishEvents(accepted, outcomes, ses));
  return ok({ MessageId: accepted.messageId });
}

/** Returns why a tenant may not send: it must exist, not be paused, and be associated with what it sends with. */
function refuseTenant(name: string | undefined, used: readonly string[], { state }: Ses): ApiResponse | undefined {
  if (name === undefined) return undefined;
  const tenant = state.tenants[name];
  if (tenant === undefined) return tenantNotFound(name);
  if (statusOf(tenant) === 'DISABLED')
    return errorResponse(400, 'SendingPausedException', `Email sending is disabled for tenant ${name}.`);
  const missing = used.find((resource) => !tenant.resources.some((arn) => arn.endsWith(`:${resource}`)));
  return missing === undefined ? undefined : badRequest(`Tenant ${name} is not associated with ${missing}.`);
}

/** Returns whether an account in the sandbox may send to a recipient. */
function isAllowed(recipient: string, { state }: Ses): boolean {
  return simulatorMailbox(recipient) !== undefined || findIdentity(state.identities, recipient) !== undefined;
}

function notVerified(addresses: readonly string[], region: string): ApiResponse {
  const message = `Email address is not verified. The following identities failed the check in region ${region.toUpperCase()}: ${addresses.join(', ')}`;
  return errorResponse(400, 'MessageRejected', message);
}
