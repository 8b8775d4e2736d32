import type { CliIO, ExitCode } from '../io/cli-io.ts';
import { confirm } from '../io/confirm.ts';
import { NotFoundError, UsageError } from '../io/errors.ts';
import { formatQuantity } from '../io/format.ts';
import { sanitize, sanitizeJson } from '../io/sanitize.ts';
import { openStack, type StackOptions } from '../io/stack-options.ts';
import { type ActiveRuleSet, activateRuleSet, readActiveRuleSet } from '../stack/receipt-rules.ts';

export type RelayActivateOptions = StackOptions & {
  readonly replace?: true;
  readonly dryRun?: true;
  readonly yes?: true;
  readonly json?: true;
};

/** Version of the JSON that the command prints. */
const schemaVersion = 1;

/** Runs the command `relay activate`. Exit code 3: another rule set is active, and stays so. */
export async function relayActivateCommand(
  { replace, dryRun, yes, json, ...options }: RelayActivateOptions,
  io: CliIO,
): Promise<ExitCode> {
  if (replace && yes === undefined && !dryRun && json) throw new UsageError('With --json nobody is asked: pass --yes.');
  const { clients, stack } = await openStack(options, io);
  const wanted = stack.inboundRuleSet;
  if (wanted === undefined)
    throw new NotFoundError(
      `${stack.name} has no relay. Deploy it with the parameter relayRecipients: see docs/relay.md.`,
    );
  const active = await readActiveRuleSet(clients);
  const print = (text: string) => io.stdout.write(json ? '' : `${text.split('\n').map(sanitize).join('\n')}\n`);
  print(describeActive(active, stack.region));
  const isActive = active?.name === wanted;
  const mayChange = active === undefined || replace === true;
  const isConfirmed = active === undefined || yes === true;
  const isChanged =
    !isActive && mayChange && !dryRun && (isConfirmed || (await confirm(`Replace ${active.name} with ${wanted}?`, io)));
  if (isChanged) await activateRuleSet(clients, wanted);
  print(describeResult({ active, wanted, isActive, isChanged, mayChange, isDryRun: dryRun === true }));
  if (json)
    io.stdout.write(
      sanitizeJson({
        schemaVersion,
        dryRun: dryRun === true,
        ruleSet: wanted,
        isActive: isActive || isChanged,
        isChanged,
        before: active ?? null,
      }),
    );
  return isActive || isChanged || (dryRun && mayChange) ? 0 : 3;
}

function describeActive(active: ActiveRuleSet | undefined, region: string): string {
  if (active === undefined) return `No receipt rule set is active in ${region}: SES receives no email there.`;
  const rules = active.rules.map(
    ({ name, isEnabled, recipients }) =>
      `  ${name}${isEnabled ? '' : ' (disabled)'}: ${recipients.length === 0 ? 'every recipient of your domains' : recipients.join(', ')}`,
  );
  return [`Active in ${region}: ${active.name}, with ${formatQuantity(active.rules.length, 'rule')}`, ...rules].join(
    '\n',
  );
}

type Result = {
  readonly active: ActiveRuleSet | undefined;
  readonly wanted: string;
  readonly isActive: boolean;
  readonly isChanged: boolean;
  readonly mayChange: boolean;
  readonly isDryRun: boolean;
};

function describeResult({ active, wanted, isActive, isChanged, mayChange, isDryRun }: Result): string {
  if (isActive) return 'It is the one of the relay: nothing to change.';
  if (isChanged) {
    const back =
      active === undefined ? '' : `\nTo go back: aws ses set-active-receipt-rule-set --rule-set-name ${active.name}`;
    return `${wanted} is active now.${back}`;
  }
  if (isDryRun && mayChange) return `Would make ${wanted} active. Dry run: nothing was changed.`;
  const name = active?.name ?? '';
  return [
    'Nothing was changed: SES would no longer use the rules above.',
    `To keep them, deploy with --param="relayRuleSet=${name}": then the rule of the relay is added to them.`,
    'To replace them: npx ses-feedback relay activate --replace',
  ].join('\n');
}
