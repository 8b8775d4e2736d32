import { formatResult } from './format-result.ts';
import type { TestEmail } from './mailboxes.ts';
import type { Ports, Settings } from './ports.ts';

/** How long the clean-up waits for feedback that would arrive after it. */
const maxWaitMs = 30_000;

/**
 * Deletes the records of the addresses the suite sent to. Does so twice, because a second copy of some feedback may
 * arrive after the first time. Prints how many items were deleted, and the addresses whose records could not be
 * deleted.
 *
 * @returns whether the records of all addresses were deleted
 */
export async function cleanUp(emails: readonly TestEmail[], ports: Ports, settings: Settings): Promise<boolean> {
  const addresses = emails.flatMap(({ address, sentAt }) => (sentAt === undefined ? [] : address));
  if (addresses.length === 0) return true;
  await waitForFeedback(emails, ports, settings);
  const first = await removeAll(addresses, ports);
  await ports.sleep(Math.min(settings.lingerMs, 3000));
  const second = await removeAll(addresses, ports);
  const removed = first.removed + second.removed;
  const isClean = second.failed.size === 0;
  ports.print(formatResult(isClean ? '✓' : '✗', 'clean-up', `${removed} item${removed === 1 ? '' : 's'} deleted`));
  for (const [address, reason] of second.failed) ports.print(`  not deleted: the record of ${address}: ${reason}`);
  if (!isClean)
    ports.print('  These records do no harm, and their suppressions end by themselves. You can delete them manually.');
  return isClean;
}

/**
 * Waits for the feedback about emails of a run that ended early. It would otherwise create records after the clean-up.
 */
async function waitForFeedback(emails: readonly TestEmail[], ports: Ports, settings: Settings): Promise<void> {
  const end = ports.clock() + Math.min(settings.timeoutMs, maxWaitMs);
  const pending = new Set(emails.filter((email) => email.messageId && email.expectedReason && !email.isDecided));
  while (pending.size > 0 && ports.clock() < end) {
    for (const email of pending) {
      const record = await ports.readRecord(email.address).catch(() => undefined);
      if (record !== undefined) pending.delete(email);
    }
    if (pending.size > 0) await ports.sleep(250);
  }
}

async function removeAll(addresses: readonly string[], ports: Ports) {
  let removed = 0;
  const failed = new Map<string, string>();
  for (const address of addresses) {
    try {
      removed += await ports.removeRecords(address);
    } catch (error) {
      failed.set(address, error instanceof Error ? error.message : String(error));
    }
  }
  return { removed, failed };
}
