import { type AddressKey, parseAddress } from '../address.ts';
import { defined } from '../defined.ts';
import { isObject } from '../is-object.ts';
import { describeIssues } from '../schema-errors.ts';
import { type ArrivalTime, invalidTimestamp, readEventTime, readSentAt } from './event-times.ts';
import type { DeliveryEvent, SendEvent, VolumeEvent } from './feedback-event.ts';
import { maxRecipients } from './limits.ts';
import { omitEmpty } from './omit-empty.ts';
import { deliverySchema, sendSchema } from './ses-schema.ts';
import { tenantOf } from './tenant.ts';

/**
 * Parses a Send or Delivery event.
 *
 * @returns the event, the reason if it is unreadable, or `undefined` if it has no effect: a Delivery event that is
 *   unreadable, or an event without a `mail` object, which SES does not publish
 */
export function parseVolume(
  name: 'send' | 'delivery',
  content: Readonly<Record<string, unknown>>,
  arrival: ArrivalTime,
): VolumeEvent | string | undefined {
  if (!isObject(content.mail)) return undefined;
  return name === 'send' ? readSend(content, arrival) : readDelivery(content, arrival);
}

function readSend(content: unknown, { arrivedAt }: ArrivalTime): SendEvent | string {
  const result = sendSchema.safeParse(content);
  if (!result.success) return describeIssues(result.error).join('; ');
  const { destination, sourceArn, source, tags = {}, ...mail } = result.data.mail;
  const sentAt = readSentAt(mail, arrivedAt);
  if (sentAt === undefined) return invalidTimestamp;
  if (destination.length > maxRecipients) return `names more than ${maxRecipients} recipients`;
  const recipients = readAddresses(destination);
  return {
    kind: 'send',
    mail: { sentAt, tags, ...omitEmpty({ sourceArn, source }) },
    recipients: [...new Set(recipients)],
    unreadableCount: destination.length - recipients.length,
  };
}

/**
 * Ignores a Delivery event that is unreadable: a series of soft bounces then continues, as it would without the event.
 */
function readDelivery(content: unknown, arrival: ArrivalTime): DeliveryEvent | undefined {
  const result = deliverySchema.safeParse(content);
  const sentAt = result.success ? readSentAt(result.data.mail, arrival.arrivedAt) : undefined;
  if (!result.success || sentAt === undefined) return undefined;
  const { recipients, timestamp } = result.data.delivery;
  const at = readEventTime(timestamp, sentAt, arrival);
  return {
    kind: 'delivery',
    at,
    recipients: [...new Set(readAddresses(recipients.slice(0, maxRecipients)))],
    ...defined({ tenant: tenantOf({ tags: result.data.mail.tags ?? {} }) }),
  };
}

function readAddresses(entries: readonly unknown[]): AddressKey[] {
  return entries.flatMap((entry) => (typeof entry === 'string' ? (parseAddress(entry)?.key ?? []) : []));
}
