import { formatTime } from '../../cli/io/format.ts';
import { cleanUp } from './clean-up.ts';
import { formatResult } from './format-result.ts';
import { checkSuppressedRecord, checkWatchedRecord, createTestEmails, type TestEmail } from './mailboxes.ts';
import type { ObservedRecord, Ports, Settings } from './ports.ts';

/** The results of a run so far. */
type Results = { slowest?: { name: string; latencyMs: number }; readonly failures: string[] };

type Run = {
  readonly ports: Ports;
  readonly settings: Settings;
  readonly emails: readonly TestEmail[];
  readonly results: Results;
  /** The checks of single mailboxes, which run concurrently. They never reject. */
  readonly checks: Promise<void>[];
  /** Aborted when the run ends early, for whatever reason. */
  readonly signal: AbortSignal;
};

/**
 * Sends an email to each mailbox of the SES mailbox simulator, checks what the stack does with the feedback, and
 * deletes the records. Prints each result as soon as it is known.
 *
 * @returns whether all results are as expected, including the clean-up
 * @throws Error that says what to do, if the run cannot continue; it has cleaned up by then
 */
export async function runSuite(ports: Ports, settings: Settings): Promise<boolean> {
  const emails = createTestEmails();
  const ending = new AbortController();
  const signal = AbortSignal.any([ending.signal, ...(settings.signal ? [settings.signal] : [])]);
  const results: Results = { failures: [] };
  const run: Run = { ports, settings, emails, results, checks: [], signal };
  await checkPreconditions(run);
  try {
    await sendAndCheck(run);
  } catch (error) {
    if (!settings.signal?.aborted) throw error;
    results.failures.push('interrupted');
    ports.print('Interrupted. The run sends no more emails and cleans up. Press Ctrl-C again to skip the clean-up.');
  } finally {
    ending.abort();
    await Promise.all(run.checks);
    // The emails are sent, so their records have to be deleted however the run ended.
    if (!(await cleanUp(emails, ports, settings))) results.failures.push('clean-up');
  }
  ports.print('');
  ports.print(summarize(results));
  return results.failures.length === 0;
}

/**
 * Makes each call once before the first send. A missing permission must not show when there are already records to
 * delete.
 */
async function checkPreconditions({ emails, ports }: Run): Promise<void> {
  const [first] = emails;
  if (first !== undefined && (await ports.isOnAccountList(first.address))) {
    throw new Error(
      `The SES account suppression list contains ${first.address}, an address that was just created. Find out what adds all addresses to it.`,
    );
  }
  for (const { address, name } of emails) {
    await ports.removeRecords(address);
    const isKnown = (await ports.readRecord(address)) !== undefined || (await ports.isSuppressed(address));
    if (isKnown)
      throw new Error(`${name}@ has a record under an address that was just created. Is this the right table?`);
  }
}

async function sendAndCheck(run: Run): Promise<void> {
  const { ports, settings, emails, checks, signal } = run;
  const countersBefore = await ports.readCounters?.();
  const watching = new AbortController();
  const suppressions: Promise<void>[] = [];
  for (const email of emails) {
    if (email !== emails[0]) await ports.sleep(settings.sendIntervalMs, signal);
    signal.throwIfAborted();
    // Set before the send: if the response is lost, the email may still have been sent, and its record has to be
    // deleted.
    email.sentAt = ports.clock();
    email.messageId = await ports.sendEmail(email.address);
    email.sentAt = ports.clock();
    const mustBeSuppressed = email.expectedReason !== undefined;
    const check = mustBeSuppressed ? awaitSuppression(email, run) : watchForSuppression(email, run, watching.signal);
    const reported = reportErrors(email, run, check);
    checks.push(reported);
    if (mustBeSuppressed) suppressions.push(reported);
  }
  await Promise.all(suppressions);
  await ports.sleep(settings.lingerMs, signal);
  watching.abort();
  await Promise.all(checks);
  for (const email of emails) await reportErrors(email, run, checkAgain(email, run));
  await checkAccountList(run);
  await checkCounters(countersBefore ?? {}, run);
  for (const reason of (await ports.readDeadLetters?.()) ?? []) fail(run, 'dead letters', reason);
}

/** Reports the error of one mailbox, and continues with the others. */
async function reportErrors(email: TestEmail, run: Run, check: Promise<void>): Promise<void> {
  try {
    await check;
  } catch (error) {
    if (run.signal.aborted) return;
    email.isDecided = true;
    // The message already says what to do, so there is no next step to add.
    run.results.failures.push(`${email.name}@`);
    run.ports.print(formatResult('✗', `${email.name}@`, error instanceof Error ? error.message : String(error)));
  }
}

