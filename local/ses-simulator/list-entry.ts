/** Why an address is on the account suppression list. SES has no other reasons. */
export type ListReason = 'BOUNCE' | 'COMPLAINT';

/** An entry of the account suppression list. */
export type SuppressedEntry = {
  /** As it was added, or as the email was addressed. The API compares addresses case-sensitively. */
  readonly emailAddress: string;
  readonly reason: ListReason;
  /** Epoch milliseconds. */
  readonly lastUpdateTime: number;
  /** Set if SES added the entry itself, because of an email it sent. */
  readonly attributes?: { readonly messageId: string; readonly feedbackId: string };
};
