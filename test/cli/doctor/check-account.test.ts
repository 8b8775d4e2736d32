import { denied, healthyAccount, inspected, inventory } from '../stack/inventory-fixture.ts';
import { diagnoseChange, onlyProblem } from './diagnose-change.ts';

const withAccount = (fields: Partial<typeof healthyAccount>) =>
  diagnoseChange(inventory({ account: inspected({ ...healthyAccount, ...fields }) }));

test.each<[Partial<typeof healthyAccount>, 'wrong' | 'note', RegExp]>([
  [{ enforcementStatus: 'PROBATION' }, 'wrong', /^AWS set the account status to PROBATION:/],
  [{ enforcementStatus: 'SHUTDOWN' }, 'wrong', /^AWS set the account status to SHUTDOWN:/],
  [{ enforcementStatus: 'A_FUTURE_STATUS' }, 'wrong', /^AWS set the account status to A_FUTURE_STATUS:/],
  [{ isSendingEnabled: false }, 'wrong', /^sending is disabled:/],
  [{ suppressedReasons: ['COMPLAINT'] }, 'wrong', /^SES does not suppress addresses for BOUNCE:/],
  [{ suppressedReasons: ['BOUNCE'] }, 'wrong', /^SES does not suppress addresses for COMPLAINT:/],
  [{ suppressedReasons: [] }, 'wrong', /^SES does not suppress addresses for BOUNCE and COMPLAINT:/],
  [{ isInSandbox: true }, 'note', /^the account is in the SES sandbox:/],
])('an account with %p has one problem', (fields, status, message) => {
  expect(withAccount(fields)).toEqual(onlyProblem(status, 'account', message));
});

test('all problems of an account are reported at once', () => {
  const { problems } = withAccount({
    enforcementStatus: 'SHUTDOWN',
    isSendingEnabled: false,
    suppressedReasons: [],
    isInSandbox: true,
  });
  expect(problems.map(({ status }) => status)).toEqual(['wrong', 'wrong', 'wrong', 'note']);
});

test('an account that cannot be inspected is unknown', () => {
  const result = diagnoseChange(inventory({ account: denied }));
  expect(result).toEqual(onlyProblem('unknown', 'account', /^check failed: AccessDeniedException: not authorized$/));
});
