import { checkAccount, checkListeners, checkTables, checkTraffic } from '../doctor/check-account.ts';
import { checkAccountLists } from '../doctor/check-account-lists.ts';
import { checkIdentities } from '../doctor/check-identities.ts';
import { checkStreams } from '../doctor/check-streams.ts';
import type { Finding } from '../doctor/finding.ts';
import { loadPolicy } from '../io/files.ts';
import { sanitize, sanitizeJson } from '../io/sanitize.ts';
import { openStack, type StackOptions, showProgress } from '../io/stack-options.ts';
import { inspectStack } from '../stack/inspect.ts';
import type { StackInventory } from '../stack/inventory.ts';

export type DoctorOptions = StackOptions & { readonly json?: true };

/** The command `doctor`: does feedback come from SES to us, and does anybody hear of it? Reads only. Exit code 1: not all is well. */
export async function doctorCommand({ json, ...options }: DoctorOptions): Promise<void> {
  const { clients, stack } = await openStack(options);
  const { accountList } = await loadPolicy();
  const sight = await inspectStack({ clients, stack, clock: Date.now, progress: showProgress, accountList });
  const findings = diagnose(sight);
  const isWell = findings.every(({ status }) => status === 'ok' || status === 'note');
  process.exitCode = isWell ? 0 : 1;
  if (json)
    return void process.stdout.write(sanitizeJson({ stack: stack.name, region: stack.region, isWell, findings }));
  process.stdout.write(`${findings.map(describe).join('\n')}\n\n${summarise(findings, stack.name)}\n`);
}

/** All that is to be said, in the order of the way of a mail: who sends it, how it is reported, who is told. */
export function diagnose(sight: StackInventory): Finding[] {
  return [
    ...checkAccount(sight),
    ...checkIdentities(sight),
    ...checkStreams(sight),
    ...checkTables(sight),
    ...checkAccountLists(sight),
    ...checkTraffic(sight),
    ...checkListeners(sight),
  ];
}

const marks = { ok: '✓', note: '–', wrong: '✗', unknown: '?' } as const;

function describe(finding: Finding): string {
  const line = `${marks[finding.status]} ${finding.resource}: ${finding.message}`;
  return sanitize(finding.status === 'ok' ? line : `${line} → ${finding.fix}`);
}

function summarise(findings: readonly Finding[], stack: string): string {
  const count = (status: Finding['status']) => findings.filter((finding) => finding.status === status).length;
  const [wrong, unknown] = [count('wrong'), count('unknown')];
  if (wrong + unknown === 0) return `All is well with ${stack}.`;
  const parts = [wrong > 0 ? `${wrong} wrong` : '', unknown > 0 ? `${unknown} not to be looked at` : ''];
  return `${stack}: ${parts.filter(Boolean).join(', ')}.`;
}
