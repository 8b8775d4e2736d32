import type { NodemailerPlugin } from './guard-nodemailer.ts';
import type { GuardOptions, SESv2Like } from './guard-ses.ts';
import type { Snapshot, SnapshotOptions } from './snapshot.ts';
import type { Allowed, Suppressed, Verdict } from './verdict.ts';

export type CallOptions = {
  /** Ends the call: it rejects with the signal's reason, whatever `whenStoreFails` says. */
  readonly signal?: AbortSignal;
};

/** Who changes the list and note: it stays with the record. */
export type ChangeNote = { readonly by: string; readonly note: string };

/** The suppression list, as an application sees it. */
export type SuppressionList = {
  /**
   * Whether mail to this address must not be sent now.
   *
   * The address may be written in any way a mail client would: display name, capitals and IDNA make no difference.
   *
   * @throws InvalidAddressError where it is no address
   * @throws SuppressionStoreError where the table cannot be asked, unless `whenStoreFails` says otherwise
   * @example if (!(await suppressions.isSuppressed('ann@example.com'))) await send('ann@example.com');
   */
  isSuppressed(address: string, options?: CallOptions): Promise<boolean>;

  /**
   * The same with the reason: since when, until when, and whether a complaint was perhaps somebody else's.
   *
   * @throws InvalidAddressError, SuppressionStoreError as {@link isSuppressed}
   */
  check(address: string, options?: CallOptions): Promise<Allowed | Suppressed>;

  /**
   * A verdict on each of many addresses, in their order, and one only for an address that is written twice. What is no address is
   * `invalid`, and the rest go on. Reads a hundred at a time, some requests at once.
   *
   * @throws SuppressionStoreError as {@link isSuppressed}
   * @example
   * const verdicts = await suppressions.filterSuppressed(addresses);
   * const toMail = verdicts.filter(({ kind }) => kind === 'allowed').map(({ address }) => address);
   */
  filterSuppressed(addresses: Iterable<string>, options?: CallOptions): Promise<Verdict[]>;

  /**
   * Suppresses an address by hand, for good or until a moment. Needs an operator's rights on the table (the stack's `OperatorPolicy`).
   * On the account's list, SES's own list is told by the stack, where it is for good.
   *
   * @throws InvalidAddressError; SuppressionStoreError where the table cannot be read or written
   */
  suppress(address: string, note: ChangeNote & { readonly until?: Date }): Promise<void>;

  /**
   * Lets an address go: what is known until now never suppresses it again, what happens later does. Needs an operator's rights. On the
   * account's list, the stack removes it from SES's own list as well, within a minute or two.
   *
   * @returns whether anything was held of it
   * @throws InvalidAddressError; SuppressionStoreError where the table cannot be read or written
   */
  release(address: string, note: ChangeNote): Promise<boolean>;

  /**
   * Makes a client of SES ask before each `SendEmail` and `SendBulkEmail`. Suppressed recipients are taken out of to, cc and bcc; where
   * none is left, or one is no address, nothing is sent and the call rejects.
   *
   * @param client of `@aws-sdk/client-sesv2`; it is changed, and returned
   * @throws (`send`) AllRecipientsSuppressedError, InvalidAddressError, NoRecipientsError, SuppressionStoreError
   * @example const ses = suppressions.guard(new SESv2Client());
   */
  guard<Client extends SESv2Like>(client: Client, options?: GuardOptions): Client;

  /**
   * The same for nodemailer, for transports that go by the envelope: SMTP, SES, sendmail, stream.
   *
   * @example transporter.use('stream', suppressions.nodemailer());
   */
  nodemailer(options?: GuardOptions): NodemailerPlugin;

  /**
   * Opens a file of `npx ses-feedback snapshot`, for campaigns: addresses are looked up in memory, and only hits are asked for.
   *
   * @throws SnapshotError where it is damaged, too old, or of another table
   */
  openSnapshot(file: string, options?: SnapshotOptions): Promise<Snapshot>;
};

/** How a list answers. */
export type ListOptions = {
  /**
   * A list beside the account's, of one tenant or stream (`newsletter`): asked as well, and the one that `suppress` and `release` change.
   * Letters, digits and `._:-`, at most 128. Left out: the account's alone, which bounces and complaints go to.
   */
  readonly list?: string;
  /**
   * Keeps answers for `maxAgeMs` milliseconds, also those that nothing is held, of the `maxEntries` addresses asked for last (10,000; some
   * 200 bytes each). Left out: every answer is read. Not for a process that runs for one mail.
   */
  readonly cache?: { readonly maxAgeMs: number; readonly maxEntries?: number };
  /**
   * What an address is where the table cannot be asked: an error (`throw`, the default), to be mailed (`allow`), or not to be (`suppress`).
   * The latter two say so in the verdict and to `onStoreFailure`.
   */
  readonly whenStoreFails?: 'throw' | 'allow' | 'suppress';
  /** Is told of each such failure, and waited for. Left out: a warning of the process, once a minute. */
  readonly onStoreFailure?: (error: Error) => unknown;
  /** How long one read of up to a hundred addresses may take, attempts and all. Milliseconds. */
  readonly timeoutMs?: number;
  /** How many such reads `filterSuppressed` has under way at a time. */
  readonly concurrency?: number;
  /** The time, for tests. Epoch milliseconds. */
  readonly clock?: () => number;
};
