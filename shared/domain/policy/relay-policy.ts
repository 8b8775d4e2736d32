/** How the relay delivers inbound email to your mail server. */
export type RelayPolicy = {
  /**
   * How often an email is tried if the server asks to try again later (4xx), with 5 minutes, 30 minutes, 3 hours, … in between. Then it goes to
   * the dead-letter queue. From 1 to 10.
   * @default 3
   */
  readonly tries: number;
  /**
   * Number of hours for which an email is tried while the server cannot be reached, or does not accept the login. From 1 to 96.
   * @default 24
   */
  readonly unreachableHours: number;
  /**
   * What happens to email that SES takes for spam: `drop` keeps it in the bucket and logs it, `tag` adds the field `X-Spam-Flag: YES`, and `pass`
   * adds nothing. SES's own fields, such as `X-SES-Spam-Verdict`, are in every email.
   * @default "tag"
   */
  readonly spam: 'drop' | 'tag' | 'pass';
  /**
   * What happens to email in which SES finds a virus: as for spam, with the field `X-Virus-Flag: YES`.
   * @default "tag"
   */
  readonly virus: 'drop' | 'tag' | 'pass';
};
