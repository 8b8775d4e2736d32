import { day } from '../../shared/domain/durations.ts';
import type { Finding, Problem } from '../doctor/finding.ts';
import { formatDuration } from '../io/format.ts';
import type { EmailIdentity } from '../stack/email-identities.ts';
import type { AccountDetails } from '../stack/inventory.ts';

/** SES stops searching for records after this time: https://docs.aws.amazon.com/ses/latest/dg/creating-identities.html */
const searchTime = 3 * day;

const ok = (resource: string, message: string): Finding => ({ status: 'ok', resource, message });
const wrong = (resource: string, message: string, fix: string): Problem => ({
  status: 'wrong',
  resource,
  message,
  fix,
});

/** Checks what SES itself has found of an identity: whether it may send, and whether its DKIM and MAIL FROM records work. */
export function checkSetup(identity: EmailIdentity, command: (action: string) => string): Finding[] {
  const { name, isVerified, verificationStatus } = identity;
  const verified = isVerified
    ? ok('verified', 'SES sends from it')
    : wrong(
        'verified',
        `SES does not send from it yet (${verificationStatus})`,
        `create the records that are missing; SES searches for ${formatDuration(searchTime)}, then: ${command(`verify ${name}`)}`,
      );
  return [verified, checkDkim(identity, command), checkMailFrom(identity, command)];
}

function checkDkim({ name, dkim }: EmailIdentity, command: (action: string) => string): Finding {
  if (!dkim.isEnabled) return wrong('DKIM', 'emails are not signed for this domain', command(`dkim ${name} --enable`));
  const key = dkim.isOwnKey ? 'your own key' : `Easy DKIM${dkim.keyLength ? `, ${dkim.keyLength} bits` : ''}`;
  if (dkim.status === 'SUCCESS') return ok('DKIM', `emails are signed (${key})`);
  const fix =
    dkim.status === 'FAILED' || dkim.status === 'NOT_STARTED'
      ? command(`verify ${name}`)
      : 'create the DKIM records that are missing';
  return wrong('DKIM', `SES has not found its records yet (${dkim.status})`, fix);
}

function checkMailFrom({ name, mailFrom }: EmailIdentity, command: (action: string) => string): Finding {
  if (mailFrom === undefined)
    return {
      status: 'note',
      resource: 'MAIL FROM',
      message: 'none of its own: emails are sent with amazonses.com, so that SPF is not aligned with the domain',
      fix: command(`create ${name} --mail-from bounce`),
    };
  const { domain, status } = mailFrom;
  if (status === 'SUCCESS') return ok('MAIL FROM', domain);
  const fix =
    status === 'FAILED' ? command(`create ${name} --mail-from ${domain}`) : 'create the MX record that is missing';
  return wrong('MAIL FROM', `SES has not found the MX record of ${domain} yet (${status})`, fix);
}

/** Checks whether the account may send to everyone. */
export function checkProductionAccess({ isInSandbox, isSendingEnabled }: AccountDetails): Finding {
  const resource = 'production access';
  if (!isSendingEnabled)
    return wrong(resource, 'SES does not send emails of this account', 'see the account dashboard in the SES console');
  if (!isInSandbox) return ok(resource, 'SES sends to every address');
  return wrong(
    resource,
    'the account is in the sandbox: SES sends to verified addresses only',
    'request production access: https://docs.aws.amazon.com/ses/latest/dg/request-production-access.html',
  );
}
