import { cleanUp } from './clean-up.ts';
import { line } from './line.ts';
import { faultOfSuppression, faultOfWatching, newMails, type TestMail } from './mailboxes.ts';
import type { Ports, SeenRecord, Settings } from './ports.ts';

/** What a run has found so far. */
type Findings = { slowest?: { name: string; latency: number }; readonly wrong: string[] };

type Run = {
  readonly ports: Ports;
  readonly settings: Settings;
  readonly mails: readonly TestMail[];
  readonly findings: Findings;
  /** What looks at the mailboxes meanwhile. None of it rejects. */
  readonly watches: Promise<void>[];
  /** Raised when the run ends early, for whatever reason. */
  readonly signal: AbortSignal;
};

/**
 * Sends a mail to each mailbox of SES's simulator, waits for what must become of it, and takes away what came of it. Prints a line
 * as soon as something is known.
 *
 * @returns whether all was as expected, the clean-up too
 * @throws Error with a sentence on what to do, where it could not be found out; the clean-up is done by then
 */
export async function runSuite(ports: Ports, settings: Settings): Promise<boolean> {
  const mails = newMails();
  const ending = new AbortController();
  const signal = AbortSignal.any([ending.signal, ...(settings.signal ? [settings.signal] : [])]);
  const findings: Findings = { wrong: [] };
  const run: Run = { ports, settings, mails, findings, watches: [], signal };
  await tryEverything(run);
  try {
    await observe(run);
  } catch (error) {
    if (!settings.signal?.aborted) throw error;
    findings.wrong.push('interrupted');
    ports.print('Interrupted: nothing more is sent or waited for. Ctrl-C once more skips the clean-up.');
  } finally {
    ending.abort();
    await Promise.all(run.watches);
    // The mails are on their way: what they leave has to go, whatever the end was.
    if (!(await cleanUp(mails, ports, settings))) findings.wrong.push('clean-up');
  }
  ports.print('');
  ports.print(summarise(findings));
  return findings.wrong.length === 0;
}

/** Each call once before any mail is sent: what is not allowed must not come out when there is something to be cleaned up. */
async function tryEverything({ mails, ports }: Run): Promise<void> {
  const [first] = mails;
  if (first !== undefined && (await ports.isOnAccountList(first.address))) {
    throw new Error(`SES's own list holds ${first.address}, which was made up just now: something puts all on it.`);
  }
  for (const { address, name } of mails) {
    await ports.removeRecords(address);
    const isKnown = (await ports.readRecord(address)) !== undefined || (await ports.isSuppressed(address));
    if (isKnown)
      throw new Error(`${name}@ is known under an address that was made up just now: is this the right table?`);
  }
}

async function observe(run: Run): Promise<void> {
  const { ports, settings, mails, watches, signal } = run;
  const before = await ports.readCounters?.();
  const isOver = new AbortController();
  const awaited: Promise<void>[] = [];
  for (const mail of mails) {
    if (mail !== mails[0]) await ports.sleep(settings.sendEvery, signal);
    signal.throwIfAborted();
    // Also where nobody hears whether SES has taken it, it is to be cleaned up after.
    mail.sentAt = ports.clock();
    mail.messageId = await ports.sendMail(mail.address);
    mail.sentAt = ports.clock();
    const isAwaited = mail.suppressedFor !== undefined;
    const watch = isAwaited ? awaitSuppression(mail, run) : watchForSuppression(mail, run, isOver.signal);
    const done = tolerant(mail, run, watch);
    watches.push(done);
    if (isAwaited) awaited.push(done);
  }
  await Promise.all(awaited);
  await ports.sleep(settings.linger, signal);
  isOver.abort();
  await Promise.all(watches);
  for (const mail of mails) await tolerant(mail, run, lookOnceMore(mail, run));
  await checkAccountList(run);
  await checkCounters(before ?? {}, run);
  for (const letter of (await ports.readDeadLetters?.()) ?? []) say(run, 'dead letters', letter);
}

/** What goes wrong with one mailbox keeps nobody from looking at the others. */
async function tolerant(mail: TestMail, run: Run, work: Promise<void>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (run.signal.aborted) return;
    mail.isDecided = true;
    // It says itself what to do.
    run.findings.wrong.push(`${mail.name}@`);
    run.ports.print(line('✗', `${mail.name}@`, error instanceof Error ? error.message : String(error)));
  }
}

