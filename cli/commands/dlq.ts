import { type Explanation, explain } from '../../shared/domain/explain.ts';
import type { Policy } from '../../shared/domain/policy/policy.ts';
import { formatTimestamp } from '../../shared/domain/timestamp.ts';
import type { CliIO, ExitCode } from '../io/cli-io.ts';
import { NotFoundError, UsageError } from '../io/errors.ts';
import { loadPolicy } from '../io/files.ts';
import { formatQuantity, formatTime } from '../io/format.ts';
import { createProgress } from '../io/progress.ts';
import { sanitize, sanitizeJson } from '../io/sanitize.ts';
import { openStack, type StackOptions } from '../io/stack-options.ts';
import type { Clients } from '../stack/clients.ts';
import { type FailedMessage, receiveDeadLetters, replay, returnToQueue } from '../stack/dead-letter-queue.ts';
import { commandLocation, commandsFor, type Stack, type Stream, streams } from '../stack/stack.ts';

export type DlqOptions = StackOptions & {
  readonly stream?: Stream;
  readonly limit?: number;
  readonly all?: true;
  readonly readable?: true;
  readonly json?: true;
  readonly policy?: string;
};

/** Version of the JSON that the commands print. */
const schemaVersion = 1;

type ExplainedLetter = FailedMessage & { readonly explanation: Explanation };

/** Runs the command `dlq list`. It changes nothing: the messages are visible to others again at its end. */
export async function dlqListCommand(options: DlqOptions, io: CliIO): Promise<ExitCode> {
  const { clients, stack, policy } = await open(options, io);
  const letters = await readAll(clients, stack, policy, options);
  if (options.json) io.stdout.write(sanitizeJson({ schemaVersion, messages: letters.map(toJson) }));
  else io.stdout.write(`${describeList(letters, stack).map(sanitize).join('\n')}\n`);
  return 0;
}

/** Runs the command `dlq show`. Exit code 3: there is no such message. */
export async function dlqShowCommand(id: string, options: DlqOptions, io: CliIO): Promise<ExitCode> {
  const { clients, stack, policy } = await open(options, io);
  const letters = await readAll(clients, stack, policy, { ...options, limit: Number.POSITIVE_INFINITY });
  const letter = letters.find((one) => one.id.startsWith(id));
  if (letter === undefined) throw new NotFoundError(describeMissing([id]));
  if (options.json) io.stdout.write(sanitizeJson({ schemaVersion, ...toJson(letter), body: letter.body }));
  else io.stdout.write(`${[...describeLetter(letter), '', formatBody(letter.body)].join('\n')}\n`);
  return 0;
}

/** Runs the command `dlq replay`. Exit code 3: a message was not found. 6: it was interrupted, or a message could not be sent. */
export async function dlqReplayCommand(ids: readonly string[], options: DlqOptions, io: CliIO): Promise<ExitCode> {
  const { all, readable, json } = options;
  if (ids.length === 0 && !all && !readable)
    throw new UsageError('No message selected. Pass ids, --readable, or --all. To see the messages: dlq list');
  const { clients, stack, policy } = await open(options, io);
  const progress = createProgress(io.stderr);
  const found = new Set<string>();
  // Without the bodies: a queue can have more of them than fit into memory.
  const kept: Pick<FailedMessage, 'stream' | 'message'>[] = [];
  const report = { replayed: 0, kept: 0, failed: 0 };
  for (const stream of streamsOf(options)) {
    for await (const letter of receiveDeadLetters(clients.sqs, stack, stream, Number.POSITIVE_INFINITY)) {
      const id = ids.find((one) => letter.id.startsWith(one));
      if (id !== undefined) found.add(id);
      const isSelected =
        all || id !== undefined || (readable && explainLetter(letter, stack, policy).outcome !== 'unreadable');
      if (!isSelected) {
        const { ReceiptHandle } = letter.message;
        kept.push({ stream, message: { ReceiptHandle } });
        continue;
      }
      await replay(clients.sqs, stack, letter).then(
        () => report.replayed++,
        () => report.failed++,
      );
      progress.showCount('messages sent back', report.replayed);
    }
  }
  progress.clear();
  for (const letter of kept) await returnToQueue(clients.sqs, stack, letter);
  report.kept = kept.length;
  if (json) io.stdout.write(sanitizeJson({ schemaVersion, ...report }));
  else io.stdout.write(`${describeReplay(report, stack).join('\n')}\n`);
  const missing = ids.filter((id) => !found.has(id));
  if (missing.length > 0) throw new NotFoundError(describeMissing(missing));
  return report.failed > 0 ? 6 : 0;
}

