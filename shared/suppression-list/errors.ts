import type { Verdict } from './verdict.ts';

/** What was given is no e-mail address, so there is no answer to whether it may be mailed. */
export class InvalidAddressError extends Error {
  override readonly name = 'InvalidAddressError';

  /** @param what as the sentence has it; the text itself is not repeated, as it may hold somebody's address */
  constructor(what = 'Not an e-mail address') {
    super(`${what}. Pass one, like "Ann <ann@example.com>".`);
  }
}

/** The table could not be asked. Not knowing is not the same as "may be mailed", so this is thrown unless you say otherwise. */
export class SuppressionStoreError extends Error {
  override readonly name = 'SuppressionStoreError';
  /** As DynamoDB, its client or the network call it: `ResourceNotFoundException`, `ECONNREFUSED`, …; `TimeoutError`: ours as well. */
  readonly code: string;

  constructor(message: string, { code }: { readonly code: string }) {
    super(message);
    this.code = code;
  }
}

/** A mail was not sent, because none of its recipients may be mailed. */
export class AllRecipientsSuppressedError extends Error {
  override readonly name = 'AllRecipientsSuppressedError';
  /** Why, for each of them. Not shown where the error is printed: they hold addresses. */
  declare readonly verdicts: readonly Verdict[];

  constructor(message: string, verdicts: readonly Verdict[]) {
    super(message);
    Object.defineProperty(this, 'verdicts', { value: verdicts });
  }
}

/** A mail was not sent, because it does not say to whom where that could be looked at. */
export class NoRecipientsError extends Error {
  override readonly name = 'NoRecipientsError';
}

/** A snapshot cannot be gone by: it is damaged, too old, or of another table. */
export class SnapshotError extends Error {
  override readonly name = 'SnapshotError';
}
