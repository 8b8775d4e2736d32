import { bareAddress, simulatorMailbox } from './address.ts';
import { findIdentity } from './find-identity.ts';
import type { Json } from './json.ts';
import { fatesOf } from './outcomes.ts';
import { tell } from './publish-events.ts';
import { readMail } from './read-email.ts';
import { type Answer, notFound, ok, refusal } from './response.ts';
import type { SentMail, Ses } from './state.ts';

/** SendEmail: takes a mail, and tells what becomes of it. */
export async function sendEmail(input: Json, ses: Ses): Promise<Answer> {
  const { account, identities, configurationSets, sent } = ses.state;
  if (!account.sendingEnabled || account.enforcement === 'SHUTDOWN') {
    return refusal(400, 'SendingPausedException', 'Email sending is disabled for this account.');
  }
  const mail = readMail(input);
  if ('refused' in mail) return mail.refused;
  const sender = bareAddress(mail.source);
  const identity = findIdentity(identities, sender);
  const unverified = account.isSandbox ? mail.destination.map(bareAddress).filter((to) => !isAllowed(to, ses)) : [];
  if (identity === undefined || unverified.length > 0) {
    return notVerified([...(identity === undefined ? [sender] : []), ...unverified], ses.region);
  }
  const configurationSet = mail.configurationSet ?? identities[identity]?.configurationSet;
  if (configurationSet !== undefined && configurationSets[configurationSet] === undefined) {
    return notFound(`Configuration set <${configurationSet}> does not exist.`);
  }
  const taken: SentMail = {
    messageId: ses.newId(),
    at: ses.clock(),
    source: mail.source,
    identity,
    ...(configurationSet !== undefined && { configurationSet }),
    destination: mail.destination,
    headers: mail.headers,
    tags: mail.tags,
  };
  sent.push(taken);
  const happenings = fatesOf(taken, ses.state);
  await ses.later(() => tell(taken, happenings, ses));
  return ok({ MessageId: taken.messageId });
}

/** Whom the sandbox lets mail go to. */
function isAllowed(recipient: string, { state }: Ses): boolean {
  return simulatorMailbox(recipient) !== undefined || findIdentity(state.identities, recipient) !== undefined;
}

function notVerified(addresses: readonly string[], region: string): Answer {
  const message = `Email address is not verified. The following identities failed the check in region ${region.toUpperCase()}: ${addresses.join(', ')}`;
  return refusal(400, 'MessageRejected', message);
}
