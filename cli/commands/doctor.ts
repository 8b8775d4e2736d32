import type { Policy } from '../../shared/domain/policy/policy.ts';
import { checkAccount } from '../doctor/check-account.ts';
import { checkAccountLists } from '../doctor/check-account-lists.ts';
import { checkConfigurationSets } from '../doctor/check-configuration-sets.ts';
import { checkIdentities } from '../doctor/check-identities.ts';
import { checkStreams } from '../doctor/check-streams.ts';
import { checkSubscribers } from '../doctor/check-subscribers.ts';
import { checkTables } from '../doctor/check-tables.ts';
import { checkTraffic } from '../doctor/check-traffic.ts';
import type { Finding } from '../doctor/finding.ts';
import type { CliIO, ExitCode } from '../io/cli-io.ts';
import { loadPolicy } from '../io/files.ts';
import { formatQuantity } from '../io/format.ts';
import { createProgress } from '../io/progress.ts';
import { sanitize, sanitizeJson } from '../io/sanitize.ts';
import { openStack, type StackOptions } from '../io/stack-options.ts';
import { inspectStack } from '../stack/inspect.ts';
import type { StackInventory } from '../stack/inventory.ts';
import { commandLocation } from '../stack/stack.ts';

export type DoctorOptions = StackOptions & { readonly json?: true; readonly policy?: string };

/** Runs the command `doctor`, which only reads. Exit code 1: a check found a problem, or failed itself. */
export async function doctorCommand({ json, policy, ...options }: DoctorOptions, io: CliIO): Promise<ExitCode> {
  const { clients, stack } = await openStack(options, io);
  const { accountList, missingFeedback } = await loadPolicy(policy, io);
  const progress = createProgress(io.stderr).show;
  const inventory = await inspectStack({ clients, stack, clock: Date.now, progress, accountList });
  const findings = diagnose(inventory, missingFeedback);
  const isWell = findings.every(({ status }) => status === 'ok' || status === 'note');
  if (json) io.stdout.write(sanitizeJson({ stack: stack.name, region: stack.region, isWell, findings }));
  else io.stdout.write(`${findings.map(describe).join('\n')}\n\n${summarize(findings, stack.name)}\n`);
  return isWell ? 0 : 1;
}

/** Returns all findings, in the order of the path of an email: sending, feedback, storage, alarms. */
export function diagnose(inventory: StackInventory, missingFeedback: Policy['missingFeedback']): readonly Finding[] {
  return [
    ...checkAccount(inventory),
    ...checkConfigurationSets(inventory),
    ...checkIdentities(inventory),
    ...checkStreams(inventory),
    ...checkTables(inventory),
    ...checkAccountLists(inventory),
    ...checkTraffic(inventory, missingFeedback),
    ...checkSubscribers(inventory),
  ];
}

const marks = { ok: '✓', note: '–', wrong: '✗', unknown: '?' } as const;

function describe(finding: Finding): string {
  const line = `${marks[finding.status]} ${finding.resource}: ${finding.message}`;
  return sanitize(finding.status === 'ok' ? line : `${line} → ${finding.fix}`);
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
