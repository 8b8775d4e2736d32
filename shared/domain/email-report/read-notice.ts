import type { Address } from '../address.ts';
import { defined } from '../defined.ts';
import { chooseWords } from './choose-words.ts';
import type { FailedRecipient, ReportedEmail } from './email-report.ts';
import { findAddresses } from './find-addresses.ts';
import { findRecipients } from './find-recipients.ts';
import { fieldOf, fieldsOf, type ReceivedEmail } from './received-email.ts';

/** What a report says in words only. */
export type NamedRecipients = {
  readonly recipients: readonly FailedRecipient[];
  /** Whether the report names one of those whom the email was sent to. */
  readonly isCertain: boolean;
};

/** Finds the recipients in the words of a report, for reports that no machine-readable part explains. */
export function readNotice(email: ReceivedEmail, reported: ReportedEmail): NamedRecipients {
  const { header, text } = email;
  const failed = findAddresses(fieldsOf(header, 'x-failed-recipients').join('\n'));
  const recipients = [...failed, ...reported.recipients];
  const participants = ['from', 'to', 'reply-to', 'delivered-to'].flatMap((name) => fieldsOf(header, name)).join('\n');
  const others = [
    ...findAddresses(participants),
    ...reported.returnPaths,
    ...(reported.sender ? [reported.sender] : []),
  ];
  const named = findRecipients(text, { recipients, others });
  const isKnown = ({ address }: { address: Address }) => recipients.some(({ key }) => key === address.key);
  const isCertain = named.some(isKnown);
  const found = isCertain || failed.length === 0 ? named : failed.map((address) => ({ address, words: '' }));
  const toSelf = found.length > 0 ? found : findRecipients(text, { recipients, others: [] }, 3);
  const all = toSelf.length > 0 ? toSelf : reported.recipients.map((address) => ({ address, words: '' }));
  const action = actionInWords(email);
  return {
    recipients: all.map(({ address, words }) => ({
      address,
      action,
      ...defined({ diagnosticCode: chooseWords(words, text) }),
    })),
    isCertain: isCertain || failed.length > 0,
  };
}

/** Returns the words about an address, in a report whose machine-readable part does not quote the answer. */
export function wordsAbout(address: Address, notice: string): string | undefined {
  const named = findRecipients(notice, { recipients: [address], others: [] });
  const section = named.find(({ address: { key } }) => key === address.key)?.words ?? '';
  return chooseWords(section, notice);
}

function actionInWords({ header, text }: ReceivedEmail): FailedRecipient['action'] {
  const subject = fieldOf(header, 'subject');
  const isDelayed =
    /\bdelay(?:ed)?\b|could not send message for past|not yet delivered|\bwarning\b/i.test(subject) ||
    /will continue to (?:try|attempt)|no action is required on your part/i.test(text);
  return isDelayed ? 'delayed' : 'failed';
}
