import { defined } from '../../shared/domain/defined.ts';
import type { EmailIdentity } from '../stack/email-identities.ts';

/** What a DNS record is for. */
export type RecordPurpose = 'DKIM' | 'MAIL FROM' | 'SPF' | 'DMARC' | 'inbound';

/** A DNS record that an identity needs. Names have no dot at the end. */
export type DnsRecord = {
  readonly purpose: RecordPurpose;
  readonly type: 'CNAME' | 'MX' | 'TXT';
  readonly name: string;
  /** The target of a CNAME or MX record, or the text of a TXT record without quotes. */
  readonly value: string;
  /** Of an MX record. */
  readonly priority?: number;
};

export type RecordOptions = {
  readonly region: string;
  /** Whether SES also receives emails for the domain. */
  readonly inbound?: boolean;
  /** Further Regions that receive emails, in the order in which senders try them. */
  readonly backupRegions?: readonly string[];
};

/** What every identity without a DMARC policy should have: it changes no delivery, and receivers require that one exists. */
const leastDmarcPolicy = 'v=DMARC1; p=none';

/**
 * Returns the records that a domain needs in DNS: the keys of Easy DKIM, MX and SPF of its MAIL FROM domain, DMARC, and, if asked for, the MX
 * of SES's inbound side. A key of the account's own (BYODKIM) is not among them, as SES does not return it.
 *
 * @see https://docs.aws.amazon.com/ses/latest/dg/creating-identities.html
 * @see https://docs.aws.amazon.com/ses/latest/dg/mail-from.html
 */
export function requiredRecords(
  identity: EmailIdentity,
  { region, inbound = false, backupRegions = [] }: RecordOptions,
): DnsRecord[] {
  const { name: domain, dkim, mailFrom } = identity;
  const keys = dkim.isOwnKey ? [] : dkim.tokens;
  const records: (DnsRecord | undefined)[] = [
    ...keys.map(
      (token): DnsRecord => ({
        purpose: 'DKIM',
        type: 'CNAME',
        name: `${token}._domainkey.${domain}`,
        value: `${token}.${dkim.zone}`,
      }),
    ),
    mailFrom && {
      purpose: 'MAIL FROM',
      type: 'MX',
      name: mailFrom.domain,
      value: `feedback-smtp.${region}.amazonses.com`,
      priority: 10,
    },
    mailFrom && { purpose: 'SPF', type: 'TXT', name: mailFrom.domain, value: 'v=spf1 include:amazonses.com ~all' },
    { purpose: 'DMARC', type: 'TXT', name: `_dmarc.${domain}`, value: leastDmarcPolicy },
    ...(inbound ? [region, ...backupRegions] : []).map(
      (one, index): DnsRecord => ({
        purpose: 'inbound',
        type: 'MX',
        name: domain,
        value: `inbound-smtp.${one}.amazonaws.com`,
        priority: 10 * (index + 1),
      }),
    ),
  ];
  return records.filter((record) => record !== undefined);
}

/** Returns the content of a record as a zone file has it: `10 feedback-smtp…`, `"v=spf1 …"`. */
export function recordData({ type, value, priority }: DnsRecord): string {
  if (type === 'TXT') return `"${value.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
  return `${type === 'MX' ? `${priority} ` : ''}${value}.`;
}

/** Returns the record in one line, to be created by a person. */
export function describeRecord(record: DnsRecord): string {
  const { name, type, value, priority } = record;
  return [name, type, ...(priority === undefined ? [] : [priority]), value].join(' ');
}

/** Returns a record in the form of the commands' JSON. */
export function toRecordJson({ purpose, type, name, value, priority }: DnsRecord) {
  return { purpose, type, name, value, ...defined({ priority }) };
}
