import { defined } from '../../shared/domain/defined.ts';
import type { EmailIdentity } from '../stack/email-identities.ts';
import { requiredRecords, toRecordJson } from './dns-records.ts';
import { formatRecords } from './format-records.ts';
import { kindOf } from './parse-identity.ts';

/** Returns a command about identities, as output recommends it. */
export const identitiesCommand =
  (region: string) =>
  (action: string): string =>
    `npx ses-feedback identities ${action} --region ${region}`;

/** Returns an identity in the form of the commands' JSON. */
export function toIdentityJson(identity: EmailIdentity, region: string) {
  const { name, isVerified, verificationStatus, dkim, mailFrom, configurationSet } = identity;
  const { isEnabled, status, isOwnKey, keyLength } = dkim;
  const kind = kindOf(name);
  return {
    name,
    kind,
    region,
    isVerified,
    verificationStatus,
    ...(kind === 'domain' && { dkim: { isEnabled, status, isOwnKey, ...defined({ keyLength }) } }),
    ...defined({ mailFrom, configurationSet }),
    records: kind === 'domain' ? requiredRecords(identity, { region }).map(toRecordJson) : [],
  };
}

/** Describes a new identity: what was changed, the records to create, and the next commands. */
export function describeCreated(identity: EmailIdentity, changes: readonly string[], region: string): string[] {
  const { name } = identity;
  const command = identitiesCommand(region);
  const changed = changes.length === 0 ? ['nothing to change'] : changes;
  const connect = `connect it: npx ses-feedback connect --identity ${name} --region ${region}`;
  const next =
    kindOf(name) === 'address'
      ? [`open the link in the email, then ${connect}`]
      : [
          `create the records, for example from: ${command(`records ${name} --format bind`)}`,
          `see whether they work: ${command(`check ${name}`)}`,
          connect,
        ];
  return [...changed.map((change) => `${name}: ${change}`), ...describeRecords(identity, region), '', 'Next:', ...next];
}

/** Returns the records that a domain needs as a table, after an empty line. */
export function describeRecords(identity: EmailIdentity, region: string): string[] {
  if (kindOf(identity.name) === 'address') return [];
  return ['', ...formatRecords(requiredRecords(identity, { region }), 'table', identity.name).trimEnd().split('\n')];
}

/** Describes how the emails of a domain are signed. */
export function describeDkim({ name, dkim }: EmailIdentity, region: string): string[] {
  const key = dkim.isOwnKey ? 'your own key (BYODKIM)' : 'Easy DKIM';
  const length = dkim.keyLength === undefined ? '' : `, key of ${dkim.keyLength} bits`;
  if (!dkim.isEnabled)
    return [`${name}: emails are not signed`, `To sign them: ${identitiesCommand(region)(`dkim ${name} --enable`)}`];
  const state = dkim.status === 'SUCCESS' ? 'emails are signed' : `SES has not found the DNS records (${dkim.status})`;
  return [`${name}: ${state}, ${key}${length}`];
}
