import type { Policy } from '../../shared/domain/policy/policy.ts';
import { planConnection } from '../connect/plan.ts';
import { checkAccount } from '../doctor/check-account.ts';
import { checkAccountLists } from '../doctor/check-account-lists.ts';
import { checkAdvice } from '../doctor/check-advice.ts';
import { checkConfigurationSets } from '../doctor/check-configuration-sets.ts';
import { checkIdentities } from '../doctor/check-identities.ts';
import { checkInbound } from '../doctor/check-inbound.ts';
import { checkStreams } from '../doctor/check-streams.ts';
import { checkSubscribers } from '../doctor/check-subscribers.ts';
import { checkTables } from '../doctor/check-tables.ts';
import { checkTenants } from '../doctor/check-tenants.ts';
import { checkTraffic } from '../doctor/check-traffic.ts';
import type { Finding } from '../doctor/finding.ts';
import { describeFinding, isWell } from '../doctor/format-findings.ts';
import type { CliIO, ExitCode } from '../io/cli-io.ts';
import { loadPolicy } from '../io/files.ts';
import { formatQuantity } from '../io/format.ts';
import { createProgress } from '../io/progress.ts';
import { sanitize, sanitizeJson } from '../io/sanitize.ts';
import { openStack, type StackOptions } from '../io/stack-options.ts';
import type { Clients } from '../stack/clients.ts';
import { inspectStack } from '../stack/inspect.ts';
import type { StackInventory } from '../stack/inventory.ts';
import { commandLocation } from '../stack/stack.ts';
import { agree, applyPlan, describeChange } from './connect.ts';

export type DoctorOptions = StackOptions & {
  readonly all?: true;
  readonly quick?: true;
  readonly fix?: true;
  readonly yes?: true;
  readonly json?: true;
  readonly policy?: string;
};

/** Version of the JSON that the command prints. */
const schemaVersion = 1;

/**
 * Runs the command `doctor`, which only reads unless `--fix` is passed. Exit code 1: a check found a problem, or failed itself.
 */
export async function doctorCommand(options: DoctorOptions, io: CliIO): Promise<ExitCode> {
  const { all, quick, fix, yes, json } = options;
  const { clients, stack } = await openStack(options, io);
  const policy = await loadPolicy(options.policy, io);
  const inspect = async () => {
    const progress = createProgress(io.stderr).show;
    const { accountList } = policy;
    const isThorough = quick !== true;
    const inventory = await inspectStack({ clients, stack, clock: Date.now, progress, accountList, isThorough });
    return { inventory, findings: diagnose(inventory, policy) };
  };
  let { inventory, findings } = await inspect();
  if (fix && !json) {
    io.stdout.write(`${format(findings, stack.name, all).join('\n')}\n`);
    if (!(await connectIdentities(inventory, findings, { clients, yes: yes === true, io })))
      return exitCodeOf(findings);
    ({ findings } = await inspect());
    io.stdout.write('\nAfter the changes:\n');
  }
  if (json)
    io.stdout.write(
      sanitizeJson({ schemaVersion, stack: stack.name, region: stack.region, isWell: isWell(findings), findings }),
    );
  else io.stdout.write(`${format(findings, stack.name, all).join('\n')}\n`);
  return exitCodeOf(findings);
}

const exitCodeOf = (findings: readonly Finding[]): ExitCode => (isWell(findings) ? 0 : 1);

/** Connects the identities whose fix is to connect them. Returns whether anything was changed. */
async function connectIdentities(
  inventory: StackInventory,
  findings: readonly Finding[],
  { clients, yes, io }: { readonly clients: Clients; readonly yes: boolean; readonly io: CliIO },
): Promise<boolean> {
  const isFixedByConnect = (resource: string) =>
    findings.some(
      (finding) =>
        finding.resource === resource && finding.status === 'wrong' && finding.fix.includes('npx ses-feedback connect'),
    );
  const identities = 'error' in inventory.identities ? [] : inventory.identities.value;
  const broken = identities.filter(({ name }) => isFixedByConnect(`identity ${name}`));
  const plan = planConnection(inventory, broken, { replace: false });
  if (broken.length === 0 || plan.changes.length === 0) {
    io.stdout.write('\nNothing here can be fixed by this command. Run the commands shown above.\n');
    return false;
  }
  const lines = ['', 'To fix:', ...plan.changes.map(describeChange)].join('\n').split('\n');
  io.stdout.write(`${lines.map(sanitize).join('\n')}\n`);
  if (!(await agree(plan, yes, io))) {
    io.stdout.write('Nothing was changed. To make the changes without being asked, pass --yes.\n');
    return false;
  }
  await applyPlan(plan, clients, io);
  return true;
}

/** Returns all findings, in the order of the path of an email: sending, feedback, storage, alarms. */
export function diagnose(
  inventory: StackInventory,
  policy: Pick<Policy, 'missingFeedback' | 'tenants' | 'rememberDeliveries' | 'soft'>,
): readonly Finding[] {
  return [
    ...checkAccount(inventory),
    ...checkConfigurationSets(inventory, policy),
    ...checkIdentities(inventory),
    ...checkTenants(inventory, policy),
    ...checkStreams(inventory),
    ...checkTables(inventory),
    ...checkAccountLists(inventory),
    ...checkInbound(inventory),
    ...checkTraffic(inventory, policy.missingFeedback),
    ...checkSubscribers(inventory),
    ...checkAdvice(inventory),
  ];
}

/** Problems come first: among hundreds of identities, one that is not connected must be seen. */
const order = ['wrong', 'unknown', 'note', 'ok'] as const;

/** Formats the findings for a terminal. Without `all`, the checks that passed are only counted. */
function format(findings: readonly Finding[], stack: string, all: true | undefined): string[] {
  const sorted = order.flatMap((status) => findings.filter((finding) => finding.status === status));
  const passed = findings.filter(({ status }) => status === 'ok').length;
  return [
    ...sorted.filter(({ status }) => all || status !== 'ok').flatMap(describeFinding),
    ...(all || passed === 0 ? [] : [`✓ ${formatQuantity(passed, 'check')} passed (--all lists them)`]),
    '',
    summarize(findings, stack),
  ].map(sanitize);
}

function summarize(findings: readonly Finding[], stack: string): string {
  const count = (status: Finding['status']) => findings.filter((finding) => finding.status === status).length;
  const [wrong, unknown] = [count('wrong'), count('unknown')];
  const parts = [
    wrong > 0 ? formatQuantity(wrong, 'problem') : '',
    unknown > 0 ? `${formatQuantity(unknown, 'check')} failed` : '',
  ];
  const result =
    wrong + unknown === 0 ? `No problems found in ${stack}.` : `${stack}: ${parts.filter(Boolean).join(', ')}.`;
  const namesCommand = findings.some((finding) => finding.status !== 'ok' && finding.fix.includes('npx '));
  return namesCommand ? `${result} ${commandLocation}` : result;
}
