import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import fc from 'fast-check';
import { type Address, type AddressKey, parseAddress } from '../../shared/domain/address.ts';
import { releaseAddress } from '../../shared/operator/release-address.ts';
import { suppressAddress } from '../../shared/operator/suppress-address.ts';
import { createSuppressionList } from '../../shared/suppression-list/create-suppression-list.ts';
import { type Crash, createCrashingStore } from '../support/crashing-store.ts';
import {
  addresses,
  type Channel,
  type MessageKind,
  Model,
  messageOf,
  type Outcome,
  occurredAt,
  outcomes,
  policy,
} from '../support/feedback-model.ts';
import { runs } from '../support/runs.ts';
import { hour } from '../support/ses.ts';
import { createSystem, type System, useSystem } from '../support/system.ts';

/**
 * Compares random histories of deliveries, duplicates, crashes, throttling, manual changes, expiry and redrives with a
 * model that has none of the mechanisms of the code. It knows which emails bounced and which messages arrived.
 */
useSystem();

type Command = fc.AsyncCommand<Model, System>;

/**
 * Delivers some messages in one batch, perhaps with duplicates, a crash or a throttled table; then the same batch
 * again, as a queue does.
 */
class Deliver implements Command {
  readonly picks: readonly { index: number; channel: Channel; message: MessageKind }[];
  readonly crash: Crash;

  constructor(picks: Deliver['picks'], crash: Crash) {
    this.picks = picks;
    this.crash = crash;
  }

  check = () => true;

  async run(model: Model, system: System): Promise<void> {
    // Feedback cannot arrive before it occurs.
    const possible = this.picks.filter(
      ({ index }) => occurredAt(model.outcomes[index % model.outcomes.length] as Outcome) <= model.now,
    );
    const chosen = possible.map((pick) => ({ ...pick, index: pick.index % model.outcomes.length }));
    const bodies = chosen.map(({ index, channel, message }) =>
      messageOf(model.outcomes[index] as Outcome, index, channel, message),
    );
    await system.deliver(bodies, { policy, store: createCrashingStore(system.store, this.crash).store });
    const { failed } = await system.deliver(bodies, { policy });
    expect(failed).toEqual([]);
    for (const { index, channel, message } of chosen) model.arrive(index, channel, message);
    await assertAgrees(model, system);
  }

  toString = () =>
    `deliver(${this.picks.map(({ index, channel, message }) => `${message} ${index} ${channel}`).join(', ')}; ${this.crash.kind} at ${this.crash.call})`;
}

class Release implements Command {
  readonly address: string;

  constructor(address: string) {
    this.address = address;
  }

  check = () => true;

  async run(model: Model, system: System): Promise<void> {
    const key = parseAddress(this.address)?.key as AddressKey;
    const { store } = system;
    await releaseAddress({ store, policy, clock: () => model.now }, key, { by: 'op', note: 'test' });
    model.release(this.address);
    await assertAgrees(model, system);
  }

  toString = () => `release(${this.address})`;
}

/** Suppresses an address manually, for some hours or permanently. */
class Suppress implements Command {
  readonly address: string;
  readonly hours: number | undefined;

  constructor(address: string, hours: number | undefined) {
    this.address = address;
    this.hours = hours;
  }

  check = () => true;

  async run(model: Model, system: System): Promise<void> {
    const { store } = system;
    const until = this.hours === undefined ? {} : { until: model.now + this.hours * hour };
    const note = { by: 'op', note: 'test', ...until };
    await suppressAddress({ store, policy, clock: () => model.now }, parseAddress(this.address) as Address, note);
    model.suppress(this.address, until.until);
    await assertAgrees(model, system);
  }

  toString = () => `suppress(${this.address}, ${this.hours === undefined ? 'permanently' : `${this.hours} h`})`;
}

/** Lets time pass. DynamoDB may or may not delete expired items meanwhile. */
class Wait implements Command {
  readonly hours: number;
  readonly sweeps: boolean;

  constructor(hours: number, sweeps: boolean) {
    this.hours = hours;
    this.sweeps = sweeps;
  }

  check = () => true;

  async run(model: Model, system: System): Promise<void> {
    model.now += this.hours * hour;
    system.now = model.now;
    if (this.sweeps) {
      const { Items = [] } = await system.client.send(new ScanCommand({ TableName: system.tables.suppressionsTable }));
      const expired = Items.filter(({ expiresAt }) => expiresAt !== undefined && expiresAt * 1000 <= system.now);
      for (const { address, list } of expired) await system.deleteItem(address, list);
    }
    await assertAgrees(model, system);
  }

  toString = () => `wait(${this.hours} h${this.sweeps ? ', sweep' : ''})`;
}

async function assertAgrees(model: Model, system: System): Promise<void> {
  const list = createSuppressionList({ tableName: system.tables.suppressionsTable, clock: () => system.now });
  const { counts } = await system.snapshot();
  const metrics = ['hard', 'soft', 'complaints', 'prevented'];
  const actual = {
    suppressed: await Promise.all(addresses.map((address) => list.isSuppressed(address))),
    account: metrics.map((metric) => counts.get('account')?.get(metric) ?? 0),
    configurationSet: metrics.map((metric) => counts.get('configuration-set:news')?.get(metric) ?? 0),
  };
  expect(actual).toEqual({
    suppressed: addresses.map((address) => model.isSuppressed(address)),
    account: metrics.map((metric) => model.count(metric, 'account')),
    configurationSet: metrics.map((metric) => model.count(metric, 'configuration-set')),
  });
}

/** Hours, days, and sometimes more than a month, after which everything expires that can expire. */
const waits = fc.oneof(
  { weight: 2, arbitrary: fc.integer({ min: 1, max: 48 }) },
  { weight: 3, arbitrary: fc.integer({ min: 24, max: 24 * 9 }) },
  { weight: 1, arbitrary: fc.integer({ min: 24 * 29, max: 24 * 62 }) },
);

/** Delivers every message again, as a redrive of a dead-letter queue does. */
const redrive = (channel: Channel) =>
  new Deliver(
    [0, 1, 2, 3, 4, 5, 6, 7].flatMap((index) =>
      (['feedback', 'reply'] as const).map((message) => ({ index, channel, message })),
    ),
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
            message: fc.constantFrom<MessageKind>('feedback', 'feedback', 'reply'),
          }),
          { minLength: 1, maxLength: 6 },
        ),
        fc.record({
          call: fc.nat(3),
          kind: fc.constantFrom<Crash['kind']>('none', 'crash before', 'crash after', 'busy'),
        }),
      )
      .map(([picks, crash]) => new Deliver(picks, crash)),
    fc.constantFrom(...addresses).map((address) => new Release(address)),
    fc
      .tuple(fc.constantFrom(...addresses), fc.option(fc.integer({ min: 1, max: 24 * 12 }), { nil: undefined }))
      .map(([address, hours]) => new Suppress(address, hours)),
    fc.tuple(waits, fc.boolean()).map(([hours, sweeps]) => new Wait(hours, sweeps)),
    fc.constantFrom<Channel>('identity', 'configuration-set').map(redrive),
  ],
  { maxCommands: 25, size: 'max' },
);

test('any history of deliveries, crashes, manual changes and expiry results in the suppressions and counts of the model', async () => {
  await fc.assert(
    fc.asyncProperty(outcomes, commands, async (all, history) => {
      const system = await createSystem();
      const model = new Model(all);
      system.now = model.now;
      await fc.asyncModelRun(() => ({ model, real: system }), history);
    }),
    { numRuns: runs(40), endOnFailure: false },
  );
}, 120_000);
