import type { SesReason } from '../domain/suppression/account-list-state.ts';

/** The outcome of one call to SES. All of these occur in normal operation, so no call throws. */
export type SesOutcome =
  | { readonly kind: 'done' }
  /** SES has no such entry or import job. */
  | { readonly kind: 'not-found' }
  /** SES rejects the input, and would reject it again. */
  | { readonly kind: 'rejected'; readonly reason: string }
  /** SES received more than one call per second. */
  | { readonly kind: 'throttled' }
  /** SES was unavailable or did not respond in time. The call may have taken effect. */
  | { readonly kind: 'failed'; readonly reason: string }
  /** Permissions or credentials are missing: SES rejects every call. */
  | { readonly kind: 'denied'; readonly reason: string };

/** One entry of the account suppression list. */
export type ListEntry = {
  /** The address exactly as SES stores it: the list is case-sensitive. */
  readonly emailAddress: string;
  readonly reason: SesReason;
  /** Epoch milliseconds. */
  readonly updatedAt: number;
};

export type FoundEntry = ListEntry & {
  readonly kind: 'found';
  /** The message that bounced or caused the complaint, if SES added the entry by itself. */
  readonly messageId?: string;
};

export type ListPage = { readonly kind: 'page'; readonly entries: readonly ListEntry[]; readonly next?: string };

export type TenantPage = { readonly kind: 'tenants'; readonly names: readonly string[]; readonly next?: string };

export type ImportAction = 'PUT' | 'DELETE';

export type ImportState = {
  readonly kind: 'job';
  readonly status: 'running' | 'completed' | 'failed';
  /** Number of lines that SES did not import. */
  readonly failedCount: number;
  /** URL of the file in which SES lists these lines. */
  readonly failuresUrl?: string;
  readonly reason?: string;
};

/**
 * A suppression list of SES in one Region: the account's, or that of a tenant. Each method makes one call to SES and does not retry it, because SES
 * accepts only one call per second.
 * @see https://docs.aws.amazon.com/ses/latest/dg/sending-email-suppression-list.html
 */
export type AccountList = {
  /** Returns the list of a tenant in the same Region. Import jobs do not know tenants: they change the account's list. */
  ofTenant(tenant: string): AccountList;
  put(emailAddress: string, reason: SesReason): Promise<SesOutcome>;
  /** Deletes the entry of exactly this address, including its case. */
  delete(emailAddress: string): Promise<SesOutcome>;
  get(emailAddress: string): Promise<SesOutcome | FoundEntry>;
  /** Returns up to 1,000 entries, or `rejected` if the token is no longer valid. */
  list(token?: string): Promise<SesOutcome | ListPage>;
  /** Returns one page of the names of the tenants of the account in this Region. */
  listTenants(token?: string): Promise<SesOutcome | TenantPage>;
  /** @param file S3 URL of a file with JSON lines of the form `{"emailAddress", "reason"}` */
  startImport(
    action: ImportAction,
    file: string,
  ): Promise<SesOutcome | { readonly kind: 'started'; readonly jobId: string }>;
  readImport(jobId: string): Promise<SesOutcome | ImportState>;
  /** Returns whether the account is in the SES sandbox, where SES rejects all changes to the list. */
  isInSandbox(): Promise<SesOutcome | { readonly kind: 'sandbox'; readonly isInSandbox: boolean }>;
};

/** Describes an outcome for a log or a terminal. The text never contains the address. */
export function describeOutcome(outcome: SesOutcome): string {
  switch (outcome.kind) {
    case 'done':
      return 'done';
    case 'not-found':
      return 'not found';
    case 'throttled':
      return 'SES accepts only one call per second';
    case 'rejected':
    case 'failed':
    case 'denied':
      return outcome.reason;
    default:
      return outcome satisfies never;
  }
}
