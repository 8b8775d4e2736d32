/**
 * Who is at fault for a bounce:
 *
 * - `recipient`: the mailbox or its domain does not exist, is disabled, or accepts no email from outside. Only this is a reason to suppress an
 *   address permanently;
 * - `sender`: the server refuses the sender: authentication, reputation, a block list, a rate limit, the sender's address;
 * - `message`: the server refuses this message: its content, its size or its headers;
 * - `temporary`: nobody for long: a full mailbox, DNS, routing, a server that is down;
 * - `unknown`: the answer does not say.
 */
export type Fault = 'recipient' | 'sender' | 'message' | 'temporary' | 'unknown';

/** Every {@link Fault}. */
export const faults: readonly Fault[] = ['recipient', 'sender', 'message', 'temporary', 'unknown'];

/** What exactly is wrong, where that decides what happens next. */
export type FaultCause =
  /** The domain of the recipient does not exist, or accepts no email. */
  | 'no-domain'
  /** SPF, DKIM or DMARC. */
  | 'authentication'
  /** The IP address or the domain of the sender is on a block list. */
  | 'block-list'
  /** The server has seen too much unwanted email from the sender. */
  | 'reputation'
  /** The sender is too fast. */
  | 'rate-limit'
  /** The address or the domain in `MAIL FROM` or `From`. */
  | 'sender-address'
  /** The PTR record or the name of the sending host. */
  | 'host-name'
  /** A rule of the receiving server. */
  | 'policy'
  /** The message contains a virus, or is taken to. */
  | 'virus';

/** One row of the tables: a pattern in the answer of the receiving server, and who is at fault. */
export type VerdictRow = {
  /** Names the row in the evidence, in the documentation and in tests. */
  readonly id: string;
  readonly fault: Fault;
  readonly cause?: FaultCause;
  /** The provider that alone sends this. */
  readonly provider?: string;
  /** Must take linear time, because the answer is untrusted text. */
  readonly pattern: RegExp;
  /** An answer that this row decides. */
  readonly example: string;
  /** Where the provider or a standard documents it. Missing for the words that servers of all kinds use. */
  readonly source?: string;
};
