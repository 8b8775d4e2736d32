import { shortHash } from '../short-hash.ts';

/**
 * Returns the id of one piece of feedback about one recipient, with 96 bits.
 *
 * The id contains only what all copies of the feedback have in common. SES publishes a bounce on both channels if both
 * are on, SNS and SQS deliver each copy more than once, and a message can return from a dead-letter queue after the
 * rules have changed. So the id contains neither the SNS message id nor the vocabulary nor the class that a rule
 * assigns.
 *
 * @param rawType the bounceType, or `complaint`, `not-spam`, `prevented`; for an entry of the SES account suppression
 *   list its reason
 * @param messageId `mail.messageId`; for an entry of the SES account suppression list the time of the entry
 */
export function eventId(
  kind: 'bounce' | 'complaint' | 'listed' | 'imported',
  rawType: string,
  messageId: string,
  address: string,
): string {
  return shortHash([kind, rawType, messageId, address].join('\n'), 16);
}
