import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import fc from 'fast-check';
import { type Address, type AddressKey, parseAddress } from '../../shared/domain/address.ts';
import { releaseAddress } from '../../shared/operator/release-address.ts';
import { suppressAddress } from '../../shared/operator/suppress-address.ts';
import { createSuppressionList } from '../../shared/suppression-list/create-suppression-list.ts';
import { mortalStore, type Trouble } from '../support/crashing-store.ts';
import {
  addresses,
  type Channel,
  type Happening,
  happenedAt,
  happenings,
  Model,
  messageOf,
  policy,
} from '../support/feedback-model.ts';
import { runs } from '../support/runs.ts';
import { hour } from '../support/ses.ts';
import { createSystem, type System, useSystem } from '../support/system.ts';

/**
 * Random histories of deliveries, duplicates, crashes, throttling, operators' words, expiry and redrives, against a model that knows
 * none of the mechanisms: it is told which mails bounced, and counts on its fingers.
 */
useSystem();

type Command = fc.AsyncCommand<Model, System>;

/** Some messages at once, some of them twice, perhaps dying, perhaps on a table that is busy; then again, as a queue would. */
class Deliver implements Command {
  readonly picks: readonly { index: number; channel: Channel }[];
  readonly trouble: Trouble;

  constructor(picks: Deliver['picks'], trouble: Trouble) {
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
    await world.deliver(bodies, { policy, store: mortalStore(world.store, this.trouble).store });
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
    const { store } = world;
    await releaseAddress({ store, policy, clock: () => model.now }, key, { by: 'op', note: 'test' });
    model.release(this.address);
    await assertAgrees(model, world);
  }

  toString = () => `release(${this.address})`;
}

/** By hand: for so many hours, or for good. */
class Suppress implements Command {
  readonly address: string;
  readonly hours: number | undefined;

  constructor(address: string, hours: number | undefined) {
    this.address = address;
    this.hours = hours;
  }

  check = () => true;

  async run(model: Model, world: System): Promise<void> {
    const { store } = world;
    const until = this.hours === undefined ? {} : { until: model.now + this.hours * hour };
    const note = { by: 'op', note: 'test', ...until };
    await suppressAddress({ store, policy, clock: () => model.now }, parseAddress(this.address) as Address, note);
    model.suppress(this.address, until.until);
    await assertAgrees(model, world);
  }

  toString = () => `suppress(${this.address}, ${this.hours === undefined ? 'for good' : `${this.hours} h`})`;
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

async function assertAgrees(model: Model, world: System): Promise<void> {
  const list = createSuppressionList({ tableName: world.tables.suppressionsTable, clock: () => world.now });
  const { counts } = await world.snapshot();
  const metrics = ['hard', 'soft', 'complaints', 'prevented'];
  const seen = {
    suppressed: await Promise.all(addresses.map((address) => list.isSuppressed(address))),
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
          kind: fc.constantFrom<Trouble['kind']>('none', 'die before', 'die after', 'busy'),
        }),
      )
      .map(([picks, trouble]) => new Deliver(picks, trouble)),
    fc.constantFrom(...addresses).map((address) => new Release(address)),
    fc
      .tuple(fc.constantFrom(...addresses), fc.option(fc.integer({ min: 1, max: 24 * 12 }), { nil: undefined }))
      .map(([address, hours]) => new Suppress(address, hours)),
    fc.tuple(waits, fc.boolean()).map(([hours, sweeps]) => new Wait(hours, sweeps)),
    fc.constantFrom<Channel>('identity', 'configuration-set').map(redrive),
  ],
  { maxCommands: 25, size: 'max' },
);

test("any history of deliveries, crashes, operators' words and expiry leaves the addresses and counts a simple model says", async () => {
  await fc.assert(
    fc.asyncProperty(happenings, commands, async (all, history) => {
      const world = await createSystem();
      const model = new Model(all);
      world.now = model.now;
      await fc.asyncModelRun(() => ({ model, real: world }), history);
    }),
    { numRuns: runs(40), endOnFailure: false },
  );
}, 120_000);
