import { createHash } from 'node:crypto';

/** First characters of a text's SHA-256, six bits each, in base64url. */
export function shortHash(text: string, characters: number): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, characters);
}

/**
 * The id of one piece of feedback on one recipient: 96 bits.
 *
 * It is made of what every copy has in common. SES publishes the same bounce on both channels if both are on, SNS and SQS
 * deliver each more than once, and a message can come out of a dead-letter queue after the rules have changed: so neither the
 * SNS message id, nor the vocabulary, nor the class we derived is in it.
 *
 * @param rawType the bounceType, or `complaint`, `not-spam`, `prevented`; of an entry of SES's list its reason
 * @param mailId `mail.messageId`; of an entry when it was made
 */
export function eventId(
  kind: 'bounce' | 'complaint' | 'listed',
  rawType: string,
  mailId: string,
  address: string,
): string {
  return shortHash([kind, rawType, mailId, address].join('\n'), 16);
}
