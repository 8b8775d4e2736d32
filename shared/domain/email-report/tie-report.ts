import type { Address } from '../address.ts';
import type { BounceReport, ComplaintReport } from './email-report.ts';
import { isSignedFor, readReturnPath } from './return-path.ts';

/**
 * What ties a report to an email that was sent. Anybody can send a report, so one without a tie is evidence, and suppresses nobody.
 *
 * - `recipient`: a signed return path proves that an email was sent to this address;
 * - `email`: the id of the email is known;
 * - `none`: nothing.
 */
export type ReportTie =
  | { readonly kind: 'recipient'; readonly recipient: Address }
  | { readonly kind: 'email' }
  | { readonly kind: 'none' };

/** What is known about the emails that were sent. */
export type SentEmails = {
  /** The keys of signed return paths. The first signs; the others are older. */
  readonly keys: readonly string[];
  /** Returns whether an email with this `Message-ID`, without angle brackets, was sent. */
  readonly isKnown: (messageId: string) => boolean;
};

/**
 * Returns what ties a report to an email that was sent.
 *
 * @param addresses the addresses that the report was sent to
 * @param at now, epoch milliseconds
 */
export function tieReport(
  report: BounceReport | ComplaintReport,
  addresses: readonly Address[],
  { keys, isKnown }: SentEmails,
  at: number,
): ReportTie {
  const { email } = report;
  const candidates = [...namedBy(report), ...email.recipients];
  for (const address of [...addresses, ...email.returnPaths, ...(email.sender ? [email.sender] : [])]) {
    const path = readReturnPath(address);
    if (path === undefined) continue;
    const possible = path.recipient === undefined ? candidates : [path.recipient];
    const recipient = possible.find(({ key }) => isSignedFor(path, key, keys, at));
    if (recipient !== undefined) return { kind: 'recipient', recipient };
  }
  return email.messageId !== undefined && isKnown(email.messageId) ? { kind: 'email' } : { kind: 'none' };
}

function namedBy(report: BounceReport | ComplaintReport): readonly Address[] {
  if (report.kind === 'complaint') return report.recipients;
  return report.recipients.flatMap(({ address, original }) => (original === undefined ? address : [address, original]));
}
