import { maskAddress, parseAddress } from '../feedback/address.ts';
import type { Verdict } from './verdict.ts';

/** What was given is no e-mail address, so there is no answer to whether it may be mailed. */
export class InvalidAddressError extends Error {
  override readonly name = 'InvalidAddressError';

  /** @param what as the sentence has it; the text itself is not repeated, as it may hold somebody's address */
  constructor(what = 'What was passed') {
    super(`${what} is not an e-mail address. Pass one address, like "ann@example.com" or "Ann <ann@example.com>".`);
  }
}

/** The table could not be asked. Not knowing is not the same as "may be mailed", so this is thrown unless you say otherwise. */
export class SuppressionStoreError extends Error {
  override readonly name = 'SuppressionStoreError';
  /** As DynamoDB, its client or the network call it: `ResourceNotFoundException`, `ECONNREFUSED`, …; `Timeout`: ours. */
  readonly code: string;

  constructor(message: string, { code, cause }: { readonly code: string; readonly cause?: unknown }) {
    super(message, { cause });
    this.code = code;
  }
}

/** A mail was not sent, because none of its recipients may be mailed. */
export class AllRecipientsSuppressedError extends Error {
  override readonly name = 'AllRecipientsSuppressedError';
  /** Why, for each of them. Not shown where the error is printed: they hold addresses. */
  declare readonly verdicts: readonly Verdict[];

  constructor(verdicts: readonly Verdict[]) {
    super(`Not sent: no recipient may be mailed (${verdicts.slice(0, 3).map(describe).join('; ')}${more(verdicts)}).`);
    Object.defineProperty(this, 'verdicts', { value: verdicts });
  }
}

/** A mail was not sent, because it does not say to whom where that could be looked at. */
export class NoRecipientsError extends Error {
  override readonly name = 'NoRecipientsError';

  constructor() {
    super(
      'Not sent: no recipient is named beside the mail itself, so none could be looked at. Name them all (SES: Destination).',
    );
  }
}

/** Why a mail goes to nobody. @param dropped whom it was to go to */
export function refusalOf(dropped: readonly Verdict[]): Error {
  if (dropped.length === 0) return new NoRecipientsError();
  const invalid = dropped.filter(({ kind }) => kind === 'invalid').length;
  if (invalid > 0)
    return new InvalidAddressError(`Not sent: ${invalid === 1 ? 'a recipient' : `each of ${invalid} recipients`}`);
  return new AllRecipientsSuppressedError(dropped);
}

/** Short, and without the address: it may be logged. */
function describe(verdict: Verdict): string {
  const key = parseAddress(verdict.address)?.key;
  const who = key === undefined ? '' : maskAddress(key);
  return verdict.kind === 'suppressed' ? `${who}: ${verdict.reason} since ${verdict.since.toISOString()}` : who;
}

function more({ length }: readonly Verdict[]): string {
  return length > 3 ? `; ${length - 3} more` : '';
}

/** A snapshot cannot be gone by: it is damaged, too old, or of another table. */
export class SnapshotError extends Error {
  override readonly name = 'SnapshotError';
}
