import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { defined } from '../../domain/defined.ts';
import type { Alarm, AutoPauseState } from '../../domain/reputation/alarm.ts';
import type { AlarmName } from '../../domain/reputation/alarm-name.ts';
import type { RateName } from '../../domain/reputation/rate-name.ts';
import type { FaultCause } from '../../domain/verdict/fault.ts';
import type { Item } from './item.ts';
import {
  fromStoredNotice,
  fromStoredPeak,
  ruleOf,
  storedRules,
  toStoredNotice,
  toStoredPeak,
} from './stored-notice.ts';

/** Sorts after the hours and days of its scope, so that one query reads all of them. */
export const alarmPrefix = 'alarm#';

/** Returns the key of an alarm's item. */
export function alarmKey({ scope, rule, metric, cause }: AlarmName): { scope: string; hour: string } {
  const which = metric ?? cause;
  return { scope, hour: `${alarmPrefix}${storedRules[rule]}${which === undefined ? '' : `#${which}`}` };
}

/**
 * Converts an alarm to its item: times in epoch milliseconds, the pending notice as JSON. The item never expires,
 * because an alarm that started again at version 1 would give two notices the same id.
 */
export function toAlarmItem(name: AlarmName, alarm: Alarm): Item {
  const { cusum, peak, pending, autoPause, notifiedAt, inhibitedAt, ...rest } = alarm;
  return marshall({
    ...alarmKey(name),
    ...rest,
    ...defined({ toldAt: notifiedAt, spokenForAt: inhibitedAt, peak: peak && toStoredPeak(peak) }),
    ...(Number.isFinite(cusum.from) && { from: cusum.from }),
    ...(Number.isFinite(cusum.raisedAt) && { raisedAt: cusum.raisedAt }),
    ...(pending && { pending: JSON.stringify(toStoredNotice(pending.notice)), retryAt: pending.retryAt }),
    ...(autoPause && autoPauseAttributes(autoPause)),
  });
}

/** Returns the attributes that store what became of an automatic pause. */
export function autoPauseAttributes(state: AutoPauseState): Record<string, string | number> {
  switch (state.kind) {
    case 'due':
      return { brake: 'due', ...defined({ brakeTriedAt: state.triedAt }) };
    case 'done':
      return { brake: 'done', pausedAt: state.at };
    case 'failed':
      return { brake: 'failed', pauseFault: state.reason };
    default:
      return state satisfies never;
  }
}

/** Reads an alarm from its item, as this version or an earlier one wrote it. */
export function fromAlarmItem(item: Item): AlarmName & { readonly alarm: Alarm } {
  const { scope, hour, from, raisedAt, pending, retryAt, brake, brakeTriedAt, pausedAt, pauseFault, ...others } =
    unmarshall(item);
  const { toldAt, spokenForAt, peak, ...rest } = others;
  const [, storedRule, which] = String(hour).split('#');
  const rule = ruleOf(String(storedRule));
  return {
    scope: String(scope),
    rule,
    ...(rule === 'sender-fault' ? { cause: which as FaultCause } : defined({ metric: which as RateName | undefined })),
    // Only toAlarmItem writes these items.
    alarm: {
      ...rest,
      ...defined({
        notifiedAt: toldAt as number | undefined,
        inhibitedAt: spokenForAt as number | undefined,
        peak: peak && fromStoredPeak(peak),
      }),
      cusum: { from: from ?? Number.NEGATIVE_INFINITY, raisedAt: raisedAt ?? Number.POSITIVE_INFINITY },
      ...(pending !== undefined && { pending: { notice: fromStoredNotice(JSON.parse(pending)), retryAt } }),
      ...(brake === 'due' && { autoPause: { kind: 'due', ...defined({ triedAt: brakeTriedAt }) } }),
      ...(brake === 'done' && { autoPause: { kind: 'done', at: pausedAt } }),
      ...(brake === 'failed' && { autoPause: { kind: 'failed', reason: pauseFault } }),
    } as Alarm,
  };
}
