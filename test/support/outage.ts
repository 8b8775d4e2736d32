import { seededRandom } from '../../local/demo/shuffle.ts';
import type { LoggedEvent } from '../../shared/domain/incidents/replay-incidents.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** What goes wrong in a simulated account. Times are in epoch milliseconds. */
export type Scenario =
  /** A provider refuses this share of all emails between two times. */
  | {
      readonly kind: 'outage';
      readonly domains: readonly string[];
      readonly windows: readonly (readonly [number, number])[];
      readonly share: number;
      readonly answer: string;
    }
  /** Addresses that had no email before are mailed at a time; this share of them does not exist. */
  | {
      readonly kind: 'bad-list';
      readonly domain: string;
      readonly at: number;
      readonly size: number;
      readonly share: number;
    }
  /** All mailboxes of a domain are gone from a time on. */
  | { readonly kind: 'gone'; readonly domain: string; readonly at: number; readonly answer: string }
  /** The share of mailboxes of a domain that are closed rises to this share within some days. */
  | {
      readonly kind: 'slow-rise';
      readonly domain: string;
      readonly from: number;
      readonly days: number;
      readonly share: number;
    }
  /** All recipients of a domain are mailed within two hours. */
  | { readonly kind: 'campaign'; readonly domain: string; readonly at: number };

export type SimulatedAccount = {
  readonly events: readonly LoggedEvent[];
  /** The recipients that bounced in the outage, by the window. */
  readonly ofOutage: readonly ReadonlySet<string>[];
  /** The addresses of the bad list that bounced. */
  readonly ofBadList: ReadonlySet<string>;
};

const noSuchUser = '550 5.1.1 The email account that you tried to reach does not exist. gsmtp';

/** By domain: its share of the recipients. `firm.example` is hosted at Google, which shows in its answers only. */
export const mix: readonly (readonly [string, number])[] = [
  ['gmail.com', 0.42],
  ['yahoo.com', 0.1],
  ['aol.com', 0.05],
  ['outlook.com', 0.15],
  ['icloud.com', 0.06],
  ['firm.example', 0.04],
  ['small.example', 0.01],
  ['other.example', 0.17],
];

/**
 * Simulates the log of an account that sends emails to its recipients for some days.
 *
 * @param perDay emails a day
 * @param withDeliveries whether the log has deliveries, or sends alone
 */
export function simulateAccount(
  seed: number,
  {
    start,
    days,
    perDay,
    scenario,
    withDeliveries,
  }: {
    readonly start: number;
    readonly days: number;
    readonly perDay: number;
    readonly scenario: Scenario;
    readonly withDeliveries: boolean;
  },
): SimulatedAccount {
  const random = seededRandom(seed);
  const size = Math.max(400, perDay * 3);
  const quality = 0.0005 + 0.002 * random();
  const recipients = Array.from({ length: size }, (_, index) => `person${index}@${pickDomain(random)}`);
  const closed = new Set<string>();
  const suppressed = new Set<string>();
  const ofOutage = scenario.kind === 'outage' ? scenario.windows.map(() => new Set<string>()) : [];
  const ofBadList = new Set<string>();
  const events: LoggedEvent[] = [];
  const send = (at: number, recipient: string, isRefused: boolean, answer = answerOf(recipient)) => {
    if (!withDeliveries) events.push({ knownAt: at, sentAt: at, kind: 'send', recipient });
    const knownAt = at + Math.round((1 + 20 * random()) * 1000);
    if (isRefused) events.push({ knownAt, sentAt: at, kind: 'hardBounce', recipient, answer });
    else if (withDeliveries) events.push({ knownAt, sentAt: at, kind: 'delivery', recipient });
  };
  const mail = (at: number, recipient: string) => {
    if (suppressed.has(recipient)) return;
    const domain = recipient.slice(recipient.indexOf('@') + 1);
    if (random() < quality) closed.add(recipient);
    if (scenario.kind === 'slow-rise' && scenario.domain === domain) {
      const progress = Math.min(1, Math.max(0, (at - scenario.from) / (scenario.days * day)));
      if (random() < progress * scenario.share) closed.add(recipient);
    }
    if (scenario.kind === 'gone' && scenario.domain === domain && at >= scenario.at) {
      suppressed.add(recipient);
      return send(at, recipient, true, scenario.answer);
    }
    const window =
      scenario.kind === 'outage' && scenario.domains.includes(domain)
        ? scenario.windows.findIndex(([from, to]) => at >= from && at < to)
        : -1;
    if (scenario.kind === 'outage' && window >= 0 && random() < scenario.share) {
      ofOutage[window]?.add(recipient);
      suppressed.add(recipient);
      return send(at, recipient, true, scenario.answer);
    }
    if (closed.has(recipient)) suppressed.add(recipient);
    send(at, recipient, closed.has(recipient));
  };
  const end = start + days * day;
  let isListSent = false;
  for (let at = start; at < end; ) {
    at += (-Math.log(random() || 1e-9) * day) / perDay / (1 + 0.6 * Math.sin((2 * Math.PI * at) / day));
    mail(at, recipients[Math.floor(random() * size)] as string);
    if (isListSent || !('at' in scenario) || at < scenario.at) continue;
    isListSent = true;
    if (scenario.kind === 'bad-list')
      for (let index = 0; index < scenario.size; index++) {
        const recipient = `bought${index}@${scenario.domain}`;
        const isRefused = random() < scenario.share;
        if (isRefused) ofBadList.add(recipient);
        send(at + random() * 2 * hour, recipient, isRefused);
      }
    if (scenario.kind === 'campaign')
      for (const recipient of recipients)
        if (recipient.endsWith(`@${scenario.domain}`)) mail(at + random() * 2 * hour, recipient);
  }
  return { events: events.sort((a, b) => a.knownAt - b.knownAt), ofOutage, ofBadList };
}

function pickDomain(random: () => number): string {
  let rest = random();
  for (const [domain, share] of mix) {
    rest -= share;
    if (rest < 0) return domain;
  }
  return 'other.example';
}

function answerOf(recipient: string): string {
  return /@(gmail\.com|firm\.example)$/.test(recipient) ? noSuchUser : '550 5.1.1 user unknown';
}
