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

/** SES writes an explicit null for some absent fields (`complaintSubType`). */
const optionalText = z.nullish(z.string());

export const mailSchema = z.object({
  timestamp: z.string(),
  messageId: optionalText,
  sendingAccountId: optionalText,
  sourceArn: explanation,
  source: explanation,
  tags: z.catch(z.optional(z.record(z.string(), z.array(z.string()))), undefined),
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
    bounceType: z.string(),
    bounceSubType: optionalText,
    bouncedRecipients: recipients,
    timestamp: explanation,
    feedbackId: optionalText,
  }),
});

export const complaintSchema = z.object({
  mail: mailSchema,
  complaint: z.object({
    complaintFeedbackType: optionalText,
    complaintSubType: optionalText,
    complainedRecipients: recipients,
    timestamp: explanation,
    feedbackId: optionalText,
  }),
});

/** The account of any other event, if it tells one. */
export const senderSchema = z.object({ mail: z.object({ sendingAccountId: z.string() }) });
