import type { AddressKey } from '../../shared/domain/address.ts';
import { defined } from '../../shared/domain/defined.ts';
import {
  type EmailExplanation,
  type ExplainedRecipient,
  type Explanation,
  explain,
  rateLabels,
} from '../../shared/domain/explain.ts';
import { type RawMessage, unwrapBatch } from '../../shared/domain/feedback/envelope.ts';
import type { TrustedSources } from '../../shared/domain/feedback/feedback-event.ts';
import type { Policy } from '../../shared/domain/policy/policy.ts';
import { redact } from '../../shared/domain/redact/redact.ts';
import type { SuppressionRecord } from '../../shared/domain/suppression/record.ts';
import { explainEmail, isEmail } from '../explain/explain-email.ts';
import type { CliIO, ExitCode } from '../io/cli-io.ts';
import { UsageError } from '../io/errors.ts';
import { loadPolicy, readBinaryFile, readTextFile } from '../io/files.ts';
import { formatDuration } from '../io/format.ts';
import { sanitize, sanitizeJson } from '../io/sanitize.ts';

export type ExplainOptions = {
  readonly json?: true;
  readonly account?: readonly string[];
  readonly topic?: readonly string[];
  readonly policy?: string;
  readonly inOrder?: true;
  readonly redact?: true;
};

/** The location of a message: its file, and its index in the file's Lambda batch, starting at 0. */
type Location = { readonly file: string; readonly record: number };

/** The explanation of one message, as `--json` prints it. */
export type ExplainedMessage = Location &
  Omit<Explanation, 'recipients'> & { readonly recipients: readonly Omit<ExplainedRecipient, 'suppressedForMs'>[] };

/** Runs the command `explain`. */
export async function explainCommand(files: readonly string[], options: ExplainOptions, io: CliIO): Promise<ExitCode> {
  if (options.redact) return redactFile(files, io);
  const policy = await loadPolicy(options.policy, io);
  const trusted: TrustedSources = {
    ...(options.account && { accounts: [...options.account, ...policy.allowedAccounts] }),
    ...defined({ topics: options.topic }),
  };
  const explained: (Location & (Explanation | EmailExplanation))[] = [];
  const table = options.inOrder && new Map<AddressKey, SuppressionRecord>();
  for (const file of files) {
    const content = await readBinaryFile(file, io);
    if (isEmail(file, content))
      explained.push({ file, record: 0, ...(await explainEmail(content, policy, Date.now(), table)) });
    else explained.push(...explainMessages(file, content.toString('utf8'), trusted, policy, table));
  }
  const text = () => explained.map(describe).join('\n') || 'No messages found.\n';
  io.stdout.write(options.json ? sanitizeJson(explained.map(toJson)) : text());
  return 0;
}

/** Prints a file without what identifies people, companies and accounts. */
async function redactFile(files: readonly string[], io: CliIO): Promise<ExitCode> {
  const [file = '', ...others] = files;
  if (others.length > 0) throw new UsageError('Pass one file with --redact.');
  const { text, isJson } = redact(await readTextFile(file, io));
  io.stdout.write(text);
  io.stderr.write(
    isJson
      ? 'Read the result before you publish it: the words of a server may still say something about a person.\n'
      : 'The file is not JSON, so only addresses, ids and account numbers were replaced. Names and subjects are still in it: remove them before you publish it.\n',
  );
  return 0;
}

/** Explains each message in the content of a file, as `--json` prints it. */
export function explainFile(...input: Parameters<typeof explainMessages>): ExplainedMessage[] {
  return explainMessages(...input).map(toJson);
}

function explainMessages(
  file: string,
  content: string,
  trusted: TrustedSources,
  policy: Policy,
  table?: Map<AddressKey, SuppressionRecord>,
): (Location & Explanation)[] {
  return messagesOf(content).map((message, record) => ({ file, record, ...explain(message, trusted, policy, table) }));
}

/** Only the text shows how long a suppression lasts. */
function toJson({ recipients, ...message }: Location & Explanation): ExplainedMessage {
  return { ...message, recipients: recipients.map(({ suppressedForMs: _, ...recipient }) => recipient) };
}

/**
 * Returns the messages of a Lambda batch, of the output of `aws sqs receive-message`, or of JSON lines. Every other content is one message,
 * whether it is valid or not.
 */
export function messagesOf(content: string): readonly RawMessage[] {
  const text = content.replace(/^\uFEFF/, '');
  const event = parseJson(text);
  if (event === undefined) return linesOf(text) ?? [{ id: '0', body: text }];
  if (typeof event === 'object' && event !== null && 'Records' in event) return unwrapBatch(event).messages;
  if (typeof event === 'object' && event !== null && 'Messages' in event && Array.isArray(event.Messages))
    return event.Messages.map((message, index) => ({ id: String(index), body: String(Object(message).Body) }));
  return [{ id: '0', body: text }];
}

/** Returns the messages of a text that has one JSON object on each line, or `undefined` if it has not. */
function linesOf(text: string): RawMessage[] | undefined {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const isJson = lines.length > 1 && lines.every((line) => typeof parseJson(line) === 'object');
  return isJson ? lines.map((body, index) => ({ id: String(index), body })) : undefined;
}

/** Text that is not JSON may still be a message: SES confirms a new topic in plain text. The parser decides. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Describes a message in a few lines of text. */
function describe({ file, record, outcome, event, reason, recipients }: Location & Explanation): string {
  const title = `${sanitize(file)}, record ${record}: ${event === null ? '' : `${event}, `}${outcome}`;
  const isCounted = recipients.some(({ countsToward }) => countsToward !== null);
  const lines = recipients.flatMap((recipient: ExplainedRecipient & { readonly status?: string | null }) => [
    `  ${sanitize(recipient.address)}`,
    `    ${recipient.class}${recipient.suspected ? ', suspected' : ''} by rule ${recipient.rule} → ` +
      `${describeDecision(recipient)}; ${describeCount(recipient, isCounted)}`,
    `    at fault: ${recipient.fault}${recipient.provider === 'other' ? '' : `; provider: ${recipient.provider}`}` +
      (recipient.status ? `; status: ${sanitize(recipient.status)}` : ''),
  ]);
  return `${[title + (reason === null ? '' : `; ${reason}`), ...lines].join('\n')}\n`;
}

function describeDecision({ decision, suppressedForMs, strike }: ExplainedRecipient): string {
  if (decision === 'watch') return strike ? 'watched, with a strike' : 'watched, not suppressed';
  if (decision === 'none') return 'not suppressed';
  return `suppressed ${suppressedForMs === undefined ? 'permanently' : `for ${formatDuration(suppressedForMs)}`}`;
}

/** A complaint can name several recipients of an email, any of whom may have complained. It counts once for all of them. */
function describeCount({ countsToward, suspected }: ExplainedRecipient, isCounted: boolean): string {
  if (suspected && isCounted) return 'the complaint counts once toward the complaint rate';
  return countsToward === null ? 'counts toward no rate' : `counts toward ${rateLabels[countsToward]}`;
}
