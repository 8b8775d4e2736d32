import { checkAccountLists } from '../../../cli/doctor/check-account-lists.ts';
import type { AccountListDetails, StackInventory } from '../../../cli/stack/inventory.ts';
import { hour } from '../../support/ses.ts';
import { inspected, inventory, stack } from '../stack/inventory-fixture.ts';

const resource = `SES account suppression list in ${stack.region}`;
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

test('there are no findings if no list is updated', () => {
  expect(checkAccountLists(inventory())).toEqual([]);
});

test.each([
  ['no address is pending', {}, 'up to date'],
  ['some addresses wait for their turn', { pending: 12, oldestMs: 5 * 60_000 }, '12 addresses will be updated shortly'],
  ['many wait for a job', { pending: 1001, oldestMs: hour }, 'more than 1,000 addresses will be updated shortly'],
])('a list is ok if %s', (_name, fields, message) => {
  expect(check([list(fields)])).toEqual([{ status: 'ok', resource, message }]);
});

test('a list with addresses pending for more than an hour is wrong, and each Region is checked by itself', () => {
  expect(check([list({ pending: 40, oldestMs: 3.5 * hour }), list({ region: 'us-west-2' })])).toEqual([
    {
      status: 'wrong',
      resource,
      message: '40 addresses have been waiting for an update for 3 hours: SES still has the old entries',
      fix: `npx sls logs -f account-list --stage ${stack.stage} --region ${stack.region}`,
    },
    { status: 'ok', resource: 'SES account suppression list in us-west-2', message: 'up to date' },
  ]);
});

test("in the sandbox the list of the stack's Region has to wait, which is not wrong", () => {
  const lists = [
    list({ pending: 4, oldestMs: 9 * hour }),
    list({ region: 'us-west-2', pending: 4, oldestMs: 9 * hour }),
  ];
  expect(check(lists, { account: inSandbox() }).map(({ status, message }) => [status, message])).toEqual([
    [
      'note',
      'SES rejects updates while the account is in the sandbox; 4 addresses are waiting. The table is up to date',
    ],
    ['wrong', '4 addresses have been waiting for an update for 9 hours: SES still has the old entries'],
  ]);
});

test('a failed import job is a note beside the state of the list', () => {
  const failedUntil = Date.UTC(2026, 10, 23);
  expect(check([list({ failedUntil })])).toEqual([
    { status: 'ok', resource, message: 'up to date' },
    {
      status: 'note',
      resource,
      message: 'an import job failed: until 2026-11-23 00:00 UTC addresses are updated one at a time',
      fix: `to see why, find the job with: aws sesv2 list-import-jobs --region ${stack.region}; then run: aws sesv2 get-import-job --job-id <JobId> --region ${stack.region}`,
    },
  ]);
});

test('lists that cannot be inspected are unknown', () => {
  expect(checkAccountLists({ ...inventory(), accountLists: { error: 'AccessDeniedException' } })).toMatchObject([
    { status: 'unknown', fix: 'attach the IAM policy in the stack output OperatorPolicyArn to your user or role' },
  ]);
});
