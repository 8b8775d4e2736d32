/**
 * The package entry `ses-feedback/feedback`: the rules without AWS, for an application with its own transport and its
 * own store. The steps, in this order: {@link unwrapBatch}, {@link unwrapMessage}, {@link parse}, {@link classify},
 * {@link decide}. And {@link signReturnPath}, for email that another relay sends.
 */
export { type Address, type AddressKey, parseAddress } from './address.ts';
export { type ReturnPathOptions, signReturnPath } from './email-report/return-path.ts';
export { classify } from './feedback/classify.ts';
export {
  type OversizedMessage,
  type RawBatch,
  type RawMessage,
  type UnwrappedMessage,
  unwrapBatch,
  unwrapMessage,
} from './feedback/envelope.ts';
export type {
  Bounce,
  Complaint,
  DeliveryEvent,
  EventName,
  Feedback,
  FeedbackEvent,
  Mail,
  ParsedMessage,
  Recipient,
  SendEvent,
  TrustedSources,
  VolumeEvent,
} from './feedback/feedback-event.ts';
export { parse } from './feedback/parse.ts';
export type { Effect, FeedbackClass, Metric, Reason, RecipientEvent } from './feedback/recipient-event.ts';
export { defaultPolicy, type Policy, readPolicy } from './policy/policy.ts';
export type { RelayPolicy } from './policy/relay-policy.ts';
export type { PartialRateThresholds, RateThresholds } from './policy/thresholds.ts';
export type { SenderFault } from './reputation/sender-faults.ts';
export type { Attribution } from './suppression/attribution.ts';
export { type Count, type Decision, decide, type KnownBounce } from './suppression/decide.ts';
export type { ListPolicy, SyncSettings } from './suppression/list-policy.ts';
export {
  type Cause,
  type Evidence,
  isSuppressedAt,
  type PendingSync,
  type Seen,
  type SuppressionRecord,
  type SyncState,
} from './suppression/record.ts';
export { release } from './suppression/release.ts';
export type { Fault, FaultCause } from './verdict/fault.ts';
export type { DsnFields } from './verdict/read-answer.ts';
export { type BounceVerdict, bounceVerdict } from './verdict/verdict.ts';
