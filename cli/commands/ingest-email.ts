import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type Address, parseAddress } from '../../shared/domain/address.ts';
import { minKeyLength } from '../../shared/domain/email-report/return-path.ts';
import type { ReportTie, SentEmails } from '../../shared/domain/email-report/tie-report.ts';
import { describeUnreadableRecipients } from '../../shared/domain/explain.ts';
import { shortHash } from '../../shared/domain/short-hash.ts';
import { formatTimestamp } from '../../shared/domain/timestamp.ts';
import {
  type ProcessReportDependencies,
  processReport,
  type ReportResult,
} from '../../shared/ingest/process-report.ts';
import type { CliIO, ExitCode } from '../io/cli-io.ts';
import { CommandError, UsageError } from '../io/errors.ts';
import { describeFileError, loadPolicy, readBinaryFile, readTextFile } from '../io/files.ts';
import { sanitize, sanitizeJson } from '../io/sanitize.ts';
import { openStack, type StackOptions } from '../io/stack-options.ts';
import { openStackResources } from '../io/stack-resources.ts';

export type IngestEmailOptions = StackOptions & {
  readonly keyFile?: readonly string[];
  readonly messageIds?: string;
  readonly recipient?: string;
  readonly keep?: string;
  /** Seconds. */
  readonly wait: number;
  readonly dryRun?: true;
  readonly json?: true;
  readonly policy?: string;
};

/** Version of the JSON that the command prints. */
const schemaVersion = 1;

/** The result for one email, as `--json` prints it. */
type IngestedEmail = {
  readonly file: string;
  readonly outcome: ReportResult['outcome'];
  readonly event: 'bounce' | 'complaint' | null;
  /** What ties the report to an email that was sent: `recipient`, `email` or `none`. `null` for other emails. */
  readonly tie: 'recipient' | 'email' | 'none' | null;
  readonly reason: string | null;
  /** Where a copy of an email that cannot be read is. */
  readonly keptAs: string | null;
  readonly recipients: readonly IngestedRecipient[];
};

type IngestedRecipient = {
  readonly address: string;
  readonly rule: string;
  /** The status of the address now; `null` if it has no record. */
  readonly status: 'suppressed' | 'watched' | 'released' | null;
  /** When the suppression ends. `null` if it is permanent, or if there is none. */
  readonly until: string | null;
  /** Whether the table knew the report, or SES's own event about the same email. */
  readonly isDuplicate: boolean;
  /** Why it could not be stored. `null` if it was. */
  readonly error: string | null;
};

/** Runs the command `ingest-email`. Exit code 75: a part could not be stored; again later. 1: an email cannot be read, and no copy is kept. */
export async function ingestEmailCommand(
  files: readonly string[],
  options: IngestEmailOptions,
  io: CliIO,
): Promise<ExitCode> {
  const addresses = readRecipient(options.recipient);
  const sentEmails = await readSentEmails(options, io);
  const policy = await loadPolicy(options.policy, io);
  const { stack } = await openStack(options, io);
  const { store, ...resources } = openStackResources(stack, policy);
  // A transaction that is not written is as if it had succeeded.
  const dry = { ...store, write: async () => ({ kind: 'written' as const }) };
  const deadline = resources.clock() + 1000 * options.wait;
  const remaining = () => Math.max(0, deadline - resources.clock());
  const dependencies = { ...resources, remaining, store: options.dryRun ? dry : store, sentEmails };
  const ingested: IngestedEmail[] = [];
  for (const file of files)
    ingested.push(
      await ingestFile({ file, content: await readBinaryFile(file, io), addresses }, options, dependencies),
    );
  if (options.json) io.stdout.write(sanitizeJson({ schemaVersion, dryRun: options.dryRun === true, emails: ingested }));
  else
    io.stdout.write(
      `${ingested.flatMap(describe).map(sanitize).join('\n')}\n${options.dryRun ? 'Dry run: nothing was changed.\n' : ''}`,
    );
  if (ingested.some(({ recipients }) => recipients.some(({ error }) => error !== null))) return 75;
  return ingested.some(({ outcome, keptAs }) => outcome === 'unreadable' && keptAs === null) ? 1 : 0;
}

