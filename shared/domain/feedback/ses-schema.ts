/**
 * What SES says, as far as we act on it. Objects are open: SES "reserves the right to add additional fields". What we act on
 * must be there and be of its type; what only explains (the DSN's words) is dropped where it is not, for no explanation is
 * worth losing a bounce over.
 *
 * @see https://docs.aws.amazon.com/ses/latest/dg/notification-contents.html
 * @see https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html
 */
import * as z from 'zod/mini';

const explanation = z.catch(z.optional(z.string()), undefined);

/** Ids and vocabulary are short (SES's own are below 70 characters), and each recipient's event id is made of them. */
const word = z.string().check(z.maxLength(256));

/** SES writes an explicit null for some absent fields (`complaintSubType`). */
const optionalWord = z.nullish(word);

export const mailSchema = z.object({
  timestamp: z.string(),
  messageId: optionalWord,
  sendingAccountId: optionalWord,
  sourceArn: explanation,
  source: explanation,
  tags: z.catch(z.optional(z.record(z.string(), z.catch(z.array(z.string()), []))), undefined),
});

export const recipientSchema = z.object({
  emailAddress: z.string(),
  action: explanation,
  status: explanation,
  diagnosticCode: explanation,
});

/** Entries are read one by one with {@link recipientSchema}: one that is broken must not take the others with it. */
const recipients = z.array(z.unknown());

export const bounceSchema = z.object({
  mail: mailSchema,
  bounce: z.object({
    bounceType: word,
    bounceSubType: optionalWord,
    bouncedRecipients: recipients,
    timestamp: explanation,
    feedbackId: optionalWord,
  }),
});

export const complaintSchema = z.object({
  mail: mailSchema,
  complaint: z.object({
    complaintFeedbackType: optionalWord,
    complaintSubType: optionalWord,
    complainedRecipients: recipients,
    timestamp: explanation,
    feedbackId: optionalWord,
  }),
});

export const sendSchema = z.object({ mail: z.extend(mailSchema, { destination: recipients }) });

export const deliverySchema = z.object({
  mail: mailSchema,
  delivery: z.object({ recipients, timestamp: explanation }),
});

/** The account of any other event, if it tells one. */
export const senderSchema = z.object({ mail: z.object({ sendingAccountId: z.string() }) });
