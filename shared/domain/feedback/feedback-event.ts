import type { Address, AddressKey } from '../address.ts';

/** Every kind of message SES publishes, by the name we give it in answers and docs alike. */
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

/** The mail the feedback is about: the `mail` object, as far as we act on it. */
export type Mail = {
  /** `mail.timestamp`: SES accepted the mail. SES's own clock, and the one every count goes by. Epoch milliseconds. */
  readonly sentAt: number;
  /** `mail.messageId`; in its absence the `feedbackId`. What makes one feedback one, in both channels. */
  readonly id: string;
  /** `mail.sourceArn`: the identity that sent it. Missing in old messages. */
  readonly sourceArn?: string;
  /** `mail.source`: the envelope sender, sometimes with a display name. */
  readonly source?: string;
  /** `mail.tags`: on the event channel only. SES puts no tags on identity notifications. */
  readonly tags: Readonly<Record<string, readonly string[]>>;
};

/** One entry of `bouncedRecipients` or `complainedRecipients`. The last three come from the DSN, where there was one. */
export type Recipient = Address & {
  /** RFC 3464 `Action`: `failed`, `delayed`, … */
  readonly action?: string;
  /** RFC 3463 enhanced status code: `5.1.1`. */
  readonly status?: string;
  /** What the receiving server said. Written by strangers. */
  readonly diagnosticCode?: string;
};

type Feedback = {
  /** Which of SES's two vocabularies it came in: `notificationType` is identity, `eventType` is configuration-set. */
  readonly channel: 'identity' | 'configuration-set';
  readonly mail: Mail;
  /** The feedback's own stamp, kept between the mail's and its arrival: a provider's clock can be wrong. Epoch milliseconds. */
  readonly at: number;
  /** As SES lists them. The same address can stand there twice, with two fates. */
  readonly recipients: readonly Recipient[];
  /** How many different recipients that is, those that cannot be read included. */
  readonly namedCount: number;
  /** Entries of the list that hold no address. The others are still acted on; the message is kept for a person to read. */
  readonly unreadableCount: number;
};

/** SES gave up on some recipients, or did not try. */
export type Bounce = Feedback & {
  readonly kind: 'bounce';
  /** `Permanent`, `Transient`, `Undetermined`, or whatever SES will say next. */
  readonly bounceType: string;
  /** SES's word, raw. Two documentation pages list different sets, so the set is open. */
  readonly bounceSubType?: string;
};

/** A recipient, or one of several, reported the mail to the provider. */
export type Complaint = Feedback & {
  readonly kind: 'complaint';
  /** `complaintFeedbackType`: `abuse`, …, and `not-spam`, which is the opposite of a complaint. */
  readonly feedbackType?: string;
  /** `complaintSubType`: set when SES did not send because a suppression list holds the address. */
  readonly subType?: string;
};

/** What we act on. */
export type FeedbackEvent = Bounce | Complaint;

/** SES took a mail: what the rates are shares of. */
export type SendEvent = {
  readonly kind: 'send';
  readonly mail: Omit<Mail, 'id'>;
  /** `mail.destination`: all its recipients, to, cc and bcc, each once. */
  readonly recipients: readonly AddressKey[];
  /** Entries that hold no address: mail went to them all the same. */
  readonly unreadableCount: number;
};

/** A receiving server took the mail for some recipients. They can still bounce later. */
export type DeliveryEvent = {
  readonly kind: 'delivery';
  /** As in {@link FeedbackEvent}. Epoch milliseconds. */
  readonly at: number;
  readonly recipients: readonly AddressKey[];
};

/** What says how much is sent, and that it arrives: too much of it to be handled message by message. */
export type VolumeEvent = SendEvent | DeliveryEvent;

/** What one message turned out to be. */
export type ParsedMessage =
  | { readonly kind: 'feedback'; readonly event: FeedbackEvent }
  | { readonly kind: 'volume'; readonly event: VolumeEvent }
  /** Understood, and nothing to do: opens, clicks, setup messages, and kinds SES will invent. */
  | { readonly kind: 'ignored'; readonly name: EventName; readonly reason: string }
  /** Feedback on mail of another account, or from a topic that is not ours. Never acted on. */
  | { readonly kind: 'untrusted'; readonly name: EventName | null; readonly reason: string }
  /** Not understood. Kept, whole, in the dead-letter queue. The reason names fields and never repeats their content. */
  | { readonly kind: 'unreadable'; readonly reason: string };

/** Whose feedback we act on. A list left out is not checked. */
export type TrustedSources = {
  /** Account ids: our own and those that send on our behalf. */
  readonly accounts?: readonly string[];
  /** ARNs of the topics we subscribed to. */
  readonly topics?: readonly string[];
};
