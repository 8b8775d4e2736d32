import fc from 'fast-check';
import { type Policy, readPolicy } from '../../shared/domain/policy/policy.ts';
import { type BounceOptions, bounce, complaint, day, hour, noon } from './ses.ts';

/** Small numbers, so that short histories reach them. */
const settings = {
  soft: { strikes: 3, onDays: 2, withinDays: 10, suppressDays: 5 },
  policyBlockDays: 3,
  // The SES account suppression list has a model of its own: test/account-list/model.test.ts.
  accountList: { mode: 'off' },
};
export const policy = readPolicy(settings);
/** Deliveries end strikes. One strike suppresses, because only those that are processed within a day count. */
export const deliveryPolicy = readPolicy({
  ...settings,
  soft: { ...settings.soft, strikes: 1, onDays: 1, endedByDelivery: true },
});
/** Each tenant has a list of its own. The mailboxes that complain do not want email of the others either. */
export const tenantPolicy = readPolicy({ ...settings, tenants: { ownLists: ['*'], sharedReasons: ['complaint'] } });
export const addresses = ['ann@example.net', 'bob@example.net'];
export const tenants = ['acme', 'beta'];

/** An address on one list: the account's, or that of a tenant. */
export type Entry = { readonly address: string; readonly tenant?: string };
/** By list: the account's first. */
export const entries: readonly Entry[] = addresses.flatMap((address) => [
  { address },
  ...tenants.map((tenant) => ({ address, tenant })),
]);
export const idOf = ({ address, tenant }: Entry) => (tenant === undefined ? address : `${address} ${tenant}`);

export type Channel = 'identity' | 'configuration-set';
export type Kind = 'hard' | 'soft' | 'blocked' | 'complaint' | 'prevented';
/** A message about an outcome: the feedback itself, or an out-of-office reply to the same email, which arrives before or after it. */
export type MessageKind = 'feedback' | 'reply';
/** A message that arrives. SES may name the recipients of one email in one message or in several. */
export type Arrival = {
  readonly index: number;
  readonly channel: Channel;
  readonly message: MessageKind;
  readonly names: 'all' | 'first' | 'last';
};
/** The feedback on one email. Days are counted from the beginning of the history. */
export type Outcome = {
  readonly kind: Kind;
  readonly to: readonly string[];
  readonly sentOn: number;
  readonly daysLater: number;
  /** The tenant that sent the email. */
  readonly tenant?: string;
};

export const outcomes: fc.Arbitrary<Outcome[]> = fc.array(
  fc.record({
    kind: fc.constantFrom<Kind>('hard', 'soft', 'soft', 'soft', 'blocked', 'complaint', 'prevented'),
    to: fc.constantFrom(...addresses.map((address) => [address]), addresses),
    sentOn: fc.integer({ min: 0, max: 25 }),
    daysLater: fc.integer({ min: 0, max: 3 }),
  }),
  { minLength: 3, maxLength: 8 },
);

const sentAt = ({ sentOn }: Outcome) => noon + sentOn * day;
export const occurredAt = (outcome: Outcome) => sentAt(outcome) + outcome.daysLater * day + hour;

/** Returns the recipients that a message about an email names. */
function namedIn({ to }: Outcome, names: Arrival['names']): readonly string[] {
  return names === 'all' ? to : names === 'first' ? to.slice(0, 1) : to.slice(-1);
}

export function messageOf(outcome: Outcome, { index, channel, message, names }: Arrival) {
  const { kind, tenant } = outcome;
  const to = namedIn(outcome, names);
  const mail = { destination: outcome.to };
  const tags = tenant === undefined ? {} : { tags: { 'ses:tenant-name': [tenant] } };
  const common = { sentAt: sentAt(outcome), at: occurredAt(outcome), mailId: `mail-${index}`, channel, mail, ...tags };
  const bounceOf = (options: BounceOptions, fields: object = {}) =>
    bounce({ ...common, ...options, recipients: to.map((emailAddress) => ({ emailAddress, ...fields })) });
  if (message === 'reply') return bounceOf({ at: sentAt(outcome) + 60_000, type: 'Transient', subType: 'General' });
  if (kind === 'complaint') return complaint({ ...common, to });
  if (kind === 'soft') return bounceOf({ type: 'Transient', subType: 'MailboxFull' });
  if (kind === 'blocked') return bounceOf({}, { action: 'failed', status: '5.7.1' });
  const listed = tenant === undefined ? 'OnAccountSuppressionList' : 'OnTenantSuppressionList';
  return bounceOf({ subType: kind === 'hard' ? 'NoEmail' : listed });
}

