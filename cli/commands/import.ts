import path from 'node:path';
import type { AddressKey } from '../../shared/domain/address.ts';
import { defined } from '../../shared/domain/defined.ts';
import { formatCount } from '../../shared/domain/reputation/format-rate.ts';
import type { Attribution } from '../../shared/domain/suppression/attribution.ts';
import { importedEvent } from '../../shared/domain/suppression/imported-event.ts';
import type { OperatorChange } from '../../shared/domain/suppression/operator-change.ts';
import { commit } from '../../shared/ingest/commit.ts';
import { suppressAddress } from '../../shared/operator/suppress-address.ts';
import {
  findFormat,
  type ImportReason,
  type Interpretation,
  interpretRow,
  type ListFormat,
  listFormats,
} from '../import/interpret-row.ts';
import { readList } from '../import/read-list.ts';
import type { CliIO, ExitCode } from '../io/cli-io.ts';
import { UsageError } from '../io/errors.ts';
import { loadPolicy } from '../io/files.ts';
import { formatQuantity } from '../io/format.ts';
import { explainInterrupt } from '../io/interrupt.ts';
import { createProgress } from '../io/progress.ts';
import { sanitize, sanitizeJson } from '../io/sanitize.ts';
import { openStack, type StackOptions } from '../io/stack-options.ts';
import { openStackResources, type StackResources } from '../io/stack-resources.ts';
import { callerOf } from '../stack/caller.ts';

export type ImportOptions = StackOptions & {
  readonly note: string;
  readonly by?: string;
  readonly format?: string;
  readonly reason?: 'hard' | 'complaint';
  readonly date?: Date;
  readonly unsubscribed?: true;
  readonly dryRun?: true;
  readonly json?: true;
  readonly policy?: string;
};

/** Version of the JSON that the command prints. */
const schemaVersion = 1;

/** Rows that are written together. `commit` divides them into transactions. */
const batchSize = 800;

/** The text output names this many of the rows that could not be read. */
const maxExamples = 10;

type Entry = Extract<Interpretation, { kind: 'entry' }>;

type Report = {
  service: string;
  rows: number;
  /** Rows by the reason that the other service has. */
  readonly reasons: Partial<Record<ImportReason, number>>;
  /** Addresses whose record has changed. Of the others, the table knows what the list says. */
  imported: number;
  failed: number;
  error?: string;
  invalid: number;
  readonly examples: { readonly line: number; readonly why: string }[];
};

/** Runs the command `import`. Exit code 6: a part could not be stored. 1: nothing in the file could be read. */
export async function importCommand(file: string, options: ImportOptions, io: CliIO): Promise<ExitCode> {
  const { stack } = await openStack(options, io);
  const resources = openStackResources(stack, await loadPolicy(options.policy, io));
  const attribution = { by: options.by ?? (await callerOf(stack.region)), note: options.note };
  const report: Report = { service: '', rows: 0, reasons: {}, imported: 0, failed: 0, invalid: 0, examples: [] };
  const progress = createProgress(io.stderr);
  const startedAt = resources.clock();
  let isRecorded = false;
  const save = async (batch: readonly Entry[]) => {
    if (options.dryRun || batch.length === 0) return;
    // Before the first address, so that an import that is interrupted has an entry as well.
    if (!isRecorded) await resources.history.add(historyEntry(file, attribution, startedAt));
    isRecorded = true;
    await saveBatch(batch, report, { resources, attribution, startedAt, options });
  };
  const describeInterrupt = () =>
    `Imported so far: ${formatQuantity(report.imported, 'address', 'addresses')}. Run the command again to continue.`;
  await explainInterrupt(io.stderr, describeInterrupt, async () => {
    let batch: Entry[] = [];
    for await (const entry of readEntries(file, options, report, startedAt, io)) {
      batch.push(entry);
      if (batch.length < batchSize) continue;
      await save(batch);
      batch = [];
      progress.showCount('rows', report.rows);
    }
    await save(batch);
  });
  progress.clear();
  if (options.json) io.stdout.write(sanitizeJson({ schemaVersion, file, dryRun: options.dryRun === true, ...report }));
  else io.stdout.write(`${describe(file, report, options).map(sanitize).join('\n')}\n`);
  if (report.failed > 0) return 6;
  return report.rows > 0 && report.invalid === report.rows ? 1 : 0;
}

/** An import is one entry of the history, under the name of its file. The evidence of each record says where it came from. */
function historyEntry(file: string, attribution: Attribution, at: number): OperatorChange {
  return { address: file === '-' ? 'standard input' : path.basename(file), action: 'imported', at, ...attribution };
}

