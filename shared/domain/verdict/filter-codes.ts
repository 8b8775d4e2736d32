import type { VerdictRow } from './fault.ts';

const mimecast =
  'https://mimecastsupport.zendesk.com/hc/en-us/articles/34000709564691-Policies-Mimecast-SMTP-Error-Codes';
const barracuda = 'https://www.barracudacentral.org/lookups';

/** Codes and texts that mail filters send in front of the servers of their customers. */
export const filterCodes: readonly VerdictRow[] = [
  {
    id: 'barracuda-blocked',
    fault: 'sender',
    cause: 'policy',
    pattern: /\bpermanent failure for one or more recipients \( ?:blocked\)|\bbarracudanetworks\.com\/reputation\b/i,
    example: '550 permanent failure for one or more recipients (:blocked)',
    source: barracuda,
  },
  {
    id: 'barracuda-content',
    fault: 'message',
    pattern: /\brejecting banned content\b/i,
    example: '554 rejecting banned content',
    source: barracuda,
  },
  {
    id: 'symantec-filter',
    fault: 'message',
    provider: 'messagelabs',
    pattern: /\bmessage filtered\b.{0,80}\b(?:symanteccloud|troubleshooting)\b|\bmessagelabs\.com\/support\b/i,
    example: '553 Message filtered. See http://www.symanteccloud.com/troubleshooting',
    source: 'http://www.symanteccloud.com/troubleshooting',
  },
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
    id: 'mimecast-network',
    provider: 'mimecast',
    fault: 'sender',
    cause: 'policy',
    pattern: /\bhost network(?: is)? not allowed\b|\bthis route requires encryption\b/i,
    example: '554 Host network not allowed',
    source: mimecast,
  },
  {
    id: 'mimecast-spam',
    provider: 'mimecast',
    fault: 'message',
    pattern: /\bMCSpam\w{2,40}|\bmessage held before permitted\b|\bcontent examination policy\b/i,
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
