import type { Attribution } from '../domain/suppression/attribution.ts';
import type { CallOptions } from './call-options.ts';
import type { NodemailerPlugin } from './guard-nodemailer.ts';
import type { SESv2Like } from './guard-ses.ts';
import type { GuardOptions } from './options.ts';
import type { Snapshot, SnapshotOptions } from './snapshot.ts';
import type { Allowed, Suppressed, Verdict } from './verdict.ts';

/** A suppression list: looks addresses up, changes them, and guards clients that send email. */
export type SuppressionList = {
  /**
   * Returns whether the address is suppressed now. If it is, do not send email to it.
   *
   * The address may have any form that an email client accepts: display name, letter case and IDNA make no difference.
   *
   * @throws InvalidAddressError if the text is not an email address
   * @throws SuppressionStoreError if the table cannot be read and `whenStoreFails` is `throw`
   * @example
   * if (!(await suppressions.isSuppressed('ann@example.com'))) await send('ann@example.com');
   */
  isSuppressed(address: string, options?: CallOptions): Promise<boolean>;

  /**
   * Returns whether email to this address may be sent now and, if not, why, since when and until when.
   *
   * @throws InvalidAddressError if the text is not an email address
   * @throws SuppressionStoreError if the table cannot be read and `whenStoreFails` is `throw`
   * @example
   * const verdict = await suppressions.check('ann@example.com');
   * if (verdict.kind === 'suppressed') console.log(verdict.reason, verdict.since, verdict.until ?? 'permanently');
   */
  check(address: string, options?: CallOptions): Promise<Allowed | Suppressed>;

  /**
   * Returns a verdict for each address, in the order given. An address that is repeated, in whatever form, gets one verdict. A text that
   * is not an email address gets the verdict `invalid`. Reads up to 100 addresses per request, several requests at a time.
   *
   * @throws SuppressionStoreError if the table cannot be read and `whenStoreFails` is `throw`
   * @example
   * const verdicts = await suppressions.filterSuppressed(['ann@example.com', 'bob@example.com']);
   * const recipients = verdicts.filter(({ kind }) => kind === 'allowed').map(({ address }) => address);
   */
  filterSuppressed(addresses: Iterable<string>, options?: CallOptions): Promise<Verdict[]>;

  /**
   * Suppresses an address, permanently or until a moment in the future. Needs the permissions of the stack's `OperatorPolicy`.
   *
   * For the account's list, the stack adds a permanent suppression to the SES account suppression list within two minutes.
   *
   * @throws InvalidAddressError if the text is not an email address
   * @throws SuppressionStoreError if the table cannot be read or written
   * @throws Error if `until` is not in the future
   * @example
   * await suppressions.suppress('ann@example.com', { by: 'support', note: 'asked by phone' });
   */
  suppress(address: string, options: Attribution & { readonly until?: Date }): Promise<void>;

  /**
   * Releases an address, so that you can send email to it again. Bounces and complaints from before the release do not suppress it again;
   * later ones do. Needs the permissions of the stack's `OperatorPolicy`.
   *
   * For the account's list, the stack removes the address from the SES account suppression list within two minutes.
   *
   * @returns `true` if the list had a record of the address, `false` if there was nothing to release
   * @throws InvalidAddressError if the text is not an email address
   * @throws SuppressionStoreError if the table cannot be read or written
   * @example
   * await suppressions.release('ann@example.com', { by: 'support', note: 'wrote to us' });
   */
  release(address: string, attribution: Attribution): Promise<boolean>;

  /**
   * Makes an `SESv2Client` check the recipients of each `SendEmail` and `SendBulkEmail`. Suppressed recipients are removed from To, Cc
   * and Bcc. If no recipient is left, or one is not an email address, SES receives nothing and `send` rejects.
   *
   * `send` then also throws `AllRecipientsSuppressedError`, `InvalidAddressError`, `NoRecipientsError` and `SuppressionStoreError`.
   *
   * @param client a client of `@aws-sdk/client-sesv2`; it is changed
   * @returns the same client
   * @throws TypeError if the client is not an `SESv2Client`
   * @example
   * const ses = suppressions.guard(new SESv2Client());
   */
  guard<Client extends SESv2Like>(client: Client, options?: GuardOptions): Client;

  /**
   * Returns a nodemailer plugin that checks the recipients of each email, as {@link guard} does. Works with transports that use the
   * envelope: SMTP, SES, sendmail and stream. Register it for the step `stream`.
   *
   * @example
   * transporter.use('stream', suppressions.nodemailer());
   */
  nodemailer(options?: GuardOptions): NodemailerPlugin;

  /**
   * Loads a file that `ses-feedback export --hashed` has written. Use it to filter the recipients of a large campaign: the snapshot looks
   * addresses up in memory, and only matches are read from the table.
   *
   * @throws SnapshotError if the file is damaged, too old, or a snapshot of another table
   * @example
   * const snapshot = await suppressions.openSnapshot('suppressed.snapshot');
   */
  openSnapshot(file: string, options?: SnapshotOptions): Promise<Snapshot>;
};
