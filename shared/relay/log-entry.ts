import type { RecipientResult } from './delivery-state.ts';
import type { ScanVerdict } from './inbound-email.ts';

/** A log entry of the relay. No entry contains an address. `message` is SES's id of the email, or the SQS message. */
export type RelayLogEntry =
  /** The server answered, for so many recipients. */
  | {
      readonly kind: 'answered';
      readonly message: string;
      readonly accepted: number;
      readonly deferred: number;
      readonly refused: number;
    }
  /** `mayBeDelivered`: the server may have accepted the email all the same, so that a second copy is possible. */
  | {
      readonly kind: 'unreachable';
      readonly message: string;
      readonly reason: string;
      readonly mayBeDelivered: boolean;
    }
  | { readonly kind: 'report'; readonly message: string; readonly results: readonly RecipientResult['kind'][] }
  /** Spam, or with a virus: it stays in the bucket, under this key. */
  | {
      readonly kind: 'dropped';
      readonly message: string;
      readonly spam: ScanVerdict;
      readonly virus: ScanVerdict;
      readonly key: string;
    }
  | { readonly kind: 'given-up'; readonly message: string; readonly reasons: readonly string[] }
  | { readonly kind: 'error'; readonly message: string; readonly reason: string };

export type RelayLog = (entry: RelayLogEntry) => void;
