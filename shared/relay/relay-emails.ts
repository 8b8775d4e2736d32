import type { Readable } from 'node:stream';
import type { Policy } from '../domain/policy/policy.ts';
import type { RetryContext } from '../domain/retry.ts';
import { withoutAddresses } from '../domain/without-addresses.ts';
import { maxReportBytes } from '../email/parse-email.ts';
import {
  type Attempt,
  advance,
  afterGivingUp,
  type DeliveryState,
  nextStep,
  pendingRecipients,
  type RecipientResult,
} from './delivery-state.ts';
import { type InboundEmail, readInboundEmail } from './inbound-email.ts';
import type { RelayLog } from './log-entry.ts';
import type { DeliveryLog, InboundStore, RelayQueue, SmtpServer } from './ports.ts';
import { tagsOf, verdictStep } from './scan-policy.ts';

/** One message of the relay's queue. */
export type RelayMessage = { readonly id: string; readonly receipt: string; readonly body: string };

export type RelayDependencies = Pick<RetryContext, 'remaining'> & {
  readonly store: InboundStore;
  readonly deliveries: DeliveryLog;
  readonly queue: RelayQueue;
  readonly server: SmtpServer;
  readonly policy: Policy;
  /** The bucket that SES stores into. Messages about another one are not ours. */
  readonly bucket: string;
  /** Objects outside of this prefix are not ours. */
  readonly prefix: string;
  /** Whether email to a recipient consists of reports, which are processed instead of delivered. */
  readonly isForReports: (recipient: string) => boolean;
  /** Processes a report that was sent to a recipient. `refused`: it cannot be read. Throws if it cannot be stored. */
  readonly reports: (recipient: string, content: Uint8Array) => Promise<RecipientResult>;
  /** Sends a notice about emails that were given up. Errors are ignored: the alarm on the dead-letter queue remains. */
  readonly notify: (failures: readonly RelayFailure[]) => Promise<void>;
  readonly clock: () => number;
  readonly log: RelayLog;
};

/** An email that was given up. */
export type RelayFailure = { readonly message: string; readonly reasons: readonly string[] };

/** An attempt with less time than this would be cut off. Milliseconds. */
export const minTimeMs = 60_000;

/** A claim outlasts the invocation that made it, of at most five minutes. Milliseconds. */
export const claimMs = 6 * 60_000;

/** An email that has passed more servers than this goes round in circles (RFC 5321, section 6.3). */
const maxHops = 50;

/**
 * Delivers the emails of a batch, one after the other. A message is done when each recipient has the email, or the email is in the dead-letter
 * queue. Never throws: a message that fails is delivered again.
 *
 * The state is stored after each attempt, before anything else. So a recipient gets a second copy only if the server's answer was lost, or the
 * state could not be stored after it.
 *
 * @returns the ids of the messages that are not done
 */
export async function relayEmails(
  messages: readonly RelayMessage[],
  dependencies: RelayDependencies,
): Promise<string[]> {
  const { server, queue, notify, log } = dependencies;
  const unfinished: string[] = [];
  const failures: RelayFailure[] = [];
  for (const message of messages) {
    try {
      if (!(await relayMessage(message, failures, dependencies))) unfinished.push(message.id);
    } catch (error) {
      unfinished.push(message.id);
      log({ kind: 'error', message: message.id, reason: withoutAddresses(String(error)) });
      // If this fails as well, the message comes back after the visibility timeout of the queue.
      await queue.delay(message.receipt, claimMs).catch(() => {});
    }
  }
  await server.close();
  if (failures.length > 0)
    await notify(failures).catch((error) => log({ kind: 'error', message: 'notice', reason: String(error) }));
  return unfinished;
}

/** @returns whether the message is done */
async function relayMessage(
  message: RelayMessage,
  failures: RelayFailure[],
  dependencies: RelayDependencies,
): Promise<boolean> {
  const { store, deliveries, policy, bucket, prefix, clock, remaining, log } = dependencies;
  const giveUp = (reasons: readonly string[], isNotified: boolean) =>
    putAside(message, reasons, isNotified ? failures : [], dependencies);
  const email = readInboundEmail(message.body);
  if ('unreadable' in email) return giveUp([email.unreadable], true);
  if (email.bucket !== bucket || !email.key.startsWith(prefix)) return giveUp(['not in the bucket of the relay'], true);
  if (remaining() < minTimeMs) return later(message, 0, dependencies);
  if (verdictStep(email, policy.relay) === 'drop') {
    log({ kind: 'dropped', message: email.id, spam: email.spam, virus: email.virus, key: email.key });
    return true;
  }
  if (email.hops > maxHops) return giveUp([`passed ${email.hops} servers: a loop`], false);
  const size = await store.size(email.key);
  if (size === undefined) return giveUp(['the email is no longer in the bucket'], mayNotify(email));

  const claimed = await deliveries.claim(email.id, clock() + claimMs);
  if (claimed === undefined) return later(message, minTimeMs, dependencies);
  const state = await attempt({ ...email, size }, claimed, dependencies);
  const step = nextStep(state, email.recipients.length);
  if (step.kind === 'done') return true;
  if (step.kind === 'retry') return later(message, step.afterMs, dependencies);
  const reasons = Object.entries(step.failed).map(([number, words]) => `recipient ${Number(number) + 1}: ${words}`);
  await giveUp(reasons, mayNotify(email));
  await deliveries.save(email.id, afterGivingUp(state), true);
  return true;
}

