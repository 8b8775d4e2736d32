/**
 * What a check has found. `unknown`: it could not be looked at, so nobody can say that all is well. `note`: worth knowing, and no fault.
 */
export type Finding =
  | { readonly status: 'ok'; readonly about: string; readonly says: string }
  | {
      readonly status: 'wrong' | 'unknown' | 'note';
      readonly about: string;
      readonly says: string;
      readonly fix: string;
    };

export const ok = (about: string, says: string): Finding => ({ status: 'ok', about, says });
export const wrong = (about: string, says: string, fix: string): Finding => ({ status: 'wrong', about, says, fix });
export const note = (about: string, says: string, fix: string): Finding => ({ status: 'note', about, says, fix });
export const unknown = (about: string, reason: string): Finding => ({
  status: 'unknown',
  about,
  says: `could not be looked at: ${reason}`,
  fix: /AccessDenied|not authorized/i.test(reason)
    ? 'use the operator policy of the stack (output OperatorPolicyArn)'
    : 'see the reason, and try again',
});

/** Those of `findings` that are no praise; `praise` if there are none. */
export function orElse(findings: readonly (Finding | undefined)[], praise: Finding): Finding[] {
  const found = findings.filter((finding) => finding !== undefined);
  return found.some(({ status }) => status !== 'note') ? found : [praise, ...found];
}
