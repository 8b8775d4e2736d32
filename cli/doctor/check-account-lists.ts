import { hour } from '../../shared/domain/durations.ts';
import { formatTimestamp } from '../../shared/domain/timestamp.ts';
import type { AccountListDetails, StackInventory } from '../stack/inventory.ts';
import { commandsFor } from '../stack/stack.ts';
import { type Finding, note, ok, unknown, wrong } from './finding.ts';

/** A thousand addresses are told in less than half an hour, and more of them by an import job. */
const long = hour;

/** Does SES's own list know whom we suppress for good, and whom it must not hold any more? */
export function checkAccountLists({
  stack,
  account,
  accountLists,
}: Pick<StackInventory, 'stack' | 'account' | 'accountLists'>): Finding[] {
  if (accountLists === undefined) return [];
  if ('error' in accountLists) return [unknown("SES's list", accountLists.error)];
  const isInSandbox = 'value' in account && account.value.isInSandbox;
  return accountLists.value.flatMap((list) => [
    delayOf(list, isInSandbox && list.region === stack.region, commandsFor(stack).logs('account-list')),
    ...failedJob(list),
  ]);
}

function delayOf({ region, pending, oldestMs }: AccountListDetails, isInSandbox: boolean, logs: string): Finding {
  const about = aboutOf(region);
  if (pending === 0) return ok(about, 'is up to date');
  const count = pending > 1000 ? 'more than 1,000 addresses' : pending === 1 ? '1 address' : `${pending} addresses`;
  if (oldestMs <= long) return ok(about, `${count} will be told in a moment`);
  if (!isInSandbox) return wrong(about, `${count} wait to be told, for ${Math.floor(oldestMs / hour)} h`, logs);
  return note(
    about,
    `cannot be written to in the sandbox; ${count} wait, and are suppressed here`,
    'ask for production access in the console of SES',
  );
}

function failedJob({ region, failedUntil }: AccountListDetails): Finding[] {
  if (failedUntil === undefined) return [];
  const says = `an import job failed; until ${formatTimestamp(failedUntil)} addresses are told one by one`;
  return [note(aboutOf(region), says, `aws sesv2 list-import-jobs --region ${region}`)];
}

const aboutOf = (region: string) => `SES's list in ${region}`;
