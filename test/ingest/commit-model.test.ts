import fc from 'fast-check';
import { createDynamoDBClient } from '../../shared/aws/dynamodb/client.ts';
import { defined } from '../../shared/domain/defined.ts';
import type { Policy } from '../../shared/domain/policy/policy.ts';
import type { Crash } from '../support/crashing-store.ts';
import { Accept, Deliver, RaceReleases, Release, Suppress, Wait } from '../support/feedback-commands.ts';
import {
  type Arrival,
  addresses,
  type Channel,
  deliveryPolicy,
  entries,
  type MessageKind,
  Model,
  type Outcome,
  outcomes,
  policy,
  tenantPolicy,
  tenants,
} from '../support/feedback-model.ts';
import { runs } from '../support/runs.ts';
import { createSystem, type System, useSystem } from '../support/system.ts';

/**
 * Compares random histories of deliveries, duplicates, crashes, throttling, manual changes, races, expiry and redrives with a
 * model that has none of the mechanisms of the code. It knows which emails bounced and which messages arrived. An application that
 * receives the changes of status must come to the same result.
 */
useSystem();

/** Hours, days, and sometimes more than a month, after which everything expires that can expire. */
const waits = fc.oneof(
  { weight: 2, arbitrary: fc.integer({ min: 1, max: 48 }) },
  { weight: 3, arbitrary: fc.integer({ min: 24, max: 24 * 9 }) },
  { weight: 1, arbitrary: fc.integer({ min: 24 * 29, max: 24 * 62 }) },
);
const channels = fc.constantFrom<Channel>('identity', 'configuration-set');
const arrival = fc.record({
  index: fc.nat(7),
  channel: channels,
  message: fc.constantFrom<MessageKind>('feedback', 'feedback', 'reply'),
  names: fc.constantFrom<Arrival['names']>('all', 'first', 'last'),
});
const arrivals = fc.array(arrival, { minLength: 1, maxLength: 6 });
const crashes = fc.record({
  call: fc.nat(3),
  kind: fc.constantFrom<Crash['kind']>('none', 'crash before', 'crash after', 'busy'),
});
const anAddress = fc.constantFrom(...addresses);

/** Delivers every message again, as a redrive of a dead-letter queue does. */
const redrive = (channel: Channel) =>
  new Deliver(
    [0, 1, 2, 3, 4, 5, 6, 7].flatMap((index) =>
      (['feedback', 'reply'] as const).map((message) => ({ index, channel, message, names: 'all' as const })),
    ),
  );

const deliver = fc.tuple(arrivals, crashes).map(([picks, crash]) => new Deliver(picks, crash));
const race = arrivals.map((picks) => new RaceReleases(picks));
const release = anAddress.map((address) => new Release({ address }));
const anEntry = fc.constantFrom(...entries);
const accept = anAddress.map((address) => new Accept(address));
const durations = fc.option(fc.integer({ min: 1, max: 24 * 12 }), { nil: undefined });
const manual = fc.tuple(anAddress, durations).map(([address, hours]) => new Suppress({ address }, hours));
const commands = fc.commands(
  [
    deliver,
    race,
    release,
    manual,
    fc.tuple(waits, fc.boolean()).map(([hours, sweeps]) => new Wait(hours, sweeps)),
    channels.map(redrive),
  ],
  { maxCommands: 25, size: 'max' },
);

/** Most emails are sent by a tenant, whose bounces must not reach the lists of the others. */
const tenantOutcomes = fc
  .tuple(outcomes, fc.infiniteStream(fc.constantFrom(undefined, ...tenants, ...tenants)))
  .map(([all, senders]) =>
    all.map((outcome): Outcome => ({ ...outcome, ...defined({ tenant: senders.next().value }) })),
  );
const tenantCommands = fc.commands(
  [
    deliver,
    anEntry.map((entry) => new Release(entry)),
    fc.tuple(anEntry, durations).map(([entry, hours]) => new Suppress(entry, hours)),
    fc.tuple(waits, fc.boolean()).map(([hours, sweeps]) => new Wait(hours, sweeps)),
    channels.map(redrive),
  ],
  { maxCommands: 25, size: 'max' },
);

/** Soft bounces that are processed soon after they happen, and deliveries in between. */
const softOutcomes = outcomes.map((all) =>
  all.map(
    (outcome): Outcome => ({
      ...outcome,
      kind: outcome.kind === 'complaint' ? 'complaint' : 'soft',
      daysLater: 0,
      sentOn: 12 + (outcome.sentOn % 2),
    }),
  ),
);
const deliveryCommands = fc.commands(
  [
    deliver,
    fc.array(arrival, { minLength: 1, maxLength: 2 }).map((picks) => new Deliver(picks)),
    race,
    accept,
    accept,
    fc.integer({ min: 1, max: 18 }).map((hours) => new Wait(hours, false)),
  ],
  { maxCommands: 25, size: 'max' },
);

async function runHistory(model: Model, history: Iterable<fc.AsyncCommand<Model, System>>) {
  const system = await createSystem(createDynamoDBClient(), { publishesChanges: true });
  system.now = model.now;
  await fc.asyncModelRun(() => ({ model, real: system }), history);
}

test.each<[string, Policy, typeof outcomes, typeof commands]>([
  ['manual changes and expiry', policy, outcomes, commands],
  ['lists of tenants', tenantPolicy, tenantOutcomes, tenantCommands],
  ['emails that end strikes', deliveryPolicy, softOutcomes, deliveryCommands],
])(
  'any history of messages, crashes, races, %s results in the suppressions and counts of the model',
  async (_name, used, all, histories) => {
    await fc.assert(
      fc.asyncProperty(all, histories, (known, history) => runHistory(new Model(known, used), history)),
      { numRuns: runs(40), endOnFailure: false },
    );
  },
  240_000,
);
