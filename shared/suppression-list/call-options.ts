/** Options of a single call. */
export type CallOptions = {
  /**
   * Aborts the call. The call then rejects with the signal's reason, whatever `whenStoreFails` is.
   *
   * @default none
   */
  readonly signal?: AbortSignal;
  /**
   * The SES tenant that sends. Its own suppression list then decides, too, as the `TenantName` of the email says to SES.
   *
   * @default none
   */
  readonly tenant?: string;
};
