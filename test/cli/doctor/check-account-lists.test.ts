import { checkAccountLists } from '../../../cli/doctor/check-account-lists.ts';
import type { AccountListSight, Sight } from '../../../cli/stack/inventory.ts';
import { hour } from '../../support/ses.ts';
import { known, sight, stack } from '../stack/inventory-fixture.ts';

const about = `SES's list in ${stack.region}`;
const list = (fields: Partial<AccountListSight>): AccountListSight => ({
  region: stack.region,
  waiting: 0,
  oldest: 0,
  ...fields,
});
const inSandbox = (): Sight['account'] => {
  const { account } = sight();
  return 'fact' in account ? known({ ...account.fact, isInSandbox: true }) : account;
};
const check = (lists: readonly AccountListSight[], fields: Partial<Sight> = {}) =>
  checkAccountLists({ ...sight(), accountLists: known(lists), ...fields });

test('where no list is told, nothing is said', () => {
  expect(checkAccountLists(sight())).toEqual([]);
});

test.each([
  ['nothing waits', {}, 'is up to date'],
  ['some wait for their second', { waiting: 12, oldest: 5 * 60_000 }, '12 addresses will be told in a moment'],
  ['many wait for a job', { waiting: 1001, oldest: hour }, 'more than 1,000 addresses will be told in a moment'],
])('all is well where %s', (_name, fields, says) => {
  expect(check([list(fields)])).toEqual([{ status: 'ok', about, says }]);
});

test('what waits for more than an hour is wrong, each Region by itself', () => {
  expect(check([list({ waiting: 40, oldest: 3.5 * hour }), list({ region: 'us-west-2' })])).toEqual([
    {
      status: 'wrong',
      about,
      says: '40 addresses wait to be told, for 3 h',
      fix: `npx sls logs -f account-list --stage ${stack.stage} --region ${stack.region}`,
    },
    { status: 'ok', about: "SES's list in us-west-2", says: 'is up to date' },
  ]);
});

test('in the sandbox of its own Region it has to wait, and is no fault', () => {
  const lists = [list({ waiting: 4, oldest: 9 * hour }), list({ region: 'us-west-2', waiting: 4, oldest: 9 * hour })];
  expect(check(lists, { account: inSandbox() }).map(({ status, says }) => [status, says])).toEqual([
    ['note', 'cannot be written to in the sandbox; 4 addresses wait, and are suppressed here'],
    ['wrong', '4 addresses wait to be told, for 9 h'],
  ]);
});

test('an import job that failed is told beside it', () => {
  const failedUntil = Date.UTC(2026, 10, 23);
  expect(check([list({ failedUntil })])).toEqual([
    { status: 'ok', about, says: 'is up to date' },
    {
      status: 'note',
      about,
      says: 'an import job failed; until 2026-11-23T00:00:00.000Z addresses are told one by one',
      fix: `aws sesv2 list-import-jobs --region ${stack.region}`,
    },
  ]);
});

test('what cannot be looked at is said', () => {
  expect(checkAccountLists({ ...sight(), accountLists: { unknown: 'AccessDeniedException' } })).toMatchObject([
    { status: 'unknown', fix: 'use the operator policy of the stack (output OperatorPolicyArn)' },
  ]);
});
