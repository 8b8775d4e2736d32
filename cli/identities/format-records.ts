import { groupBy } from '../../shared/domain/group-by.ts';
import { formatTable } from '../io/table.ts';
import { type DnsRecord, recordData } from './dns-records.ts';

/** The forms in which records can be printed. */
export const recordFormats = ['table', 'bind', 'route53', 'cloudflare'] as const;
export type RecordFormat = (typeof recordFormats)[number];

/** How long resolvers may keep a record, seconds. */
const ttlSeconds = 3600;

/** Formats records for a person, or for a program that creates them. */
export function formatRecords(records: readonly DnsRecord[], format: RecordFormat, domain: string): string {
  switch (format) {
    case 'table':
      return `${toTable(records).join('\n')}\n`;
    case 'bind':
      return toZoneFile(records, domain);
    case 'cloudflare':
      return toZoneFile(records, domain, cloudflareTag);
    case 'route53':
      return `${JSON.stringify(toChangeBatch(records, domain), null, 2)}\n`;
    default:
      return format satisfies never;
  }
}

function toTable(records: readonly DnsRecord[]): string[] {
  const columns = [
    { heading: 'for', text: ({ purpose }: DnsRecord) => purpose },
    { heading: 'type', text: ({ type }: DnsRecord) => type },
    { heading: 'name', text: ({ name }: DnsRecord) => name },
    {
      heading: 'value',
      text: ({ value, priority }: DnsRecord) => (priority === undefined ? value : `${priority} ${value}`),
    },
  ];
  // Values are copied, so that none may be shortened.
  return formatTable(records, columns, Number.POSITIVE_INFINITY);
}

/** Cloudflare would otherwise answer for the target itself, with addresses of its proxy. */
const cloudflareTag = ({ type }: DnsRecord) => (type === 'CNAME' ? ' ; cf_tags=cf-proxied:false' : '');

/** A zone file (RFC 1035, section 5), which Cloudflare imports as well. */
function toZoneFile(records: readonly DnsRecord[], domain: string, tag: (record: DnsRecord) => string = () => '') {
  const lines = records.map(
    (record) => `${record.name}. ${ttlSeconds} IN ${record.type} ${recordData(record)}${tag(record)}`,
  );
  return `; Records of ${domain} for Amazon SES\n${lines.join('\n')}\n`;
}

/**
 * A change batch for `aws route53 change-resource-record-sets`. It creates and never replaces: a DMARC policy that exists stays, and Route 53
 * then refuses the whole batch with the name of the record.
 */
function toChangeBatch(records: readonly DnsRecord[], domain: string) {
  return {
    Comment: `Records of ${domain} for Amazon SES`,
    // Records of one name and type are one set: Route 53 would refuse the second one.
    Changes: [...groupBy(records, ({ name, type }) => `${type} ${name}.`)].map(([key, set]) => ({
      Action: 'CREATE',
      ResourceRecordSet: {
        Name: key.slice(key.indexOf(' ') + 1),
        Type: key.slice(0, key.indexOf(' ')),
        TTL: ttlSeconds,
        ResourceRecords: set.map((record) => ({ Value: recordData(record) })),
      },
    })),
  };
}