const metricOf = {
  hard: 'hard',
  soft: 'soft',
  blocked: 'hard',
  complaint: 'complaints',
  prevented: 'prevented',
} as const;

/** Added to the number of an email for a reply that is feedback of its own. */
const replies = 1000;

/**
 * Predicts suppressions and counts from the outcomes of emails and the messages that arrived, without records, ids or
 * transactions.
 */
export class Model {
  /** Starts after some of the outcomes have occurred. Their feedback has not arrived yet. */
  now = noon + 12 * day;
  /** By what is counted once: its metric, and the channels whose message arrived in time to be counted. Never removed. */
  readonly counted = new Map<string, { readonly metric: string; readonly channels: Set<Channel> }>();
  /** By address: the emails (and replies) whose feedback is remembered, and whether it still has an effect. */
  readonly remembered = new Map<string, Map<number, { hasEffect: boolean; isOnlyWatched: boolean }>>();
  readonly releasedAt = new Map<string, number>();
  /** By address: the end of a manual suppression. */
  readonly suppressedUntil = new Map<string, number>();
  /** By address: the latest delivery that ended strikes. */
  readonly deliveredAt = new Map<string, number>();
  readonly outcomes: readonly Outcome[];
  readonly policy: Policy;

  constructor(all: readonly Outcome[], policy: Policy) {
    this.outcomes = all;
    this.policy = policy;
  }

  arrive({ names, ...arrival }: Arrival): void {
    const outcome = this.outcomes[arrival.index] as Outcome;
    const { kind, tenant } = outcome;
    for (const address of namedIn(outcome, names)) {
      // Only the event names the tenant. A notification that a tenant's list kept SES from sending says nothing about the account.
      if (tenant === undefined) this.arriveAbout(address, arrival);
      else if (arrival.channel === 'identity') this.arriveAbout(address, arrival, { isWatched: kind === 'prevented' });
      else {
        this.arriveAbout(idOf({ address, tenant }), arrival, { isCounted: false });
        this.arriveAbout(address, arrival, { isWatched: kind !== 'complaint' || arrival.message === 'reply' });
      }
    }
  }

  /** @param address the address, or the address and the tenant on whose list it is */
  private arriveAbout(
    address: string,
    { index, channel, message }: Omit<Arrival, 'names'>,
    { isWatched = false, isCounted = true } = {},
  ): void {
    const outcome = this.outcomes[index] as Outcome;
    this.expire(address);
    const isReply = message === 'reply';
    const isOnlyWatched = isReply || isWatched;
    // A reply and a soft bounce of the same email are one piece of feedback. They count once, and only the bounce is a strike.
    const key = isReply && outcome.kind !== 'soft' ? index + replies : index;
    const isInTime = sentAt(outcome) > this.now - 30 * day;
    if (isInTime && isCounted) this.countOnce(key, address, channel);
    const emails = this.remembered.get(address) ?? new Map();
    const isAfterRelease = occurredAt(outcome) > (this.releasedAt.get(address) ?? 0);
    const mayStrike = isInTime && this.mayStrike(address, occurredAt(outcome));
    const hasEffect = !isOnlyWatched && isAfterRelease && (outcome.kind !== 'soft' || mayStrike);
    const known = emails.get(key);
    if (known === undefined || (known.isOnlyWatched && !isOnlyWatched)) {
      const isRemembered = isInTime || known === undefined;
      emails.set(key, { hasEffect, isOnlyWatched: isOnlyWatched || !isRemembered });
    }
    this.remembered.set(address, emails);
    // Feedback whose effect has ended when it arrives is not remembered.
    if (known === undefined && this.isExpired(address)) emails.delete(key);
    if (emails.size === 0) this.remembered.delete(address);
  }

  /** Any recipient at the provider may have made a complaint, so it counts once; everything else counts for each recipient. */
  private countOnce(key: number, address: string, channel: Channel): void {
    const kind = key < replies ? (this.outcomes[key] as Outcome).kind : 'soft';
    const id = kind === 'complaint' ? `${key}` : `${key} ${address}`;
    const { channels } = this.counted.get(id) ?? { channels: new Set<Channel>() };
    this.counted.set(id, { metric: metricOf[kind], channels: channels.add(channel) });
  }