/** Yields the rows that can be imported, and counts all of them. */
async function* readEntries(
  file: string,
  { format: name, reason, unsubscribed }: ImportOptions,
  report: Report,
  now: number,
  io: CliIO,
): AsyncGenerator<Entry> {
  let format: ListFormat | undefined;
  for await (const row of readList(file, io)) {
    format ??= chooseFormat(name, Object.keys(row.cells));
    report.service = format.label;
    report.rows++;
    const entry = interpretRow(row, format, reason, now);
    if (entry.kind === 'invalid') {
      report.invalid++;
      if (report.examples.length < maxExamples) report.examples.push({ line: row.line, why: entry.why });
      continue;
    }
    report.reasons[entry.reason] = (report.reasons[entry.reason] ?? 0) + 1;
    if (isImported(entry.reason, unsubscribed)) yield entry;
  }
}

function chooseFormat(name: string | undefined, columns: readonly string[]): ListFormat {
  if (name === undefined) return findFormat(columns);
  const named = listFormats.filter((format) => format.name === name);
  const found = named.find((format) => format.columns.every((column) => columns.includes(column)));
  if (found !== undefined) return found;
  const expected = named.map((format) => format.columns.join(', ')).join('; or ');
  throw new UsageError(
    `The file does not have the columns of ${name}: ${expected}. It has: ${columns.map(sanitize).join(', ')}.`,
  );
}

function isImported(reason: ImportReason, unsubscribed: true | undefined): boolean {
  if (reason === 'hard' || reason === 'complaint') return true;
  return reason !== 'temporary' && unsubscribed === true;
}

type SaveContext = {
  readonly resources: StackResources;
  readonly attribution: Attribution;
  readonly startedAt: number;
  readonly options: ImportOptions;
};

async function saveBatch(
  batch: readonly Entry[],
  report: Report,
  { resources, attribution, startedAt, options }: SaveContext,
): Promise<void> {
  const fail = (error: string) => {
    report.failed++;
    report.error ??= error;
  };
  const events = batch.flatMap(({ address, reason, at: ofRow, diagnosticCode }) => {
    if (reason !== 'hard' && reason !== 'complaint') return [];
    const date = ofRow ?? options.date?.getTime();
    const time = { at: date ?? startedAt, isDated: date !== undefined };
    return [importedEvent({ address, reason, ...time, from: report.service, ...defined({ diagnosticCode }) })];
  });
  for (const result of (await commit(events, resources)).values()) {
    if (result.kind === 'failed') fail(result.reason);
    else if (result.isNew && result.record !== undefined) report.imported++;
  }
  const manual = batch.filter(({ reason }) => reason !== 'hard' && reason !== 'complaint');
  for (const { address } of manual) {
    if (await isSuppressedPermanently(address.key, resources)) continue;
    await suppressAddress(resources, address, attribution).then(
      () => report.imported++,
      (error: Error) => fail(error.message),
    );
  }
}

/** An address that is suppressed permanently stays as it is, so that importing it again changes nothing. */
async function isSuppressedPermanently(address: AddressKey, { store }: StackResources): Promise<boolean> {
  const stored = (await store.read([{ address, eventIds: [] }])).get(address);
  return (
    stored !== undefined &&
    'record' in stored &&
    stored.record.status === 'suppressed' &&
    stored.record.until === undefined
  );
}

function describe(file: string, report: Report, { dryRun, unsubscribed }: ImportOptions): string[] {
  const { rows, service, reasons, imported, failed, error, invalid, examples } = report;
  const count = (reason: ImportReason) => reasons[reason] ?? 0;
  const left = count('unsubscribed') + count('manual');
  const lines = [
    `${file}: ${formatQuantity(rows, 'row')} from ${service || 'a list'}`,
    `  ${formatQuantity(count('hard'), 'permanent bounce')}, ${formatQuantity(count('complaint'), 'complaint')}`,
  ];
  if (count('temporary') > 0) lines.push(`  ${formatQuantity(count('temporary'), 'temporary failure')}: not imported`);
  if (left > 0)
    lines.push(
      `  ${formatCount(left)} unsubscribed or suppressed manually there: ${unsubscribed ? 'imported as manual suppressions' : 'not imported. To suppress all email to them, pass --unsubscribed.'}`,
    );
  if (invalid > 0) lines.push(`  ${formatQuantity(invalid, 'row')} could not be read:`);
  for (const { line, why } of examples) lines.push(`    line ${line}: ${why}`);
  if (invalid > examples.length) lines.push(`    and ${formatCount(invalid - examples.length)} more`);
  if (dryRun) return [...lines, 'Dry run: nothing was changed.'];
  lines.push(
    `Imported ${formatQuantity(imported, 'address', 'addresses')}. The others were in the table already, or are not imported.`,
  );
  if (failed > 0)
    lines.push(`Could not store ${formatQuantity(failed, 'address', 'addresses')}: ${error}. Run the command again.`);
  return lines;
}
