import type { Address } from '../address.ts';

/** What a report says about the email that it is about. It is untrusted: the author of the report can have written anything. */
export type ReportedEmail = {
  /** `Message-ID` without the angle brackets. */
  readonly messageId?: string;
  /** The address in `From` or `Return-Path`. */
  readonly sender?: Address;
  /** Every address in `Return-Path` and in the envelope sender of a `Received` field: a signed return path may be among them. */
  readonly returnPaths: readonly Address[];
  /** The addresses in `To`, `Cc` and `Bcc`. */
  readonly recipients: readonly Address[];
  /** The time in `Date`, in epoch milliseconds. */
  readonly sentAt?: number;
};

/** One recipient for whom a report says that delivery failed or is delayed. */
export type FailedRecipient = {
  readonly address: Address;
  /** RFC 3464 `Original-Recipient`: the address that the email was sent to, if it was forwarded. */
  readonly original?: Address;
  /** RFC 3464 `Action`. */
  readonly action: 'failed' | 'delayed';
  /** RFC 3463 enhanced status code. */
  readonly status?: string;
  /** The answer of the receiving server, or the words of the report. Untrusted text. */
  readonly diagnosticCode?: string;
};

/** A report that delivery failed or is delayed. */
export type BounceReport = {
  readonly kind: 'bounce';
  readonly recipients: readonly FailedRecipient[];
  /** Number of recipients without a valid address. */
  readonly unreadableCount: number;
  /** The server that wrote the report. */
  readonly reportingMta?: string;
  readonly email: ReportedEmail;
};

/** A report that a recipient complained. */
export type ComplaintReport = {
  readonly kind: 'complaint';
  /** One address, unless the report does not reveal who complained. Empty if it names nobody. */
  readonly recipients: readonly Address[];
  /** RFC 5965 `Feedback-Type`: `abuse`, `fraud`, `not-spam`, … */
  readonly feedbackType?: string;
  readonly email: ReportedEmail;
};

/** What an email reports. */
export type EmailReport =
  | BounceReport
  | ComplaintReport
  /** An answer that a person or a program sent (RFC 3834), a report of a delivery, or any other email. */
  | { readonly kind: 'none'; readonly reason: string }
  /** A report, but nothing in it names a recipient. */
  | { readonly kind: 'unreadable'; readonly reason: string };