  private mayStrike(address: string, at: number): boolean {
    if (!this.policy.soft.endedByDelivery) return true;
    return at > (this.deliveredAt.get(address) ?? 0) && at >= this.now - day;
  }

  /** An email was delivered to an address now. */
  deliver(address: string): void {
    this.expire(address);
    if (!this.policy.soft.endedByDelivery || this.effective(address, 'soft').length === 0) return;
    this.deliveredAt.set(address, this.now);
    for (const [key, email] of this.remembered.get(address) ?? [])
      if (this.outcomes[key % replies]?.kind === 'soft')
        this.remembered.get(address)?.set(key, { ...email, hasEffect: false });
  }

  release(address: string): void {
    this.expire(address);
    const emails = this.remembered.get(address);
    if (emails === undefined && !this.suppressedUntil.has(address) && !this.releasedAt.has(address)) return;
    this.releasedAt.set(address, this.now);
    this.suppressedUntil.delete(address);
    for (const [index, email] of emails ?? []) emails?.set(index, { ...email, hasEffect: false });
  }

  suppress(address: string, until = Number.POSITIVE_INFINITY): void {
    this.expire(address);
    this.suppressedUntil.set(address, until);
  }

  isSuppressed(address: string): boolean {
    return this.end(address) > this.now;
  }

  /** Returns the end of the suppression of an address: 0 if there is none, infinity if it is permanent. */
  private end(address: string): number {
    const timesOf = (kind: Kind) => this.effective(address, kind).map(occurredAt);
    const manual = this.suppressedUntil.get(address) ?? 0;
    const complaints = this.effective(address, 'complaint');
    if (timesOf('hard').length > 0 || complaints.some(({ to }) => to.length === 1)) return Number.POSITIVE_INFINITY;
    // Of several recipients, any may have complained.
    const suspected = complaints.map((outcome) => occurredAt(outcome) + 30 * day);
    const blocked = [...timesOf('blocked').map((at) => at + 3 * day), ...suspected];
    const soft = timesOf('soft').flatMap((at) => (this.completesStreak(at, timesOf('soft')) ? at + 5 * day : []));
    // A prevented send proves that SES lists the address. It suppresses unless a block, a complaint or an entry that was deleted with
    // a release less than an hour before explains it; soft bounces are never listed.
    const blockEnd = blocked.length === 0 ? 0 : Math.max(...blocked, ...soft) + hour;
    const releaseEnd = (this.releasedAt.get(address) ?? -hour) + hour;
    const isListed = Math.max(0, ...timesOf('prevented')) > Math.max(blockEnd, releaseEnd);
    return isListed ? Number.POSITIVE_INFINITY : Math.max(manual, ...blocked, ...soft);
  }

  /** Removes what has no effect any more, except the counts and a release. */
  private expire(address: string): void {
    if (!this.isExpired(address)) return;
    this.remembered.delete(address);
    this.suppressedUntil.delete(address);
    this.deliveredAt.delete(address);
  }

  private isExpired(address: string): boolean {
    const sendTimes = [...(this.remembered.get(address)?.keys() ?? [])].map((index) =>
      sentAt(this.outcomes[index % replies] as Outcome),
    );
    const strikes = this.effective(address, 'soft').map(occurredAt);
    const manual = this.suppressedUntil.get(address) ?? Number.NEGATIVE_INFINITY;
    const neededUntil = [
      this.end(address),
      manual + 31 * day,
      ...sendTimes.map((at) => at + 31 * day),
      ...strikes.map((at) => at + 396 * day),
    ];
    return !this.releasedAt.has(address) && Math.max(...neededUntil) <= this.now;
  }

  private effective(address: string, kind: Kind): Outcome[] {
    return [...(this.remembered.get(address) ?? [])].flatMap(([index, { hasEffect }]) => {
      const outcome = this.outcomes[index % replies] as Outcome;
      return hasEffect && outcome.kind === kind ? outcome : [];
    });
  }

  private completesStreak(at: number, all: readonly number[]): boolean {
    const date = (time: number) => Math.floor(time / day);
    const window = all.filter((other) => other <= at && date(other) > date(at) - this.policy.soft.withinDays);
    return window.length >= this.policy.soft.strikes && new Set(window.map(date)).size >= this.policy.soft.onDays;
  }

  count(metric: string, scope: 'account' | 'configuration-set'): number {
    return [...this.counted.values()].filter(
      ({ metric: own, channels }) => own === metric && (scope === 'account' || channels.has('configuration-set')),
    ).length;
  }
}
