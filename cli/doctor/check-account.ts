import { formatList } from '../io/format.ts';
import type { AccountDetails, StackInventory } from '../stack/inventory.ts';
import type { Finding } from './finding.ts';
import { checkFailed, type DoctorCheck, runChecks } from './run-checks.ts';

type Subject = AccountDetails & { readonly region: string };

const missingReasons = ({ suppressedReasons }: AccountDetails) =>
  ['BOUNCE', 'COMPLAINT'].filter((reason) => !suppressedReasons.includes(reason));

const checks: readonly DoctorCheck<Subject>[] = [
  {
    status: 'wrong',
    condition: ({ enforcementStatus }) => enforcementStatus !== 'HEALTHY',
    message: ({ enforcementStatus }) =>
      `AWS set the account status to ${enforcementStatus}: AWS is reviewing or has paused your sending`,
    fix: 'answer the case that AWS opened: https://console.aws.amazon.com/support/home',
  },
  {
    status: 'wrong',
    condition: ({ isSendingEnabled }) => !isSendingEnabled,
    message: 'sending is disabled: SES rejects every email',
    fix: ({ region }) =>
      `resolve the cause, then run: aws sesv2 put-account-sending-attributes --sending-enabled --region ${region}`,
  },
  {
    status: 'wrong',
    condition: (account) => missingReasons(account).length > 0,
    message: (account) =>
      `SES does not suppress addresses for ${formatList(missingReasons(account))}: it keeps sending to them`,
    fix: ({ region, validation }) =>
      validation === undefined
        ? `aws sesv2 put-account-suppression-attributes --suppressed-reasons BOUNCE COMPLAINT --region ${region}`
        : 'run: npx ses-feedback connect (it keeps the settings of Auto Validation)',
  },
  {
    status: 'note',
    condition: ({ isInSandbox }) => isInSandbox,
    message: 'the account is in the SES sandbox: SES delivers to verified addresses only',
    fix: 'request production access in the SES console',
  },
];

/** Checks that the account may send, and that SES suppresses bounces and complaints itself. */
export function checkAccount({ stack, account }: Pick<StackInventory, 'stack' | 'account'>): readonly Finding[] {
  if ('error' in account) return [checkFailed('account', account.error)];
  const subject = { ...account.value, region: stack.region };
  return runChecks(checks, 'account', subject, 'sending is enabled, and SES suppresses bounces and complaints');
}
