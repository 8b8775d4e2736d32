import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseAddress } from '../../shared/domain/address.ts';
import { type Evidence, isSuppressedAt, type SuppressionRecord } from '../../shared/domain/suppression/record.ts';
import { formatTimestamp } from '../../shared/domain/timestamp.ts';
import type { CliIO, ExitCode } from '../io/cli-io.ts';
import { describeHistoryEntry } from '../io/describe-history.ts';
import { CommandError, UsageError } from '../io/errors.ts';
import { loadPolicy } from '../io/files.ts';
import { formatQuantity, formatTime } from '../io/format.ts';
import { explainInterrupt } from '../io/interrupt.ts';
import { createProgress } from '../io/progress.ts';
import { sanitize, sanitizeJson } from '../io/sanitize.ts';
import { openStack, type StackOptions } from '../io/stack-options.ts';
import { openStackResources, type StackResources } from '../io/stack-resources.ts';
import type { Clients } from '../stack/clients.ts';
import { readEmailIdentities } from '../stack/email-identities.ts';
import { sendTestEmail } from '../stack/send-test-email.ts';
import { commandsFor } from '../stack/stack.ts';

export type SendTestOptions = StackOptions & {
  readonly from?: string;
  readonly to: string;
  readonly configurationSet?: string;
  /** Seconds. */
  readonly wait?: number;
  readonly json?: true;
  readonly policy?: string;
};

/** Version of the JSON that the command prints. */
const schemaVersion = 1;

/** The mailboxes of SES's simulator, and whether their address must be suppressed. */
const mailboxes: Readonly<Record<string, boolean>> = {
  bounce: true,
  complaint: true,
  suppressionlist: true,
  ooto: false,
  success: false,
};

/** How long to wait if feedback must come, and if none is expected. Seconds. */
const defaultWait = { expected: 120, unexpected: 30 };

/** What the stack knows of the email: its evidence, and whether its recipient is suppressed now. */
type Feedback = { readonly evidence: Evidence; readonly isSuppressed: boolean; readonly until?: number };

/**
 * Runs the command `send-test`. Exit code 1: the feedback that the mailbox must cause did not arrive in time. 3: a recipient that is no mailbox of
 * the simulator bounced or complained, or is suppressed, so that nothing was sent.
 */
export async function sendTestCommand(options: SendTestOptions, io: CliIO): Promise<ExitCode> {
  const { to, json, policy: file, ...stackOptions } = options;
  const mustSuppress = Object.hasOwn(mailboxes, to) ? mailboxes[to] : undefined;
  const recipient = recipientOf(to);
  const policy = await loadPolicy(file, io);
  const { clients, stack } = await openStack(stackOptions, io);
  const resources = openStackResources(stack, policy);
  if (await isSuppressedNow(recipient, resources))
    throw new CommandError(
      `${recipient} is suppressed, and nothing was sent. See: npx ses-feedback check ${recipient}`,
      3,
    );
  const from = options.from ?? (await chooseSender(clients));
  const configurationSet = options.configurationSet ?? stack.configurationSet;
  const startedAt = Date.now();
  const messageId = await sendTestEmail(stack.region, { from, to: recipient, configurationSet });
  const sent = { from, to: recipient, configurationSet, messageId, sentAt: startedAt };
  const accepted = `SES accepted an email from ${from} to ${recipient}, message id ${messageId}`;
  if (!json) io.stdout.write(`${sanitize(`${formatTime(startedAt)}  ${accepted}`)}\n`);
  const wait = (options.wait ?? (mustSuppress ? defaultWait.expected : defaultWait.unexpected)) * 1000;
  const feedback = await explainInterrupt(
    io.stderr,
    () => `The email was sent, and its outcome is not known. Later: npx ses-feedback check ${recipient}`,
    () => follow(messageId, recipient, { resources, until: startedAt + wait, io }),
  );
  const seconds = (Date.now() - startedAt) / 1000;
  const isExpected =
    mustSuppress === undefined ? feedback === undefined : mustSuppress === (feedback?.isSuppressed ?? false);
  if (json) io.stdout.write(sanitizeJson(toJson(sent, feedback, seconds, isExpected)));
  else {
    const next = isExpected ? [] : [mustSuppress ? commandsFor(stack).doctor : `npx ses-feedback check ${recipient}`];
    const lines = [describe(feedback, seconds, mustSuppress), ...next.map((command) => `    → ${command}`)];
    io.stdout.write(
      `${lines
        .flatMap((line) => line.split('\n'))
        .map(sanitize)
        .join('\n')}\n`,
    );
  }
  if (isExpected) return 0;
  return mustSuppress === undefined ? 3 : 1;
}