async function open({ policy: file, ...options }: DlqOptions, io: CliIO) {
  const policy = await loadPolicy(file, io);
  return { policy, ...(await openStack(options, io)) };
}

const streamsOf = ({ stream }: DlqOptions): readonly Stream[] => (stream === undefined ? streams : [stream]);

async function readAll(
  { sqs }: Clients,
  stack: Stack,
  policy: Policy,
  options: DlqOptions,
): Promise<readonly ExplainedLetter[]> {
  const letters: ExplainedLetter[] = [];
  for (const stream of streamsOf(options)) {
    for await (const letter of receiveDeadLetters(sqs, stack, stream, options.limit ?? 20))
      letters.push({ ...letter, explanation: explainLetter(letter, stack, policy) });
  }
  for (const letter of letters) await returnToQueue(sqs, stack, letter);
  return letters;
}

function explainLetter({ id, body }: FailedMessage, { topics, account }: Stack, policy: Policy): Explanation {
  const trusted = {
    accounts: [account, ...policy.allowedAccounts],
    topics: streams.flatMap((stream) => topics[stream]),
  };
  return explain({ id, body }, trusted, policy);
}

function describeList(letters: readonly ExplainedLetter[], stack: Stack): string[] {
  if (letters.length === 0) return ['No messages in the dead-letter queues.'];
  return [
    ...letters.flatMap(describeLetter),
    '',
    `To process the readable ones again: ${commandsFor(stack).replay}`,
    commandLocation,
  ];
}

function describeLetter({ stream, id, sentAt, explanation }: ExplainedLetter): string[] {
  return [`${id}  ${stream}, sent ${formatTime(sentAt)}`, `  ${describeReason(explanation)}`];
}

/** A message that can be read was not processed because of a table, a permission or a bug that is fixed since. */
function describeReason({ outcome, event, reason }: Explanation): string {
  if (outcome === 'unreadable') return `cannot be read: ${reason ?? 'unknown reason'}. It is kept until it expires.`;
  if (outcome === 'foreign') return `not from a trusted source: ${reason ?? ''}`;
  const name = event === null ? 'a message' : `a ${event} event`;
  return `${name} that can be read. The function failed for another reason, such as its table or its rights; its log has the error. Replay it.`;
}

function describeReplay(
  { replayed, kept, failed }: { replayed: number; kept: number; failed: number },
  stack: Stack,
): string[] {
  return [
    `Sent ${formatQuantity(replayed, 'message')} back to be processed again.`,
    ...(kept > 0 ? [`Kept ${formatQuantity(kept, 'message')} in the dead-letter queues.`] : []),
    ...(failed > 0
      ? [`Could not send ${formatQuantity(failed, 'message')}. They are still there: run the command again.`]
      : []),
    ...(replayed > 0 ? [`To see whether they return: ${commandsFor(stack).deadLetters}`] : []),
  ];
}

function describeMissing(ids: readonly string[]): string {
  return `No message in the dead-letter queues has an id that begins with ${ids.map(sanitize).join(', ')}. To see the messages: npx ses-feedback dlq list`;
}

/** Formats JSON over several lines. */
function formatBody(body: string): string {
  try {
    return sanitizeJson(JSON.parse(body)).trimEnd();
  } catch {
    return body.split('\n').map(sanitize).join('\n');
  }
}

/** Times in ISO 8601. */
function toJson({ stream, id, sentAt, explanation }: ExplainedLetter): object {
  const { outcome, event, reason } = explanation;
  return { stream, id, sentAt: formatTimestamp(sentAt), outcome, event, reason };
}
