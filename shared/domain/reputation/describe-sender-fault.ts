import { formatCount } from './format-rate.ts';
import type { Notice } from './notice.ts';
import type { SenderCause } from './rules/sender-fault.ts';
import type { NamedCount } from './sender-faults.ts';

/** What a notice says about one fault of the sender: its headline, what it means, and what to look at. */
const faults: Record<SenderCause, { readonly subject: string; readonly next: (domain: string) => string }> = {
  authentication: {
    subject: 'emails fail authentication',
    next: (domain) =>
      `Check the DNS records: the DKIM records of SES (*._domainkey.${domain}), the SPF record of the MAIL FROM domain (TXT), and the DMARC record (TXT at _dmarc.${domain}).`,
  },
  'block-list': {
    subject: 'the sender is on a block list',
    next: () =>
      'Look up the IP address at https://check.spamhaus.org/ or at the list that the answers name. The shared addresses of SES are removed from lists by AWS; open a support case if it lasts.',
  },
  'sender-address': {
    subject: 'servers refuse the sender’s address',
    next: (domain) =>
      `Check that ${domain} and the MAIL FROM domain exist and accept email: each needs an MX or A record that is not a null MX.`,
  },
  'host-name': {
    subject: 'servers refuse the name of the sending host',
    next: () =>
      'A dedicated IP address needs a PTR record that points back to it. The shared addresses of SES have one; open a support case with AWS.',
  },
  virus: {
    subject: 'emails are taken to contain a virus',
    next: () =>
      'Look at what was sent: a link or an attachment may be infected, or somebody else may send with your credentials.',
  },
  reputation: {
    subject: 'servers refuse the sender for its reputation',
    next: () => 'Send only to recipients who asked for it and who react, and look at the complaints at the providers.',
  },
  'rate-limit': {
    subject: 'servers limit the rate of the sender',
    next: () => 'Send more slowly to these providers, and raise the volume of a new domain or IP address step by step.',
  },
  policy: {
    subject: 'servers refuse the sender by a policy',
    next: () => 'Read the answers of the servers in the evidence of the addresses: they name the rule or a page.',
  },
};

/** Pages on which a provider explains its answers, or shows how it sees a sender. */
const postmasterPages: Readonly<Record<string, string>> = {
  google: 'https://postmaster.google.com/',
  microsoft: 'https://sendersupport.olc.protection.outlook.com/snds/',
  yahoo: 'https://senders.yahooinc.com/',
  apple: 'https://support.apple.com/102322',
  comcast: 'https://postmaster.comcast.net/',
  orange: 'https://postmaster.orange.fr/',
  gmx: 'https://postmaster.gmx.net/',
  webde: 'https://postmaster.web.de/',
  telekom: 'https://postmaster.t-online.de/',
  mailru: 'https://postmaster.mail.ru/',
  yandex: 'https://postoffice.yandex.com/',
};

/** The most providers, and domains or IP addresses, that a notice names. */
const maxNamed = 3;

/** Returns what the headline says. */
export function senderFaultSubject({ cause, kind, senderFault }: Notice): string {
  const { subject } = faultOf(cause);
  const [top] = senderFault?.sentFrom ?? [];
  const from = cause === 'authentication' && top !== undefined ? ` of ${top.name}` : '';
  const named = subject.replace('emails', `emails${from}`);
  return kind === 'resolved' ? `servers no longer say that ${named}` : named;
}

/** Returns the sentences that say what happened, and what to look at. */
export function describeSenderFault({ cause, senderFault }: Notice): string {
  const { recipients = 0, providers = [], sentFrom = [] } = senderFault ?? {};
  const from = sentFrom.length === 0 ? '' : `, sent from ${listNames(sentFrom)}`;
  const pages = providers.flatMap(({ name }) => postmasterPages[name] ?? []).slice(0, maxNamed);
  const [domain = 'your domain'] = sentFrom.map(({ name }) => name);
  return [
    `In this hour and the one before, emails to ${formatCount(recipients)} recipients were refused for this reason${from}.`,
    ...(providers.length === 0 ? [] : [`They are at ${listNames(providers)}.`]),
    faultOf(cause).next(domain),
    ...(pages.length === 0 ? [] : [`See also ${pages.join(', ')}.`]),
    'No recipient is suppressed permanently for it.',
  ].join(' ');
}

function faultOf(cause: Notice['cause']) {
  return faults[(cause ?? 'policy') as SenderCause];
}

function listNames(counts: readonly NamedCount[]): string {
  const named = counts.slice(0, maxNamed).map(({ name, count }) => `${name} (${formatCount(count)})`);
  const others = counts.length - named.length;
  return [...named, ...(others > 0 ? [`${formatCount(others)} more`] : [])].join(', ');
}
