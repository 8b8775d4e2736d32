import { defined } from '../defined.ts';
import type { ReportedEmail } from './email-report.ts';
import { findAddresses } from './find-addresses.ts';
import { fieldOf, fieldsOf, type ReceivedEmail } from './received-email.ts';

/** Returns what an email says about itself. */
export function describeReportedEmail({ header, date }: Pick<ReceivedEmail, 'header' | 'date'>): ReportedEmail {
  const messageId = /<([^<>\s]{1,998})>/.exec(fieldOf(header, 'message-id'))?.[1];
  const envelopes = fieldsOf(header, 'received').map(
    (value) => /envelope[ -](?:from|sender):? [^)]{1,400}/i.exec(value)?.[0] ?? '',
  );
  const returnPaths = findAddresses([...fieldsOf(header, 'return-path'), ...envelopes].join('\n'));
  const [sender = returnPaths[0]] = findAddresses(fieldOf(header, 'from'));
  const recipients = findAddresses(['to', 'cc', 'bcc'].flatMap((name) => fieldsOf(header, name)).join('\n'));
  return { returnPaths, recipients, ...defined({ messageId, sender, sentAt: date }) };
}
