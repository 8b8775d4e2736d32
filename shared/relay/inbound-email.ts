import * as z from 'zod/mini';
import { unwrapMessage } from '../domain/feedback/envelope.ts';
import { describeIssues } from '../domain/schema-errors.ts';

/** A verdict of SES on an email: `FAIL` if it is spam or has a virus, and `GRAY` or `PROCESSING_FAILED` if SES could not decide. */
export type ScanVerdict = 'PASS' | 'FAIL' | 'GRAY' | 'PROCESSING_FAILED' | 'DISABLED' | 'UNKNOWN';

/** An email that SES received and stored. */
export type InboundEmail = {
  /** SES's id. */
  readonly id: string;
  /** The envelope sender. Empty for a bounce, or another email that must not be answered. */
  readonly sender: string;
  /** Those of the envelope's recipients that the receipt rule matches. */
  readonly recipients: readonly string[];
  readonly bucket: string;
  readonly key: string;
  readonly spam: ScanVerdict;
  readonly virus: ScanVerdict;
  /** Number of servers that the email has passed: its `Received` fields. */
  readonly hops: number;
  /** Whether a program sent it: a notice about it may itself cause an email. */
  readonly isAutomatic: boolean;
};

const status = z.catch(z.enum(['PASS', 'FAIL', 'GRAY', 'PROCESSING_FAILED', 'DISABLED']), 'UNKNOWN' as never);
const verdict = z.pipe(
  z.catch(z.object({ status }), { status: 'UNKNOWN' as never }),
  z.transform((found) => found.status as ScanVerdict),
);

const schema = z.object({
  notificationType: z.literal('Received'),
  mail: z.object({
    messageId: z.string().check(z.regex(/^[\w.-]{1,128}$/)),
    source: z.catch(z.string(), ''),
    headers: z.catch(z.array(z.object({ name: z.string(), value: z.catch(z.string(), '') })), []),
  }),
  receipt: z.object({
    recipients: z.array(z.string()).check(z.minLength(1), z.maxLength(1000)),
    spamVerdict: verdict,
    virusVerdict: verdict,
    action: z.object({ type: z.literal('S3'), bucketName: z.string(), objectKey: z.string() }),
  }),
});

/**
 * Reads the message that SES publishes when the S3 action of a receipt rule has stored an email.
 *
 * @see https://docs.aws.amazon.com/ses/latest/dg/receiving-email-notifications-contents.html
 * @returns the reason if the message is not one
 */
export function readInboundEmail(body: unknown): InboundEmail | { readonly unreadable: string } {
  const message = unwrapMessage({ id: '0', body });
  if ('unreadable' in message) return message;
  const result = schema.safeParse(message.content, { jitless: true });
  if (!result.success) return { unreadable: describeIssues(result.error).join('; ') };
  const { mail, receipt } = result.data;
  const header = (name: string) => mail.headers.filter((field) => field.name.toLowerCase() === name);
  return {
    id: mail.messageId,
    sender: envelopeSender(mail.source, header('return-path')[0]?.value),
    recipients: receipt.recipients,
    bucket: receipt.action.bucketName,
    key: receipt.action.objectKey,
    spam: receipt.spamVerdict,
    virus: receipt.virusVerdict,
    hops: header('received').length,
    isAutomatic:
      header('auto-submitted').some(({ value }) => !/^\s*no\b/i.test(value)) ||
      header('from').some(({ value }) => /@(?:sns\.)?amazonaws\.com\s*>?\s*$|@amazonses\.com\s*>?\s*$/i.test(value)),
  };
}

/** SES writes the envelope sender into the first `Return-Path`. It is `<>` for a bounce. */
function envelopeSender(source: string, returnPath: string | undefined): string {
  const address = /^\s*<([^<>]*)>\s*$/.exec(returnPath ?? '')?.[1] ?? source;
  return address === '<>' ? '' : address.trim();
}