/** Waits until the address is suppressed, and checks its record. */
async function awaitSuppression(email: TestEmail, run: Run): Promise<void> {
  const { ports, settings, signal, results } = run;
  const { name, address, sentAt = 0 } = email;
  while (!(await ports.isSuppressed(address))) {
    const waitedMs = ports.clock() - sentAt;
    if (waitedMs >= settings.timeoutMs) {
      email.isDecided = true;
      return fail(run, `${name}@`, `not suppressed within ${settings.timeoutMs / 1000} s of the send`);
    }
    await ports.sleep(Math.min(pollIntervalMs(waitedMs), settings.timeoutMs - waitedMs), signal);
  }
  const latencyMs = ports.clock() - sentAt;
  const record = await ports.readRecord(address);
  email.isDecided = true;
  const problem = checkSuppressedRecord(email, record, ports.clock(), settings);
  if (problem !== undefined) return fail(run, `${name}@`, problem);
  if (latencyMs > (results.slowest?.latencyMs ?? -1)) results.slowest = { name, latencyMs };
  pass(run, `${name}@`, `suppressed ${formatSeconds(latencyMs)} after the send (${describeRecord(record)})`);
}

/** Reports a failure if the address is suppressed before the signal is aborted. */
async function watchForSuppression(email: TestEmail, run: Run, watching: AbortSignal): Promise<void> {
  const { ports, signal } = run;
  const { name, address, sentAt = 0 } = email;
  while (!watching.aborted && !signal.aborted) {
    const waitedMs = ports.clock() - sentAt;
    if (await ports.isSuppressed(address)) {
      email.isDecided = true;
      const record = await ports.readRecord(address);
      const suppressed = `suppressed ${formatSeconds(waitedMs)} after the send (${describeRecord(record)})`;
      return fail(run, `${name}@`, `${suppressed}, but must not be`);
    }
    await ports.sleep(pollIntervalMs(waitedMs), AbortSignal.any([watching, signal])).catch(() => {});
  }
}

/** Checks that further copies of the feedback, which have arrived by now, have changed nothing. */
async function checkAgain(email: TestEmail, run: Run): Promise<void> {
  const { ports, settings } = run;
  const { name, address, sentAt = 0, expectedReason } = email;
  if (run.results.failures.includes(`${name}@`)) return;
  const waited = formatSeconds(ports.clock() - sentAt);
  const isSuppressed = await ports.isSuppressed(address);
  const record = await ports.readRecord(address);
  if (expectedReason === undefined) {
    email.isDecided = true;
    if (isSuppressed) return fail(run, `${name}@`, `suppressed ${waited} after the send, but must not be`);
    const problem = checkWatchedRecord(email, record);
    if (problem !== undefined) return fail(run, `${name}@`, problem);
    const status = record === undefined ? 'no record' : `watched, by rule ${record.evidence[0]?.rule}`;
    return pass(run, `${name}@`, `not suppressed ${waited} after the send (${status})`);
  }
  const problem = isSuppressed
    ? checkSuppressedRecord(email, record, ports.clock(), settings)
    : `suppressed at first, but no longer ${waited} after the send`;
  if (problem !== undefined) fail(run, `${name}@`, problem);
}

async function checkAccountList(run: Run): Promise<void> {
  const { ports, settings, emails, signal } = run;
  const listed: string[] = [];
  for (const { name, address } of emails) {
    await ports.sleep(settings.callIntervalMs, signal);
    if (await ports.isOnAccountList(address)) listed.push(`${name}@`);
  }
  if (listed.length === 0) pass(run, 'account list', 'contains none of the addresses');
  else
    fail(run, 'account list', `contains ${listed.join(', ')}, but addresses of the simulator must not be added to it`);
}

async function checkCounters(before: Readonly<Record<string, number>>, run: Run): Promise<void> {
  const after = await run.ports.readCounters?.();
  if (after === undefined) return;
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const changed = names.filter((name) => before[name] !== after[name]);
  if (changed.length === 0) pass(run, 'rates', 'no counter changed');
  else fail(run, 'rates', `counted in ${changed.join(', ')}, but emails to the simulator must not count`);
}

/** The first seconds are measured precisely. Later, a quarter of a second makes no difference. */
function pollIntervalMs(waitedMs: number): number {
  if (waitedMs < 10_000) return 250;
  return waitedMs < 60_000 ? 1000 : 2500;
}

function describeRecord(record: ObservedRecord | undefined): string {
  if (record === undefined) return 'no record';
  const subType = record.evidence[0]?.subType;
  const until = record.until === undefined ? '' : `, until ${formatTime(record.until)}`;
  return `${record.reason ?? record.status}${subType === undefined ? '' : ` ${subType}`}${until}`;
}

function pass({ ports }: Run, subject: string, text: string): void {
  ports.print(formatResult('✓', subject, text));
}

function fail({ ports, settings, results }: Run, subject: string, text: string): void {
  results.failures.push(subject);
  ports.print(formatResult('✗', subject, `${text} → ${settings.nextStep}`));
}

function summarize({ slowest, failures }: Results): string {
  const latency = slowest ? ` Slowest: ${slowest.name}@, ${formatSeconds(slowest.latencyMs)} after its send.` : '';
  const outcome =
    failures.length === 0 ? 'All results are as expected.' : `Not as expected: ${[...new Set(failures)].join(', ')}.`;
  return `${outcome}${latency}`;
}

function formatSeconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}
