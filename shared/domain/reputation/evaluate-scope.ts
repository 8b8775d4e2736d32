import { day, hour } from '../durations.ts';
import type { Policy } from '../policy/policy.ts';
import { awsThresholds, thresholdsFor } from '../policy/thresholds.ts';
import {
  type Alarm,
  type AlarmChange,
  type AlarmName,
  advanceAlarm,
  inhibits,
  initialAlarm,
  type RuleResult,
} from './alarm.ts';
import { type CounterBucket, rateBucketOf } from './counter-bucket.ts';
import { type AlarmStatus, type CusumState, evaluateCusum, initialCusum, type RateBucket } from './cusum.ts';
import { evaluateNearThreshold, headroomOf } from './headroom.ts';
import { evaluateAccountStatus, evaluateMissingFeedback } from './missing-feedback.ts';
import type { Notice } from './notice.ts';
import { type RateName, rateNames } from './rate-name.ts';
import { peakRate, type RollingRate, rollingRates } from './rolling-rates.ts';
import type { SesMetrics } from './ses-metrics.ts';

/** All that one scope is judged by. */
export type ScopeSnapshot = {
  readonly scope: string;
  readonly buckets: readonly CounterBucket[];
  /** By the hour they came in. */
  readonly received: ReadonlyMap<number, number>;
  readonly alarms: readonly (AlarmName & { readonly alarm: Alarm })[];
  /** Of the account; for other scopes nothing. */
  readonly sesMetrics: SesMetrics;
  readonly policy: Policy;
  readonly now: number;
  /** Mails sent from then on are not judged yet: their bounces can be known before they are. */
  readonly until: number;
  /** How many scopes are watched beside the account. */
  readonly scopeCount: number;
  /** Alarms of the account, which speak for those of its parts. */
  readonly inhibitors: readonly CurrentAlarm[];
  /** The sending of this configuration set was paused by us, and somebody has resumed it. */
  readonly isResumed: boolean;
};

/** An alarm as it stands now. */
export type CurrentAlarm = AlarmName & { readonly status: AlarmStatus };

/** What a notice would say of an alarm, beside what the alarm itself knows. */
export type NoticeFigures = Pick<
  Notice,
  'bad' | 'total' | 'elevatedSince' | 'rates' | 'thresholds' | 'headroom' | 'ses'
>;

/** An alarm with what was made of it. */
export type EvaluatedAlarm = {
  readonly name: AlarmName;
  readonly before: Alarm;
  readonly result: RuleResult;
  readonly figures: Omit<NoticeFigures, 'elevatedSince'> & { readonly elevatedSince?: number };
  /** Missing where nothing changes, and nothing is to be told. */
  readonly change?: AlarmChange;
};

type Ruled = Omit<EvaluatedAlarm, 'result' | 'change'> & { readonly result: Omit<RuleResult, 'isInhibited'> };

/** Holds every rule against a scope. Pure: what is to be written and told is the caller's to do. */
export function evaluateScope(sight: ScopeSnapshot): EvaluatedAlarm[] {
  const ofRates = rateNames.flatMap((metric) => judgeRate(sight, metric));
  const ruled = sight.scope === 'account' ? [...ofRates, ...judgeAccount(sight)] : ofRates;
  const standing: CurrentAlarm[] = ruled.map(({ name, before, result }) => ({
    ...name,
    status: result.status ?? before.status,
  }));
  const speakers = [...standing, ...sight.inhibitors];
  return ruled.map((one, index) => {
    const self = standing[index] as CurrentAlarm;
    const result = { ...one.result, isInhibited: speakers.some((speaker) => inhibits(speaker, self)) };
    const change = advanceAlarm(one.before, result, sight.now);
    return { ...one, result, ...(change && { change }) };
  });
}

function judgeRate(sight: ScopeSnapshot, metric: RateName): Ruled[] {
  const { scope, policy, sesMetrics, now, until } = sight;
  const tallies = sight.buckets.map((stretch) => rateBucketOf(stretch, metric));
  const { review, pause } = thresholdsFor(policy, scope);
  const thresholds = { review: review[metric], pause: pause[metric] };
  const rates = rollingRates(tallies, until);
  const isSending = rates['24h'].total > 0;
  const excess = judgeExcess(sight, metric, tallies, thresholds.review);
  const { elevatedSince, bad: elevatedBad, total: elevatedTotal } = excess.figures;
  // While it goes wrong the next mails are like those since it began; otherwise like those of the last hours.
  const isExcess = elevatedSince !== undefined && excess.result.status !== 'ok';
  const recent = isExcess
    ? { bad: elevatedBad, total: elevatedTotal, hours: (until - elevatedSince) / hour }
    : { ...rates['6h'], hours: 6 };
  const headroom = headroomTo(thresholds, rates['24h'], recent);
  const common = { rates, thresholds, headroom };
  const ruled: Ruled[] = [
    {
      ...excess,
      result: { ...excess.result, isSending },
      figures: { ...excess.figures, ...common },
    },
  ];
  const series = sesMetrics.reputation?.[metric];
  if (scope !== 'account') return ruled;
  const name = { scope, rule: 'near-threshold', metric } as const;
  const before = alarmOf(sight, name);
  const newest = series?.at(-1)?.value;
  const worst = series?.filter(({ at }) => at >= (before.since ?? now - hour)).map(({ value }) => value) ?? [];
  // SES's own rate is held against SES's own line, whatever else is watched.
  const atSes = {
    review: Math.min(thresholds.review, awsThresholds.review[metric]),
    pause: Math.min(thresholds.pause, awsThresholds.pause[metric]),
  };
  const status = series && evaluateNearThreshold(before.status, series, atSes.review, policy.headroom);
  const peak = worst.length === 0 ? {} : { peak: { rate: Math.max(...worst) } };
  const { bad, total } = rates['24h'];
  return [
    ...ruled,
    {
      name,
      before,
      result: { status, ...peak, isSending, requestsPause: false },
      figures: {
        bad,
        total,
        rates,
        thresholds: atSes,
        headroom: headroomTo(atSes, rates['24h'], recent),
        ...(newest !== undefined && { ses: { rate: newest } }),
      },
    },
  ];
}

