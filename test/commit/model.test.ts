import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import fc from 'fast-check';
import { type AddressKey, parseAddress } from '../../shared/feedback/address.ts';
import { readPolicy } from '../../shared/feedback/policy.ts';
import { releaseAddress } from '../../shared/release-address.ts';
import { createSuppressionList } from '../../shared/suppression-list/create-suppression-list.ts';
import { StoreFault, type SuppressionStore } from '../../shared/suppression-store.ts';
import { bounce, complaint, day, hour, noon } from '../support/ses.ts';
import { createSystem, type System, useSystem } from '../support/system.ts';

/**
 * Random histories of deliveries, duplicates, crashes, throttling, releases, expiry and redrives, against a model that knows
 * none of the mechanisms: it is told which mails bounced, and counts on its fingers.
 */
useSystem();

const policy = readPolicy({ soft: { strikes: 3, onDays: 2, withinDays: 10, suppressDays: 5 }, policyBlockDays: 3 });
const addresses = ['ann@example.net', 'bob@example.net'];

type Channel = 'identity' | 'configuration-set';
type Kind = 'hard' | 'soft' | 'blocked' | 'complaint' | 'prevented';
/** What happens to one mail, and when: days after the beginning of the history. */
type Happening = { readonly kind: Kind; readonly to: string; readonly sentOn: number; readonly daysLater: number };

const happenings: fc.Arbitrary<Happening[]> = fc.array(
  fc.record({
    kind: fc.constantFrom<Kind>('hard', 'soft', 'soft', 'soft', 'blocked', 'complaint', 'prevented'),
    to: fc.constantFrom(...addresses),
    sentOn: fc.integer({ min: 0, max: 25 }),
    daysLater: fc.integer({ min: 0, max: 3 }),
  }),
  { minLength: 3, maxLength: 8 },
);

const sentAt = ({ sentOn }: Happening) => noon + sentOn * day;
const happenedAt = (happening: Happening) => sentAt(happening) + happening.daysLater * day + hour;

