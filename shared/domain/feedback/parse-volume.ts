import { type AddressKey, parseAddress } from '../address.ts';
import { describeIssues } from '../schema-errors.ts';
import { isObject } from './envelope.ts';
import { invalidTimestamp, readEventTime, readSentAt } from './event-times.ts';
import type { DeliveryEvent, SendEvent, VolumeEvent } from './feedback-event.ts';
import { maxRecipients } from './limits.ts';
import { omitEmpty } from './omit-empty.ts';
import { deliverySchema, sendSchema } from './ses-schema.ts';

/**
 * Reads a Send or a Delivery event.
 * @returns the reason, where it cannot be read; `undefined` where it says nothing of a mail, which no event of SES does
 */
export function parseVolume(
  name: 'send' | 'delivery',
  content: Readonly<Record<string, unknown>>,
  arrivedAt: number | undefined,
): VolumeEvent | string | undefined {
  if (!isObject(content.mail)) return undefined;
  return name === 'send' ? readSend(content, arrivedAt) : readDelivery(content, arrivedAt);
}

function readSend(content: unknown, arrivedAt: number | undefined): SendEvent | string {
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

/** Nothing hangs on a delivery that cannot be read: a streak of soft bounces goes on, as it would without the event. */
function readDelivery(content: unknown, arrivedAt: number | undefined): DeliveryEvent | undefined {
  const result = deliverySchema.safeParse(content);
  const sentAt = result.success ? readSentAt(result.data.mail, arrivedAt) : undefined;
  if (!result.success || sentAt === undefined) return undefined;
  const { recipients, timestamp } = result.data.delivery;
  const at = readEventTime(timestamp, sentAt, arrivedAt);
  return { kind: 'delivery', at, recipients: [...new Set(readAddresses(recipients.slice(0, maxRecipients)))] };
}

function readAddresses(entries: readonly unknown[]): AddressKey[] {
  return entries.flatMap((entry) => (typeof entry === 'string' ? (parseAddress(entry)?.key ?? []) : []));
}
