/**
 * What a check has found. `unknown`: it could not be looked at, so nobody can say that all is well. `note`: worth knowing, and no fault.
 */
export type Finding =
  | { readonly status: 'ok'; readonly resource: string; readonly message: string }
  | {
      readonly status: 'wrong' | 'unknown' | 'note';
      readonly resource: string;
      readonly message: string;
      readonly fix: string;
    };

export const ok = (resource: string, message: string): Finding => ({ status: 'ok', resource, message });
export const wrong = (resource: string, message: string, fix: string): Finding => ({
  status: 'wrong',
  resource,
  message,
  fix,
});
export const note = (resource: string, message: string, fix: string): Finding => ({
  status: 'note',
  resource,
  message,
  fix,
});
export const unknown = (resource: string, reason: string): Finding => ({
  status: 'unknown',
  resource,
  message: `could not be looked at: ${reason}`,
  fix: /AccessDenied|not authorized/i.test(reason)
    ? 'use the operator policy of the stack (output OperatorPolicyArn)'
    : 'see the reason, and try again',
});

/** Those of `findings` that are no praise; `praise` if there are none. */
export function okUnlessFound(findings: readonly (Finding | undefined)[], praise: Finding): Finding[] {
  const found = findings.filter((finding) => finding !== undefined);
  return found.some(({ status }) => status !== 'note') ? found : [praise, ...found];
}
