import type { VerdictRow } from './fault.ts';

const rfc3463 = (section: string) => `https://www.rfc-editor.org/rfc/rfc3463#section-${section}`;
const registry = 'https://www.iana.org/assignments/smtp-enhanced-status-codes/';
const exchange =
  'https://learn.microsoft.com/exchange/mail-flow-best-practices/non-delivery-reports-in-exchange-online/';

/** Codes with a meaning so narrow that no server sends them for another reason. */
export const decisiveStatusRows: readonly VerdictRow[] = [
  {
    id: 'status-sender-address',
    fault: 'sender',
    cause: 'sender-address',
    pattern: /^[45]\.1\.[78]$/,
    example: '550 5.1.8 …',
    source: rfc3463('3.2'),
  },
  {
    id: 'status-null-mx-of-sender',
    fault: 'sender',
    cause: 'sender-address',
    pattern: /^[45]\.7\.27$/,
    example: '550 5.7.27 …',
    source: 'https://www.rfc-editor.org/rfc/rfc7505#section-4.2',
  },
  {
    id: 'status-host-name',
    fault: 'sender',
    cause: 'host-name',
    pattern: /^[45]\.7\.25$/,
    example: '550 5.7.25 …',
    source: 'https://www.rfc-editor.org/rfc/rfc7372#section-3.3',
  },
  {
    id: 'status-authentication',
    fault: 'sender',
    cause: 'authentication',
    pattern: /^[45]\.7\.(?:2[0-46]|29|3[0-2]|509|515)$/,
    example: '550 5.7.26 …',
    source: 'https://www.rfc-editor.org/rfc/rfc7372#section-3',
  },
  {
    id: 'status-new-owner',
    fault: 'recipient',
    pattern: /^[45]\.7\.1[78]$/,
    example: '550 5.7.17 …',
    source: 'https://www.rfc-editor.org/rfc/rfc7293#section-6',
  },
  {
    id: 'status-closed-to-outsiders',
    fault: 'recipient',
    pattern: /^[45]\.(?:2\.4|7\.2|7\.12|7\.12[349]|7\.13[3-6]|7\.50[45])$/,
    example: '550 5.7.133 …',
    source: exchange,
  },
  {
    id: 'status-sender-rate',
    fault: 'sender',
    cause: 'rate-limit',
    pattern: /^5\.(?:2\.121|1\.90|7\.23[23])$/,
    example: '554 5.2.121 …',
    source: exchange,
  },
  {
    id: 'status-tenant-blocked',
    fault: 'sender',
    cause: 'policy',
    pattern: /^5\.7\.(?:50[1-36-8]|51[0134]|60[6-9]|6[1-4]\d|70[0-9]|7[1-5]\d)$/,
    example: '550 5.7.708 …',
    source: exchange,
  },
  {
    id: 'status-recipient-rate',
    fault: 'temporary',
    pattern: /^[45]\.2\.122$/,
    example: '550 5.2.122 …',
    source: exchange,
  },
  {
    id: 'status-null-mx',
    fault: 'recipient',
    cause: 'no-domain',
    pattern: /^[45]\.1\.10$/,
    example: '550 5.1.10 …',
    source: 'https://www.rfc-editor.org/rfc/rfc7505#section-4.1',
  },
];

/** Enhanced status codes. */
export const statusRows: readonly VerdictRow[] = [
  {
    id: 'status-no-domain',
    fault: 'recipient',
    cause: 'no-domain',
    pattern: /^[45]\.(?:1\.2|4\.4|4\.310)$/,
    example: '550 5.1.2 …',
    source: rfc3463('3.2'),
  },
  {
    id: 'status-no-recipient',
    fault: 'recipient',
    pattern: /^[45]\.(?:1\.[13456]|2\.1|7\.13|4\.1)$/,
    example: '550 5.1.1 …',
    source: rfc3463('3.2'),
  },
  {
    id: 'status-full-mailbox',
    fault: 'temporary',
    pattern: /^[45]\.2\.2$/,
    example: '550 5.2.2 …',
    source: rfc3463('3.3'),
  },
  {
    id: 'status-message-size',
    fault: 'message',
    pattern: /^[45]\.(?:2\.3|3\.4)$/,
    example: '550 5.3.4 …',
    source: rfc3463('3.3'),
  },
  {
    id: 'status-message-content',
    fault: 'message',
    pattern: /^[45]\.6\.\d{1,3}$/,
    example: '550 5.6.1 …',
    source: rfc3463('3.7'),
  },
  {
    id: 'status-route',
    fault: 'temporary',
    pattern: /^[45]\.4\.\d{1,3}$/,
    example: '550 5.4.6 …',
    source: rfc3463('3.5'),
  },
  {
    id: 'status-server',
    fault: 'temporary',
    pattern: /^[45]\.3\.[1-35]$/,
    example: '550 5.3.2 …',
    source: rfc3463('3.4'),
  },
  {
    id: 'status-too-many-recipients',
    fault: 'sender',
    cause: 'rate-limit',
    pattern: /^[45]\.5\.3$/,
    example: '550 5.5.3 …',
    source: rfc3463('3.6'),
  },
  {
    id: 'status-protocol',
    fault: 'sender',
    cause: 'policy',
    pattern: /^[45]\.5\.[1-6]$/,
    example: '503 5.5.1 …',
    source: rfc3463('3.6'),
  },
];

/** Codes that many servers send for any refusal: the words decide first. */
export const securityStatusRows: readonly VerdictRow[] = [
  {
    id: 'status-security',
    fault: 'sender',
    cause: 'policy',
    pattern: /^[457]\.7\.\d{1,3}$/,
    example: '550 5.7.1 …',
    source: registry,
  },
];

/** Reply codes (RFC 5321, section 4.2.3), where nothing else in the answer says more. */
export const replyCodeRows: readonly VerdictRow[] = [
  {
    id: 'reply-full-mailbox',
    fault: 'temporary',
    pattern: /^[45]52$/,
    example: '552 …',
    source: 'https://www.rfc-editor.org/rfc/rfc5321#section-4.2.3',
  },
  {
    id: 'reply-sender',
    fault: 'sender',
    cause: 'policy',
    pattern: /^(?:50[02-5]|53\d|523|521)$/,
    example: '530 …',
    source: 'https://www.rfc-editor.org/rfc/rfc4954#section-6',
  },
  {
    id: 'reply-later',
    fault: 'temporary',
    pattern: /^4\d\d$/,
    example: '451 …',
    source: 'https://www.rfc-editor.org/rfc/rfc5321#section-4.2.1',
  },
];
