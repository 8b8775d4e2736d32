import { checkFailed, type DoctorCheck, runChecks } from '../../../cli/doctor/run-checks.ts';

type Subject = { readonly isBroken: boolean; readonly isOdd: boolean; readonly name: string };

const checks: readonly DoctorCheck<Subject>[] = [
  { status: 'note', condition: ({ isOdd }) => isOdd, message: 'odd', fix: 'ignore it' },
  { status: 'wrong', condition: ({ isBroken }) => isBroken, message: ({ name }) => `${name} is broken`, fix: 'fix it' },
];
const run = (subject: Partial<Subject>) =>
  runChecks(checks, 'thing', { isBroken: false, isOdd: false, name: 'a', ...subject }, 'works');

test('a resource without problems is ok, and a note does not change that', () => {
  expect(run({})).toEqual([{ status: 'ok', resource: 'thing', message: 'works' }]);
  expect(run({ isOdd: true })).toEqual([
    { status: 'ok', resource: 'thing', message: 'works' },
    { status: 'note', resource: 'thing', message: 'odd', fix: 'ignore it' },
  ]);
});

test('a resource with a problem is not ok, and every problem is reported in the order of the checks', () => {
  expect(run({ isBroken: true, isOdd: true, name: 'b' })).toEqual([
    { status: 'note', resource: 'thing', message: 'odd', fix: 'ignore it' },
    { status: 'wrong', resource: 'thing', message: 'b is broken', fix: 'fix it' },
  ]);
});

test('a denied inspection names the policy to attach; another error asks to run doctor again', () => {
  expect(checkFailed('thing', 'AccessDeniedException: no')).toEqual({
    status: 'unknown',
    resource: 'thing',
    message: 'check failed: AccessDeniedException: no',
    fix: 'attach the IAM policy in the stack output OperatorPolicyArn to your user or role',
  });
  expect(checkFailed('thing', 'TimeoutError: late')).toMatchObject({ fix: 'resolve the error, then run doctor again' });
});
