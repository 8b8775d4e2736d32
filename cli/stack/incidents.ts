import { createDynamoDBClient } from '../../shared/aws/dynamodb/client.ts';
import { createReputationTable } from '../../shared/aws/dynamodb/reputation-table.ts';
import type { Reason } from '../../shared/domain/feedback/recipient-event.ts';
import type { ProviderIncident } from '../../shared/domain/reputation/provider-incident.ts';
import { UsageError } from '../io/errors.ts';
import type { Stack } from './stack.ts';

/** Returns the outages of providers that a stack has seen, oldest first. */
export function readIncidents({ region, reputationTable }: Stack): Promise<ProviderIncident[]> {
  const client = createDynamoDBClient({ region });
  return createReputationTable({ client, reputationTable, clock: Date.now }).incidents();
}

/** What SES calls a permanent bounce suppresses for one of these reasons. */
export const incidentReasons: readonly Reason[] = ['hard', 'policy-block', 'ses-list'];

/** What selects the addresses that were suppressed in an incident. `until` is missing while it lasts. */
export type IncidentSelection = {
  readonly provider: string;
  readonly since: Date;
  readonly until?: Date;
  readonly isOutage: true;
};

/**
 * Returns what selects the addresses of an incident.
 *
 * @throws UsageError if there is no incident with this id
 */
export async function selectIncident(stack: Stack, id: string): Promise<IncidentSelection> {
  const found = (await readIncidents(stack)).find((one) => one.id === id);
  if (found === undefined)
    throw new UsageError(`There is no incident ${id.slice(0, 40)}. To see them, run: npx ses-feedback incidents`);
  const { provider, from, to } = found;
  return { provider, isOutage: true, since: new Date(from), ...(to !== undefined && { until: new Date(to) }) };
}

/**
 * An incident selects by provider and time itself.
 *
 * @throws UsageError if they are given as well
 */
export function assertIncidentAlone(options: {
  readonly incident?: string;
  readonly provider?: unknown;
  readonly since?: Date;
  readonly until?: Date;
}): void {
  const given = (['provider', 'since', 'until'] as const).filter((name) => options[name] !== undefined);
  if (options.incident !== undefined && given.length > 0)
    throw new UsageError(
      `--incident selects by provider and time. Leave out ${given.map((name) => `--${name}`).join(', ')}.`,
    );
}
