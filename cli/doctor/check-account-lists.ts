import { hour } from '../../shared/domain/durations.ts';
import { formatQuantity, formatTime } from '../io/format.ts';
import type { AccountListDetails, StackInventory } from '../stack/inventory.ts';
import { commandsFor, type Stack } from '../stack/stack.ts';
import type { Finding } from './finding.ts';
import { checkFailed, type DoctorCheck, findProblems, withOk } from './run-checks.ts';

/** A thousand addresses are updated in less than half an hour, and more of them with an import job. */
const maxDelayMs = hour;

type Subject = AccountListDetails & { readonly stack: Stack; readonly isReadOnly: boolean };

const isLate = ({ pending, oldestMs }: AccountListDetails) => pending > 0 && oldestMs > maxDelayMs;

const checks: readonly DoctorCheck<Subject>[] = [
  {
    status: 'wrong',
    condition: (list) => isLate(list) && !list.isReadOnly,
    message: (list) =>
      `${countPending(list)} have been waiting for an update for ${formatQuantity(Math.floor(list.oldestMs / hour), 'hour')}: ` +
      'SES still has the old entries',
    fix: ({ stack }) => commandsFor(stack).logs('account-list'),
  },
  {
    status: 'note',
    condition: (list) => isLate(list) && list.isReadOnly,
    message: (list) =>
      `SES rejects updates while the account is in the sandbox; ${countPending(list)} are waiting. The table is up to date`,
    fix: 'request production access in the SES console',
  },
  {
    status: 'note',
    condition: ({ failedUntil }) => failedUntil !== undefined,
    message: ({ failedUntil = 0 }) =>
      `an import job failed: until ${formatTime(failedUntil)} addresses are updated one at a time`,
    fix: ({ region }) =>
      `to see why, find the job with: aws sesv2 list-import-jobs --region ${region}; ` +
      `then run: aws sesv2 get-import-job --job-id <JobId> --region ${region}`,
  },
];

/** Checks that the SES account suppression lists keep up with the table. */
export function checkAccountLists({
  stack,
  account,
  accountLists,
}: Pick<StackInventory, 'stack' | 'account' | 'accountLists'>): readonly Finding[] {
  if (accountLists === undefined) return [];
  if ('error' in accountLists) return [checkFailed('SES account suppression list', accountLists.error)];
  const isInSandbox = 'value' in account && account.value.isInSandbox;
  return accountLists.value.flatMap((list) => {
    // The account was inspected in the stack's Region only; each Region has a sandbox of its own.
    const isReadOnly = isInSandbox && list.region === stack.region;
    const resource = `SES account suppression list in ${list.region}`;
    const problems = findProblems(checks, resource, { ...list, stack, isReadOnly });
    return isLate(list) ? problems : withOk(resource, describeList(list), problems);
  });
}

function describeList(list: AccountListDetails): string {
  return list.pending === 0 ? 'up to date' : `${countPending(list)} will be updated shortly`;
}

function countPending({ pending }: AccountListDetails): string {
  return pending > 1000 ? 'more than 1,000 addresses' : formatQuantity(pending, 'address', 'addresses');
}
