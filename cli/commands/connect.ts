import { applyChange } from '../connect/apply.ts';
import { type ConnectionPlan, planConnection, type UnchangedSetting, type WiringChange } from '../connect/plan.ts';
import { sanitize, sanitizeJson } from '../io/sanitize.ts';
import { openStack, type StackOptions, showProgress } from '../io/stack-options.ts';
import { inspectStack } from '../stack/inspect.ts';
import type { IdentityDetails } from '../stack/inventory.ts';
import { commandsFor } from '../stack/stack.ts';

export type ConnectOptions = StackOptions & {
  readonly identity?: readonly string[];
  readonly all?: true;
  readonly replace?: true;
  readonly dryRun?: true;
  readonly json?: true;
};

/**
 * The command `connect`: sets at SES what CloudFormation cannot, so that the identities report to the stack. Shows what it changes, line
 * by line; done twice, the second time changes nothing.
 */
export async function connectCommand({
  identity,
  all,
  replace,
  dryRun,
  json,
  ...options
}: ConnectOptions): Promise<void> {
  if (identity !== undefined && all) throw new Error('Either --identity or --all, not both.');
  const { clients, stack } = await openStack(options);
  const named = identity && { identities: identity };
  const sight = await inspectStack({ clients, stack, clock: Date.now, progress: showProgress, ...named });
  if ('error' in sight.identities)
    throw new Error(`SES did not say which identities there are: ${sight.identities.error}.`);
  const identities = sight.identities.value;
  if (identities.length === 0 || (identity === undefined && !all)) throw new Error(chooseFrom(identities));
  const plan = planConnection(sight, identities, { replace: replace === true });
  const print = (lines: string) => process.stdout.write(json ? '' : `${lines.split('\n').map(sanitize).join('\n')}\n`);
  for (const kept of plan.unchanged) print(describeKept(kept));
  for (const change of plan.changes) {
    if (!dryRun) await applyChange(clients, change.call).catch((error: Error) => fail(change, error));
    print(describeChange(change));
  }
  if (json) process.stdout.write(sanitizeJson({ dryRun: dryRun === true, ...plan }));
  print(summarise(plan, commandsFor(stack).doctor, dryRun));
}

/** Whose feedback comes here is for a person to say: the account may have senders that are not theirs. */
function chooseFrom(identities: readonly IdentityDetails[]): string {
  if (identities.length === 0)
    return 'SES knows no identity in this Region. Verify one in the console of SES, or name a domain in identity under params in serverless.yml and deploy.';
  const names = identities.map(({ name }) => sanitize(name)).join(', ');
  return `Which identities? Say --identity <name> (repeatable), or --all for ${names}.`;
}

function describeChange({ resource, setting, from, to }: WiringChange): string {
  return `${resource}: ${setting}\n  - ${from}\n  + ${to}`;
}

function describeKept({ resource, setting, reason }: UnchangedSetting): string {
  return `${resource}: ${setting} left as it is: ${reason}`;
}

function summarise({ changes }: ConnectionPlan, doctor: string, dryRun?: true): string {
  if (changes.length === 0) return 'Nothing to change.';
  const count = changes.length === 1 ? '1 change' : `${changes.length} changes`;
  return dryRun ? `${count} to make; this was a dry run.` : `${count} made. Next: ${doctor}`;
}

function fail({ resource, setting, to }: WiringChange, error: Error): never {
  throw new Error(
    `${resource}: ${setting} could not be set to ${to}: ${error.message}. What is shown above is done; run connect again to go on.`,
  );
}
