import { bareAddress, simulatorMailbox } from './address.ts';
import type { ListReason, SentMail, SesState } from './state.ts';

/** An entry of `bouncedRecipients`. */
export type BouncedRecipient = {
  readonly emailAddress: string;
  readonly action?: 'failed';
  readonly status?: string;
  readonly diagnosticCode?: string;
};

/** One thing that happens to a mail, for some of its recipients. */
export type Happening =
  | { readonly kind: 'Send' }
  | { readonly kind: 'Delivery'; readonly recipients: readonly string[] }
  | {
      readonly kind: 'Bounce';
      readonly type: 'Permanent' | 'Transient';
      readonly subType: 'General' | 'OnAccountSuppressionList';
      readonly recipients: readonly BouncedRecipient[];
      readonly adds?: Addition;
    }
  | {
      readonly kind: 'Complaint';
      /** Missing where SES did not send, for a complaint on its list. */
      readonly userAgent?: string;
      readonly recipients: readonly string[];
      readonly adds?: Addition;
    };

/** An address SES adds to its list by itself. */
export type Addition = { readonly address: string; readonly reason: ListReason };

const onAccountList =
  'Amazon SES did not send the message to this address because it is on the suppression list for your account. ' +
  'For more information about removing addresses from the suppression list, see the Amazon SES Developer Guide';

/** What becomes of a mail, in the order it is told. Looked up now: the list may be another one a moment later. */
export function fatesOf(mail: SentMail, state: SesState): Happening[] {
  const fates = mail.destination.map((recipient) => fateOf(recipient, state));
  const simulated = fates.flatMap(({ simulatedBounce }) => simulatedBounce ?? []);
  return [
    { kind: 'Send' },
    ...fates.flatMap(({ happenings = [] }) => happenings.filter(({ kind }) => kind === 'Delivery')),
    ...(simulated.length > 0 ? [bounced('General', simulated)] : []),
    ...fates.flatMap(({ happenings = [] }) => happenings.filter(({ kind }) => kind !== 'Delivery')),
  ];
}

type Fate = {
  readonly happenings?: readonly Happening[];
  /** Those of one mail come in one event. */
  readonly simulatedBounce?: BouncedRecipient;
};

function fateOf(recipient: string, state: SesState): Fate {
  const address = bareAddress(recipient);
  const listed = listedReason(address, state);
  // SES has been seen to repeat the recipient here as it was written, with its display name.
  if (listed === 'BOUNCE')
    return { happenings: [bounced('OnAccountSuppressionList', [failed(recipient, onAccountList)])] };
  if (listed === 'COMPLAINT') return { happenings: [{ kind: 'Complaint', recipients: [recipient] }] };
  const delivery: Happening = { kind: 'Delivery', recipients: [address] };
  const mailbox = simulatorMailbox(address);
  switch (mailbox) {
    case undefined:
      return { happenings: fateElsewhere(address, delivery, state) };
    case 'success':
      return { happenings: [delivery] };
    case 'complaint':
      return { happenings: [delivery, complained(address, 'Amazon SES Mailbox Simulator')] };
    case 'ooto':
      return {
        happenings: [delivery, { ...bounced('General', [{ emailAddress: address }]), type: 'Transient' }],
      };
    case 'suppressionlist': {
      const words = `smtp; 550 5.1.1 As requested: user unknown (suppressed address: ${address})`;
      return { simulatedBounce: failed(address, words) };
    }
    default:
      return { simulatedBounce: failed(address, 'smtp; 550 5.1.1 user unknown') };
  }
}

function fateElsewhere(address: string, delivery: Happening, { mailboxes, account }: SesState): Happening[] {
  const mailbox = mailboxes[address.toLowerCase()];
  const adds = (reason: ListReason) =>
    account.suppressedReasons.includes(reason) ? { adds: { address, reason } } : undefined;
  if (mailbox === 'bounce') {
    return [{ ...bounced('General', [failed(address, 'smtp; 550 5.1.1 user unknown')]), ...adds('BOUNCE') }];
  }
  if (mailbox === 'complaint') {
    return [delivery, { ...complained(address, 'ExampleFeedbackLoop/1.0'), ...adds('COMPLAINT') }];
  }
  return [delivery];
}

/** The reason of an entry that keeps SES from sending: in any spelling, if the account's settings hold its reason. */
function listedReason(address: string, { list, account }: SesState): ListReason | undefined {
  for (const { emailAddress, reason } of list.values()) {
    if (emailAddress.toLowerCase() === address.toLowerCase() && account.suppressedReasons.includes(reason))
      return reason;
  }
  return undefined;
}

function bounced(subType: 'General' | 'OnAccountSuppressionList', recipients: BouncedRecipient[]) {
  return { kind: 'Bounce', type: 'Permanent', subType, recipients } satisfies Happening;
}

function complained(address: string, userAgent: string) {
  return { kind: 'Complaint', userAgent, recipients: [address] } satisfies Happening;
}

function failed(emailAddress: string, diagnosticCode: string): BouncedRecipient {
  return { emailAddress, action: 'failed', status: '5.1.1', diagnosticCode };
}
