import type { AddressKey } from '../../../shared/domain/address.ts';
import type { Policy } from '../../../shared/domain/policy/policy.ts';
import { homeRegion } from '../../../shared/domain/suppression/account-list-state.ts';
import {
  type Cause,
  emptyRecord,
  type SuppressionRecord,
  type SyncState,
} from '../../../shared/domain/suppression/record.ts';
import { noon } from '../../support/ses.ts';

export const address = 'ann@example.net' as AddressKey;
export const permanent: Cause = { since: noon, last: noon + 1 };
export const until = (end: number): Cause => ({ ...permanent, until: end });
export const released = { at: noon + 500, by: 'op', note: 'test' };

export const record = (fields: Partial<SuppressionRecord> = {}): SuppressionRecord => ({
  ...emptyRecord(address),
  ...fields,
});
export const settings = (mode: Policy['accountList']['mode'], regions: string[] = []) => ({ mode, regions });
export const state = (value: string, at = noon): SyncState => ({ value, at });
/** The sync state of the home Region alone. */
export const home = (value: string, at = noon) => ({ [homeRegion]: state(value, at) });
