import type { SesReason } from '../domain/suppression/account-list-state.ts';

/** What became of one call. Nothing of it throws: each of these is a matter of course with SES. */
export type SesOutcome =
  | { readonly kind: 'done' }
  /** There is no such entry, or job. */
  | { readonly kind: 'absent' }
  /** SES does not take this one, and never will. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** More than a call a second. */
  | { readonly kind: 'throttled' }
  /** It may have been done, or not: unavailable, or no answer in time. */
  | { readonly kind: 'failed'; readonly reason: string }
  /** No permission, no credentials: no call will be taken. */
  | { readonly kind: 'denied'; readonly reason: string };

export type ListEntry = {
  /** As SES holds it: its list is case-exact. */
  readonly emailAddress: string;
  readonly reason: SesReason;
  /** Epoch milliseconds. */
  readonly updatedAt: number;
};

export type FoundEntry = ListEntry & {
  readonly kind: 'found';
  /** Of the mail it is there for, if SES has put it there by itself. */
  readonly messageId?: string;
};

export type ListPage = { readonly kind: 'page'; readonly entries: readonly ListEntry[]; readonly next?: string };

export type ImportAction = 'PUT' | 'DELETE';

export type ImportState = {
  readonly kind: 'job';
  readonly status: 'running' | 'completed' | 'failed';
  /** Lines that SES did not take, and where they are to be read. */
  readonly failed: number;
  readonly failures?: string;
  readonly reason?: string;
};

/**
 * The account-level suppression list of one Region: a call is a call to SES, and none is tried again by itself, as SES takes one a second.
 * @see https://docs.aws.amazon.com/ses/latest/dg/sending-email-suppression-list.html
 */
export type AccountList = {
  put(spelling: string, reason: SesReason): Promise<SesOutcome>;
  delete(spelling: string): Promise<SesOutcome>;
  get(spelling: string): Promise<SesOutcome | FoundEntry>;
  /** Up to 1,000 entries; `refused`: the token is not valid any more. */
  list(token?: string): Promise<SesOutcome | ListPage>;
  /** @param file an object in S3: lines of JSON, `{"emailAddress", "reason"}` */
  startImport(
    action: ImportAction,
    file: string,
  ): Promise<SesOutcome | { readonly kind: 'started'; readonly jobId: string }>;
  readImport(jobId: string): Promise<SesOutcome | ImportState>;
  /** Whether the account is in the sandbox, where the list cannot be written to. */
  isInSandbox(): Promise<SesOutcome | { readonly kind: 'sandbox'; readonly isInSandbox: boolean }>;
};

/** Says what went wrong, for a log or a person; nothing of the address. */
export function describeOutcome(outcome: SesOutcome): string {
  switch (outcome.kind) {
    case 'done':
    case 'absent':
      return outcome.kind;
    case 'throttled':
      return 'SES takes no more than one call a second';
    case 'refused':
    case 'failed':
    case 'denied':
      return outcome.reason;
    default:
      return outcome satisfies never;
  }
}
