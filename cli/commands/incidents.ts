import { formatCount } from '../../shared/domain/reputation/format-rate.ts';
import type { ProviderIncident } from '../../shared/domain/reputation/provider-incident.ts';
import { formatTimestamp } from '../../shared/domain/timestamp.ts';
import type { CliIO, ExitCode } from '../io/cli-io.ts';
import { formatTime } from '../io/format.ts';
import { sanitizeJson } from '../io/sanitize.ts';
import { openStack, type StackOptions } from '../io/stack-options.ts';
import { formatTable, tableWidth } from '../io/table.ts';
import { readIncidents } from '../stack/incidents.ts';
import { commandLocation } from '../stack/stack.ts';

export type IncidentsOptions = StackOptions & { readonly json?: true };

/** Version of the JSON that the command prints. */
const schemaVersion = 1;

/** Runs the command `incidents`, which only reads. Exit code 3: none is known. */
export async function incidentsCommand(
  { json, ...options }: IncidentsOptions,
  { stdout, stderr }: CliIO,
): Promise<ExitCode> {
  const { stack } = await openStack(options, { stderr });
  const incidents = (await readIncidents(stack)).reverse();
  if (json) {
    stdout.write(sanitizeJson({ schemaVersion, incidents: incidents.map(toJson) }));
    return incidents.length === 0 ? 3 : 0;
  }
  if (incidents.length === 0) {
    stdout.write('No outage of a provider is known.\n');
    return 3;
  }
  const table = formatTable(
    incidents,
    [
      { heading: 'incident', text: ({ id }: ProviderIncident) => id },
      { heading: 'provider', text: ({ provider }: ProviderIncident) => provider },
      { heading: 'from', text: ({ from }: ProviderIncident) => formatTime(from) },
      { heading: 'to', text: ({ to }: ProviderIncident) => (to === undefined ? 'lasts' : formatTime(to)) },
      { heading: 'bounces in 2 h', text: ({ bounces }: ProviderIncident) => formatCount(bounces), align: 'right' },
    ],
    tableWidth(stdout),
  );
  const selection = `--stack ${stack.name} --region ${stack.region}`;
  const [newest] = incidents;
  stdout.write(
    `${[
      ...table,
      '',
      `The addresses:   npx ses-feedback list --incident ${newest?.id} ${selection}`,
      `To send again:   npx ses-feedback list --incident ${newest?.id} ${selection} --format csv --limit all`,
      `To release them: npx ses-feedback release --incident ${newest?.id} ${selection} --note outage`,
      commandLocation,
    ].join('\n')}\n`,
  );
  return 0;
}

function toJson({ from, to, ...incident }: ProviderIncident) {
  return { ...incident, from: formatTimestamp(from), to: to === undefined ? null : formatTimestamp(to) };
}
