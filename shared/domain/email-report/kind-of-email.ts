import { anyOf } from '../verdict/any-of.ts';
import { fieldOf, type ReceivedEmail } from './received-email.ts';

/** Whom mail systems name as the author of a report. */
const mailSystem = anyOf([
  String.raw`mailer[-_. ]?daemon|\bmdaemon|\bmailsystem|mail[-_ ]?(?:system|administrator|admin)\b`,
  String.raw`post[-_]?master|postoffice|microsoft exchange|\bnobody@`,
  'mail ?delivery (?:sub)?system|mail delivery service|delivery[- ]?(?:failure|report|status)|<>',
]);

/** Subjects of reports, for mail systems that write them in somebody else's name. */
const reportSubject = anyOf([
  String.raw`\bundeliver|\bnon[- ]?deliver|\bnot delivered|\bfail(?:ed|ure)? (?:to deliver|notice|delivery|mail)`,
  String.raw`\bdelivery (?:status|failure|report|problem|error|notification|incomplete|failed|delayed|has failed)`,
  String.raw`\bmail delivery|\breturned (?:mail|message)|\bmessage status|\berror mail|\bpermanent error`,
  String.raw`\bcould(?: not|n't) (?:be delivered|send)|\bbounced?\b|\brejected\b|\bDSN\b`,
  'unzustellbar|échec|non remis|no se (?:puede|pudo) entregar|mancata consegna|未送信|送信できません|配送不能|エラー|退信',
]);

const answerOrForward = /^(?:re|aw|sv|fwd?|wg|tr)\s*:/i;

/** Returns whether software of a mail server wrote the email, to report a failure. */
export function isFromMailSystem(email: ReceivedEmail): boolean {
  const { header } = email;
  const [from, subject] = [fieldOf(header, 'from'), fieldOf(header, 'subject')];
  if (fieldOf(header, 'x-failed-recipients') !== '' || mailSystem.test(from)) return true;
  if (isAutoReply(email)) return false;
  const hasNoSender = /^<\s*>$/.test(fieldOf(header, 'return-path'));
  return hasNoSender || (reportSubject.test(subject) && !answerOrForward.test(subject));
}

const autoReplySubject = anyOf([
  '^auto(?:matic|mated)?[- ]?(?:reply|response)|^(?:out of|away from) (?:the )?office|^on vacation',
  '^abwesenheit|^automatische antwort|^réponse automatique|^respuesta automática|^自動応答|^不在',
]);

/**
 * Returns whether a person or a program answered, rather than a mail server.
 *
 * @see https://www.rfc-editor.org/rfc/rfc3834
 */
export function isAutoReply({ header }: ReceivedEmail): boolean {
  if (mailSystem.test(fieldOf(header, 'from'))) return false;
  const isMarked = ['x-autoreply', 'x-autorespond'].some((name) => fieldOf(header, name) !== '');
  const isAnswer = /^auto-replied/i.test(fieldOf(header, 'auto-submitted'));
  return isMarked || isAnswer || autoReplySubject.test(fieldOf(header, 'subject'));
}

/** Returns whether a provider forwards a complaint without the format of RFC 5965. */
export function isProviderComplaint({ header }: ReceivedEmail): boolean {
  const subject = fieldOf(header, 'subject');
  return /^complaint about message from /i.test(subject) || fieldOf(header, 'x-hmxmroriginalrecipient') !== '';
}

/** Returns why an email is no report. */
export function describeOtherEmail(email: ReceivedEmail): string {
  return isAutoReply(email) ? 'an automatic reply' : 'not a report of a bounce or a complaint';
}