async function awaitSuppression(mail: TestMail, run: Run): Promise<void> {
  const { ports, settings, signal, findings } = run;
  const { name, address, sentAt = 0 } = mail;
  while (!(await ports.isSuppressed(address))) {
    const waited = ports.clock() - sentAt;
    if (waited >= settings.timeout) {
      mail.isDecided = true;
      return say(run, `${name}@`, `not suppressed within ${settings.timeout / 1000} s of the send`);
    }
    await ports.sleep(Math.min(pause(waited), settings.timeout - waited), signal);
  }
  const latency = ports.clock() - sentAt;
  const record = await ports.readRecord(address);
  mail.isDecided = true;
  const fault = faultOfSuppression(mail, record, ports.clock(), settings);
  if (fault !== undefined) return say(run, `${name}@`, fault);
  if (latency > (findings.slowest?.latency ?? -1)) findings.slowest = { name, latency };
  praise(run, `${name}@`, `suppressed ${seconds(latency)} after the send (${describe(record)})`);
}

/** Until it is over, or the address is suppressed. */
async function watchForSuppression(mail: TestMail, run: Run, isOver: AbortSignal): Promise<void> {
  const { ports, signal } = run;
  const { name, address, sentAt = 0 } = mail;
  while (!isOver.aborted && !signal.aborted) {
    const waited = ports.clock() - sentAt;
    if (await ports.isSuppressed(address)) {
      mail.isDecided = true;
      const record = await ports.readRecord(address);
      return say(
        run,
        `${name}@`,
        `suppressed ${seconds(waited)} after the send (${describe(record)}), and must not be`,
      );
    }
    await ports.sleep(pause(waited), AbortSignal.any([isOver, signal])).catch(() => {});
  }
}

/** Further copies of the feedback have come by now, and must have changed nothing. */
async function lookOnceMore(mail: TestMail, run: Run): Promise<void> {
  const { ports, settings } = run;
  const { name, address, sentAt = 0, suppressedFor } = mail;
  // What is wrong with it has been said.
  if (run.findings.wrong.includes(`${name}@`)) return;
  const waited = seconds(ports.clock() - sentAt);
  const isSuppressed = await ports.isSuppressed(address);
  const record = await ports.readRecord(address);
  if (suppressedFor === undefined) {
    mail.isDecided = true;
    if (isSuppressed) return say(run, `${name}@`, `suppressed ${waited} after the send, and must not be`);
    const fault = faultOfWatching(mail, record);
    if (fault !== undefined) return say(run, `${name}@`, fault);
    const seen = record === undefined ? 'no record' : `watched, by rule ${record.evidence[0]?.rule}`;
    return praise(run, `${name}@`, `not suppressed ${waited} after the send (${seen})`);
  }
  const fault = isSuppressed
    ? faultOfSuppression(mail, record, ports.clock(), settings)
    : `suppressed at first, and no more ${waited} after the send`;
  if (fault !== undefined) say(run, `${name}@`, fault);
}

async function checkAccountList(run: Run): Promise<void> {
  const { ports, settings, mails, signal } = run;
  const listed: string[] = [];
  for (const { name, address } of mails) {
    await ports.sleep(settings.callEvery, signal);
    if (await ports.isOnAccountList(address)) listed.push(`${name}@`);
  }
  if (listed.length === 0) praise(run, 'account list', 'holds none of them');
  else say(run, 'account list', `holds ${listed.join(', ')}: the simulator's addresses have no business there`);
}

async function checkCounters(before: Readonly<Record<string, number>>, run: Run): Promise<void> {
  const after = await run.ports.readCounters?.();
  if (after === undefined) return;
  const changed = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    (name) => before[name] !== after[name],
  );
  if (changed.length === 0) praise(run, 'rates', 'no counter changed');
  else say(run, 'rates', `counted in ${changed.join(', ')}: mail to the simulator belongs in no rate`);
}

/** The first seconds are measured closely; after that nobody needs to know it to the quarter. */
function pause(waited: number): number {
  if (waited < 10_000) return 250;
  return waited < 60_000 ? 1000 : 2500;
}

function describe(record: SeenRecord | undefined): string {
  if (record === undefined) return 'no record';
  const subType = record.evidence[0]?.subType;
  const until = record.until === undefined ? '' : `, until ${new Date(record.until).toISOString().slice(11, 16)} UTC`;
  return `${record.reason ?? record.status}${subType === undefined ? '' : ` ${subType}`}${until}`;
}

function praise({ ports }: Run, about: string, text: string): void {
  ports.print(line('✓', about, text));
}

function say({ ports, settings, findings }: Run, about: string, text: string): void {
  findings.wrong.push(about);
  ports.print(line('✗', about, `${text} → ${settings.nextStep}`));
}

function summarise({ slowest, wrong }: Findings): string {
  const said = slowest ? ` Slowest: ${slowest.name}@, ${seconds(slowest.latency)} after its send.` : '';
  return wrong.length === 0 ? `All as expected.${said}` : `Not as expected: ${[...new Set(wrong)].join(', ')}.${said}`;
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}
