import { checkAccountLists } from '../../../cli/doctor/check-account-lists.ts';
import type { AccountListDetails, StackInventory } from '../../../cli/stack/inventory.ts';
import { hour } from '../../support/ses.ts';
import { known, sight, stack } from '../stack/inventory-fixture.ts';

const resource = `SES's list in ${stack.region}`;
const list = (fields: Partial<AccountListDetails>): AccountListDetails => ({
  region: stack.region,
  pending: 0,
  oldestMs: 0,
  ...fields,
});
const inSandbox = (): StackInventory['account'] => {
  const { account } = inventory();
  return 'value' in account ? inspected({ ...account.value, isInSandbox: true }) : account;
};
const check = (lists: readonly AccountListDetails[], fields: Partial<StackInventory> = {}) =>
  checkAccountLists({ ...inventory(), accountLists: inspected(lists), ...fields });

test('where no list is told, nothing is said', () => {
  expect(checkAccountLists(inventory())).toEqual([]);
});

test.each([
  ['nothing waits', {}, 'is up to date'],
  ['some wait for their second', { pending: 12, oldestMs: 5 * 60_000 }, '12 addresses will be told in a moment'],
  ['many wait for a job', { pending: 1001, oldestMs: hour }, 'more than 1,000 addresses will be told in a moment'],
])('all is well where %s', (_name, fields, says) => {
  expect(check([list(fields)])).toEqual([{ status: 'ok', resource, says }]);
});

test('what waits for more than an hour is wrong, each Region by itself', () => {
  expect(check([list({ pending: 40, oldestMs: 3.5 * hour }), list({ region: 'us-west-2' })])).toEqual([
    {
      status: 'wrong',
      resource,
      message: '40 addresses wait to be told, for 3 h',
      fix: `npx sls logs -f account-list --stage ${stack.stage} --region ${stack.region}`,
    },
    { status: 'ok', resource: "SES's list in us-west-2", message: 'is up to date' },
  ]);
});

test('in the sandbox of its own Region it has to wait, and is no fault', () => {
  const lists = [
    list({ pending: 4, oldestMs: 9 * hour }),
    list({ region: 'us-west-2', pending: 4, oldestMs: 9 * hour }),
  ];
  expect(check(lists, { account: inSandbox() }).map(({ status, message }) => [status, message])).toEqual([
    ['note', 'cannot be written to in the sandbox; 4 addresses wait, and are suppressed here'],
    ['wrong', '4 addresses wait to be told, for 9 h'],
  ]);
});

test('an import job that failed is told beside it', () => {
  const failedUntil = Date.UTC(2026, 10, 23);
  expect(check([list({ failedUntil })])).toEqual([
    { status: 'ok', resource, message: 'is up to date' },
    {
      status: 'note',
      resource,
      message: 'an import job failed; until 2026-11-23T00:00:00.000Z addresses are told one by one',
      fix: `aws sesv2 list-import-jobs --region ${stack.region}`,
    },
  ]);
});

test('what cannot be looked at is said', () => {
  expect(checkAccountLists({ ...inventory(), accountLists: { error: 'AccessDeniedException' } })).toMatchObject([
    { status: 'unknown', fix: 'use the operator policy of the stack (output OperatorPolicyArn)' },
  ]);
});
