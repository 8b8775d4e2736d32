import type { VerdictRow } from './fault.ts';

const netease = 'https://mail.163.com/help/help_spam_16.htm';
const qq = 'https://service.mail.qq.com/cgi-bin/help?subtype=1&&id=20022';

/** Codes and texts of providers in China. */
export const chineseProviderCodes: readonly VerdictRow[] = [
  {
    id: 'qq-frequency',
    provider: 'qq',
    fault: 'sender',
    cause: 'rate-limit',
    pattern: /\b(?:ip|connection|domain|mail|sender) frequency limited\b|\bno=(?:100072[235])\b/i,
    example: '550 Ip frequency limited',
    source: qq,
  },
  {
    id: 'qq-content',
    provider: 'qq',
    fault: 'message',
    pattern: /\bmail content denied\b|\bno=100072[46]\b|\bspam is embedded in\b/i,
    example: '550 Mail content denied',
    source: qq,
  },
  {
    id: 'qq-recipient',
    provider: 'qq',
    fault: 'recipient',
    pattern: /\bno=10007(?:28|42)\b/i,
    example: '550 http://service.mail.qq.com/cgi-bin/help?subtype=1&no=1000728',
    source: qq,
  },
  {
    id: 'qq-spam-sender',
    provider: 'qq',
    fault: 'sender',
    cause: 'reputation',
    pattern: /\bsuspected (?:spam|bounce) (?:ip|sender|source|attacks?)\b/i,
    example: '550 Suspected spam ip',
    source: qq,
  },
  {
    id: 'netease-message',
    provider: 'netease',
    fault: 'message',
    pattern: /\bDT:(?!RBL)[A-Z]{3}\b|\bHL:SPM\b/,
    example: '554 DT:SPM 163 smtp1',
    source: netease,
  },
  {
    id: 'netease-sender',
    provider: 'netease',
    fault: 'sender',
    cause: 'reputation',
    pattern: /\b(?:(?:HL|MI|RP|WM):[A-Z]{2,4}|DT:RBL|CM:|IP:|RE:)(?! ?\d)/,
    example: '554 MI:DMC 163 smtp2',
    source: netease,
  },
];
