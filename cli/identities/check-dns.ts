import type { Finding } from '../doctor/finding.ts';
import { formatQuantity } from '../io/format.ts';
import type { EmailIdentity } from '../stack/email-identities.ts';
import type { AuthoritativeServer, Dns } from './dns.ts';
import type { DnsRecord } from './dns-records.ts';
import { findDmarcPolicies, lookUpRecord, type RecordState } from './look-up-record.ts';
import { countSpfLookups, maxSpfLookups } from './spf.ts';

export type DnsSource = {
  readonly dns: Dns;
  /** Returns the servers that have the records of a name; none if only `dns` is to be asked. */
  readonly authoritative: (name: string) => Promise<readonly AuthoritativeServer[]>;
};

type StateAtServer = { readonly host: string; readonly state: RecordState };

/** Checks each record at a resolver and at every authoritative server of its zone. */
export function checkRecords(
  records: readonly DnsRecord[],
  identity: EmailIdentity,
  source: DnsSource,
): Promise<Finding[]> {
  return Promise.all(records.map((record) => checkRecord(record, identity, source)));
}

async function checkRecord(required: DnsRecord, identity: EmailIdentity, source: DnsSource): Promise<Finding> {
  const record = required.purpose === 'DMARC' ? await findPolicyRecord(required, source.dns) : required;
  const resource = `${record.purpose} ${record.type} ${record.name}`;
  const [seen, atServers] = await Promise.all([lookUpRecord(record, source.dns), askServers(record, source)]);
  const late = describeDelay(seen, atServers);
  if (late !== undefined) return { status: 'note', resource, ...late };
  if (seen.status === 'unknown')
    return { status: 'unknown', resource, message: seen.message, fix: 'check the network, or pass --dns-server' };
  if (seen.status !== 'found') return { status: 'wrong', resource, message: seen.message, fix: seen.fix };
  const [gone] = atServers.flatMap(({ state }) => ('fix' in state ? state : []));
  if (gone !== undefined)
    return {
      status: 'wrong',
      resource,
      message: `was deleted or changed: the authoritative servers no longer have it (${gone.message})`,
      fix: gone.fix,
    };
  return (
    (await findFault(record, seen.message, identity, source.dns)) ?? {
      status: 'ok',
      resource,
      message: describeFound(record, required, seen.message, atServers.length),
    }
  );
}

async function askServers(record: DnsRecord, { authoritative }: DnsSource): Promise<StateAtServer[]> {
  const states = (await authoritative(record.name)).map(async ({ host, dns }) => ({
    host,
    state: await lookUpRecord(record, dns),
  }));
  // A server that does not answer is its operator's concern: resolvers ask another.
  return (await Promise.all(states)).filter(({ state }) => state.status !== 'unknown');
}

/** Returns what differs between servers: a change that has not reached all of them yet. */
function describeDelay(seen: RecordState, atServers: readonly StateAtServer[]) {
  const withRecord = atServers.filter(({ state }) => state.status === 'found');
  const without = atServers.filter(({ state }) => state.status !== 'found');
  if (withRecord.length === 0) return undefined;
  if (without.length > 0)
    return {
      message: `published at ${withRecord.length} of ${formatQuantity(atServers.length, 'authoritative server')}; not yet at ${without.map(({ host }) => host).join(', ')}`,
      fix: 'wait some minutes and check again; if it stays, ask your DNS provider',
    };
  if (seen.status === 'missing' || seen.status === 'wrong')
    return {
      message: 'published at the authoritative servers, but resolvers still have the earlier answer',
      fix: 'wait for up to an hour (the time to live of the earlier answer) and check again',
    };
  return undefined;
}

function describeFound(record: DnsRecord, required: DnsRecord, message: string, servers: number): string {
  const inherited = record.name === required.name ? '' : ' (of the parent domain)';
  const authoritative = servers === 0 ? '' : `, at ${formatQuantity(servers, 'authoritative server')}`;
  return `${message}${inherited}${authoritative}`;
}

/** Returns what is wrong with a record beyond its own text. */
async function findFault(
  record: DnsRecord,
  text: string,
  identity: EmailIdentity,
  dns: Dns,
): Promise<Finding | undefined> {
  const resource = `${record.purpose} ${record.type} ${record.name}`;
  if (record.purpose === 'SPF' && (await countSpfLookups(text, dns)) > maxSpfLookups)
    return {
      status: 'wrong',
      resource,
      message: `needs more than ${maxSpfLookups} DNS look-ups, so that receivers reject it (RFC 7208, section 4.6.4)`,
      fix: 'remove what this domain does not send with: SES needs only include:amazonses.com',
    };
  if (record.purpose === 'DMARC' && !isAligned(identity, text))
    return {
      status: 'wrong',
      resource,
      message: `nothing is aligned with the domain, so that its emails fail DMARC: ${text}`,
      fix: `turn on DKIM: npx ses-feedback identities dkim ${identity.name} --enable`,
    };
  return undefined;
}

/**
 * Whether emails of the identity can pass DMARC. SES signs with the domain of the identity itself, which is always aligned. The MAIL FROM domain
 * is a subdomain, which is aligned unless the policy requires the same domain.
 */
function isAligned({ dkim, mailFrom }: EmailIdentity, policy: string): boolean {
  const isStrict = /;\s*aspf\s*=\s*s\b/i.test(policy);
  return dkim.isEnabled || (mailFrom !== undefined && !isStrict);
}

/** A domain without a policy of its own has that of its parent. Returns the record itself if there is none. */
async function findPolicyRecord(record: DnsRecord, dns: Dns): Promise<DnsRecord> {
  for (let domain = record.name.replace(/^_dmarc\./, ''); domain.includes('.'); domain = parentOf(domain)) {
    const name = `_dmarc.${domain}`;
    const answer = await dns.txt(name);
    if ('values' in answer && findDmarcPolicies(answer.values).length > 0) return { ...record, name };
  }
  return record;
}

const parentOf = (domain: string) => domain.slice(domain.indexOf('.') + 1);
