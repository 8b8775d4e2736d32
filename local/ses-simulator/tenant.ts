import type { ListReason, SuppressedEntry } from './list-entry.ts';

/** Whose suppression list SES looks at. */
export type SuppressionScope = 'ACCOUNT' | 'TENANT';

/** A tenant: a customer of the account's owner, whose emails SES can pause alone. */
export type Tenant = {
  /** @default 'ACCOUNT' */
  suppressionScope?: SuppressionScope;
  /** @default both reasons */
  suppressedReasons?: ListReason[];
  /** The tenant's own list, by exact address. */
  readonly list: Map<string, SuppressedEntry>;
  /** ARNs of the identities and configuration sets with which the tenant may send. */
  resources: string[];
  /** What the owner has set. @default 'ENABLED' */
  customerStatus?: SendingStatus;
  /** What SES has set, and why. @default 'ENABLED' */
  sesStatus?: SendingStatus;
  sesCause?: string;
  /** @default 'standard' */
  reputationPolicy?: 'none' | 'standard' | 'strict';
  /** Open findings about the tenant's reputation. */
  findings?: { readonly type: 'BOUNCE' | 'COMPLAINT'; readonly impact: 'LOW' | 'HIGH'; readonly description: string }[];
};

export type SendingStatus = 'ENABLED' | 'DISABLED' | 'REINSTATED';
