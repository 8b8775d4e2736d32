import type { Finding } from '../doctor/finding.ts';
import type { Clients } from '../stack/clients.ts';
import type { EmailIdentity } from '../stack/email-identities.ts';
import { inspectAccount, type Progress } from '../stack/inspect-ses.ts';
import { sendTestEmail } from '../stack/send-test-email.ts';
import { checkRecords, type DnsSource } from './check-dns.ts';
import { checkProductionAccess, checkSetup } from './check-setup.ts';
import { identitiesCommand } from './describe-identity.ts';
import { createDns, findAuthoritativeServers } from './dns.ts';
import { requiredRecords } from './dns-records.ts';

export type IdentityCheckSettings = {
  readonly inbound: boolean;
  /** Asked instead of this computer's resolvers and of the authoritative servers. */
  readonly dnsServer: string | undefined;
  /** Whether to send an email to the mailbox simulator. */
  readonly testEmail: boolean;
};

type Environment = { readonly clients: Clients; readonly region: string; readonly progress: Progress };

/** Checks everything that emails from a domain need, in the order in which a person sets it up. */
export async function checkIdentitySetup(
  identity: EmailIdentity,
  { clients, region, progress }: Environment,
  { inbound, dnsServer, testEmail }: IdentityCheckSettings,
): Promise<Finding[]> {
  const records = requiredRecords(identity, { region, inbound });
  progress('DNS records', 0, records.length);
  const inDns = await checkRecords(records, identity, dnsSourceOf(dnsServer));
  const account = await inspectAccount(clients);
  return [
    ...checkSetup(identity, identitiesCommand(region)),
    ...inDns,
    checkProductionAccess(account),
    await checkSending(identity, region, testEmail),
  ];
}

function dnsSourceOf(server: string | undefined): DnsSource {
  const dns = createDns(server);
  return { dns, authoritative: server === undefined ? (name) => findAuthoritativeServers(dns, name) : async () => [] };
}

/** An address of the mailbox simulator, which delivers, and counts neither in the rates nor in the quota. */
const testRecipient = 'success@simulator.amazonses.com';

async function checkSending({ name }: EmailIdentity, region: string, testEmail: boolean): Promise<Finding> {
  const resource = 'test email';
  const from = `ses-feedback@${name}`;
  if (!testEmail)
    return {
      status: 'note',
      resource,
      message: 'not sent by this check',
      fix: `send one: npx ses-feedback send-test --from ${from} --region ${region}, or pass --test-email`,
    };
  try {
    const messageId = await sendTestEmail(region, { from, to: testRecipient });
    return { status: 'ok', resource, message: `SES accepted an email from ${from} (message id ${messageId})` };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return {
      status: 'wrong',
      resource,
      message: `SES refused an email from ${from}: ${reason}`,
      fix: 'resolve what SES says, and check again',
    };
  }
}
