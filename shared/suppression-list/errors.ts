import type { Verdict } from './verdict.ts';

/**
 * Thrown if a text is not an email address. The message does not repeat the text, because it may contain an address.
 *
 * @example
 * await suppressions.isSuppressed('ann').catch((error) => {
 *   if (error instanceof InvalidAddressError) console.log(error.message);
 * });
 */
export class InvalidAddressError extends Error {
  override readonly name = 'InvalidAddressError';

  /** @param problem what is wrong, as the beginning of a sentence */
  constructor(problem = 'Not an email address') {
    super(`${problem}. Pass one such as "Ann <ann@example.com>".`);
  }
}

/**
 * Thrown if the table cannot be read or written. An address that cannot be looked up may be suppressed, so a lookup fails by default. Set
 * `whenStoreFails` to change that.
 *
 * @example
 * await suppressions.isSuppressed('ann@example.com').catch((error) => {
 *   if (error instanceof SuppressionStoreError) console.log(error.code, error.message);
 * });
 */
export class SuppressionStoreError extends Error {
  override readonly name = 'SuppressionStoreError';
  /**
   * The name or code of the error from DynamoDB, the SDK or Node, such as `ResourceNotFoundException` or `ECONNREFUSED`. After
   * `timeoutMs`, the code is `TimeoutError`.
   */
  readonly code: string;

  constructor(message: string, { code }: { readonly code: string }) {
    super(message);
    this.code = code;
  }
}

/**
 * Thrown by a guarded client if it did not send an email because all its recipients are suppressed.
 *
 * @example
 * await sendNewsletter().catch((error) => {
 *   if (error instanceof AllRecipientsSuppressedError) console.log(`${error.verdicts.length} recipients are suppressed`);
 * });
 */
export class AllRecipientsSuppressedError extends Error {
  override readonly name = 'AllRecipientsSuppressedError';
  /** The verdict on each recipient. Not enumerable, because printing the error must not print addresses. */
  declare readonly verdicts: readonly Verdict[];

  constructor(message: string, verdicts: readonly Verdict[]) {
    super(message);
    Object.defineProperty(this, 'verdicts', { value: verdicts });
  }
}

/**
 * Thrown by a guarded client if it did not send an email because the call names no recipients outside the raw message.
 *
 * @example
 * await sendNewsletter().catch((error) => {
 *   if (error instanceof NoRecipientsError) console.log('Pass the recipients as Destination.');
 * });
 */
export class NoRecipientsError extends Error {
  override readonly name = 'NoRecipientsError';
}

/**
 * Thrown if a snapshot must not be used: it is damaged, too old, or of another table.
 *
 * @example
 * await suppressions.openSnapshot('suppressed.snapshot').catch((error) => {
 *   if (error instanceof SnapshotError) console.log(error.message);
 * });
 */
export class SnapshotError extends Error {
  override readonly name = 'SnapshotError';
}
