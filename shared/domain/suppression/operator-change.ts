import { defined } from '../defined.ts';
import type { Reason } from '../feedback/recipient-event.ts';
import type { Attribution } from './attribution.ts';
import { isSuppressedAt, type SuppressionRecord } from './record.ts';

/** What a person or an application changed about an address. It is kept for 400 days and never overwritten. Times are epoch milliseconds. */
export type OperatorChange = Attribution & {
  readonly address: string;
  /** The list that was changed. Missing if it is the account's. */
  readonly list?: string;
  readonly action: 'suppressed' | 'released' | 'imported' | 'erased';
  readonly at: number;
  /** When the manual suppression ends. Missing if it is permanent, and for other actions. */
  readonly until?: number;
  /** What suppressed the address until then. Missing if nothing did. */
  readonly before?: { readonly reason: Reason; readonly since: number; readonly until?: number };
};

/** Returns what an operator's change replaces: the suppression that applied at time `now`, if there was one. */
export function suppressionAt(record: SuppressionRecord | undefined, now: number): Pick<OperatorChange, 'before'> {
  const { reason, since, until } = record ?? {};
  if (!isSuppressedAt(record, now) || reason === undefined || since === undefined) return {};
  return { before: { reason, since, ...defined({ until }) } };
}
