import type { VerdictRow } from './fault.ts';

const microsoft =
  'https://learn.microsoft.com/exchange/mail-flow-best-practices/non-delivery-reports-in-exchange-online/non-delivery-reports-in-exchange-online';
const outlook = 'https://sendersupport.olc.protection.outlook.com/pm/troubleshooting.aspx';
const google = 'https://support.google.com/a/answer/3726730';
const yahoo = 'https://senders.yahooinc.com/smtp-error-codes/';
const apple = 'https://support.apple.com/102322';
const orange = 'https://postmaster.orange.fr/';
const godaddy = 'https://www.godaddy.com/help/fix-rejected-email-with-a-bounce-error-40685';
const cox = 'https://www.cox.com/residential/support/email-error-codes.html';
const comcast = 'https://postmaster.comcast.net/smtp-error-codes.php';
const charter = 'https://www.spectrum.net/support/internet/understanding-email-error-codes';
const mimecast = 'https://mimecastsupport.zendesk.com/hc/en-us/articles/34000709564691';
const netease = 'https://mail.163.com/help/help_spam_16.htm';
const qq = 'https://service.mail.qq.com/cgi-bin/help?subtype=1&&id=20022';
const telekom = 'https://postmaster.t-online.de/';
const gmx = 'https://postmaster.gmx.net/en/error-messages';

