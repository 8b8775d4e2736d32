import type { VerdictRow } from './fault.ts';

const orange = 'https://www.postmastery.com/orange-postmaster-smtp-error-codes-ofr/';
const godaddy = 'https://www.godaddy.com/help/fix-rejected-email-with-a-bounce-error-40685';
const cox = 'http://postmaster.cox.net/confluence/display/postmaster/Error+Codes';
const comcast = 'http://postmaster.comcast.net/mail-error-codes.html';
const charter = 'https://www.spectrum.net/support/internet/charter-postmaster-services/';
const netease = 'https://mail.163.com/help/help_spam_16.htm';
const qq = 'https://service.mail.qq.com/cgi-bin/help?subtype=1&&id=20022';
const telekom = 'https://postmaster.t-online.de/';
const gmx = 'https://postmaster.gmx.net/en/error-messages';

/** Codes and texts of providers of one country. */
export const nationalProviderCodes: readonly VerdictRow[] = [
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
  {
    id: 'comcast-sender',
    provider: 'comcast',
    fault: 'sender',
    cause: 'reputation',
    pattern: /\b(?:BL|ES|RL|PT|DM|RP|SC|AU)0[01]{5}|\b(?:BL|RL|DM|PT)00000[0-9]\b/,
    example: '550 5.2.0 Message rejected. #BL000001',
    source: comcast,
  },
  {
    id: 'cox-sender',
    provider: 'cox',
    fault: 'sender',
    cause: 'reputation',
    pattern: /\b(?:CX(?:BL|THRT|CNCT|DNS|HELO|MJ|SNDR|MXRT|SMTP)|CDRBL|IPBL[01]{4})\b/,
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
    pattern: /\bIB(?:10[1-9]|11\d|40[1-4]|50[1-9]|51\d|60[1-9]|61\d|70[1-9]|71\d|90\d)\b/,
    example: '554 This IP was refused. IB105',
    source: godaddy,
  },
  {
    id: 'mailru-spam',
    fault: 'message',
    provider: 'mailru',
    pattern: /\bnotspam-support\b|\bspam message rejected\b/i,
    example: '550 spam message rejected',
    source: 'https://postmaster.mail.ru/',
  },
  {
    id: 'yandex-spam',
    fault: 'message',
    provider: 'yandex',
    pattern: /\bmessage rejected under suspicion of spam\b/i,
    example: '554 5.7.1 Message rejected under suspicion of SPAM',
    source: 'https://yandex.com/support/postoffice/',
  },
  {
    id: 'godaddy-content',
    fault: 'message',
    provider: 'godaddy',
    pattern: /\bIB21\d\b/,
    example: '552 5.2.0 The content was judged to be spam. IB212',
    source: godaddy,
  },
];