type SizedEmail = InboundEmail & { readonly size: number };

/** Tries the recipients that are left. What became of them is stored at once. */
async function attempt(
  email: SizedEmail,
  state: DeliveryState,
  dependencies: RelayDependencies,
): Promise<DeliveryState> {
  const { deliveries, policy, clock, isForReports } = dependencies;
  const count = email.recipients.length;
  const pending = pendingRecipients(state, count);
  const isReport = (number: number) => isForReports(email.recipients[number] ?? '');
  const groups = [
    { numbers: pending.filter((number) => !isReport(number)), work: deliver },
    { numbers: pending.filter(isReport), work: processReports },
  ].filter(({ numbers }) => numbers.length > 0);
  let current = state;
  for (const [index, { numbers, work }] of groups.entries()) {
    current = advance(current, numbers, await work(email, numbers, dependencies), policy.relay, clock());
    const isFinal = index === groups.length - 1 && nextStep(current, count).kind !== 'give-up';
    await deliveries.save(email.id, current, isFinal);
  }
  return current;
}

async function deliver(
  email: SizedEmail,
  numbers: readonly number[],
  { store, server, policy, log }: RelayDependencies,
): Promise<Attempt> {
  const outcome = await server.send({
    sender: email.sender,
    recipients: numbers.map((number) => email.recipients[number] ?? ''),
    prefix: tagsOf(email, policy.relay),
    size: email.size,
    read: () => store.read(email.key),
  });
  if (outcome.kind === 'unreachable') {
    const words = withoutAddresses(outcome.words);
    log({ kind: 'unreachable', message: email.id, reason: words, mayBeDelivered: outcome.isUncertain });
    return { kind: 'unreachable', words };
  }
  const count = (kind: RecipientResult['kind']) => outcome.results.filter((result) => result.kind === kind).length;
  const counts = { accepted: count('accepted'), deferred: count('deferred'), refused: count('refused') };
  log({ kind: 'answered', message: email.id, ...counts });
  return { kind: 'answered', results: outcome.results.map(withoutAddressesOf) };
}

async function processReports(
  email: SizedEmail,
  numbers: readonly number[],
  { store, reports, log }: RelayDependencies,
): Promise<Attempt> {
  const content = await readStart(await store.read(email.key));
  const results: RecipientResult[] = [];
  for (const number of numbers)
    results.push(withoutAddressesOf(await reports(email.recipients[number] ?? '', content)));
  log({ kind: 'report', message: email.id, results: results.map(({ kind }) => kind) });
  return { kind: 'answered', results };
}

/** Reads as much of an email as a report can have. */
async function readStart(stream: Readable): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream) {
    chunks.push(chunk);
    size += chunk.length;
    // Leaving the loop ends the download.
    if (size >= maxReportBytes) break;
  }
  return Buffer.concat(chunks);
}

function withoutAddressesOf(result: RecipientResult): RecipientResult {
  return result.kind === 'accepted' ? result : { ...result, words: withoutAddresses(result.words) };
}

/** A notice about an automatic email may cause the next one: it may itself be a notice that came by email. */
function mayNotify({ sender, isAutomatic }: InboundEmail): boolean {
  return sender !== '' && !isAutomatic;
}

async function putAside(
  message: RelayMessage,
  reasons: readonly string[],
  failures: RelayFailure[],
  { queue, log }: RelayDependencies,
): Promise<boolean> {
  await queue.giveUp(message.body, reasons);
  failures.push({ message: message.id, reasons });
  log({ kind: 'given-up', message: message.id, reasons });
  return true;
}

async function later({ receipt }: RelayMessage, milliseconds: number, { queue }: RelayDependencies): Promise<boolean> {
  await queue.delay(receipt, milliseconds);
  return false;
}
