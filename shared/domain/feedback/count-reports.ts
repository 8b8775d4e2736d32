import { type Address, type AddressKey, domainOf } from '../address.ts';
import { defined } from '../defined.ts';
import { shortHash } from '../short-hash.ts';
import type { FeedbackEvent } from './feedback-event.ts';
import { providerOf } from './mailbox-provider.ts';
import type { RecipientEvent } from './recipient-event.ts';

/**
 * Returns whether somebody else may have made a complaint that names an address: another recipient of the email at the same mailbox provider.
 * The providers hide who complained, and SES names all of them, in one message or in several. A domain that is no provider's own can be hosted
 * at any, so all such domains count as one provider.
 *
 * The result is the same for every copy of the complaint, whomever it names.
 *
 * @see https://docs.aws.amazon.com/ses/latest/dg/notification-contents.html: `complainedRecipients`
 */
export function mayBeFromAnother(
  address: AddressKey,
  { mail, recipients }: Pick<FeedbackEvent, 'mail' | 'recipients'>,
): boolean {
  const provider = providerOf(domainOf(address));
  const isAnother = ({ key }: Address) => key !== address && providerOf(domainOf(key)) === provider;
  return mail.destination?.some(isAnother) === true || recipients.some((one) => !one.isUnaddressed && isAnother(one));
}

/**
 * Counts a report as one complaint, however many recipients a message names: only the alphabetically first counted recipient at each provider
 * keeps its counter. If several recipients may have made the complaint, the event names the report, so that other messages about it are not
 * counted again.
 */
export function countReportsOnce(events: readonly RecipientEvent[], feedback: FeedbackEvent): RecipientEvent[] {
  const named = events.map(
    (event): RecipientEvent => ({ ...event, ...defined({ report: reportOf(event, feedback) }) }),
  );
  const countedRecipientOf = (report: AddressKey) =>
    named
      .flatMap((event) => (event.report === report && event.metric !== null ? event.address : []))
      .toSorted()
      .at(0);
  return named.map((event) => {
    const isCounted = event.report === undefined || countedRecipientOf(event.report) === event.address;
    return isCounted ? event : { ...event, metric: null };
  });
}

/** Returns the key of the report, the same in every message about it, or `undefined` if only this recipient can have made the complaint. */
function reportOf(event: RecipientEvent, feedback: FeedbackEvent): AddressKey | undefined {
  if (event.class !== 'complaint' || event.isUnaddressed) return undefined;
  if (!mayBeFromAnother(event.address, feedback)) return undefined;
  const id = shortHash(['report', event.messageId, providerOf(domainOf(event.address))].join('\n'), 16);
  return `${reportPrefix}${id}` as AddressKey;
}

/**
 * Replaces each counter of a report by an event of its own, with the effect `count`. None of the recipients' records can say whether another
 * message has already counted the report, so the report gets a record.
 */
export function separateReports(events: readonly RecipientEvent[]): RecipientEvent[] {
  return events.flatMap((event): RecipientEvent[] => {
    const { report, diagnosticCode: _, status: __, reportedAs: ___, ...rest } = event;
    if (report === undefined || event.metric === null) return [event];
    const id = report.slice(reportPrefix.length);
    return [
      { ...event, metric: null },
      { ...rest, id, address: report, originalAddress: report, effect: 'count' },
    ];
  });
}

/** The record of a report is no record of an address: its key has no `@`. */
const reportPrefix = 'report#';

export function isReportKey(key: AddressKey): boolean {
  return key.startsWith(reportPrefix) && !key.includes('@');
}
