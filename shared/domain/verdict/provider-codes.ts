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
    id: 'microsoft-no-mailbox',
    provider: 'microsoft',
    fault: 'recipient',
    pattern: /\bS2017062302\b|\bAS\(201806281\)|\bRESOLVER\.ADR\.\w{0,20}NotFound\b|\bNonExistentDomain\b/i,
    example: '550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found',
    source: microsoft,
  },
  {
    id: 'microsoft-closed-to-outsiders',
    provider: 'microsoft',
    fault: 'recipient',
    pattern: /\bRESOLVER\.RST\.(?:NotAuthorized|Restricted\w{1,20}|SenderNotAuthenticated\w{0,20})\b/i,
    example: '550 5.7.1 RESOLVER.RST.NotAuthorized; not authorized',
    source: microsoft,
  },
  {
    id: 'microsoft-size',
    provider: 'microsoft',
    fault: 'message',
    pattern: /\bRESOLVER\.RST\.\w{0,10}SizeLimit\b/i,
    example: '550 5.2.3 RESOLVER.RST.RecipSizeLimit; message too large for this recipient',
    source: microsoft,
  },
  {
    id: 'microsoft-rate-limit',
    provider: 'microsoft',
    fault: 'sender',
    cause: 'rate-limit',
    pattern: /\bRP-00[1-3]\b/,
    example: '421 RP-001 The mail server IP connecting to Outlook.com has exceeded the rate limit allowed',
    source: outlook,
  },
  {
    id: 'microsoft-block-list',
    provider: 'microsoft',
    fault: 'sender',
    cause: 'block-list',
    pattern: /\(S\d{3,6}\)|\bAS160126\d\d\b|\bpart of their network is on our block ?list\b|\bbanned sending ip\b/i,
    example: '550 5.7.1 Messages from 192.0.2.4 were not sent (S3150)',
    source: outlook,
  },
  {
    id: 'microsoft-reputation',
    provider: 'microsoft',
    fault: 'sender',
    cause: 'reputation',
    pattern:
      /\b(?:SC-00[1-4]|DY-00[12]|OU-00[12])\b|\bS777\d\d\b|\bAS\((?:4[89]\d|4200[34])\)|\bbad outbound sender\b/i,
    example: '550 SC-001 Mail was rejected for policy reasons',
    source: outlook,
  },
  {
    id: 'microsoft-server',
    provider: 'microsoft',
    fault: 'temporary',
    pattern:
      /\bSTOREDRV\.(?!Submit).{0,120}\b(?:quota|full|shutoff)|\bQuotaExceededException\b|\brecipient thread limit\b/i,
    example: '554 5.2.0 STOREDRV.Deliver.Exception: the quota was exceeded',
    source: microsoft,
  },
  {
    id: 'google-recipient',
    provider: 'google',
    fault: 'recipient',
    pattern: /[?&]p=(?:NoSuchUser|DisabledUser|BadRcptDomain|InvalidRecipient)\b/i,
    example: '550 5.2.1 https://support.google.com/mail/?p=DisabledUser',
    source: google,
  },
  {
    id: 'google-mailbox',
    provider: 'google',
    fault: 'temporary',
    pattern: /[?&]p=(?:OverQuota|ReceivingRate)\w{0,8}\b/i,
    example: '452 4.2.2 https://support.google.com/mail/?p=OverQuotaTemp',
    source: google,
  },
  {
    id: 'google-authentication',
    provider: 'google',
    fault: 'sender',
    cause: 'authentication',
    pattern: /[?&]p=(?:IPv6AuthError|UnauthenticatedSender|SpfHardfail|DmarcReject)\w{0,8}\b/i,
    example: '550 5.7.1 https://support.google.com/mail/?p=IPv6AuthError',
    source: google,
  },
  {
    id: 'google-reputation',
    provider: 'google',
    fault: 'sender',
    cause: 'reputation',
    pattern: /[?&]p=Unsolicited(?:RateLimit|IP)Error\b/i,
    example: '421 4.7.0 https://support.google.com/mail/?p=UnsolicitedIPError',
    source: google,
  },
  {
    id: 'google-message',
    provider: 'google',
    fault: 'message',
    pattern: /[?&]p=(?:UnsolicitedMessageError|BlockedMessage|RfcMessageNonCompliant|MaxSizeError)\b/i,
    example: '552 5.7.0 https://support.google.com/mail/?p=BlockedMessage',
    source: google,
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
    pattern: /\b(?:this message is|likely) (?:unsolicited|suspicious)\b|\bdue to the nature of the content\b/i,
    example: '550 5.7.1 We detected that this message is likely unsolicited mail',
    source: google,
  },
  {
    id: 'yahoo-reputation',
    provider: 'yahoo',
    fault: 'sender',
    cause: 'reputation',
    pattern:
      /\[(?:TSS?\d{2}|IPTS\d{2}|BL2\d|PH0\d|GL0\d)|\b(?:RLY|CON|DYN|RTR|DNS|HVU):[A-Z]\w\b|\bmessages? (?:not accepted|temporarily deferred).{0,40}\b(?:user complaints|unexpected volume)\b|\bwill be permanently deferred\b/,
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
    pattern: /\[(?:CS0\d|HM\d{2}|HME\d|IB\d{2})\]|\b(?:smtpin|icloud)\S{0,60} esmtp not accepting connections\b/i,
    example: '554 5.7.1 [CS01] Message rejected due to local policy',
    source: apple,
  },
];
