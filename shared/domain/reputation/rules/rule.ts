import type { Alarm } from '../alarm.ts';
import type { AlarmName } from '../alarm-name.ts';
import type { Notice } from '../notice.ts';
import type { RuleResult } from '../rule-result.ts';
import type { ScopeSnapshot } from '../scope-snapshot.ts';
import type { RateMeasurements } from './measure-rate.ts';

/** A rule for one alarm of a scope. */
export type ScopeRule = {
  /** Returns whether the rule applies to a scope. Missing: it applies to every scope. */
  readonly appliesTo?: (scope: string) => boolean;
  readonly evaluate: (snapshot: ScopeSnapshot, measured: RateMeasurements) => RuleEvaluation;
};

/** The result of a rule, with the alarm before and the figures behind it. */
export type RuleEvaluation = {
  readonly name: AlarmName;
  /** The alarm as stored. */
  readonly before: Alarm;
  readonly result: RuleResult;
  readonly figures: NoticeFigures;
};

/** The figures that a notice reports in addition to the state of the alarm. */
export type NoticeFigures = Pick<
  Notice,
  | 'bad'
  | 'total'
  | 'rates'
  | 'thresholds'
  | 'headroom'
  | 'ses'
  | 'awsRate'
  | 'senderFault'
  | 'providerOutage'
  | 'pauseObstacle'
> & {
  /** Epoch milliseconds. */
  readonly elevatedSince?: number;
};
