import { describeConfiguration, toMarkdown } from '../audit/describe-configuration.ts';
import type { CliIO, ExitCode } from '../io/cli-io.ts';
import { loadPolicy } from '../io/files.ts';
import { createProgress } from '../io/progress.ts';
import { sanitize, sanitizeJson } from '../io/sanitize.ts';
import { openStack, type StackOptions } from '../io/stack-options.ts';
import { inspectStack } from '../stack/inspect.ts';

export type AuditOptions = StackOptions & { readonly format: 'json' | 'markdown'; readonly policy?: string };

/** Version of the JSON that the command prints. */
const schemaVersion = 1;

/** Runs the command `audit`, which only reads. Exit code 6: a part could not be read; the output has the reason in its place. */
export async function auditCommand({ format, policy: file, ...options }: AuditOptions, io: CliIO): Promise<ExitCode> {
  const policy = await loadPolicy(file, io);
  const { clients, stack } = await openStack(options, io);
  const progress = createProgress(io.stderr).show;
  const inventory = await inspectStack({ clients, stack, clock: Date.now, progress });
  const audit = describeConfiguration(inventory, policy);
  if (format === 'json') io.stdout.write(sanitizeJson({ schemaVersion, ...audit }));
  else {
    const lines = toMarkdown(audit, `${stack.name} in ${stack.region}`).split('\n');
    io.stdout.write(lines.map(sanitize).join('\n'));
  }
  const { account, configurationSets, identities, subscribers, streams } = inventory;
  const parts = [account, configurationSets, identities, subscribers, ...Object.values(streams)];
  return parts.some((part) => 'error' in part) ? 6 : 0;
}
