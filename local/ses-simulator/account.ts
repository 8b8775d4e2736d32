import { defined } from '../../shared/domain/defined.ts';
import { isListReason } from './address.ts';
import { type Json, objectOf, stringsOf } from './json.ts';
import { type ApiResponse, badRequest, ok } from './response.ts';
import type { Ses } from './state.ts';

const dayMs = 24 * 60 * 60 * 1000;

/** GetAccount: returns the status, quota and suppression settings of the account. */
export function getAccount({ state, clock }: Ses): ApiResponse {
  const { isSandbox, enforcementStatus, isSendingEnabled, suppressedReasons, validation } = state.account;
  const sentToday = state.sent.filter(({ at }) => at > clock() - dayMs);
  return ok({
    DedicatedIpAutoWarmupEnabled: false,
    EnforcementStatus: enforcementStatus,
    ProductionAccessEnabled: !isSandbox,
    SendQuota: {
      Max24HourSend: isSandbox ? 200 : 50_000,
      MaxSendRate: isSandbox ? 1 : 14,
      SentLast24Hours: sentToday.reduce((sum, { destination }) => sum + destination.length, 0),
    },
    SendingEnabled: isSendingEnabled,
    SuppressionAttributes: { SuppressedReasons: suppressedReasons, ...defined({ ValidationAttributes: validation }) },
    VdmAttributes: { VdmEnabled: 'DISABLED' },
  });
}

/** PutAccountSuppressionAttributes: sets the reasons for which SES suppresses addresses itself. */
export function putAccountSuppressionAttributes(input: Json, { state }: Ses): ApiResponse {
  const reasons = stringsOf(input.SuppressedReasons);
  if (!reasons.every(isListReason)) return badRequest('SuppressedReasons must be BOUNCE or COMPLAINT.');
  state.account.suppressedReasons = reasons;
  if (input.ValidationAttributes === undefined) delete state.account.validation;
  else state.account.validation = objectOf(input.ValidationAttributes);
  return ok();
}
