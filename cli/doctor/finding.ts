/** The result of one check. */
export type Finding = { readonly status: 'ok'; readonly resource: string; readonly message: string } | Problem;

/**
 * A check that did not pass.
 *
 * - `wrong`: feedback, alarms or sending are affected.
 * - `unknown`: the check itself failed, so the resource may or may not work.
 * - `note`: worth knowing; nothing is broken.
 */
export type Problem = {
  readonly status: 'wrong' | 'unknown' | 'note';
  /** `account`, `identity example.com`, `bounces`, … */
  readonly resource: string;
  /** What happened and why it matters. */
  readonly message: string;
  /** What to do next: a command, or an instruction. */
  readonly fix: string;
};
