/**
 * Schemas of SES messages, limited to the fields that affect a decision. Objects may contain further fields: SES
 * "reserves the right to add additional fields". A field that affects a decision must be present and have the right
 * type. A field that only explains a decision, such as the text of the DSN, is dropped if it has the wrong type, so
 * that a bounce is never lost because of it.
 *
 * @see https://docs.aws.amazon.com/ses/latest/dg/notification-contents.html
 * @see https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html
 */
import * as z from 'zod/mini';

const optionalText = z.catch(z.optional(z.string()), undefined);

/**
 * Ids and vocabulary. Each recipient's event id is derived from them. SES's own values have fewer than 70 characters.
 */
const word = z.string().check(z.maxLength(256));

/** SES writes an explicit null for some absent fields (`complaintSubType`). */
const optionalWord = z.nullish(word);

export const mailSchema = z.object({
  timestamp: z.string(),
  messageId: optionalWord,
  sendingAccountId: optionalWord,
  sourceArn: optionalText,
  source: optionalText,
  destination: z.catch(z.optional(z.array(z.unknown())), undefined),
  tags: z.catch(z.optional(z.record(z.string(), z.catch(z.array(z.string()), []))), undefined),
});

export const recipientSchema = z.object({
  emailAddress: z.string(),
  action: optionalText,
  status: optionalText,
  diagnosticCode: optionalText,
});

/**
 * Entries are parsed one by one with {@link recipientSchema}, so that one invalid entry does not discard the others.
 */
const recipients = z.array(z.unknown());

export const bounceSchema = z.object({
  mail: mailSchema,
  bounce: z.object({
    bounceType: word,
    bounceSubType: optionalWord,
    bouncedRecipients: recipients,
    timestamp: optionalText,
    feedbackId: optionalWord,
    remoteMtaIp: optionalText,
    reportingMTA: optionalText,
  }),
});

export const complaintSchema = z.object({
  mail: mailSchema,
  complaint: z.object({
    complaintFeedbackType: optionalWord,
    complaintSubType: optionalWord,
    complainedRecipients: recipients,
    timestamp: optionalText,
    feedbackId: optionalWord,
  }),
});

export const sendSchema = z.object({ mail: z.extend(mailSchema, { destination: recipients }) });

export const deliverySchema = z.object({
  mail: mailSchema,
  delivery: z.object({ recipients, timestamp: optionalText }),
});

/** The account of any other event, if the event names one. */
export const senderSchema = z.object({ mail: z.object({ sendingAccountId: z.string() }) });
