import { randomBytes } from 'node:crypto';
import { hour, minute } from '../../shared/domain/durations.ts';
import type { ObservedRecord, Settings } from './ports.ts';

/**
 * A mailbox of the SES mailbox simulator, and the reason for which its address must be suppressed. Missing: it must not
 * be.
 */
export type Mailbox = { readonly name: string; readonly expectedReason?: 'hard' | 'complaint' };

/**
 * The mailboxes, those that must not be suppressed first, because they are watched the longest. The sub-type of
 * suppressionlist@ is not checked: the guide suggests `Suppressed`, but `General` has been observed.
 *
 * @see https://docs.aws.amazon.com/ses/latest/dg/send-an-email-from-console.html
 */
export const mailboxes: readonly Mailbox[] = [
  { name: 'success' },
  { name: 'ooto' },
  { name: 'bounce', expectedReason: 'hard' },
  { name: 'complaint', expectedReason: 'complaint' },
  { name: 'suppressionlist', expectedReason: 'hard' },
];

/** An email to one of the mailboxes, with an address that only this run uses. */
export type TestEmail = Mailbox & {
  readonly address: string;
  /** Set when SES has accepted the email. */
  messageId?: string;
  /** When SES accepted the email; until then, when the send was attempted. Epoch milliseconds. */
  sentAt?: number;
  /** Whether the result for this mailbox is known. */
  isDecided: boolean;
};

export function createTestEmails(): TestEmail[] {
  return mailboxes.map((mailbox) => {
    const address = `${mailbox.name}+${randomBytes(12).toString('hex')}@simulator.amazonses.com`;
    return { ...mailbox, address, isDecided: false };
  });
}

/**
 * Returns whether {@link createTestEmails} creates addresses of this form. The suite never deletes the records of other
 * addresses.
 */
export function isTestAddress(address: string): boolean {
  return /^[a-z]+\+[0-9a-f]{24}@simulator\.amazonses\.com$/.test(address);
}

/** SES reports the time of the feedback, and its clock differs from ours. */
const clockToleranceMs = 5 * minute;

/** Returns what is wrong with the record of an address that must be suppressed, or `undefined` if it is as expected. */
export function checkSuppressedRecord(
  { expectedReason, messageId = '', sentAt = 0 }: TestEmail,
  record: ObservedRecord | undefined,
  now: number,
  { simulatorHours }: Settings,
): string | undefined {
  if (record?.status !== 'suppressed')
    return `suppressed, but ${record === undefined ? 'there is no record' : `the status of its record is ${record.status}`}`;
  if (record.reason !== expectedReason)
    return `suppressed with the reason ${record.reason} instead of ${expectedReason}`;
  if (!isAbout(record, messageId)) return 'suppressed, but its evidence does not name the email that was sent';
  const { until } = record;
  const expectedDuration = `${simulatorHours} h (simulatorHours in policy.json)`;
  if (until === undefined) return `suppressed permanently instead of for ${expectedDuration}`;
  const durationMs = simulatorHours * hour;
  if (until < sentAt + durationMs - clockToleranceMs || until > now + durationMs + clockToleranceMs)
    return `suppressed until ${new Date(until).toISOString()} instead of for ${expectedDuration}`;
  return checkSyncStates(record);
}

/**
 * Returns what is wrong with the record of an address that must not be suppressed, or `undefined` if it is as expected.
 */
export function checkWatchedRecord(
  { messageId = '' }: TestEmail,
  record: ObservedRecord | undefined,
): string | undefined {
  if (record === undefined) return undefined;
  if (record.status !== 'watched') return `the status of its record is ${record.status} instead of watched`;
  if (!isAbout(record, messageId)) return 'it has a record whose evidence does not name the email that was sent';
  return checkSyncStates(record);
}

function isAbout({ evidence }: ObservedRecord, messageId: string): boolean {
  return evidence.length > 0 && evidence.every((item) => item.messageId === messageId);
}

/** Only this run uses the address, so any sync with the account suppression list was caused by the stack. */
function checkSyncStates({ pendingSync, syncStates }: ObservedRecord): string | undefined {
  if (pendingSync !== undefined) return 'its record is marked for a sync with the SES account suppression list';
  // `absent` means that SES was seen not to list the address.
  if (Object.values(syncStates ?? {}).some(({ value }) => value !== 'absent'))
    return 'its record was synced to the SES account suppression list';
  return undefined;
}
