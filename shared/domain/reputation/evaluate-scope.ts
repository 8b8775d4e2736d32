import { day, hour } from '../durations.ts';
import type { Policy } from '../policy/policy.ts';
import { awsLines, linesOf } from '../policy/thresholds.ts';
import { type Alarm, type AlarmName, advance, type Change, calm, type Judgement, speaksFor } from './alarm.ts';
import { type Stretch, tallyOf } from './counter-bucket.ts';
import { judgeTallies, quiet, type Status, type Tally, type Watch } from './cusum.ts';
import { headroomOf, judgeHeadroom } from './headroom.ts';
import { judgeEnforcement, judgeLoop } from './missing-feedback.ts';
import type { Notice } from './notice.ts';
import { type RateName, rateNames } from './rate-name.ts';
import { peakRate, type RollingRate, rollingRates } from './rolling-rates.ts';
import type { SesFacts } from './ses-metrics.ts';

/** All that one scope is judged by. */
export type Sight = {
  readonly scope: string;
  readonly stretches: readonly Stretch[];
  /** By the hour they came in. */
  readonly received: ReadonlyMap<number, number>;
  readonly alarms: readonly (AlarmName & { readonly alarm: Alarm })[];
  /** Of the account; for other scopes nothing. */
  readonly facts: SesFacts;
  readonly policy: Policy;
  readonly now: number;
  /** Mails sent from then on are not judged yet: their bounces can be known before they are. */
  readonly until: number;
  /** How many scopes are watched beside the account. */
  readonly scopes: number;
  /** Alarms of the account, which speak for those of its parts. */
  readonly speakers: readonly Standing[];
  /** The sending of this configuration set was paused by us, and somebody has resumed it. */
  readonly isResumed: boolean;
};

/** An alarm as it stands now. */
export type Standing = AlarmName & { readonly status: Status };

/** What a notice would say of an alarm, beside what the alarm itself knows. */
export type Figures = Pick<Notice, 'b' | 'n' | 'excessSince' | 'rates' | 'lines' | 'headroom' | 'ses'>;

/** An alarm with what was made of it. */
export type Judged = {
  readonly name: AlarmName;
  readonly before: Alarm;
  readonly judgement: Judgement;
  readonly figures: Omit<Figures, 'excessSince'> & { readonly excessSince?: number };
  /** Missing where nothing changes, and nothing is to be told. */
  readonly change?: Change;
};

type Ruled = Omit<Judged, 'judgement' | 'change'> & { readonly judgement: Omit<Judgement, 'isInhibited'> };

/** Holds every rule against a scope. Pure: what is to be written and told is the caller's to do. */
export function judgeScope(sight: Sight): Judged[] {
  const ofRates = rateNames.flatMap((metric) => judgeRate(sight, metric));
  const ruled = sight.scope === 'account' ? [...ofRates, ...judgeAccount(sight)] : ofRates;
  const standing: Standing[] = ruled.map(({ name, before, judgement }) => ({
    ...name,
    status: judgement.status ?? before.status,
  }));
  const speakers = [...standing, ...sight.speakers];
  return ruled.map((one, index) => {
    const self = standing[index] as Standing;
    const judgement = { ...one.judgement, isInhibited: speakers.some((speaker) => speaksFor(speaker, self)) };
    const change = advance(one.before, judgement, sight.now);
    return { ...one, judgement, ...(change && { change }) };
  });
}

function judgeRate(sight: Sight, metric: RateName): Ruled[] {
  const { scope, policy, facts, now, until } = sight;
  const tallies = sight.stretches.map((stretch) => tallyOf(stretch, metric));
  const { review, pause } = linesOf(policy, scope);
  const lines = { review: review[metric], pause: pause[metric] };
  const rates = rollingRates(tallies, until);
  const isSending = rates['24h'].n > 0;
  const excess = judgeExcess(sight, metric, tallies, lines.review);
  const { excessSince, b: bad, n: sent } = excess.figures;
  // While it goes wrong the next mails are like those since it began; otherwise like those of the last hours.
  const isExcess = excessSince !== undefined && excess.judgement.status !== 'ok';
  const recent = isExcess ? { b: bad, n: sent, hours: (until - excessSince) / hour } : { ...rates['6h'], hours: 6 };
  const headroom = headroomTo(lines, rates['24h'], recent);
  const common = { rates, lines, headroom };
  const ruled: Ruled[] = [
    {
      ...excess,
      judgement: { ...excess.judgement, isSending },
      figures: { ...excess.figures, ...common },
    },
  ];
  const series = facts.reputation?.[metric];
  if (scope !== 'account') return ruled;
  const name = { scope, rule: 'headroom', metric } as const;
  const before = alarmOf(sight, name);
  const newest = series?.at(-1)?.value;
  const worst = series?.filter(({ at }) => at >= (before.since ?? now - hour)).map(({ value }) => value) ?? [];
  // SES's own rate is held against SES's own line, whatever else is watched.
  const atSes = {
    review: Math.min(lines.review, awsLines.review[metric]),
    pause: Math.min(lines.pause, awsLines.pause[metric]),
  };
  const status = series && judgeHeadroom(before.status, series, atSes.review, policy.headroom);
  const peak = worst.length === 0 ? {} : { peak: { rate: Math.max(...worst) } };
  const { b, n } = rates['24h'];
  return [
    ...ruled,
    {
      name,
      before,
      judgement: { status, ...peak, isSending, pauses: false },
      figures: {
        b,
        n,
        rates,
        lines: atSes,
        headroom: headroomTo(atSes, rates['24h'], recent),
        ...(newest !== undefined && { ses: { rate: newest } }),
      },
    },
  ];
}

