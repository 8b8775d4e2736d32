import type { Finding, Problem } from './finding.ts';

/** One problem that the doctor can find: when it exists, what it means, and how to fix it. */
export type DoctorCheck<Subject> = {
  readonly status: Problem['status'];
  readonly condition: (subject: Subject) => boolean;
  readonly message: Text<Subject>;
  readonly fix: Text<Subject>;
};

type Text<Subject> = string | ((subject: Subject) => string);

/** Returns a problem for each check whose condition is true, in the order of the checks. */
export function findProblems<Subject>(
  checks: readonly DoctorCheck<Subject>[],
  resource: string,
  subject: Subject,
): readonly Problem[] {
  const text = (value: Text<Subject>) => (typeof value === 'string' ? value : value(subject));
  return checks
    .filter(({ condition }) => condition(subject))
    .map(({ status, message, fix }) => ({ status, resource, message: text(message), fix: text(fix) }));
}

/** Returns the problems, preceded by an `ok` finding if none of them is worse than a note. */
export function withOk(resource: string, message: string, problems: readonly Problem[]): readonly Finding[] {
  const isOk = problems.every(({ status }) => status === 'note');
  return isOk ? [{ status: 'ok', resource, message }, ...problems] : problems;
}

/** Runs the checks on a resource; `okMessage` describes the resource if none of them finds more than a note. */
export function runChecks<Subject>(
  checks: readonly DoctorCheck<Subject>[],
  resource: string,
  subject: Subject,
  okMessage: string,
): readonly Finding[] {
  return withOk(resource, okMessage, findProblems(checks, resource, subject));
}

/** Returns the finding for a resource that could not be inspected. */
export function checkFailed(resource: string, error: string): Problem {
  const isDenied = /AccessDenied|not authorized/i.test(error);
  const fix = isDenied
    ? 'attach the IAM policy in the stack output OperatorPolicyArn to your user or role'
    : 'resolve the error, then run doctor again';
  return { status: 'unknown', resource, message: `check failed: ${error}`, fix };
}
