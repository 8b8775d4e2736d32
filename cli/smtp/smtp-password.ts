import { createHmac } from 'node:crypto';

/** The version of the algorithm, the first byte of a password. */
const version = 0x04;

/** What the key is derived for, in this order after the Region. The date is a constant, so that a password does not expire. */
const date = '11111111';
const scope = ['ses', 'aws4_request', 'SendRawEmail'];

/**
 * Returns the SMTP password that belongs to a secret access key, in one Region.
 *
 * @param secretKey of an IAM user. Temporary credentials have no SMTP password.
 * @see https://docs.aws.amazon.com/ses/latest/dg/smtp-credentials.html#smtp-credentials-convert
 */
export function smtpPassword(secretKey: string, region: string): string {
  let key = Buffer.from(`AWS4${secretKey}`);
  for (const part of [date, region, ...scope]) key = createHmac('sha256', key).update(part).digest();
  return Buffer.concat([Buffer.of(version), key]).toString('base64');
}