type InputFile = { readonly file: string; readonly content: Uint8Array; readonly addresses: readonly Address[] };

async function ingestFile(
  { file, content, addresses }: InputFile,
  { keep }: IngestEmailOptions,
  dependencies: ProcessReportDependencies,
): Promise<IngestedEmail> {
  const result = await processReport({ content, addresses }, dependencies);
  if (result.outcome === 'ignored')
    return { file, outcome: 'ignored', event: null, tie: null, reason: result.reason, keptAs: null, recipients: [] };
  const isUnreadable = result.outcome === 'unreadable' || result.unreadableCount > 0;
  const keptAs = isUnreadable && keep !== undefined ? await keepCopy(keep, content) : null;
  if (result.outcome === 'unreadable')
    return { file, outcome: 'unreadable', event: null, tie: null, reason: result.reason, keptAs, recipients: [] };
  const { event, tie, unreadableCount } = result;
  const reason = describeUnreadableRecipients(unreadableCount);
  return { file, outcome: 'feedback', event, tie, reason, keptAs, recipients: result.recipients.map(toJson) };
}

function toJson({
  event,
  result,
}: Extract<ReportResult, { outcome: 'feedback' }>['recipients'][number]): IngestedRecipient {
  const { address, rule } = event;
  if (result.kind === 'failed')
    return { address, rule, status: null, until: null, isDuplicate: false, error: result.reason };
  const { status = null, until } = result.record ?? {};
  return {
    address,
    rule,
    status,
    until: until === undefined ? null : formatTimestamp(until),
    isDuplicate: !result.isNew,
    error: null,
  };
}

/** The same email gets the same name, so that processing it again keeps one copy. */
async function keepCopy(folder: string, content: Uint8Array): Promise<string> {
  const file = path.join(folder, `${shortHash(Buffer.from(content).toString('latin1'), 16)}.eml`);
  try {
    await writeFile(file, content, { mode: 0o600 });
    return file;
  } catch (error) {
    // The email must not be lost: the mail server keeps it and tries again.
    throw new CommandError(`Cannot keep a copy of the email in ${folder}: ${describeFileError(error)}`, 75);
  }
}

function readRecipient(text: string | undefined): readonly Address[] {
  if (text === undefined) return [];
  const address = parseAddress(text);
  if (address === undefined) throw new UsageError('--recipient is not a valid address.');
  return [address];
}

async function readSentEmails({ keyFile = [], messageIds }: IngestEmailOptions, io: CliIO): Promise<SentEmails> {
  const keys: string[] = [];
  for (const file of keyFile) {
    const key = (await readTextFile(file, io)).trim();
    if (key.length < minKeyLength)
      throw new UsageError(
        `${file} needs a key of at least ${minKeyLength} characters. Make one with: openssl rand -hex 32`,
      );
    keys.push(key);
  }
  const text = messageIds === undefined ? '' : await readTextFile(messageIds, io);
  const known = new Set(text.split('\n').flatMap((line) => line.trim().replace(/^<(.*)>$/, '$1') || []));
  return { keys, isKnown: (id) => known.has(id) };
}

const ties: Record<ReportTie['kind'], string> = {
  recipient: 'about an email of yours (signed return path)',
  email: 'about an email of yours (Message-ID)',
  none: 'nothing shows that it is about an email of yours, so it suppresses nobody',
};

function describe({ file, outcome, event, tie, reason, keptAs, recipients }: IngestedEmail): string[] {
  const details = [
    ...(tie === null ? [] : [ties[tie]]),
    ...(reason === null ? [] : [reason]),
    ...(keptAs === null ? [] : [`kept as ${keptAs}`]),
  ];
  return [
    `${file}: ${event ?? outcome}; ${details.join('; ')}`,
    ...recipients.map(
      (recipient) =>
        `  ${recipient.address}: ${describeStatus(recipient)} (rule ${recipient.rule})${recipient.isDuplicate ? '; known already' : ''}`,
    ),
  ];
}

function describeStatus({ status, until, error }: IngestedRecipient): string {
  if (error !== null) return `could not be stored: ${error}`;
  if (status === null) return 'unchanged';
  return status === 'suppressed' ? `suppressed ${until === null ? 'permanently' : `until ${until}`}` : status;
}
