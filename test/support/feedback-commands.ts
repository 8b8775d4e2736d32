import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import type fc from 'fast-check';
import { type Address, type AddressKey, parseAddress } from '../../shared/domain/address.ts';
import { defined } from '../../shared/domain/defined.ts';
import { reasons } from '../../shared/domain/feedback/recipient-event.ts';
import { policyOfList } from '../../shared/domain/suppression/list-policy.ts';
import { releaseAddress } from '../../shared/operator/release-address.ts';
import { isSelected, selectRecords } from '../../shared/operator/select-records.ts';
import { suppressAddress } from '../../shared/operator/suppress-address.ts';
import { createSuppressionList } from '../../shared/suppression-list/create-suppression-list.ts';
import { type Crash, createCrashingStore } from './crashing-store.ts';
import {
  type Arrival,
  addresses,
  type Entry,
  entries,
  idOf,
  type Model,
  messageOf,
  type Outcome,
  occurredAt,
} from './feedback-model.ts';
import { delivery, hour } from './ses.ts';
import type { System } from './system.ts';

type Command = fc.AsyncCommand<Model, System>;

const attribution = { by: 'op', note: 'test' };
const keyOf = (address: string) => parseAddress(address)?.key as AddressKey;

/** Returns the messages that can have arrived: feedback cannot arrive before it occurs. */
function possibleArrivals({ outcomes, now }: Model, picks: readonly Arrival[]): Arrival[] {
  return picks.flatMap((pick) => {
    const index = pick.index % outcomes.length;
    return occurredAt(outcomes[index] as Outcome) <= now ? { ...pick, index } : [];
  });
}

const messagesOf = ({ outcomes }: Model, arrivals: readonly Arrival[]) =>
  arrivals.map((arrival) => messageOf(outcomes[arrival.index] as Outcome, arrival));

const describeArrivals = (picks: readonly Arrival[]) =>
  picks.map(({ index, channel, message, names }) => `${message} ${index} ${channel} ${names}`).join(', ');

/**
 * Delivers some messages in one batch, perhaps with duplicates, a crash or a throttled table; then the same batch
 * again, as a queue does.
 */
export class Deliver implements Command {
  readonly picks: readonly Arrival[];
  readonly crash: Crash;

  constructor(picks: readonly Arrival[], crash: Crash = { call: 0, kind: 'none' }) {
    this.picks = picks;
    this.crash = crash;
  }

  check = () => true;

  async run(model: Model, system: System): Promise<void> {
    const { policy } = model;
    const arrivals = possibleArrivals(model, this.picks);
    const bodies = messagesOf(model, arrivals);
    await system.deliver(bodies, { policy, store: createCrashingStore(system.store, this.crash).store });
    const { failed } = await system.deliver(bodies, { policy });
    expect(failed).toEqual([]);
    for (const arrival of arrivals) model.arrive(arrival);
    await assertAgrees(model, system);
  }

  toString = () => `deliver(${describeArrivals(this.picks)}; ${this.crash.kind} at ${this.crash.call})`;
}

/** A Delivery event: the receiving server has just accepted an email. */
export class Accept implements Command {
  readonly address: string;

  constructor(address: string) {
    this.address = address;
  }

  check = () => true;

  async run(model: Model, system: System): Promise<void> {
    const { policy, now } = model;
    const event = delivery({ to: this.address, sentAt: now, at: now, mailId: `accepted-${now}` });
    expect((await system.deliver([event], { policy })).failed).toEqual([]);
    model.deliver(this.address);
    await assertAgrees(model, system);
  }

  toString = () => `accept(${this.address})`;
}

/** Returns what an operator works with on the list of an entry. */
function onListOf({ tenant }: Entry, { policy, now }: Model, { store }: System) {
  const list = tenant === undefined ? 'account' : `tenant:${tenant}`;
  return { store: store.ofList(list), policy: policyOfList(policy, list), clock: () => now };
}

export class Release implements Command {
  readonly entry: Entry;

  constructor(entry: Entry) {
    this.entry = entry;
  }