/** Codes and texts that single providers document, or that only one of them sends. The provider's own meaning decides, whatever the status. */
export const providerCodes: readonly VerdictRow[] = [
  // Microsoft
  {
    id: 'microsoft-block-list',
    provider: 'microsoft',
    fault: 'sender',
    cause: 'block-list',
    pattern: /\(S\d{4,6}\)|\bpart of their network is on our block ?list\b|\bbanned sending ip\b/i,
    example: '550 5.7.1 Messages from 192.0.2.4 were not sent (S3150)',
    source: outlook,
  },
  {
    id: 'microsoft-reputation',
    provider: 'microsoft',
    fault: 'sender',
    cause: 'reputation',
    pattern: /\b(?:SC-00[1-4]|DY-00[12]|OU-00[12])\b|\bS77719\b|\bAS\(4[89]\d\)/,
    example: '550 SC-001 Mail was rejected for policy reasons',
    source: outlook,
  },
  {
    id: 'microsoft-server',
    provider: 'microsoft',
    fault: 'temporary',
    pattern: /\bSTOREDRV\.(?!Submit).{0,120}\b(?:quota|full|shutoff)/i,
    example: '554 5.2.0 STOREDRV.Deliver.Exception: the quota was exceeded',
    source: microsoft,
  },
  // Google
  {
    id: 'google-unsolicited',
    provider: 'google',
    fault: 'sender',
    cause: 'reputation',
    pattern:
      /\bunusual rate of unsolicited mail\b|\blow reputation of the sending (?:ip|domain)\b|\bvery low reputation\b/i,
    example: '421 4.7.28 There is an unusual rate of unsolicited mail from your IP',
    source: google,
  },
  {
    id: 'google-likely-unsolicited',
    provider: 'google',
    fault: 'message',
    pattern: /\bthis message is (?:likely )?(?:unsolicited|suspicious)\b|\blikely suspicious\b/i,
    example: '550 5.7.1 We detected that this message is likely unsolicited mail',
    source: google,
  },
  // Yahoo, AOL
  {
    id: 'yahoo-reputation',
    provider: 'yahoo',
    fault: 'sender',
    cause: 'reputation',
    pattern:
      /\[(?:TSS?\d{2}|TS0\d|BL2\d|PH0\d|RLY?[:\d]|GL0\d|CON[:\d])|\bHVU:|\bmessages? (?:not accepted|temporarily deferred).{0,40}\buser complaints\b/,
    example: '553 5.7.1 [BL21] Connections are not accepted from 192.0.2.4',
    source: yahoo,
  },
  {
    id: 'yahoo-not-allowed',
    provider: 'yahoo',
    fault: 'message',
    pattern: /\bmessage not allowed - \[(?!PH)/i,
    example: '554 Message not allowed - [299]',
    source: yahoo,
  },
  {
    id: 'yahoo-aborted',
    provider: 'yahoo',
    fault: 'temporary',
    pattern: /\bdelivery error: dd requested mail action aborted\b/i,
    example: '554 delivery error: dd Requested mail action aborted',
    source: yahoo,
  },
  {
    id: 'yahoo-no-account',
    provider: 'yahoo',
    fault: 'recipient',
    pattern:
      /\bdelivery error: dd this user doesn't have\b|\bdelivery error: dd sorry,? your message to\b.{0,80}\bcannot be delivered\b.{0,40}\bdisabled\b/i,
    example: "554 delivery error: dd This user doesn't have an account here",
    source: yahoo,
  },
  // Apple
  {
    id: 'apple-reputation',
    provider: 'apple',
    fault: 'sender',
    cause: 'reputation',
    pattern: /\[(?:CS0\d|HM\d{2}|IB\d{2})\]|\b(?:smtpin|icloud)\S{0,60} esmtp not accepting connections\b/i,
    example: '554 5.7.1 [CS01] Message rejected due to local policy',
    source: apple,
  },
  // Orange, La Poste
  {
    id: 'orange-recipient',
    provider: 'orange',
    fault: 'recipient',
    pattern: /\b(?:OFR|LPN)\d{0,3}_?(?:41[6]|420|426)\b/i,
    example: '550 5.1.1 Invalid recipient OFR_416',
    source: orange,
  },
  {
    id: 'orange-full-mailbox',
    provider: 'orange',
    fault: 'temporary',
    pattern: /\b(?:OFR|LPN)\d{0,3}_?(?:417|418)\b/i,
    example: '552 5.1.1 Recipient OFR_417',
    source: orange,
  },
  {
    id: 'orange-authentication',
    provider: 'orange',
    fault: 'sender',
    cause: 'authentication',
    pattern: /\b(?:OFR|LPN)\d{0,3}_?40[1-5]\b/i,
    example: '550 5.5.0 LPN004_401',
    source: orange,
  },
  {
    id: 'orange-later',
    provider: 'orange',
    fault: 'temporary',
    pattern: /\b(?:OFR|LPN)\d{0,3}_?(?:505|107|999)\b/i,
    example: '421 OFR005_505',
    source: orange,
  },
  {
    id: 'orange-reputation',
    provider: 'orange',
    fault: 'sender',
    cause: 'reputation',
    pattern: /\b(?:OFR|LPN)\d{0,3}_?(?:10[1-9]|11\d|20\d|50[1346]|51\d|6\d\d)\b/i,
    example: '550 5.2.0 Mail rejete OFR_506',
    source: orange,
  },
  // Deutsche Telekom, GMX and web.de
  {
    id: 'telekom-ip',
    provider: 'telekom',
    fault: 'sender',
    cause: 'reputation',
    pattern: /\bA problem occurred\b.{0,80}\bpostmaster\b/i,
    example: '554 IP=192.0.2.4 - A problem occurred. (Ask your postmaster for help)',
    source: telekom,
  },
  {
    id: 'gmx-sender-domain',
    provider: 'gmx',
    fault: 'sender',
    cause: 'sender-address',
    pattern: /\binvalid dns mx or a\/aaaa resource record\b/i,
    example: '550 Requested action not taken: mailbox unavailable, invalid DNS MX or A/AAAA resource record',
    source: gmx,
  },
  // QQ, NetEase
  {
    id: 'qq-frequency',
    provider: 'qq',
    fault: 'sender',
    cause: 'rate-limit',
    pattern: /\b(?:ip|connection|domain|mail|sender) frequency limited\b/i,
    example: '550 Ip frequency limited',
    source: qq,
  },
  {
    id: 'qq-content',
    provider: 'qq',
    fault: 'message',
    pattern: /\bmail content denied\b|\bno=100072[3-6]\b/i,
    example: '550 Mail content denied',
    source: qq,
  },
  {
    id: 'qq-spam-sender',
    provider: 'qq',
    fault: 'sender',
    cause: 'reputation',
    pattern: /\bsuspected (?:spam|bounce) (?:ip|sender|source|attack)\b/i,
    example: '550 Suspected spam ip',
    source: qq,
  },
  {
    id: 'netease-message',
    provider: 'netease',
    fault: 'message',
    pattern: /\b(?:DT:SPM|DT:SUM|MI:SPB|MI:SPF-?S|DT:BAD|HL:SPM)\b/,
    example: '554 DT:SPM 163 smtp1',
    source: netease,
  },
  {
    id: 'netease-sender',
    provider: 'netease',
    fault: 'sender',
    cause: 'reputation',
    pattern:
      /\b(?:HL:(?:ITC|IFC|MEP|REP|ICC)|MI:(?:CEL|DMC|CCL|IRB|NRS|STC|DIR|SFQ|PB|DM[AC])|RP:(?:CEL|TRC|CDL|DRC)|CM:|IP:|DT:RBL|RE:)/,
    example: '554 MI:DMC 163 smtp2',
    source: netease,
  },
  // North American providers
  {
    id: 'comcast-sender',
    provider: 'comcast',
    fault: 'sender',
    cause: 'reputation',
    pattern: /\b(?:BL|RL|PT|DM|RP|SC)0000\d{2}\b/,
    example: '550 5.2.0 Message rejected. #BL000001',
    source: comcast,
  },
  {
    id: 'cox-sender',
    provider: 'cox',
    fault: 'sender',
    cause: 'reputation',
    pattern: /\bCX(?:BL|THRT|CNCT|DNS|HELO|MJ|SNDR|MXRT|SMTP)\b/,
    example: '554 ERROR: Mail refused. CXBL',
    source: cox,
  },
  {
    id: 'charter-sender',
    provider: 'charter',
    fault: 'sender',
    cause: 'reputation',
    pattern: /\bAUP#(?:In|Out|I|O|C|M|CDRBL|POL|RCPT|LIM|SNDR|DNS)\b/i,
    example: '554 E2200 AUP#In-1310',
    source: charter,
  },
  {
    id: 'godaddy-sender',
    provider: 'godaddy',
    fault: 'sender',
    cause: 'reputation',
    pattern: /\bIB(?:10[1-9]|11\d|21\d|212|40[1-4]|50[1-9]|51\d|60[1-9]|61\d|70[1-9]|71\d|90\d)\b/,
    example: '554 This IP was refused. IB212',
    source: godaddy,
  },
  // Mail filters
  {
    id: 'mimecast-blocked-sender',
    provider: 'mimecast',
    fault: 'sender',
    cause: 'policy',
    pattern: /\b(?:manually|header based manually) blocked senders?\b|\bheader based (?:manually )?block/i,
    example: '550 Rejected by header based manually Blocked Senders',
    source: mimecast,
  },
  {
    id: 'mimecast-spam',
    provider: 'mimecast',
    fault: 'message',
    pattern: /\bMCSpam\w{2,40}|\bmessage held before permitted\b/i,
    example: '554 Email rejected due to security policies - MCSpamSignature.sa.1',
    source: mimecast,
  },
  {
    id: 'trendmicro-recipient',
    provider: 'trendmicro',
    fault: 'recipient',
    pattern: /\brejected: (?:invalid-recipient|no-domain)\b/i,
    example: '554 5.7.1 Recipient address rejected: NO-DOMAIN',
    source: 'https://success.trendmicro.com/',
  },
  {
    id: 'trendmicro-sender',
    provider: 'trendmicro',
    fault: 'sender',
    cause: 'policy',
    pattern: /\bERS-[\w-]{2,30}|\bBLOCK-SEND-?ER\b/,
    example: '550 5.7.1 Recipient address rejected: ERS-RBL',
    source: 'https://success.trendmicro.com/',
  },
  {
    id: 'proofpoint-reputation',
    fault: 'sender',
    cause: 'reputation',
    pattern:
      /\bipcheck\.proofpoint\.com\b|\bcsi\.cloudmark\.com\b|\bsenderscore\b|\bsenderbase\b|\btalosintelligence\b/i,
    example: '554 Blocked, see https://ipcheck.proofpoint.com/?ip=192.0.2.4',
    source: 'https://ipcheck.proofpoint.com/',
  },
];
