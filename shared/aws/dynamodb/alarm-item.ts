import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type { Alarm, AlarmName, AlarmRule } from '../../domain/reputation/alarm.ts';
import type { RateName } from '../../domain/reputation/rate-name.ts';
import type { Item } from './suppression-item.ts';

/** Sorts behind the hours and days of its scope, so one query reads them all. */
export const alarmPrefix = 'alarm#';

export function alarmKey({ scope, rule, metric }: AlarmName): { scope: string; hour: string } {
  return { scope, hour: `${alarmPrefix}${rule}${metric === undefined ? '' : `#${metric}`}` };
}

/**
 * Times in epoch milliseconds, the notice as JSON. It never expires: an alarm that began again at version 1 would give two notices one
 * id.
 */
export function toAlarmItem(name: AlarmName, alarm: Alarm): Item {
  const { watch, pending, brake, ...rest } = alarm;
  return marshall({
    ...alarmKey(name),
    ...rest,
    ...(Number.isFinite(watch.from) && { from: watch.from }),
    ...(Number.isFinite(watch.raisedAt) && { raisedAt: watch.raisedAt }),
    ...(pending && { pending: JSON.stringify(pending.notice), retryAt: pending.retryAt }),
    ...(brake && { brake: brake.kind }),
    ...(brake?.kind === 'done' && { pausedAt: brake.at }),
    ...(brake?.kind === 'failed' && { pauseFault: brake.reason }),
  });
}

export function fromAlarmItem(item: Item): AlarmName & { readonly alarm: Alarm } {
  const { scope, hour, from, raisedAt, pending, retryAt, brake, pausedAt, pauseFault, ...rest } = unmarshall(item);
  const [, rule, metric] = String(hour).split('#');
  return {
    scope: String(scope),
    rule: rule as AlarmRule,
    ...(metric !== undefined && { metric: metric as RateName }),
    alarm: {
      // Written by nobody but toAlarmItem.
      ...(rest as Pick<Alarm, 'status' | 'announced' | 'version'>),
      watch: { from: from ?? Number.NEGATIVE_INFINITY, raisedAt: raisedAt ?? Number.POSITIVE_INFINITY },
      ...(pending !== undefined && { pending: { notice: JSON.parse(pending), retryAt } }),
      ...(brake === 'due' && { brake: { kind: 'due' } }),
      ...(brake === 'done' && { brake: { kind: 'done', at: pausedAt } }),
      ...(brake === 'failed' && { brake: { kind: 'failed', reason: pauseFault } }),
    },
  };
}
