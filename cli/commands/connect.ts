import { type ConnectionPlan, planConnection, type SettingChange, type UnchangedSetting } from '../connect/plan.ts';
import type { CliIO, ExitCode } from '../io/cli-io.ts';
import { UsageError } from '../io/errors.ts';
import { formatList, formatQuantity } from '../io/format.ts';
import { createProgress } from '../io/progress.ts';
import { sanitize, sanitizeJson } from '../io/sanitize.ts';
import { openStack, type StackOptions } from '../io/stack-options.ts';
import { inspectStack } from '../stack/inspect.ts';
import type { IdentityDetails } from '../stack/inventory.ts';
import { sendSesCall } from '../stack/ses-call.ts';
import { commandLocation, commandsFor } from '../stack/stack.ts';

export type ConnectOptions = StackOptions & {
  readonly identity?: readonly string[];
  readonly all?: true;
  readonly replace?: true;
  readonly dryRun?: true;
  readonly json?: true;
};

/**
 * Runs the command `connect`, which changes the SES settings that CloudFormation cannot change and prints each change. A second run
 * changes nothing.
 */
export async function connectCommand(
  { identity, all, replace, dryRun, json, ...options }: ConnectOptions,
  io: CliIO,
): Promise<ExitCode> {
  if (identity !== undefined && all) throw new UsageError('Pass either --identity or --all, not both.');
  const { clients, stack } = await openStack(options, io);
  const selection = identity && { identities: identity };
  const inventory = await inspectStack({
    clients,
    stack,
    clock: Date.now,
    progress: createProgress(io.stderr).show,
    ...selection,
  });
  if ('error' in inventory.identities) throw new Error(`Cannot read the identities: ${inventory.identities.error}.`);
  const identities = inventory.identities.value;
  if (identities.length === 0 || (identity === undefined && !all)) throw new UsageError(askForIdentity(identities));
  const plan = planConnection(inventory, identities, { replace: replace === true });
  const print = (text: string) => io.stdout.write(json ? '' : `${text.split('\n').map(sanitize).join('\n')}\n`);
  for (const setting of plan.unchanged) print(describeUnchanged(setting));
  for (const change of plan.changes) {
    if (!dryRun) await sendSesCall(clients, change.call).catch((error: Error) => fail(change, error));
    print(describeChange(change));
  }
  if (json) io.stdout.write(sanitizeJson({ dryRun: dryRun === true, ...plan }));
  print(summarize(plan, commandsFor(stack).doctor, dryRun));
  return 0;
}

/** An account can have identities that other systems send from, so `connect` never chooses by itself. */
function askForIdentity(identities: readonly IdentityDetails[]): string {
  if (identities.length === 0)
    return 'SES has no identity in this Region. Verify one in the SES console, or set identity under params in serverless.yml and deploy.';
  const names = formatList(identities.map(({ name }) => sanitize(name)));
  return `No identity selected. Pass --identity <name> (repeatable), or --all for ${names}.`;
}

function describeChange({ resource, setting, from, to }: SettingChange): string {
  return `${resource}: ${setting}\n  - ${from}\n  + ${to}`;
}

function describeUnchanged({ resource, setting, reason }: UnchangedSetting): string {
  return `${resource}: ${setting} unchanged: ${reason}`;
}

function summarize({ changes, unchanged }: ConnectionPlan, doctor: string, dryRun?: true): string {
  if (changes.length === 0 && unchanged.length > 0)
    return 'No changes made. The settings above were left unchanged for the reasons shown.';
  if (changes.length === 0) return 'Nothing to change.';
  const count = formatQuantity(changes.length, 'change');
  return dryRun
    ? `${count} to make. Dry run: nothing was changed.`
    : `${count} made. Next: ${doctor}\n${commandLocation}`;
}

function fail({ resource, setting, to }: SettingChange, error: Error): never {
  throw new Error(
    `${resource}: cannot set ${setting} to ${to}: ${error.message}. The changes shown above were made. Run connect again to continue.`,
  );
}
