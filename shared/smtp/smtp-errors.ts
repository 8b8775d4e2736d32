import type { RecipientResult } from '../relay/delivery-state.ts';

/** An error of `nodemailer`. */
export type SmtpError = Error & {
  readonly code?: string | undefined;
  /** The reply code of the server. Missing if it did not answer. */
  readonly responseCode?: number | undefined;
  /** The server's words. */
  readonly response?: string | undefined;
  /** The recipient that the error is about. */
  readonly recipient?: string | undefined;
  readonly rejectedErrors?: readonly SmtpError[] | undefined;
};

/** Returns the result for a recipient of an email that the server has accepted for the others. */
export function resultOf(recipient: string, rejected: readonly SmtpError[]): RecipientResult {
  const error = rejected.find((one) => one.recipient === recipient);
  return error === undefined ? { kind: 'accepted' } : refusalOf(error);
}

function refusalOf(error: SmtpError): RecipientResult {
  const isTemporary = error.responseCode !== undefined && error.responseCode < 500;
  return { kind: isTemporary ? 'deferred' : 'refused', words: wordsOf(error) };
}

/**
 * Returns what the server says about each recipient of an email that it did not accept, or `undefined` if it says nothing about the email:
 * it was not reached, or did not accept the connection or the login.
 */
export function readRefusal(error: SmtpError, recipients: readonly string[]): RecipientResult[] | undefined {
  const { code, responseCode, rejectedErrors = [] } = error;
  if (code !== 'EENVELOPE' && code !== 'EMESSAGE') return undefined;
  // The server closes down, or wants a login: that is no answer to this email.
  if (responseCode !== undefined && connectionReplies.has(responseCode)) return undefined;
  // Without an answer, nodemailer found the email too large for the server, or an address that SMTP cannot transport.
  return recipients.map((recipient) => refusalOf(rejectedErrors.find((one) => one.recipient === recipient) ?? error));
}

/** RFC 5321, section 4.2.2, and RFC 4954, section 6. */
const connectionReplies = new Set([421, 530, 534, 535, 538]);

/** Returns the server's words, or those of the error. */
export function wordsOf({ response, message }: SmtpError): string {
  return (response || message).replace(/\s+/g, ' ').trim().slice(0, 500);
}
