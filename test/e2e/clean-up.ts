import { line } from './line.ts';
import type { TestMail } from './mailboxes.ts';
import type { Ports, Settings } from './ports.ts';

/** How long feedback is waited for that would come after the clean-up. Milliseconds. */
const patience = 30_000;

/**
 * Deletes what the table holds of the addresses that were written to, twice: a second copy of some feedback may come after the first
 * time. Says how many items that were, and which addresses it could not do this for.
 * @returns whether it could, for all
 */
export async function cleanUp(mails: readonly TestMail[], ports: Ports, settings: Settings): Promise<boolean> {
  const addresses = mails.flatMap(({ address, sentAt }) => (sentAt === undefined ? [] : address));
  if (addresses.length === 0) return true;
  await awaitLate(mails, ports, settings);
  const first = await removeAll(addresses, ports);
  await ports.sleep(Math.min(settings.linger, 3000));
  const again = await removeAll(addresses, ports);
  const removed = first.removed + again.removed;
  const isClean = again.failed.size === 0;
  ports.print(line(isClean ? '✓' : '✗', 'clean-up', `${removed} item${removed === 1 ? '' : 's'} removed`));
  for (const [address, reason] of again.failed) ports.print(`  left in the table: ${address}: ${reason}`);
  if (!isClean) ports.print('  They harm nobody, and what they suppress ends by itself. Or delete them by hand.');
  return isClean;
}

/** Whoever ends a run early has mails under way: their feedback would write records after the clean-up. */
async function awaitLate(mails: readonly TestMail[], ports: Ports, settings: Settings): Promise<void> {
  const end = ports.clock() + Math.min(settings.timeout, patience);
  const late = new Set(mails.filter((mail) => mail.messageId && mail.suppressedFor && !mail.isDecided));
  while (late.size > 0 && ports.clock() < end) {
    for (const mail of late) {
      const record = await ports.readRecord(mail.address).catch(() => undefined);
      if (record !== undefined) late.delete(mail);
    }
    if (late.size > 0) await ports.sleep(250);
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
