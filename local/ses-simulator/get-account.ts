import { type Answer, ok } from './response.ts';
import type { Ses } from './state.ts';

const day = 24 * 60 * 60 * 1000;

/** GetAccount: what the account may do, and did. */
export function getAccount({ state, clock }: Ses): Answer {
  const { isSandbox, enforcement, sendingEnabled, suppressedReasons } = state.account;
  const sentLately = state.sent.filter(({ at }) => at > clock() - day);
  return ok({
    DedicatedIpAutoWarmupEnabled: false,
    EnforcementStatus: enforcement,
    ProductionAccessEnabled: !isSandbox,
    SendQuota: {
      Max24HourSend: isSandbox ? 200 : 50_000,
      MaxSendRate: isSandbox ? 1 : 14,
      SentLast24Hours: sentLately.reduce((sum, { destination }) => sum + destination.length, 0),
    },
    SendingEnabled: sendingEnabled,
    SuppressionAttributes: { SuppressedReasons: suppressedReasons },
    VdmAttributes: { VdmEnabled: 'DISABLED' },
  });
}
