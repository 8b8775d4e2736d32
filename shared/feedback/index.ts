// The package's entry `ses-feedback/feedback`: the rules, for who has a transport and a store of their own.
export { type Address, type AddressKey, parseAddress } from './address.ts';
export { classify } from './classify.ts';
export { type Count, type Decision, decide } from './decide.ts';
export { type Batch, type Delivery, openBatch } from './envelope.ts';
export type { Bounce, Complaint, FeedbackEvent, Ours, ParsedMessage, VolumeEvent } from './feedback-event.ts';
export { parse } from './parse.ts';
export { defaultPolicy, type Policy, readPolicy } from './policy.ts';
export type { Metric, Reason, RecipientEvent } from './recipient-event.ts';
export { release } from './release.ts';
export type { FeedbackClass } from './rules.ts';
export { isSuppressedAt, type SuppressionRecord } from './suppression-record.ts';
