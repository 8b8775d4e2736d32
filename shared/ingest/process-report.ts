import type { Address } from '../domain/address.ts';
import { findAddresses } from '../domain/email-report/find-addresses.ts';
import { readReport } from '../domain/email-report/read-report.ts';
import { fieldsOf } from '../domain/email-report/received-email.ts';
import { reportToFeedback } from '../domain/email-report/report-to-feedback.ts';
import { type ReportTie, type SentEmails, tieReport } from '../domain/email-report/tie-report.ts';
import { classify } from '../domain/feedback/classify.ts';
import { separateReports } from '../domain/feedback/count-reports.ts';
import type { RecipientEvent } from '../domain/feedback/recipient-event.ts';
import { shortHash } from '../domain/short-hash.ts';
import { parseEmail } from '../email/parse-email.ts';
import { type CommitDependencies, type CommitResult, commit } from './commit.ts';
import type { CounterStore } from './count-volume.ts';

export type ProcessReportDependencies = CommitDependencies & {
  readonly sentEmails: SentEmails;
  /** Missing if nothing is counted. */
  readonly counters?: Pick<CounterStore, 'addReceived'>;
};

/** An email that was received, and the addresses that it was sent to, as far as the envelope is known. */
export type ReceivedReport = { readonly content: Uint8Array; readonly addresses: readonly Address[] };

/** The effect of one email. */
export type ReportResult =
  | {
      readonly outcome: 'feedback';
      readonly event: 'bounce' | 'complaint';
      readonly tie: ReportTie['kind'];
      /** Number of recipients without a valid address: a person must look at the email. */
      readonly unreadableCount: number;
      readonly recipients: readonly { readonly event: RecipientEvent; readonly result: CommitResult }[];
    }
  | { readonly outcome: 'ignored'; readonly reason: string }
  | { readonly outcome: 'unreadable'; readonly reason: string };

/**
 * Processes an email that may report a bounce or a complaint, as {@link processFeedback} does a message of SES: parse → tie → classify → commit.
 * The event has the id of SES's own event about the same email, so that the bounce counts once, whichever comes first.
 */
export async function processReport(
  { content, addresses }: ReceivedReport,
  dependencies: ProcessReportDependencies,
): Promise<ReportResult> {
  const { policy, clock, sentEmails } = dependencies;
  const email = await parseEmail(content);
  if ('unreadable' in email) return { outcome: 'unreadable', reason: email.unreadable };
  const report = readReport(email);
  if (report.kind === 'none') return { outcome: 'ignored', reason: report.reason };
  if (report.kind === 'unreadable') return { outcome: 'unreadable', reason: report.reason };
  const now = clock();
  const inHeader = findAddresses(addressFields.flatMap((name) => fieldsOf(email.header, name)).join('\n'));
  const tie = tieReport(report, [...addresses, ...inHeader], sentEmails, now);
  const fallbackId = shortHash(Buffer.from(content).toString('latin1'), 16);
  const feedback = reportToFeedback(report, { fallbackId, at: Math.min(email.date ?? now, now), tie });
  if (feedback.length === 0) return { outcome: 'unreadable', reason: 'a complaint that names no recipient' };
  const events = separateReports(feedback.flatMap((event) => classify(event, policy)));
  const results = await commit(events, dependencies);
  await countReceived(report.kind, events, results, dependencies);
  return {
    outcome: 'feedback',
    event: report.kind,
    tie: tie.kind,
    unreadableCount: report.kind === 'bounce' ? report.unreadableCount : 0,
    recipients: events
      .filter(({ effect }) => effect !== 'count')
      .map((event) => ({ event, result: results.get(event) ?? { kind: 'failed', reason: 'not tried' } })),
  };
}

/** Fields with the address that a report was sent to. */
const addressFields = ['delivered-to', 'x-original-to', 'envelope-to', 'to'];

/**
 * Records the recipients of emails that SES sent: when SES's own event arrives, it is a copy, and the rule `missing-feedback` would miss it.
 * Ignores an error, as for the messages of SES.
 */
async function countReceived(
  kind: 'bounce' | 'complaint',
  events: readonly RecipientEvent[],
  results: ReadonlyMap<RecipientEvent, CommitResult>,
  { counters, signal }: ProcessReportDependencies,
): Promise<void> {
  const isNew = (event: RecipientEvent) => {
    const result = results.get(event);
    return result?.kind === 'durable' && result.isNew && result.counts.length > 0;
  };
  const count = events.filter(isNew).length;
  if (count === 0 || counters === undefined) return;
  const counts = kind === 'bounce' ? { bounces: count, complaints: 0 } : { bounces: 0, complaints: count };
  await counters.addReceived(counts, signal).catch(() => {});
}