function judgeExcess(sight: ScopeSnapshot, metric: RateName, tallies: readonly RateBucket[], line: number) {
  const { scope, policy, until, scopeCount, isResumed } = sight;
  const name = { scope, rule: 'rate-exceeded', metric } as const;
  const before = alarmOf(sight, name);
  const scopesWatched = scope === 'account' ? 1 : scopeCount;
  const verdict = evaluateCusum({ status: before.status, ...before.cusum }, tallies, {
    line,
    until,
    scopes: scopesWatched,
  });
  const isPaused = before.autoPause?.kind === 'done';
  const { status, ...cusum } = isPaused ? afterPause(before, isResumed, until) : verdict.state;
  const { bad, total, since } = verdict.sums;
  // The mails that raised it were sent before it was raised.
  const peak = peakRate(tallies, Math.min(before.since ?? until, since), until);
  const { enabled, minSends } = policy.autoPause;
  const requestsPause = enabled && scope.startsWith('configuration-set:') && total >= minSends;
  return {
    name,
    before,
    result: { status, cusum, ...(peak && { peak }), requestsPause },
    figures: { bad, total, ...(Number.isFinite(since) && { elevatedSince: since }) },
  };
}

/** What is paused is over when a person resumes it, and nothing else ends it; what was before is no reason to pause it again. */
function afterPause({ status, cusum }: Alarm, isResumed: boolean, until: number): CusumState {
  return isResumed ? { ...initialCusum, from: until } : { status, ...cusum };
}

/** What concerns the account as a whole, and no rate. */
function judgeAccount(sight: ScopeSnapshot): Ruled[] {
  const { scope, sesMetrics, now, received } = sight;
  const always = { isSending: true, requestsPause: false };
  const nothing = { bad: 0, total: 0 };
  const enforcement = { scope, rule: 'account-status' } as const;
  const loop = { scope, rule: 'missing-feedback' } as const;
  const [ofEnforcement, ofLoop] = [alarmOf(sight, enforcement), alarmOf(sight, loop)];
  const from = Math.floor(now / hour) * hour - day;
  const countedHere = [...received].reduce((sum, [start, count]) => sum + (start >= from ? count : 0), 0);
  const counted =
    sesMetrics.feedbackCount === undefined ? undefined : { ses: sesMetrics.feedbackCount, received: countedHere };
  // What SES counted before anybody listened here is no feedback that was lost.
  const startsWatching = ofLoop.version === 0;
  const isListening = !startsWatching && ofLoop.cusum.from <= from;
  return [
    {
      name: enforcement,
      before: ofEnforcement,
      result: {
        status: evaluateAccountStatus(sesMetrics.enforcementStatus),
        ...always,
      },
      figures: {
        ...nothing,
        ...(sesMetrics.enforcementStatus !== undefined && { ses: { enforcementStatus: sesMetrics.enforcementStatus } }),
      },
    },
    {
      name: loop,
      before: ofLoop,
      result: {
        status: isListening && counted ? evaluateMissingFeedback(ofLoop.status, counted) : undefined,
        isSending: counted !== undefined && counted.ses > 0,
        requestsPause: false,
        ...(startsWatching && { startsWatching, cusum: { ...initialAlarm.cusum, from: now } }),
      },
      figures: { ...nothing, ...(counted && { ses: { feedback: counted } }) },
    },
  ];
}

function alarmOf({ alarms }: ScopeSnapshot, name: AlarmName): Alarm {
  return alarms.find(({ rule, metric }) => rule === name.rule && metric === name.metric)?.alarm ?? initialAlarm;
}

/** From the rate of 24 hours to the review line, or to the pause line where that one is reached. The recent mails say where it goes. */
function headroomTo(
  lines: { readonly review: number; readonly pause: number },
  present: RollingRate,
  recent: { readonly bad: number; readonly total: number; readonly hours: number },
): NonNullable<Notice['headroom']> {
  const to = present.bad >= lines.review * present.total && present.total > 0 ? 'pause' : 'review';
  return { to, basedOnHours: recent.hours, ...headroomOf(present, lines[to], recent) };
}
