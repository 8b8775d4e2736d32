import { type ExplainedRecipient, type Explanation, explain, rateLabels } from '../../shared/domain/explain.ts';
import { type RawMessage, unwrapBatch } from '../../shared/domain/feedback/envelope.ts';
import type { TrustedSources } from '../../shared/domain/feedback/feedback-event.ts';
import type { Policy } from '../../shared/domain/policy/policy.ts';
import { loadPolicy, readTextFile } from '../io/files.ts';
import { sanitize, sanitizeJson } from '../io/sanitize.ts';

export type ExplainOptions = {
  readonly json?: true;
  readonly account?: readonly string[];
  readonly topic?: readonly string[];
  readonly policy?: string;
};

/** One message of one file. `record` is its place in a Lambda batch, from 0. */
export type ExplainedMessage = { readonly file: string; readonly record: number } & Explanation;

/** The command `explain-event`. */
export async function explainEventCommand(files: readonly string[], options: ExplainOptions): Promise<void> {
  const policy = await loadPolicy(options.policy);
  const trusted: TrustedSources = {
    ...(options.account && { accounts: [...options.account, ...policy.allowedAccounts] }),
    ...(options.topic && { topics: options.topic }),
  };
  const explained: ExplainedMessage[] = [];
  for (const file of files) explained.push(...explainFile(file, await readTextFile(file), trusted, policy));
  const answer = options.json ? sanitizeJson(explained) : explained.map(describe).join('\n') || 'No messages in it.\n';
  process.stdout.write(answer);
}

/** Explains each message of a file's content. */
export function explainFile(
  file: string,
  content: string,
  trusted: TrustedSources,
  policy: Policy,
): ExplainedMessage[] {
  return messagesOf(content).map((message, record) => ({ file, record, ...explain(message, trusted, policy) }));
}

/** A Lambda batch is opened; everything else is one message, whatever it turns out to be. */
export function messagesOf(content: string): readonly RawMessage[] {
  const message = content.replace(/^\uFEFF/, '');
  try {
    const event: unknown = JSON.parse(message);
    if (typeof event === 'object' && event !== null && 'Records' in event) return unwrapBatch(event).messages;
  } catch {
    // Not JSON: SES's setup message is plain text, and what anything else is, parse will say.
  }
  return [{ id: '0', body: message }];
}

const decisions = { suppress: 'suppressed', watch: 'watched', none: 'left alone' };

/** A message in a few lines, for a terminal. */
function describe({ file, record, outcome, event, reason, recipients }: ExplainedMessage): string {
  const head = `${sanitize(file)} [${record}]  ${event === null ? '' : `${event}, `}${outcome}`;
  const isCounted = recipients.some(({ countsToward }) => countsToward !== null);
  const lines = recipients.flatMap((recipient) => [
    `  ${sanitize(recipient.address)}`,
    `    ${recipient.class}${recipient.suspected ? ', suspected' : ''} by rule ${recipient.rule} → ` +
      `${decisions[recipient.decision]}; ${counts(recipient, isCounted)}`,
  ]);
  return `${[head + (reason === null ? '' : `: ${reason}`), ...lines].join('\n')}\n`;
}

function counts({ countsToward, suspected }: ExplainedRecipient, isCounted: boolean): string {
  if (suspected && isCounted) return 'the report counts once toward the complaint rate';
  return countsToward === null ? 'counts toward no rate' : `counts toward ${rateLabels[countsToward]}`;
}
