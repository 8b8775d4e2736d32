import { apply } from '../connect/apply.ts';
import { type Change, type Kept, type Plan, planConnection } from '../connect/plan.ts';
import { printable, printableJson } from '../io/sanitize.ts';
import { openStack, type StackOptions, showProgress } from '../io/stack-options.ts';
import { look } from '../stack/inspect.ts';
import type { IdentitySight } from '../stack/inventory.ts';
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
export async function connect({ identity, all, replace, dryRun, json, ...options }: ConnectOptions): Promise<void> {
  if (identity !== undefined && all) throw new Error('Either --identity or --all, not both.');
  const { clients, stack } = await openStack(options);
  const named = identity && { identities: identity };
  const sight = await look({ clients, stack, clock: Date.now, progress: showProgress, ...named });
  if ('unknown' in sight.identities)
    throw new Error(`SES did not say which identities there are: ${sight.identities.unknown}.`);
  const identities = sight.identities.fact;
  if (identities.length === 0 || (identity === undefined && !all)) throw new Error(chooseFrom(identities));
  const plan = planConnection(sight, identities, { replace: replace === true });
  const print = (lines: string) => process.stdout.write(json ? '' : `${lines.split('\n').map(printable).join('\n')}\n`);
  for (const kept of plan.kept) print(describeKept(kept));
  for (const change of plan.changes) {
    if (!dryRun) await apply(clients, change.call).catch((error: Error) => fail(change, error));
    print(describeChange(change));
  }
  if (json) process.stdout.write(printableJson({ dryRun: dryRun === true, ...plan }));
  print(summarise(plan, commandsFor(stack).doctor, dryRun));
}

/** Whose feedback comes here is for a person to say: the account may have senders that are not theirs. */
function chooseFrom(identities: readonly IdentitySight[]): string {
  if (identities.length === 0)
    return 'SES knows no identity in this Region. Verify one in the console of SES, or name a domain in identity under params in serverless.yml and deploy.';
  const names = identities.map(({ name }) => printable(name)).join(', ');
  return `Which identities? Say --identity <name> (repeatable), or --all for ${names}.`;
}

function describeChange({ about, setting, from, to }: Change): string {
  return `${about}: ${setting}\n  - ${from}\n  + ${to}`;
}

function describeKept({ about, setting, reason }: Kept): string {
  return `${about}: ${setting} left as it is: ${reason}`;
}

function summarise({ changes }: Plan, doctor: string, dryRun?: true): string {
  if (changes.length === 0) return 'Nothing to change.';
  const count = changes.length === 1 ? '1 change' : `${changes.length} changes`;
  return dryRun ? `${count} to make; this was a dry run.` : `${count} made. Next: ${doctor}`;
}

function fail({ about, setting, to }: Change, error: Error): never {
  throw new Error(
    `${about}: ${setting} could not be set to ${to}: ${error.message}. What is shown above is done; run connect again to go on.`,
  );
}
