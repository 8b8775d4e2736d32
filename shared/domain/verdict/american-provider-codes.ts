import type { VerdictRow } from './fault.ts';

const godaddy = 'https://www.godaddy.com/help/fix-rejected-email-with-a-bounce-error-40685';
const cox = 'http://postmaster.cox.net/confluence/display/postmaster/Error+Codes';
const comcast = 'http://postmaster.comcast.net/mail-error-codes.html';
const charter = 'https://www.spectrum.net/support/internet/charter-postmaster-services/';

/** Codes and texts of providers in the United States. */
export const americanProviderCodes: readonly VerdictRow[] = [
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
    pattern: /\b(?:CX(?:BL|THRT|CNCT|DNS|HELO|MJ|SNDR|MXRT|SMTP)|CDRBL|IPBL[01]{4,5})\b/,
    example: '554 ERROR: Mail refused. CXBL',
    source: cox,
  },
  {
    id: 'cox-message',
    provider: 'cox',
    fault: 'message',
    pattern: /\bURLBL[01]{2,4}\b/,
    example: '552 Message rejected for a link in it. URLBL101',
    source: cox,
  },
  {
    id: 'charter-later',
    provider: 'charter',
    fault: 'temporary',
    pattern: /\bAUP#In-1090\b/i,
    example: '452 E2010 AUP#In-1090',
    source: charter,
  },
  {
    id: 'charter-message',
    provider: 'charter',
    fault: 'message',
    pattern: /\bAUP#In-1530\b/i,
    example: '552 E2015 AUP#In-1530',
    source: charter,
  },
  {
    id: 'charter-sender',
    provider: 'charter',
    fault: 'sender',
    cause: 'reputation',
    pattern: /\bAUP#(?:In|Out|I|O|C|M|BL|CDRBL|CNCT|MXRT|POL|RCPT|LIM|SNDR|DNS)\b/i,
    example: '554 E2200 AUP#In-1310',
    source: charter,
  },
  {
    id: 'godaddy-sender',
    provider: 'godaddy',
    fault: 'sender',
    cause: 'reputation',
    pattern: /\bIB(?:007|10[2-9]|11\d|40[1-4]|50[1-9]|51\d|60[1-9]|61\d|70[126-9]|71\d|90\d)\b/,
    example: '554 This IP was refused. IB105',
    source: godaddy,
  },
  {
    id: 'godaddy-later',
    provider: 'godaddy',
    fault: 'temporary',
    pattern: /\bIB101\b/,
    example: '421 Closing the connection. IB101',
    source: godaddy,
  },
  {
    id: 'godaddy-content',
    fault: 'message',
    provider: 'godaddy',
    pattern: /\bIB(?:21\d|70[3-5])\b/,
    example: '552 5.2.0 The content was judged to be spam. IB212',
    source: godaddy,
  },
  {
    id: 'rackspace-later',
    provider: 'rackspace',
    fault: 'temporary',
    pattern: /\((?:G6|G16|G1E|G30)\)/,
    example: '450 The recipient could not be checked (G6)',
    source: 'https://postmaster.emailsrvr.com/',
  },
  {
    id: 'rackspace-sender',
    provider: 'rackspace',
    fault: 'sender',
    cause: 'reputation',
    pattern: /\((?:G1F|G2|G28)\)|\bACL dns_rbl\b/,
    example: '554 Too many connections from 192.0.2.4 (G2)',
    source: 'https://postmaster.emailsrvr.com/',
  },
];
