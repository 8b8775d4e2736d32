/** A number of emails, and how many of them bounced or were complained about, by the send time of the emails. */
export type RateBucket = {
  /** Start of the bucket, epoch milliseconds. */
  readonly start: number;
  /** Recipients that count in the denominator of the rate. */
  readonly total: number;
  /** How many of them bounced or complained. Can exceed `total` if sends are reported late or not at all. */
  readonly bad: number;
};
