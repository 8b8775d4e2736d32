import { readReport } from '../../shared/domain/email-report/read-report.ts';
import { type EmailExplanation, explainReport } from '../../shared/domain/explain.ts';
import type { Policy } from '../../shared/domain/policy/policy.ts';
import { shortHash } from '../../shared/domain/short-hash.ts';
import type { SuppressionRecord } from '../../shared/domain/suppression/record.ts';
import { parseEmail } from '../../shared/email/parse-email.ts';

/** Returns whether a file is an email: by its name, or by a first line that is a field of a header, or `From ` as in a mailbox file. */
export function isEmail(file: string, content: Uint8Array): boolean {
  const start = new TextDecoder('latin1').decode(content.subarray(0, 200));
  return /\.eml$/i.test(file) || /^(?:From |[\x21-\x39\x3b-\x7e]{1,80}:[ \t])/.test(start);
}

/**
 * Explains one email as if it was one of ours, at the time of the report.
 *
 * @param now the time of a report without a date, epoch milliseconds
 */
export async function explainEmail(
  content: Uint8Array,
  policy: Policy,
  now: number,
  table?: Map<string, SuppressionRecord>,
): Promise<EmailExplanation> {
  const email = await parseEmail(content);
  if ('unreadable' in email) return { outcome: 'unreadable', event: null, reason: email.unreadable, recipients: [] };
  const fallbackId = shortHash(Buffer.from(content).toString('latin1'), 16);
  const context = { fallbackId, at: Math.min(email.date ?? now, now), tie: { kind: 'email' } as const };
  return explainReport(readReport(email), context, policy, table);
}
