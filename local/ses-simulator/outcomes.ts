import { bareAddress, simulatorMailbox } from './address.ts';
import type { ListReason } from './list-entry.ts';
import type { SentEmail, SesState } from './state.ts';

/** An entry of `bouncedRecipients`. */
export type BouncedRecipient = {
  readonly emailAddress: string;
  readonly action?: 'failed';
  readonly status?: string;
  readonly diagnosticCode?: string;
};

type ListedSubType = 'OnAccountSuppressionList' | 'OnTenantSuppressionList';
type BounceSubType = 'General' | ListedSubType;

/** One event of an email, for some of its recipients. */
export type Outcome =
  | { readonly kind: 'Send' }
  | { readonly kind: 'Delivery'; readonly recipients: readonly string[] }
  | {
      readonly kind: 'Bounce';
      readonly type: 'Permanent' | 'Transient';
      readonly subType: BounceSubType;
      readonly recipients: readonly BouncedRecipient[];
      readonly addition?: ListAddition;
    }
  | {
      readonly kind: 'Complaint';
      /** Missing if SES did not send the email because of a complaint on its list. */
      readonly userAgent?: string;
      /** Whose list that was. Missing if the recipient complained. */
      readonly subType?: ListedSubType;
      readonly recipients: readonly string[];
      readonly addition?: ListAddition;
    };

/** An address that SES adds to a suppression list itself. */
export type ListAddition = {
  readonly address: string;
  readonly reason: ListReason;
  readonly list: SesState['list'];
};

/** The suppression list that SES looks at for an email, and the reasons for which it does. */
type EmailList = {
  readonly subType: ListedSubType;
  readonly list: SesState['list'];
  readonly reasons: readonly ListReason[];
};

/**
 * The scope of the configuration set comes before that of the tenant. An email is checked against one list: that of its tenant, or the account's.
 * https://docs.aws.amazon.com/ses/latest/dg/sending-email-suppression-list-tenant-level.html
 */
function listFor({ tenant: name, configurationSet }: SentEmail, state: SesState): EmailList {
  const tenant = name === undefined ? undefined : state.tenants[name];
  const set = configurationSet === undefined ? undefined : state.configurationSets[configurationSet];
  const scope = tenant && (set?.suppressionScope ?? tenant.suppressionScope);
  const isOwn = tenant !== undefined && scope === 'TENANT';
  const defaults = isOwn ? (tenant.suppressedReasons ?? ['BOUNCE', 'COMPLAINT']) : state.account.suppressedReasons;
  return {
    subType: isOwn ? 'OnTenantSuppressionList' : 'OnAccountSuppressionList',
    list: isOwn ? tenant.list : state.list,
    reasons: set?.suppressedReasons ?? defaults,
  };
}

const onList = (owner: 'account' | 'tenant') =>
  `Amazon SES did not send the message to this address because it is on the suppression list for your ${owner}. ` +
  'For more information about removing addresses from the suppression list, see the Amazon SES Developer Guide';

/**
 * Returns the events of an email, in the order they are published. Evaluated when the email is accepted: the
 * suppression list may change before the events are published.
 */
export function outcomesOf(email: SentEmail, state: SesState): Outcome[] {
  const emailList = listFor(email, state);
  const perRecipient = email.destination.map((recipient) => outcomeOf(recipient, emailList, state));
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

function outcomeOf(recipient: string, emailList: EmailList, state: SesState): RecipientOutcome {
  const address = bareAddress(recipient);
  const listed = suppressingReason(address, emailList);
  const { subType } = emailList;
  // SES has been seen to repeat the recipient as written in the request, with its display name.
  if (listed === 'BOUNCE')
    return {
      outcomes: [
        bounced(subType, [failed(recipient, onList(subType === 'OnTenantSuppressionList' ? 'tenant' : 'account'))]),
      ],
    };
  if (listed === 'COMPLAINT') return { outcomes: [{ kind: 'Complaint', subType, recipients: [recipient] }] };
  const delivery: Outcome = { kind: 'Delivery', recipients: [address] };
  const mailbox = simulatorMailbox(address);
  switch (mailbox) {
    case undefined:
      return { outcomes: outcomesOutsideSimulator(address, delivery, emailList, state) };
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

function outcomesOutsideSimulator(
  address: string,
  delivery: Outcome,
  { list, reasons }: EmailList,
  { mailboxes }: SesState,
): Outcome[] {
  const mailbox = mailboxes[address.toLowerCase()];
  const addition = (reason: ListReason) =>
    reasons.includes(reason) ? { addition: { address, reason, list } } : undefined;
  if (mailbox === 'bounce') {
    return [{ ...bounced('General', [failed(address, 'smtp; 550 5.1.1 user unknown')]), ...addition('BOUNCE') }];
  }
  if (mailbox === 'complaint') {
    return [delivery, { ...complained(address, 'ExampleFeedbackLoop/1.0'), ...addition('COMPLAINT') }];
  }
  return [delivery];
}

/**
 * Returns the reason of the entry that keeps SES from sending. Sends ignore case, and entries with a reason that does not count.
 */
function suppressingReason(address: string, { list, reasons }: EmailList): ListReason | undefined {
  for (const { emailAddress, reason } of list.values()) {
    if (emailAddress.toLowerCase() === address.toLowerCase() && reasons.includes(reason)) return reason;
  }
  return undefined;
}

function bounced(subType: BounceSubType, recipients: BouncedRecipient[]) {
  return { kind: 'Bounce', type: 'Permanent', subType, recipients } satisfies Outcome;
}

function complained(address: string, userAgent: string) {
  return { kind: 'Complaint', userAgent, recipients: [address] } satisfies Outcome;
}

function failed(emailAddress: string, diagnosticCode: string): BouncedRecipient {
  return { emailAddress, action: 'failed', status: '5.1.1', diagnosticCode };
}