  check = () => true;

  async run(model: Model, system: System): Promise<void> {
    await releaseAddress(onListOf(this.entry, model, system), keyOf(this.entry.address), attribution);
    model.release(idOf(this.entry));
    await assertAgrees(model, system);
  }

  toString = () => `release(${idOf(this.entry)})`;
}

/**
 * Two operators release every suppressed address while messages arrive. What was suppressed before must be released. An address that the
 * messages suppress meanwhile may have been selected or not.
 */
export class RaceReleases implements Command {
  readonly picks: readonly Arrival[];

  constructor(picks: readonly Arrival[]) {
    this.picks = picks;
  }

  check = () => true;

  async run(model: Model, system: System): Promise<void> {
    const { policy, now } = model;
    const wereSuppressed = addresses.filter((address) => model.isSuppressed(address));
    const arrivals = possibleArrivals(model, this.picks);
    const [{ failed }] = await Promise.all([
      system.deliver(messagesOf(model, arrivals), { policy }),
      releaseAll(model, system),
      releaseAll(model, system),
    ]);
    expect(failed).toEqual([]);
    for (const arrival of arrivals) model.arrive(arrival);
    for (const address of addresses) {
      const stored = (await system.store.read([{ address: keyOf(address), eventIds: [] }])).get(keyOf(address));
      const isReleased = stored !== undefined && 'record' in stored && stored.record.released?.at === now;
      if (wereSuppressed.includes(address)) expect([address, isReleased]).toEqual([address, true]);
      if (isReleased) model.release(address);
    }
    await assertAgrees(model, system);
  }

  toString = () => `race(${describeArrivals(this.picks)})`;
}

async function releaseAll({ policy, now }: Model, system: System): Promise<void> {
  const selection = { reasons };
  const selected = await selectRecords(system.records(), selection, now);
  const options = { isSelected: (record: Parameters<typeof isSelected>[0]) => isSelected(record, selection, now) };
  for (const { address } of selected.records)
    await releaseAddress({ ...system, policy, clock: () => now }, address, attribution, options);
}

/** Suppresses an address manually, for some hours or permanently. */
export class Suppress implements Command {
  readonly entry: Entry;
  readonly hours: number | undefined;

  constructor(entry: Entry, hours: number | undefined) {
    this.entry = entry;
    this.hours = hours;
  }

  check = () => true;

  async run(model: Model, system: System): Promise<void> {
    const until = this.hours === undefined ? {} : { until: model.now + this.hours * hour };
    const dependencies = onListOf(this.entry, model, system);
    await suppressAddress(dependencies, parseAddress(this.entry.address) as Address, { ...attribution, ...until });
    model.suppress(idOf(this.entry), until.until);
    await assertAgrees(model, system);
  }

  toString = () => `suppress(${idOf(this.entry)}, ${this.hours === undefined ? 'permanently' : `${this.hours} h`})`;
}

/** Lets time pass. DynamoDB may or may not delete expired items meanwhile. */
export class Wait implements Command {
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
  await system.subscriber?.receive();
  const actual = {
    published: entries.map(({ address, tenant }) =>
      system.subscriber?.isSuppressed(address, tenant && `tenant:${tenant}`),
    ),
    suppressed: await Promise.all(
      entries.map(({ address, tenant }) => list.isSuppressed(address, defined({ tenant }))),
    ),
    account: metrics.map((metric) => counts.get('account')?.get(metric) ?? 0),
    configurationSet: metrics.map((metric) => counts.get('configuration-set:news')?.get(metric) ?? 0),
  };
  const suppressed = entries.map((entry) => model.isSuppressed(idOf(entry)));
  expect(actual).toEqual({
    published: system.subscriber ? suppressed : entries.map(() => undefined),
    // What the account's list suppresses, no tenant may send to.
    suppressed: entries.map(({ address }, i) => suppressed[i] || model.isSuppressed(address)),
    account: metrics.map((metric) => model.count(metric, 'account')),
    configurationSet: metrics.map((metric) => model.count(metric, 'configuration-set')),
  });
}
