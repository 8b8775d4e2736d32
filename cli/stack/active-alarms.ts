import { defined } from '../../shared/domain/defined.ts';
import { labels } from '../../shared/domain/reputation/format-rate.ts';
import type { RateName } from '../../shared/domain/reputation/rate-name.ts';
import type { ReputationStore, ScopeState } from '../../shared/monitoring/reputation-store.ts';

/** An alarm that is raised. */
export type ActiveAlarm = {
  readonly rule: ScopeState['alarms'][number]['rule'];
  readonly metric?: RateName;
  readonly cause?: string;
  readonly status: 'approaching' | 'critical';
  /** Epoch milliseconds. */
  readonly since: number;
  readonly isNoticePublished: boolean;
};

/** Returns the raised alarms of a scope. */
export function activeAlarms({ alarms }: ScopeState): ActiveAlarm[] {
  return alarms.flatMap(({ rule, metric, cause, alarm: { status, since = 0, pending } }) =>
    status === 'ok'
      ? []
      : [{ rule, ...defined({ metric, cause }), status, since, isNoticePublished: pending === undefined }],
  );
}

/** Scopes whose alarms are read at the same time. */
const scopesAtOnce = 20;

/** Returns the raised alarms of the account and of every known scope. */
export async function activeAlarmsOfAll(
  store: ReputationStore,
  now: number,
): Promise<readonly ({ readonly scope: string } & ActiveAlarm)[]> {
  const scopes = ['account', ...(await store.knownScopes())];
  const alarms: ({ readonly scope: string } & ActiveAlarm)[] = [];
  for (let from = 0; from < scopes.length; from += scopesAtOnce) {
    const batch = scopes.slice(from, from + scopesAtOnce);
    const states = await Promise.all(batch.map(async (scope) => [scope, await store.read(scope, now, false)] as const));
    for (const [scope, state] of states) alarms.push(...activeAlarms(state).map((alarm) => ({ scope, ...alarm })));
  }
  return alarms;
}

/** Returns the name of an alarm in text for people: `bounce rate (rule rate-exceeded)`. */
export function nameAlarm({ rule, metric, cause }: Pick<ActiveAlarm, 'rule' | 'metric' | 'cause'>): string {
  if (rule === 'rate-exceeded' || rule === 'near-threshold')
    return `${labels.rates[metric ?? 'bounceRate']} (rule ${rule})`;
  const ofComplaints = metric === 'complaintRate' ? ' (complaints)' : '';
  return `${labels.rules[rule]}${ofComplaints}${cause === undefined ? '' : ` (${cause})`}`;
}
