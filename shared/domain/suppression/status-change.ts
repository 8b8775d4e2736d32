import { defined } from '../defined.ts';
import { isReportKey } from '../feedback/count-reports.ts';
import type { Reason } from '../feedback/recipient-event.ts';
import { formatTimestamp } from '../timestamp.ts';
import type { Fault } from '../verdict/fault.ts';
import type { SuppressionRecord } from './record.ts';
import type { RecordChange } from './store.ts';

/** A change of what applies to an address, in the form in which it is published. */
export type StatusChange = {
  /** The same in every copy of the change. */
  readonly id: string;
  /** When the address changed, ISO 8601. Of two changes of one address, the later one applies. */
  readonly at: string;
  /** In the form in which `isSuppressed` compares addresses: lower case, the domain in ASCII. */
  readonly address: string;
  /** `account`, or the name of a tenant's list. */
  readonly list: string;
  /** `suppressed`: send no email. `released`: an operator released the address. `watched`: nothing speaks against sending. */
  readonly status: SuppressionRecord['status'];
  /** Why the address is suppressed. Missing if it is not. */
  readonly reason?: Reason;
  /** When the suppression ends, ISO 8601, or `null` if it is permanent. Missing if the address is not suppressed. */
  readonly until?: string | null;
  /** Whose fault the bounce or complaint was. Missing if a person or SES's own list changed the status. */
  readonly fault?: Fault;
  /** SES's id of the email that bounced or was complained about. Missing if there was none. */
  readonly messageId?: string;
};

/**
 * Returns the change of status that a write makes, or `undefined` if it makes none: feedback that only adds evidence is no change, and neither
 * is the first record of an address that is only watched. That a suppression ends is no change either, because `until` announced it.
 */
export function statusChangeOf(
  { record, stored }: RecordChange,
  { id, at, list }: { readonly id: string; readonly at: number; readonly list: string },
): StatusChange | undefined {
  const { address, status, reason, until, evidence } = record;
  if (isReportKey(address)) return undefined;
  const before = stored?.record ?? { status: 'watched', reason: undefined, until: undefined };
  if (before.status === status && before.reason === reason && before.until === until) return undefined;
  const known = new Set(stored?.record.evidence.map((one) => one.id));
  const news = evidence.find((one) => !known.has(one.id));
  const end = until === undefined ? null : formatTimestamp(until);
  return {
    id,
    at: formatTimestamp(at),
    address,
    list,
    status,
    ...(status === 'suppressed' && { until: end }),
    ...defined({ reason, fault: news?.fault, messageId: news?.messageId }),
  };
}
