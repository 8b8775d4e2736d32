export { createSuppressionList, type SuppressionListOptions } from './create-suppression-list.ts';
export {
  AllRecipientsSuppressedError,
  InvalidAddressError,
  NoRecipientsError,
  SnapshotError,
  SuppressionStoreError,
} from './errors.ts';
export type { GuardOptions } from './guard-ses.ts';
export type { Snapshot, SnapshotOptions } from './snapshot.ts';
export type { CallOptions, ChangeNote, ListOptions, SuppressionList } from './suppression-list.ts';
export type { Allowed, Invalid, Suppressed, Verdict } from './verdict.ts';
