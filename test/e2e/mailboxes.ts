import { randomBytes } from 'node:crypto';
import { hour, minute } from '../../shared/domain/durations.ts';
import type { SeenRecord, Settings } from './ports.ts';

/** A mailbox of SES's simulator, and what must become of mail to it. */
export type Mailbox = { readonly name: string; readonly suppressedFor?: 'hard' | 'complaint' };

/**
 * Those of https://docs.aws.amazon.com/ses/latest/dg/send-an-email-from-console.html. The ones that must not be suppressed come
 * first: they are watched the longest. Which sub-type suppressionlist@ has is not looked at: the guide implies `Suppressed`,
 * observed is `General`.
 */
export const mailboxes: readonly Mailbox[] = [
  { name: 'success' },
  { name: 'ooto' },
  { name: 'bounce', suppressedFor: 'hard' },
  { name: 'complaint', suppressedFor: 'complaint' },
  { name: 'suppressionlist', suppressedFor: 'hard' },
];

/** A mail to one of them, under an address nobody else uses. */
export type TestMail = Mailbox & {
  readonly address: string;
  /** Set when SES has taken it. */
  messageId?: string;
  /** When SES had taken it; before that, when it was tried. Epoch milliseconds. */
  sentAt?: number;
  /** Whether all is known that was waited for. */
  isDecided: boolean;
};

export function newMails(): TestMail[] {
  return mailboxes.map((mailbox) => {
    const address = `${mailbox.name}+${randomBytes(12).toString('hex')}@simulator.amazonses.com`;
    return { ...mailbox, address, isDecided: false };
  });
}

/** Whether {@link newMails} makes such addresses: no others are ever deleted. */
export function isTestAddress(address: string): boolean {
  return /^[a-z]+\+[0-9a-f]{24}@simulator\.amazonses\.com$/.test(address);
}

/** Clocks differ: SES says when the feedback happened. */
const tolerance = 5 * minute;

/**
 * What is wrong with the record of an address that is suppressed, as it should be.
 * @returns `undefined` where nothing is
 */
export function faultOfSuppression(
  { suppressedFor, messageId = '', sentAt = 0 }: TestMail,
  record: SeenRecord | undefined,
  now: number,
  { simulatorHours }: Settings,
): string | undefined {
  if (record?.status !== 'suppressed') return `is suppressed, but its record is ${record?.status ?? 'not there'}`;
  if (record.reason !== suppressedFor) return `is suppressed as ${record.reason}, not as ${suppressedFor}`;
  if (!isAbout(record, messageId))
    return 'is suppressed, but not for the mail that was sent: its evidence names others';
  const { until } = record;
  const hours = `${simulatorHours} h (simulatorHours of policy.json)`;
  if (until === undefined) return `is suppressed without an end, not for ${hours}`;
  const lasts = simulatorHours * hour;
  if (until < sentAt + lasts - tolerance || until > now + lasts + tolerance)
    return `is suppressed until ${new Date(until).toISOString()}, which is not ${hours}`;
  return faultOfMirror(record);
}

/** What is wrong with the record of an address that is not suppressed, as it should be. */
export function faultOfWatching({ messageId = '' }: TestMail, record: SeenRecord | undefined): string | undefined {
  if (record === undefined) return undefined;
  if (record.status !== 'watched') return `has a record that is ${record.status}, not watched`;
  if (!isAbout(record, messageId)) return 'has a record, but not of the mail that was sent: its evidence names others';
  return faultOfMirror(record);
}

function isAbout({ evidence }: SeenRecord, messageId: string): boolean {
  return evidence.length > 0 && evidence.every((item) => item.messageId === messageId);
}

/** Nothing else uses the address: whatever SES's list was told of it came from here. */
function faultOfMirror({ pendingSync, syncStates }: SeenRecord): string | undefined {
  if (pendingSync !== undefined) return "is marked to be put on SES's own list, where the simulator has no business";
  // `absent` notes that it was seen not to hold the address.
  if (Object.values(syncStates ?? {}).some(({ value }) => value !== 'absent'))
    return "was told to SES's own list, where the simulator has no business";
  return undefined;
}
