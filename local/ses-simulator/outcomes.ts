import { bareAddress, simulatorMailbox } from './address.ts';
import type { ListReason, SentEmail, SesState } from './state.ts';

/** An entry of `bouncedRecipients`. */
export type BouncedRecipient = {
  readonly emailAddress: string;
  readonly action?: 'failed';
  readonly status?: string;
  readonly diagnosticCode?: string;
};

/** One event of an email, for some of its recipients. */
export type Outcome =
  | { readonly kind: 'Send' }
  | { readonly kind: 'Delivery'; readonly recipients: readonly string[] }
  | {
      readonly kind: 'Bounce';
      readonly type: 'Permanent' | 'Transient';
      readonly subType: 'General' | 'OnAccountSuppressionList';
      readonly recipients: readonly BouncedRecipient[];
      readonly addition?: ListAddition;
    }
  | {
      readonly kind: 'Complaint';
      /** Missing if SES did not send the email because of a complaint on its list. */
      readonly userAgent?: string;
      readonly recipients: readonly string[];
      readonly addition?: ListAddition;
    };

/** An address that SES adds to its suppression list itself. */
export type ListAddition = { readonly address: string; readonly reason: ListReason };

const onAccountList =
  'Amazon SES did not send the message to this address because it is on the suppression list for your account. ' +
  'For more information about removing addresses from the suppression list, see the Amazon SES Developer Guide';

/**
 * Returns the events of an email, in the order they are published. Evaluated when the email is accepted: the
 * suppression list may change before the events are published.
 */
export function outcomesOf(email: SentEmail, state: SesState): Outcome[] {
  const perRecipient = email.destination.map((recipient) => outcomeOf(recipient, state));
  const simulated = perRecipient.flatMap(({ simulatedBounce }) => simulatedBounce ?? []);
  return [
    { kind: 'Send' },
    ...perRecipient.flatMap(({ outcomes = [] }) => outcomes.filter(({ kind }) => kind === 'Delivery')),
    ...(simulated.length > 0 ? [bounced('General', simulated)] : []),
    ...perRecipient.flatMap(({ outcomes = [] }) => outcomes.filter(({ kind }) => kind !== 'Delivery')),
  ];
}

type RecipientOutcome = {
  readonly outcomes?: readonly Outcome[];
  /** The simulated bounces of one email are published in one event. */
  readonly simulatedBounce?: BouncedRecipient;
};

function outcomeOf(recipient: string, state: SesState): RecipientOutcome {
  const address = bareAddress(recipient);
  const listed = suppressingReason(address, state);
  // SES has been seen to repeat the recipient as written in the request, with its display name.
  if (listed === 'BOUNCE')
    return { outcomes: [bounced('OnAccountSuppressionList', [failed(recipient, onAccountList)])] };
  if (listed === 'COMPLAINT') return { outcomes: [{ kind: 'Complaint', recipients: [recipient] }] };
  const delivery: Outcome = { kind: 'Delivery', recipients: [address] };
  const mailbox = simulatorMailbox(address);
  switch (mailbox) {
    case undefined:
      return { outcomes: outcomesOutsideSimulator(address, delivery, state) };
    case 'success':
      return { outcomes: [delivery] };
    case 'complaint':
      return { outcomes: [delivery, complained(address, 'Amazon SES Mailbox Simulator')] };
    case 'ooto':
      return { outcomes: [delivery, { ...bounced('General', [{ emailAddress: address }]), type: 'Transient' }] };
    case 'suppressionlist': {
      const diagnosticCode = `smtp; 550 5.1.1 As requested: user unknown (suppressed address: ${address})`;
      return { simulatedBounce: failed(address, diagnosticCode) };
    }
    default:
      return { simulatedBounce: failed(address, 'smtp; 550 5.1.1 user unknown') };
  }
}

function outcomesOutsideSimulator(address: string, delivery: Outcome, { mailboxes, account }: SesState): Outcome[] {
  const mailbox = mailboxes[address.toLowerCase()];
  const addition = (reason: ListReason) =>
    account.suppressedReasons.includes(reason) ? { addition: { address, reason } } : undefined;
  if (mailbox === 'bounce') {
    return [{ ...bounced('General', [failed(address, 'smtp; 550 5.1.1 user unknown')]), ...addition('BOUNCE') }];
  }
  if (mailbox === 'complaint') {
    return [delivery, { ...complained(address, 'ExampleFeedbackLoop/1.0'), ...addition('COMPLAINT') }];
  }
  return [delivery];
}

/**
 * Returns the reason of the entry that keeps SES from sending. Sends ignore case, and entries the account does not
 * suppress for.
 */
function suppressingReason(address: string, { list, account }: SesState): ListReason | undefined {
  for (const { emailAddress, reason } of list.values()) {
    if (emailAddress.toLowerCase() === address.toLowerCase() && account.suppressedReasons.includes(reason))
      return reason;
  }
  return undefined;
}

function bounced(subType: 'General' | 'OnAccountSuppressionList', recipients: BouncedRecipient[]) {
  return { kind: 'Bounce', type: 'Permanent', subType, recipients } satisfies Outcome;
}

function complained(address: string, userAgent: string) {
  return { kind: 'Complaint', userAgent, recipients: [address] } satisfies Outcome;
}

function failed(emailAddress: string, diagnosticCode: string): BouncedRecipient {
  return { emailAddress, action: 'failed', status: '5.1.1', diagnosticCode };
}
