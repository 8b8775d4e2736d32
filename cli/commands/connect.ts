import { type ConnectionPlan, planConnection, type SettingChange, type UnchangedSetting } from '../connect/plan.ts';
import type { CliIO, ExitCode } from '../io/cli-io.ts';
import { confirm, isInteractive } from '../io/confirm.ts';
import { UsageError } from '../io/errors.ts';
import { formatList, formatQuantity } from '../io/format.ts';
import { explainInterrupt } from '../io/interrupt.ts';
import { createProgress } from '../io/progress.ts';
import { sanitize, sanitizeJson } from '../io/sanitize.ts';
import { openStack, type StackOptions } from '../io/stack-options.ts';
import type { Clients } from '../stack/clients.ts';
import { inspectStack } from '../stack/inspect.ts';
import type { IdentityDetails } from '../stack/inventory.ts';
import { sendSesCall } from '../stack/ses-call.ts';
import { commandLocation, commandsFor } from '../stack/stack.ts';

export type ConnectOptions = StackOptions & {
  readonly identity?: readonly string[];
  readonly all?: true;
  readonly replace?: true;
  readonly dryRun?: true;
  readonly yes?: true;
  readonly json?: true;
};

/** Version of the JSON that the command prints. */
const schemaVersion = 1;

/**
 * Runs the command `connect`, which changes the SES settings that CloudFormation cannot change. It shows its plan and asks. A second run changes
 * nothing. Exit code 6: a setting was left unchanged. 3: the person said no. 2: nobody could be asked, and `--yes` was not passed.
 */
export async function connectCommand(
  { identity, all, replace, dryRun, yes, json, ...options }: ConnectOptions,
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
    hasConfigurationSets: false,
    ...selection,
  });
  if ('error' in inventory.identities) throw new Error(`Cannot read the identities: ${inventory.identities.error}.`);
  const identities = inventory.identities.value;
  if (identities.length === 0 || (identity === undefined && !all)) throw new UsageError(askForIdentity(identities));
  const plan = planConnection(inventory, identities, { replace: replace === true });
  const print = (text: string) => io.stdout.write(json ? '' : `${text.split('\n').map(sanitize).join('\n')}\n`);
  for (const setting of plan.unchanged) print(describeUnchanged(setting));
  for (const change of plan.changes) print(describeChange(change));
  const isAgreed = !dryRun && (await agree(plan, yes === true, io));
  if (isAgreed) await applyPlan(plan, clients, io);
  if (json) io.stdout.write(sanitizeJson({ schemaVersion, dryRun: dryRun === true, isApplied: isAgreed, ...plan }));
  print(summarize(plan, commandsFor(stack).doctor, { dryRun: dryRun === true, isAgreed }));
  if (dryRun) return 0;
  if (plan.changes.length > 0 && !isAgreed) return isInteractive(io) ? 3 : 2;
  return plan.unchanged.length > 0 ? 6 : 0;
}

/** Returns whether the changes may be made: with `--yes`, or if a person at a terminal agrees. */
export async function agree({ changes }: ConnectionPlan, yes: boolean, io: CliIO): Promise<boolean> {
  if (changes.length === 0) return false;
  return yes || confirm(`Make ${formatQuantity(changes.length, 'change')} in SES?`, io);
}

/**
 * Makes the changes of a plan, one after the other, and names the first one that failed.
 * @throws Error that says what was and what was not done
 */
export async function applyPlan({ changes }: ConnectionPlan, clients: Clients, { stderr }: CliIO): Promise<void> {
  let made = 0;
  const describeProgress = () =>
    `${made} of ${formatQuantity(changes.length, 'change')} ${made === 1 ? 'was' : 'were'} made. Run the command again to make the others.`;
  await explainInterrupt(stderr, describeProgress, async () => {
    for (const { call, resource, setting, to } of changes) {
      await sendSesCall(clients, call).catch((error: Error) => {
        throw new Error(`${resource}: cannot set ${setting} to ${to}: ${error.message}. ${describeProgress()}`);
      });
      made++;
    }
  });
}

/** An account can have identities that other systems send from, so `connect` never chooses by itself. */
function askForIdentity(identities: readonly IdentityDetails[]): string {
  if (identities.length === 0)
    return 'SES has no identity in this Region. Verify one in the SES console, or set identity under params in serverless.yml and deploy.';
  const names = formatList(identities.map(({ name }) => sanitize(name)));
  return `No identity selected. Pass --identity <name> (repeatable), or --all for ${names}.`;
}

export function describeChange({ resource, setting, from, to }: SettingChange): string {
  return `${resource}: ${setting}\n  - ${from}\n  + ${to}`;
}

function describeUnchanged({ resource, setting, reason }: UnchangedSetting): string {
  return `${resource}: ${setting} unchanged: ${reason}`;
}

function summarize(
  { changes, unchanged }: ConnectionPlan,
  doctor: string,
  { dryRun, isAgreed }: { readonly dryRun: boolean; readonly isAgreed: boolean },
): string {
  if (changes.length === 0 && unchanged.length > 0)
    return 'No changes made. The settings above were left unchanged for the reasons shown.';
  if (changes.length === 0) return 'Nothing to change.';
  const count = formatQuantity(changes.length, 'change');
  if (dryRun) return `${count} to make. Dry run: nothing was changed.`;
  if (!isAgreed) return `${count} to make. Nothing was changed. To make them without being asked, pass --yes.`;
  return `${count} made. Next: ${doctor}\n${commandLocation}`;
}
