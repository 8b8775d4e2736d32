import fc from 'fast-check';
import { readPolicy } from '../../shared/domain/policy/policy.ts';
import { bounce, complaint, day, hour, noon } from './ses.ts';

/** Small numbers, so that short histories reach them. */
export const policy = readPolicy({
  soft: { strikes: 3, onDays: 2, withinDays: 10, suppressDays: 5 },
  policyBlockDays: 3,
  // SES's own list has a model of its own: test/account-list/model.test.ts.
  accountList: { mode: 'off' },
});
export const addresses = ['ann@example.net', 'bob@example.net'];

export type Channel = 'identity' | 'configuration-set';
export type Kind = 'hard' | 'soft' | 'blocked' | 'complaint' | 'prevented';
/** What happens to one mail, and when: days after the beginning of the history. */
export type Happening = {
  readonly kind: Kind;
  readonly to: string;
  readonly sentOn: number;
  readonly daysLater: number;
};

export const happenings: fc.Arbitrary<Happening[]> = fc.array(
  fc.record({
    kind: fc.constantFrom<Kind>('hard', 'soft', 'soft', 'soft', 'blocked', 'complaint', 'prevented'),
    to: fc.constantFrom(...addresses),
    sentOn: fc.integer({ min: 0, max: 25 }),
    daysLater: fc.integer({ min: 0, max: 3 }),
  }),
  { minLength: 3, maxLength: 8 },
);

const sentAt = ({ sentOn }: Happening) => noon + sentOn * day;
export const happenedAt = (happening: Happening) => sentAt(happening) + happening.daysLater * day + hour;

export function messageOf(happening: Happening, index: number, channel: Channel) {
  const { kind, to } = happening;
  const common = { to, sentAt: sentAt(happening), at: happenedAt(happening), mailId: `mail-${index}`, channel };
  if (kind === 'complaint') return complaint(common);
  if (kind === 'soft') return bounce({ ...common, type: 'Transient', subType: 'MailboxFull' });
  if (kind === 'blocked') return bounce({ ...common, status: '5.7.1' });
  return bounce({ ...common, subType: kind === 'hard' ? 'NoEmail' : 'OnAccountSuppressionList' });
}

const metricOf = {
  hard: 'hard',
  soft: 'soft',
  blocked: 'hard',
  complaint: 'complaints',
  prevented: 'prevented',
} as const;

/** What should be so, worked out from what happened and what arrived. */
export class Model {
  /** Some have happened already, and their feedback is under way. */
  now = noon + 12 * day;
  /** By mail: the channels that told of it in time to be counted. Never forgotten. */
  readonly counted = new Map<number, Set<Channel>>();
  /** By address: the mails whose feedback is held, and whether it still says something of the address. */
  readonly held = new Map<string, Map<number, { speaks: boolean }>>();
  readonly releasedAt = new Map<string, number>();
  /** By address: until when it is suppressed by hand. */
  readonly byHand = new Map<string, number>();
  readonly happenings: readonly Happening[];

  constructor(all: readonly Happening[]) {
    this.happenings = all;
  }

  arrive(index: number, channel: Channel): void {
    const happening = this.happenings[index] as Happening;
    this.forget(happening.to);
    const isInTime = sentAt(happening) > this.now - 30 * day;
    const channels = this.counted.get(index) ?? new Set();
    this.counted.set(index, isInTime ? channels.add(channel) : channels);
    const held = this.held.get(happening.to) ?? new Map();
    const isNews = happenedAt(happening) > (this.releasedAt.get(happening.to) ?? 0);
    const isKnown = held.has(index);
    if (!isKnown) held.set(index, { speaks: isNews && (isInTime || happening.kind !== 'soft') });
    this.held.set(happening.to, held);
    // What has ended before it is heard of leaves nothing.
    if (!isKnown && this.isOver(happening.to)) held.delete(index);
    if (held.size === 0) this.held.delete(happening.to);
  }

  release(address: string): void {
    this.forget(address);
    const held = this.held.get(address);
    if (held === undefined && !this.byHand.has(address) && !this.releasedAt.has(address)) return;
    this.releasedAt.set(address, this.now);
    this.byHand.delete(address);
    for (const index of held?.keys() ?? []) held?.set(index, { speaks: false });
  }

  suppress(address: string, until = Number.POSITIVE_INFINITY): void {
    this.forget(address);
    this.byHand.set(address, until);
  }

  isSuppressed(address: string): boolean {
    return this.end(address) > this.now;
  }

  /** Until when the address is suppressed: 0 for not at all, infinity for good. */
  private end(address: string): number {
    const times = (kind: Kind) => this.speaking(address, kind).map(happenedAt);
    const byHand = this.byHand.get(address) ?? 0;
    if (times('hard').length + times('complaint').length > 0) return Number.POSITIVE_INFINITY;
    const blocked = times('blocked').map((at) => at + 3 * day);
    const soft = times('soft').flatMap((at) => (completesStreak(at, times('soft')) ? at + 5 * day : []));
    // SES's list speaks where nothing of ours explains it, or once that has ended. Soft bounces put nobody on it.
    const isListed = Math.max(0, ...times('prevented')) > Math.max(0, ...blocked);
    return isListed ? Number.POSITIVE_INFINITY : Math.max(byHand, ...blocked, ...soft);
  }

  /** What says nothing any more may be forgotten, but for the counts and for what an operator said. */
  private forget(address: string): void {
    if (!this.isOver(address)) return;
    this.held.delete(address);
    this.byHand.delete(address);
  }

  private isOver(address: string): boolean {
    const mails = [...(this.held.get(address)?.keys() ?? [])].map((index) =>
      sentAt(this.happenings[index] as Happening),
    );
    const strikes = this.speaking(address, 'soft').map(happenedAt);
    const byHand = this.byHand.get(address) ?? Number.NEGATIVE_INFINITY;
    const needed = [
      this.end(address),
      byHand + 31 * day,
      ...mails.map((at) => at + 31 * day),
      ...strikes.map((at) => at + 61 * day),
    ];
    return !this.releasedAt.has(address) && Math.max(...needed) <= this.now;
  }

  private speaking(address: string, kind: Kind): Happening[] {
    return [...(this.held.get(address) ?? [])].flatMap(([index, { speaks }]) => {
      const happening = this.happenings[index] as Happening;
      return speaks && happening.kind === kind ? happening : [];
    });
  }

  count(metric: string, scope: 'account' | 'configuration-set'): number {
    return [...this.counted].filter(([index, channels]) => {
      const isCounted = scope === 'account' ? channels.size > 0 : channels.has('configuration-set');
      return isCounted && metricOf[(this.happenings[index] as Happening).kind] === metric;
    }).length;
  }
}

function completesStreak(at: number, all: readonly number[]): boolean {
  const date = (time: number) => Math.floor(time / day);
  const window = all.filter((other) => other <= at && date(other) > date(at) - 10);
  return window.length >= 3 && new Set(window.map(date)).size >= 2;
}
