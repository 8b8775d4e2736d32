import type { VerdictRow } from './fault.ts';

const microsoft =
  'https://learn.microsoft.com/exchange/mail-flow-best-practices/non-delivery-reports-in-exchange-online/non-delivery-reports-in-exchange-online';
const outlook = 'https://sendersupport.olc.protection.outlook.com/pm/troubleshooting.aspx';
const google = 'https://support.google.com/a/answer/3726730';
const yahoo = 'https://senders.yahooinc.com/smtp-error-codes/';
const apple = 'https://support.apple.com/102322';

/** Codes and texts that the largest providers document, or that only one of them sends. The provider's own meaning decides, whatever the status. */
export const providerCodes: readonly VerdictRow[] = [
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
  {
    id: 'apple-reputation',
    provider: 'apple',
    fault: 'sender',
    cause: 'reputation',
    pattern: /\[(?:CS0\d|HM\d{2}|IB\d{2})\]|\b(?:smtpin|icloud)\S{0,60} esmtp not accepting connections\b/i,
    example: '554 5.7.1 [CS01] Message rejected due to local policy',
    source: apple,
  },
];
