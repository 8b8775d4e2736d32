// The package's entry `ses-feedback/feedback`: the rules, for who has a transport and a store of their own.
export { type Address, type AddressKey, parseAddress } from './address.ts';
export { classify } from './feedback/classify.ts';
export { type RawBatch, type RawMessage, unwrapBatch } from './feedback/envelope.ts';
export type {
  Bounce,
  Complaint,
  FeedbackEvent,
  ParsedMessage,
  TrustedSources,
  VolumeEvent,
} from './feedback/feedback-event.ts';
export { parse } from './feedback/parse.ts';
export type { Metric, Reason, RecipientEvent } from './feedback/recipient-event.ts';
export type { FeedbackClass } from './feedback/rules.ts';
export { defaultPolicy, type Policy, readPolicy } from './policy/policy.ts';
export { type Count, type Decision, decide } from './suppression/decide.ts';
export { isSuppressedAt, type SuppressionRecord } from './suppression/record.ts';
export { release } from './suppression/release.ts';
