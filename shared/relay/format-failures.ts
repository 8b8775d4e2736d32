import type { RelayFailure } from './relay-emails.ts';

/** A notice about emails that were given up: its subject and its text. */
export type FailureNotice = { readonly subject: string; readonly text: string };

/** The notice lists at most so many emails. The dead-letter queue has all of them. */
const maxListed = 20;

/** Describes emails that could not be delivered, for an operator. */
export function formatFailures(failures: readonly RelayFailure[], stack: string): FailureNotice {
  const count = failures.length === 1 ? '1 inbound email' : `${failures.length} inbound emails`;
  const listed = failures
    .slice(0, maxListed)
    .flatMap(({ message, reasons }) => [message, ...reasons.map((reason) => `  ${reason}`)]);
  const more = failures.length > maxListed ? [`and ${failures.length - maxListed} more`] : [];
  const text = [
    `${count} could not be delivered to your mail server. Nothing is lost: each is in the bucket for 30 days, and in the queue ${stack}-relay-dlq for 14 days.`,
    '',
    ...listed,
    ...more,
    '',
    'Once the cause is repaired, move the messages back from the dead-letter queue ("Start DLQ redrive" in SQS). Those who have an email do not get it again.',
    'For the next hour, no other notice follows. See docs/relay.md.',
  ];
  return { subject: `[ses-feedback] ${stack}: ${count} could not be delivered`, text: `${text.join('\n')}\n` };
}
