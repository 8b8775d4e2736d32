import { describeError } from '../domain/describe-error.ts';
import type { EvaluatedAlarm } from '../domain/reputation/evaluate-scope.ts';
import { incidentOf } from '../domain/reputation/provider-incident.ts';
import type { ReputationStore } from './reputation-store.ts';

/**
 * Writes the outages that the alarms are about. Returns the alarms whose outage could not be written: they must not change, so that the next run
 * writes it. The other alarms do not wait.
 */
export async function saveIncidents(
  evaluated: readonly EvaluatedAlarm[],
  now: number,
  { store }: { readonly store: ReputationStore },
  errors: string[],
): Promise<ReadonlySet<EvaluatedAlarm>> {
  const unsaved = new Set<EvaluatedAlarm>();
  for (const one of evaluated) {
    const incident = incidentOf(one, now);
    if (incident === undefined) continue;
    await store.saveIncident(incident).catch((error: unknown) => {
      unsaved.add(one);
      errors.push(describeError(error));
    });
  }
  return unsaved;
}
