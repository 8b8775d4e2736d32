import { normalizeDomain } from '../../shared/domain/address.ts';
import { defined } from '../../shared/domain/defined.ts';
import type { Reason } from '../../shared/domain/feedback/recipient-event.ts';
import { formatCount } from '../../shared/domain/reputation/format-rate.ts';
import { type KnownSelection, selectKnown } from '../../shared/operator/select-records.ts';
import type { AddressInput } from '../io/address-batch.ts';
import type { CliIO } from '../io/cli-io.ts';
import { confirm, isInteractive } from '../io/confirm.ts';
import { UsageError } from '../io/errors.ts';
import { formatQuantity } from '../io/format.ts';
import { createProgress } from '../io/progress.ts';
import { sanitize } from '../io/sanitize.ts';
import type { ListResources } from '../io/stack-resources.ts';

/** The options that select addresses by what the table knows of them. */
export type SuppressSelectionOptions = {
  readonly domain?: string;
  readonly provider?: string;
  readonly since?: Date;
  readonly reason?: readonly Reason[];
};

/** Returns the selection, or `undefined` if no option selects addresses. */
export function readKnownSelection(given: SuppressSelectionOptions): KnownSelection | undefined {
  const { provider, since, reason } = given;
  const domain = given.domain === undefined ? undefined : normalizeDomain(given.domain);
  if (given.domain !== undefined && domain === undefined)
    throw new UsageError(`"${sanitize(given.domain)}" is not a valid domain.`);
  const selection = defined({ domain, provider, since: since?.getTime(), reasons: reason });
  return Object.keys(selection).length === 0 ? undefined : selection;
}

/** The question names this many of the selected addresses. */
const maxExamples = 5;

/** Finds the selected addresses, and returns them if a person at a terminal, or `--yes`, agrees; otherwise `undefined`. */
export async function chooseAddresses(
  selection: KnownSelection,
  { records, clock }: ListResources,
  { yes, io }: { readonly yes: boolean; readonly io: CliIO },
): Promise<readonly AddressInput[] | undefined> {
  const progress = createProgress(io.stderr);
  const found: string[] = [];
  for await (const page of selectKnown(records(), selection, clock())) {
    found.push(...page);
    progress.showCount('addresses found', found.length);
  }
  progress.clear();
  const inputs = found.map((text) => ({ text, location: text }));
  if (yes || found.length === 0) return inputs;
  const examples = found.slice(0, maxExamples).map((address) => `  ${address}`);
  const more = found.length > maxExamples ? [`  and ${formatCount(found.length - maxExamples)} more`] : [];
  const count = formatQuantity(found.length, 'address', 'addresses');
  const lines = [`${count} that the table knows and that are not suppressed permanently:`, ...examples, ...more];
  io.stderr.write(`${lines.map(sanitize).join('\n')}\n`);
  if (!isInteractive(io)) throw new UsageError('To suppress a selection without being asked, pass --yes.');
  return (await confirm(`Suppress ${count}?`, io)) ? inputs : undefined;
}
