import type { Dns, DnsAnswer } from './dns.ts';
import { type DnsRecord, describeRecord } from './dns-records.ts';
import { findSpfRecords, includesSes } from './spf.ts';

/** What a DNS server has for a record: the record itself, nothing, something else, or no answer. */
export type RecordState =
  | { readonly status: 'found'; readonly message: string }
  | { readonly status: 'missing' | 'wrong'; readonly message: string; readonly fix: string }
  | { readonly status: 'unknown'; readonly message: string };

/** Looks a record up at a DNS server. */
export function lookUpRecord(record: DnsRecord, dns: Dns): Promise<RecordState> {
  switch (record.purpose) {
    case 'DKIM':
      return lookUpKey(record, dns);
    case 'MAIL FROM':
    case 'inbound':
      return ask(dns.mx(record.name), (found) =>
        judgeMx(
          record,
          found.map(({ exchange }) => exchange),
        ),
      );
    case 'SPF':
      return ask(dns.txt(record.name), (texts) => judgeSpf(record, texts));
    case 'DMARC':
      return ask(dns.txt(record.name), (texts) => judgeDmarc(record, texts));
    default:
      return record.purpose satisfies never;
  }
}

async function ask<Value>(
  question: Promise<DnsAnswer<Value>>,
  judge: (values: readonly Value[]) => RecordState,
): Promise<RecordState> {
  const answer = await question;
  if ('error' in answer) return { status: 'unknown', message: `the DNS server did not answer (${answer.error})` };
  return judge(answer.values);
}

const create = (record: DnsRecord) => `create in DNS: ${describeRecord(record)}`;
const missing = (record: DnsRecord, message = 'missing in DNS'): RecordState => ({
  status: 'missing',
  message,
  fix: create(record),
});
const isSameName = (one: string, other: string) =>
  one.replace(/\.$/, '').toLowerCase() === other.replace(/\.$/, '').toLowerCase();

async function lookUpKey(record: DnsRecord, dns: Dns): Promise<RecordState> {
  const state = await ask(dns.cname(record.name), (targets): RecordState => {
    const [target] = targets;
    if (target === undefined) return missing(record);
    if (isSameName(target, record.value)) return { status: 'found', message: 'published' };
    return { status: 'wrong', message: `points to ${target} instead of ${record.value}`, fix: create(record) };
  });
  return state.status === 'missing' ? explainMissingKey(record, dns) : state;
}

/** Returns the two usual faults: a TXT record instead of the CNAME, and a name to which the provider appended the domain again. */
async function explainMissingKey(record: DnsRecord, dns: Dns): Promise<RecordState> {
  const texts = await dns.txt(record.name);
  if ('values' in texts && texts.values.length > 0)
    return { status: 'wrong', message: 'has a TXT record instead of the CNAME record', fix: create(record) };
  const [, selector = '', domain = ''] = /^(.+\._domainkey)\.(.+)$/.exec(record.name) ?? [];
  const doubled = await dns.cname(`${record.name}.${domain}`);
  if ('values' in doubled && doubled.values.length > 0)
    return {
      status: 'wrong',
      message: `was created as ${record.name}.${domain}: your DNS provider appends the domain`,
      fix: `rename it: enter ${selector} as its name`,
    };
  return missing(record);
}

function judgeMx(record: DnsRecord, targets: readonly string[]): RecordState {
  const others = targets.filter((target) => !isSameName(target, record.value));
  if (targets.length === 0) return missing(record);
  if (others.length === targets.length)
    return { status: 'wrong', message: `points to ${others.join(', ')}`, fix: create(record) };
  if (record.purpose === 'MAIL FROM' && targets.length > 1)
    return {
      status: 'wrong',
      message: 'has several MX records, and SES accepts exactly one',
      fix: `delete the others: ${others.length > 0 ? others.join(', ') : 'they are the same'}`,
    };
  return { status: 'found', message: 'published' };
}

function judgeSpf(record: DnsRecord, texts: readonly string[]): RecordState {
  const records = findSpfRecords(texts);
  const [found] = records;
  if (found === undefined) return missing(record);
  if (records.length > 1)
    return {
      status: 'wrong',
      message: `has ${records.length} SPF records, so that receivers use none of them (RFC 7208, section 4.5)`,
      fix: `merge them into one that contains include:amazonses.com`,
    };
  if (!includesSes(found))
    return {
      status: 'wrong',
      message: `does not allow SES: ${found}`,
      // A space at the end of one string of a long record is easily lost.
      fix: /include:amazonses\.com/i.test(found)
        ? 'separate include:amazonses.com from the next term with a space: the strings of a record are joined without one'
        : 'add include:amazonses.com to the record',
    };
  return { status: 'found', message: found };
}

/** Returns the DMARC policies among the texts of a name. Receivers use none if there are several. */
export const findDmarcPolicies = (texts: readonly string[]): string[] =>
  texts.filter((text) => /^v=DMARC1\s*(?:;|$)/i.test(text));

function judgeDmarc(record: DnsRecord, texts: readonly string[]): RecordState {
  const policies = findDmarcPolicies(texts);
  const [found] = policies;
  if (found === undefined) return missing(record);
  if (policies.length > 1)
    return {
      status: 'wrong',
      message: `has ${policies.length} DMARC policies, so that receivers use none of them (RFC 7489, section 6.6.3)`,
      fix: 'delete all but one',
    };
  const [, policy] = /;\s*p\s*=\s*(none|quarantine|reject)\s*(?:;|$)/i.exec(found) ?? [];
  if (policy === undefined)
    return {
      status: 'wrong',
      message: `has no policy p=none, p=quarantine or p=reject: ${found}`,
      fix: create(record),
    };
  return { status: 'found', message: found };
}
