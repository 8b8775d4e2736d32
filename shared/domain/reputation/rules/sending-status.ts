import { defined } from '../../defined.ts';
import type { AlarmStatus } from '../alarm-status.ts';
import { rateBucketOf } from '../counter-bucket.ts';
import type { EntityStatus } from '../entity-status.ts';
import { rollingRates } from '../rolling-rates.ts';
import { type ScopeSnapshot, storedAlarm } from '../scope-snapshot.ts';
import type { RuleEvaluation } from './rule.ts';

/** Evaluates whether SES has paused a tenant (`critical`), or has an open finding about its reputation (`approaching`). */
export function evaluateSendingStatus(snapshot: ScopeSnapshot): RuleEvaluation {
  const { scope, entityStatuses, buckets, until } = snapshot;
  const name = { scope, rule: 'sending-status' } as const;
  const entity = entityStatuses?.get(scope);
  const rates = rollingRates(
    buckets.map((bucket) => rateBucketOf(bucket, 'bounceRate')),
    until,
  );
  return {
    name,
    before: storedAlarm(snapshot, name),
    result: {
      status: entityStatuses === undefined ? undefined : statusFor(entity),
      isSending: rates['24h'].total > 0,
      requestsPause: false,
    },
    figures: { bad: 0, total: 0, ...defined({ ses: entity && { entity } }) },
  };
}

function statusFor(entity: EntityStatus | undefined): AlarmStatus {
  if (entity?.isPausedBySes) return 'critical';
  return entity?.impact === undefined ? 'ok' : 'approaching';
}