function messageOf(happening: Happening, index: number, channel: Channel) {
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

class Model {
  /** Some have happened already, and their feedback is under way. */
  now = noon + 12 * day;
  /** By mail: the channels that told of it in time to be counted. Never forgotten. */
  readonly counted = new Map<number, Set<Channel>>();
  /** By address: the mails whose feedback is held, and whether it still says something of the address. */
  readonly held = new Map<string, Map<number, { speaks: boolean }>>();
  readonly releasedAt = new Map<string, number>();
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
    if (!held.has(index)) held.set(index, { speaks: isNews && (isInTime || happening.kind !== 'soft') });
    this.held.set(happening.to, held);
  }

  release(address: string): void {
    this.forget(address);
    const held = this.held.get(address);
    if (held === undefined) return;
    this.releasedAt.set(address, this.now);
    for (const index of held.keys()) held.set(index, { speaks: false });
  }

  isSuppressed(address: string): boolean {
    return this.end(address) > this.now;
  }

  /** Until when the address is suppressed: 0 for not at all, infinity for good. */
  private end(address: string): number {
    const times = (kind: Kind) => this.speaking(address, kind).map(happenedAt);
    if (times('hard').length + times('complaint').length > 0) return Number.POSITIVE_INFINITY;
    const blocked = times('blocked').map((at) => at + 3 * day);
    const soft = times('soft').flatMap((at) => (completesStreak(at, times('soft')) ? at + 5 * day : []));
    const end = Math.max(0, ...blocked, ...soft);
    // SES's list speaks where we know no cause of our own, or once ours have all ended.
    return Math.max(0, ...times('prevented')) > end ? Number.POSITIVE_INFINITY : end;
  }

  /** What says nothing any more may be forgotten, but for the counts and for what an operator said. */
  private forget(address: string): void {
    const mails = [...(this.held.get(address)?.keys() ?? [])].map((index) =>
      sentAt(this.happenings[index] as Happening),
    );
    const strikes = this.speaking(address, 'soft').map(happenedAt);
    const needed = [this.end(address), ...mails.map((at) => at + 31 * day), ...strikes.map((at) => at + 60 * day)];
    if (!this.releasedAt.has(address) && Math.max(...needed) <= this.now) this.held.delete(address);
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
  const window = all.filter((other) => other <= at && other > at - 10 * day);
  return window.length >= 3 && new Set(window.map((other) => Math.floor(other / day))).size >= 2;
}

type Command = fc.AsyncCommand<Model, System>;

/** Some messages at once, some of them twice, perhaps dying, perhaps on a table that is busy; then again, as a queue would. */
class Deliver implements Command {
  readonly picks: readonly { index: number; channel: Channel }[];
  readonly trouble: { readonly call: number; readonly kind: 'none' | 'die before' | 'die after' | 'busy' };

  constructor(picks: Deliver['picks'], trouble: Deliver['trouble']) {
    this.picks = picks;
    this.trouble = trouble;
  }

  check = () => true;

  async run(model: Model, world: System): Promise<void> {
    // Feedback cannot arrive before it happens.
    const possible = this.picks.filter(
      ({ index }) => happenedAt(model.happenings[index % model.happenings.length] as Happening) <= model.now,
    );
    const chosen = possible.map(({ index, channel }) => ({ index: index % model.happenings.length, channel }));
    const bodies = chosen.map(({ index, channel }) => messageOf(model.happenings[index] as Happening, index, channel));
    await world.deliver(bodies, { policy, store: troubled(world.store, this.trouble) });
    const { failed } = await world.deliver(bodies, { policy });
    expect(failed).toEqual([]);
    for (const { index, channel } of chosen) model.arrive(index, channel);
    await assertAgrees(model, world);
  }

  toString = () =>
    `deliver(${this.picks.map(({ index, channel }) => `${index} ${channel}`).join(', ')}; ${this.trouble.kind} at ${this.trouble.call})`;
}

class Release implements Command {
  readonly address: string;

  constructor(address: string) {
    this.address = address;
  }

  check = () => true;

  async run(model: Model, world: System): Promise<void> {
    const key = parseAddress(this.address)?.key as AddressKey;
    await releaseAddress({ store: world.store, clock: () => model.now }, key, { by: 'op', why: 'test' });
    model.release(this.address);
    await assertAgrees(model, world);
  }

  toString = () => `release(${this.address})`;
}

/** Time passes; DynamoDB's TTL may or may not come round. */
class Wait implements Command {
  readonly hours: number;
  readonly sweeps: boolean;

  constructor(hours: number, sweeps: boolean) {
    this.hours = hours;
    this.sweeps = sweeps;
  }

  check = () => true;

  async run(model: Model, world: System): Promise<void> {
    model.now += this.hours * hour;
    world.now = model.now;
    if (this.sweeps) {
      const { Items = [] } = await world.client.send(new ScanCommand({ TableName: world.tables.suppressionsTable }));
      const expired = Items.filter(({ expiresAt }) => expiresAt !== undefined && expiresAt * 1000 <= world.now);
      for (const { address, list } of expired) await world.deleteItem(address, list);
    }
    await assertAgrees(model, world);
  }

  toString = () => `wait(${this.hours} h${this.sweeps ? ', sweep' : ''})`;
}

function troubled(store: SuppressionStore, { call: troubledCall, kind }: Deliver['trouble']): SuppressionStore {
  let calls = 0;
  let isDead = false;
  const guard =
    <Arguments extends unknown[], Answer>(call: (...args: Arguments) => Promise<Answer>) =>
    async (...args: Arguments): Promise<Answer> => {
      if (isDead) throw new Error('dead');
      const isNow = calls++ === troubledCall;
      if (isNow && kind === 'busy') throw new StoreFault('busy', { isTransient: true });
      if (isNow && kind === 'die before') isDead = true;
      if (isDead) throw new Error('dead');
      const answer = await call(...args);
      if (isNow && kind === 'die after') isDead = true;
      if (isDead) throw new Error('dead');
      return answer;
    };
  return { ...store, read: guard(store.read), write: guard(store.write) };
}

async function assertAgrees(model: Model, world: System): Promise<void> {
  const list = createSuppressionList({ tableName: world.tables.suppressionsTable, clock: () => world.now });
  const { counts } = await world.snapshot();
  const metrics = ['hard', 'soft', 'complaints', 'prevented'];
  const seen = {
    suppressed: await Promise.all(addresses.map(list.isSuppressed)),
    account: metrics.map((metric) => counts.get('account')?.get(metric) ?? 0),
    configurationSet: metrics.map((metric) => counts.get('configuration-set:news')?.get(metric) ?? 0),
  };
  expect(seen).toEqual({
    suppressed: addresses.map((address) => model.isSuppressed(address)),
    account: metrics.map((metric) => model.count(metric, 'account')),
    configurationSet: metrics.map((metric) => model.count(metric, 'configuration-set')),
  });
}

/** Hours, days, and now and then more than a month: everything is forgotten by then but what must not be. */
const waits = fc.oneof(
  { weight: 2, arbitrary: fc.integer({ min: 1, max: 48 }) },
  { weight: 3, arbitrary: fc.integer({ min: 24, max: 24 * 9 }) },
  { weight: 1, arbitrary: fc.integer({ min: 24 * 29, max: 24 * 62 }) },
);

/** All there is, once more, as out of a dead-letter queue. */
const redrive = (channel: Channel) =>
  new Deliver(
    [0, 1, 2, 3, 4, 5, 6, 7].map((index) => ({ index, channel })),
    { call: 0, kind: 'none' },
  );

const commands = fc.commands(
  [
    fc
      .tuple(
        fc.array(
          fc.record({
            index: fc.nat(7),
            channel: fc.constantFrom<Channel>('identity', 'configuration-set'),
          }),
          { minLength: 1, maxLength: 6 },
        ),
        fc.record({
          call: fc.nat(3),
          kind: fc.constantFrom<Deliver['trouble']['kind']>('none', 'die before', 'die after', 'busy'),
        }),
      )
      .map(([picks, trouble]) => new Deliver(picks, trouble)),
    fc.constantFrom(...addresses).map((address) => new Release(address)),
    fc.tuple(waits, fc.boolean()).map(([hours, sweeps]) => new Wait(hours, sweeps)),
    fc.constantFrom<Channel>('identity', 'configuration-set').map(redrive),
  ],
  { maxCommands: 25, size: 'max' },
);

test('any history of deliveries, crashes, releases and expiry leaves the addresses and counts a simple model says', async () => {
  await fc.assert(
    fc.asyncProperty(happenings, commands, async (all, history) => {
      const world = await createSystem();
      const model = new Model(all);
      world.now = model.now;
      await fc.asyncModelRun(() => ({ model, real: world }), history);
    }),
    { numRuns: Number(process.env.MODEL_RUNS ?? 40), endOnFailure: false },
  );
}, 120_000);