function judgeExcess(sight: Sight, metric: RateName, tallies: readonly Tally[], line: number) {
  const { scope, policy, until, scopes, isResumed } = sight;
  const name = { scope, rule: 'excess', metric } as const;
  const before = alarmOf(sight, name);
  const scopesWatched = scope === 'account' ? 1 : scopes;
  const verdict = judgeTallies({ status: before.status, ...before.watch }, tallies, {
    line,
    until,
    scopes: scopesWatched,
  });
  const isPaused = before.brake?.kind === 'done';
  const { status, ...watch } = isPaused ? afterPause(before, isResumed, until) : verdict.watch;
  const { b, n, since } = verdict.fold;
  // The mails that raised it were sent before it was raised.
  const peak = peakRate(tallies, Math.min(before.since ?? until, since), until);
  const { pauseOnCritical, atLeastSends } = policy.brake;
  const pauses = pauseOnCritical && scope.startsWith('configuration-set:') && n >= atLeastSends;
  return {
    name,
    before,
    judgement: { status, watch, ...(peak && { peak }), pauses },
    figures: { b, n, ...(Number.isFinite(since) && { excessSince: since }) },
  };
}

/** What is paused is over when a person resumes it, and nothing else ends it; what was before is no reason to pause it again. */
function afterPause({ status, watch }: Alarm, isResumed: boolean, until: number): Watch {
  return isResumed ? { ...quiet, from: until } : { status, ...watch };
}

/** What concerns the account as a whole, and no rate. */
function judgeAccount(sight: Sight): Ruled[] {
  const { scope, facts, now, received } = sight;
  const always = { isSending: true, pauses: false };
  const nothing = { b: 0, n: 0 };
  const enforcement = { scope, rule: 'enforcement' } as const;
  const loop = { scope, rule: 'loop' } as const;
  const [ofEnforcement, ofLoop] = [alarmOf(sight, enforcement), alarmOf(sight, loop)];
  const from = Math.floor(now / hour) * hour - day;
  const ours = [...received].reduce((sum, [start, count]) => sum + (start >= from ? count : 0), 0);
  const counted = facts.feedback === undefined ? undefined : { ses: facts.feedback, ours };
  // What SES counted before anybody listened here is no feedback that was lost.
  const starts = ofLoop.version === 0;
  const isListening = !starts && ofLoop.watch.from <= from;
  return [
    {
      name: enforcement,
      before: ofEnforcement,
      judgement: {
        status: judgeEnforcement(facts.enforcement),
        ...always,
      },
      figures: { ...nothing, ...(facts.enforcement !== undefined && { ses: { enforcement: facts.enforcement } }) },
    },
    {
      name: loop,
      before: ofLoop,
      judgement: {
        status: isListening && counted ? judgeLoop(ofLoop.status, counted) : undefined,
        isSending: counted !== undefined && counted.ses > 0,
        pauses: false,
        ...(starts && { starts, watch: { ...calm.watch, from: now } }),
      },
      figures: { ...nothing, ...(counted && { ses: { feedback: counted } }) },
    },
  ];
}

function alarmOf({ alarms }: Sight, name: AlarmName): Alarm {
  return alarms.find(({ rule, metric }) => rule === name.rule && metric === name.metric)?.alarm ?? calm;
}

/** From the rate of 24 hours to the review line, or to the pause line where that one is reached. The recent mails say where it goes. */
function headroomTo(
  lines: { readonly review: number; readonly pause: number },
  present: RollingRate,
  recent: { readonly b: number; readonly n: number; readonly hours: number },
): NonNullable<Notice['headroom']> {
  const to = present.b >= lines.review * present.n && present.n > 0 ? 'pause' : 'review';
  return { to, ofHours: recent.hours, ...headroomOf(present, lines[to], recent) };
}