/** Returns a new address of a mailbox, so that an earlier test cannot be mistaken for this one, or the given address. */
function recipientOf(to: string): string {
  if (Object.hasOwn(mailboxes, to)) return `${to}+${randomBytes(8).toString('hex')}@simulator.amazonses.com`;
  const address = parseAddress(to);
  if (address === undefined)
    throw new UsageError(`--to is an email address or one of ${Object.keys(mailboxes).join(', ')}, and not ${to}.`);
  return address.original;
}

/** Returns an address of the only verified domain, or the only verified address. */
async function chooseSender({ ses }: Clients): Promise<string> {
  const verified = (await readEmailIdentities(ses)).filter(({ isVerified }) => isVerified).map(({ name }) => name);
  const [only, ...others] = verified;
  if (only !== undefined && others.length === 0) return only.includes('@') ? only : `ses-feedback@${only}`;
  const known = only === undefined ? 'SES has none' : `SES has ${verified.slice(0, 5).join(', ')}`;
  throw new UsageError(`Pass --from, an address of a verified identity. ${known}.`);
}

async function readRecord(recipient: string, { store }: StackResources): Promise<SuppressionRecord | undefined> {
  const { key } = parseAddress(recipient) ?? {};
  if (key === undefined) return undefined;
  const stored = (await store.read([{ address: key, eventIds: [] }])).get(key);
  return stored === undefined || 'unreadable' in stored ? undefined : stored.record;
}

/** Also if only the hash of the address is left. */
async function isSuppressedNow(recipient: string, resources: StackResources): Promise<boolean> {
  if (isSuppressedAt(await readRecord(recipient, resources), Date.now())) return true;
  const { key } = parseAddress(recipient) ?? {};
  return key !== undefined && (await resources.erasures.find(key, Date.now())).suppressions.length > 0;
}

type Follow = { readonly resources: StackResources; readonly until: number; readonly io: CliIO };

/** Waits for feedback about an email. Returns `undefined` if none arrives in time. */
async function follow(
  messageId: string,
  recipient: string,
  { resources, until, io }: Follow,
): Promise<Feedback | undefined> {
  const progress = createProgress(io.stderr);
  const startedAt = Date.now();
  try {
    for (;;) {
      const record = await readRecord(recipient, resources);
      const evidence = record?.evidence.find((one) => one.messageId === messageId);
      if (record !== undefined && evidence !== undefined) {
        const isSuppressed = isSuppressedAt(record, Date.now());
        return { evidence, isSuppressed, ...(record.until !== undefined && { until: record.until }) };
      }
      const now = Date.now();
      if (now >= until) return undefined;
      progress.showCount('waiting for feedback, seconds', Math.round((now - startedAt) / 1000));
      // The first seconds are measured precisely.
      await sleep(Math.min(now - startedAt < 10_000 ? 250 : 2000, until - now));
    }
  } finally {
    progress.clear();
  }
}

function describe(feedback: Feedback | undefined, seconds: number, mustSuppress: boolean | undefined): string {
  const after = `${seconds.toFixed(1)} s after the send`;
  if (feedback === undefined)
    return mustSuppress
      ? `✗ no feedback within ${formatQuantity(Math.round(seconds), 'second')}: the stack does not receive the events of this configuration set, or not yet`
      : `✓ no bounce and no complaint within ${formatQuantity(Math.round(seconds), 'second')}; one may still follow`;
  const { evidence, isSuppressed, until } = feedback;
  const end = until === undefined ? 'permanently' : `until ${formatTime(until)}`;
  const outcome = isSuppressed ? `suppressed ${end}` : 'not suppressed';
  const mark = mustSuppress === isSuppressed ? '✓' : '✗';
  return [`${mark} ${outcome}, ${after}`, ...describeHistoryEntry({ kind: 'feedback', ...evidence })].join('\n  ');
}

type Sent = { readonly sentAt: number; readonly [field: string]: unknown };

function toJson(
  { sentAt, ...sent }: Sent,
  feedback: Feedback | undefined,
  seconds: number,
  isExpected: boolean,
): object {
  return {
    schemaVersion,
    ...sent,
    sentAt: formatTimestamp(sentAt),
    isExpected,
    secondsWaited: Math.round(seconds * 10) / 10,
    feedback: feedback
      ? {
          isSuppressed: feedback.isSuppressed,
          until: feedback.until === undefined ? null : formatTimestamp(feedback.until),
          class: feedback.evidence.class,
          rule: feedback.evidence.rule,
        }
      : null,
  };
}
