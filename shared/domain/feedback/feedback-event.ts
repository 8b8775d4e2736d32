import type { Address, AddressKey } from '../address.ts';

/** Every kind of message that SES publishes. */
export type EventName =
  | 'bounce'
  | 'complaint'
  | 'delivery'
  | 'send'
  | 'reject'
  | 'open'
  | 'click'
  | 'rendering failure'
  | 'delivery delay'
  | 'subscription'
  | 'received'
  | 'setup'
  | 'unknown';

/** The email that an event is about: the fields of the `mail` object that affect a decision. */
export type Mail = {
  /**
   * `mail.timestamp`: time at which SES accepted the email, by SES's own clock. All counts use this time. Epoch
   * milliseconds.
   */
  readonly sentAt: number;
  /** `mail.messageId`, or the `feedbackId` if there is none. The same on both channels, so it identifies duplicates. */
  readonly id: string;
  /** `mail.sourceArn`: the identity that sent the email. Missing in old messages. */
  readonly sourceArn?: string;
  /** `mail.source`: the envelope sender, sometimes with a display name. */
  readonly source?: string;
  /** `mail.destination`: everybody the email was sent to (to, cc and bcc). Missing if the message does not name them all. */
  readonly destination?: readonly Address[];
  /** `mail.tags`. Always empty on the identity channel, because SES puts no tags on identity notifications. */
  readonly tags: Readonly<Record<string, readonly string[]>>;
};

/**
 * One entry of `bouncedRecipients` or `complainedRecipients`. The optional fields come from the DSN, if there is one.
 */
export type Recipient = Address & {
  /** RFC 3464 `Action`: `failed`, `delayed`, … */
  readonly action?: string;
  /** RFC 3463 enhanced status code: `5.1.1`. */
  readonly status?: string;
  /** Response of the receiving server. Untrusted text. */
  readonly diagnosticCode?: string;
  /** The address that the report names instead, masked. The email was not sent to it, but to this recipient alone. */
  readonly reportedAs?: string;
  /** Set if the report names an address that the email was not sent to. It is not suppressed. */
  readonly isUnaddressed?: true;
};

/** What bounces and complaints have in common. */
export type Feedback = {
  /**
   * The vocabulary of the message: `notificationType` stands for the identity channel, `eventType` for the
   * configuration set channel. `email`: a report that arrived as an email.
   */
  readonly channel: 'identity' | 'configuration-set' | 'email';
  /** Set if the email was not sent through SES, so that it is no part of SES's rates. */
  readonly isSentElsewhere?: true;
  /** The email that the feedback is about. */
  readonly mail: Mail;
  /**
   * Time of the feedback, in epoch milliseconds. It always lies between the send time and the arrival of the message,
   * because a provider's clock can be wrong.
   */
  readonly at: number;
  /** In the order of the message. The same address can appear twice, with two different results. */
  readonly recipients: readonly Recipient[];
  /** Number of different recipients, including those without a valid address. */
  readonly namedCount: number;
  /**
   * Number of entries without a valid address. The other recipients still take effect, and the message goes to the
   * dead-letter queue for an operator to read.
   */
  readonly unreadableCount: number;
};

/** SES gave up on some recipients, or did not try to reach them. */
export type Bounce = Feedback & {
  readonly kind: 'bounce';
  /** `Permanent`, `Transient`, `Undetermined`, or any type that SES adds in the future. */
  readonly bounceType: string;
  /** `bounceSubType`, unchanged. Two AWS documentation pages list different values, so any value is accepted. */
  readonly bounceSubType?: string;
  /** IP address of the server that refused the email. Missing in most reports that arrive later. */
  readonly remoteMtaIp?: string;
  /** `reportingMTA`: the server that wrote the DSN. */
  readonly reportingMta?: string;
};

/** A recipient, or one of several, reported the email to the mailbox provider. */
export type Complaint = Feedback & {
  readonly kind: 'complaint';
  /** `complaintFeedbackType`: for example `abuse`. `not-spam` is the opposite of a complaint. */
  readonly feedbackType?: string;
  /** `complaintSubType`: set if SES did not send the email, because a suppression list contains the address. */
  readonly subType?: string;
};

/** An event that can suppress an address. */
export type FeedbackEvent = Bounce | Complaint;

/** SES accepted an email. Sends are the denominator of both rates. */
export type SendEvent = {
  readonly kind: 'send';
  /** The email that SES accepted. */
  readonly mail: Omit<Mail, 'id' | 'destination'>;
  /** `mail.destination`: all recipients (to, cc and bcc), each once. */
  readonly recipients: readonly AddressKey[];
  /** Number of entries without a valid address. SES sent the email to them all the same. */
  readonly unreadableCount: number;
};

/** A receiving server accepted the email for some recipients. They can still bounce later. */
export type DeliveryEvent = {
  readonly kind: 'delivery';
  /** Time of the delivery, with the same bounds as the time of a {@link FeedbackEvent}. Epoch milliseconds. */
  readonly at: number;
  /** The recipients whose server accepted the email. */
  readonly recipients: readonly AddressKey[];
  /** The SES tenant that sent the email. */
  readonly tenant?: string;
};

/** An event that occurs for every email. There are too many of these to handle them one by one. */
export type VolumeEvent = SendEvent | DeliveryEvent;

/** The result of parsing one message. */
export type ParsedMessage =
  | { readonly kind: 'feedback'; readonly event: FeedbackEvent }
  | { readonly kind: 'volume'; readonly event: VolumeEvent }
  /** Readable, and nothing to do: opens, clicks, setup messages, and kinds of events that SES adds in the future. */
  | { readonly kind: 'ignored'; readonly name: EventName; readonly reason: string }
  /** From an account or a topic that is not a trusted source. It has no effect. */
  | { readonly kind: 'untrusted'; readonly name: EventName | null; readonly reason: string }
  /** Goes to the dead-letter queue unchanged. The reason names fields and never contains their values. */
  | { readonly kind: 'unreadable'; readonly reason: string };

/** The accounts and topics whose messages are accepted. A list that is left out is not checked. */
export type TrustedSources = {
  /** AWS account IDs: the account of the stack and the accounts that send on its behalf. */
  readonly accounts?: readonly string[];
  /** ARNs of the SNS topics that the functions subscribe to. */
  readonly topics?: readonly string[];
};
