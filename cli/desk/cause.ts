import type { Fault } from '../../shared/domain/verdict/fault.ts';
import type { AddressCheck } from '../../shared/operator/check-address.ts';

/** What was at fault, without blame. */
export const faultSentences: Record<Fault, string> = {
  recipient: 'because of the address',
  sender: 'because of the sender, not of the address',
  message: 'because of the message, not of the address',
  temporary: 'for a reason that passes',
  unknown: 'the server gave no reason',
};

/** Says in plain words why an address is suppressed, and whether a release makes sense. */
export function causeOf({ suppression, history, regions, tenants }: AddressCheck): string {
  const own = suppression ?? tenants.find((one) => one.suppression !== undefined)?.suppression;
  const feedback = history.flatMap((one) => (one.kind === 'feedback' ? one : []));
  const change = history.find((one) => one.kind === 'change' && one.action === 'suppressed');
  if (own === undefined)
    return regions.some(({ entries }) => entries.length > 0)
      ? "SES's own list has the address, and ses-feedback does not know why. A release removes it there."
      : 'The data of this address was erased, and the address stays suppressed.';
  if (own.reason === 'manual')
    return `A colleague or your application suppressed it${change?.kind === 'change' ? `: “${change.note}”` : ''}. Ask them before you release it.`;
  if (own.reason === 'complaint')
    return own.isSuspected
      ? 'An email to several recipients, including this address, was reported as spam. Any of them may have reported it. Release it if the person asks for it.'
      : 'The person reported an email as spam. Release it only if they ask for it.';
  if (own.reason === 'ses-list')
    return "SES's own list has this address, from before ses-feedback or from another system. Release it if the person can get email there now.";
  const newest =
    feedback.find((one) => one.class === 'hard' || one.class === 'soft' || one.class === 'policy-block') ?? feedback[0];
  return bounceSentences[newest?.fault ?? 'unknown'];
}

const bounceSentences: Record<Fault, string> = {
  recipient:
    'The server of the recipient says that the mailbox does not exist. Check whether the address is written correctly, and release it only if the mailbox exists now.',
  sender:
    'The server of the recipient refused the sender, not the address: a missing signature, a block list, or the like. The suppression ends by itself; the sender has to repair the cause.',
  message:
    'The server of the recipient refused the message, not the address: its content, or its size. The suppression ends by itself. A release makes sense for another message.',
  temporary:
    'Email to it failed for a reason that passes, such as a full mailbox. The suppression ends by itself. A release makes sense if the mailbox works again.',
  unknown:
    'The server of the recipient refused it permanently and gave no reason. Ask the person whether the mailbox works, and release it then.',
};
