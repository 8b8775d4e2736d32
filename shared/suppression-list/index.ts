// The npm package's entry `ses-feedback`.

export type { Reason } from '../domain/feedback/recipient-event.ts';
export type { Attribution } from '../domain/suppression/attribution.ts';
export type { CallOptions } from './call-options.ts';
export { createSuppressionList } from './create-suppression-list.ts';
export {
  AllRecipientsSuppressedError,
  InvalidAddressError,
  NoRecipientsError,
  SnapshotError,
  SuppressionStoreError,
} from './errors.ts';
export type { ConnectionOptions, GuardOptions, ListOptions, SuppressionListOptions } from './options.ts';
export type { Snapshot, SnapshotOptions } from './snapshot.ts';
export type { SuppressionList } from './suppression-list.ts';
export type { Allowed, Invalid, Suppressed, Verdict } from './verdict.ts';
