import fc from 'fast-check';
import type { Inspected, StackInventory, StreamDetails, TopicDetails } from '../../../cli/stack/inventory.ts';
import { type Stream, streams } from '../../../cli/stack/stack.ts';
import {
  configurationSet,
  denied,
  key,
  inspected,
  adoptedTopic,
  policies,
  policyOf,
  ses,
  inventory,
  sns,
  stack,
  streamDetails,
  subscriptionArn,
  topic,
  stackWithAdoptedTopic,
} from './inventory-fixture.ts';

/** A sight, and what comes in as it was made up: who publishes to which topic. */
export type Made = {
  readonly sight: StackInventory;
  readonly comesIn: (topic: string | undefined, identity: string) => boolean;
};

export const names = ['shop.example.com', 'news@shop.example.com', 'mail.example.net'] as const;
const theirTopic = sns('otherTopic');
const narrowTo = 'shop.example.com';

const unknownOr = <Fact>(fact: fc.Arbitrary<Fact>): fc.Arbitrary<Inspected<Fact>> =>
  fc.oneof({ weight: 8, arbitrary: fact.map(known) }, { weight: 1, arbitrary: fc.constant(denied) });
const mostly = <T>(good: T, ...bad: T[]) =>
  fc.oneof({ weight: 4, arbitrary: fc.constant(good) }, { weight: 1, arbitrary: fc.constantFrom(good, ...bad) });

/** Who the policy of a topic lets in. */
const letsIn = {
  all: (arn: string) => policies.topic(arn),
  ofNewTopic: (arn: string) => policies.ofNewTopic(arn),
  one: (arn: string) => policies.topic(arn, [ses(`identity/${narrowTo}`)]),
  nobody: () => policyOf(),
  torn: () => '{"Statement":[{',
} as const;
const keys = {
  none: undefined,
  good: key(),
  disabled: key({ isEnabled: false }),
  awss: key({ isCustomerManaged: false }),
  shut: key({ policy: policies.key([]) }),
} as const;
const subscriptions = {
  good: { arn: subscriptionArn, isConfirmed: true, isRaw: false, hasDeadLetterQueue: true },
  raw: { arn: subscriptionArn, isConfirmed: true, isRaw: true, hasDeadLetterQueue: false },
  pending: { arn: subscriptionArn, isConfirmed: false, isRaw: false, hasDeadLetterQueue: true },
  none: undefined,
} as const;

const facts = fc.record({
  policy: mostly<keyof typeof letsIn>('all', 'ofNewTopic', 'one', 'nobody', 'torn'),
  key: mostly<keyof typeof keys>('good', 'none', 'disabled', 'awss', 'shut'),
  subscription: mostly<keyof typeof subscriptions>('good', 'raw', 'pending', 'none'),
  isLetIn: mostly(true, false),
});
type Facts = typeof facts extends fc.Arbitrary<infer T> ? T : never;

function toTopic(arn: string, { policy, key: one, subscription }: Facts): TopicDetails {
  const [ofKey, ours] = [keys[one], subscriptions[subscription]];
  const { key: _key, subscription: _subscription, ...plain } = topic(arn, { policy: letsIn[policy](arn) });
  return { ...plain, ...(ofKey && { key: inspected(ofKey) }), ...(ours && { subscription: ours }) };
}

const isGood = ({ policy, key: one, subscription, isLetIn }: Facts, identity: string) =>
  (policy === 'all' || policy === 'ofNewTopic' || (policy === 'one' && identity === narrowTo)) &&
  (one === 'good' || one === 'none') &&
  (subscription === 'good' || subscription === 'raw') &&
  isLetIn;

const backlog = fc.record({ deadLetters: fc.nat(3), oldestMs: fc.nat(900) });

/** At most what the stack lists: its own topic, and the one that was there before. */
const streamOf = (stream: Stream) =>
  unknownOr(fc.tuple(facts, facts, backlog)).map((made) => {
    if ('error' in made) return { stream, made: undefined, found: denied };
    const [own, old, fields] = made.value;
    const topics = stackWithAdoptedTopic.topics[stream].map((arn) => [arn, arn === adoptedTopic ? old : own] as const);
    const letIn = topics.flatMap(([arn, { isLetIn }]) => (isLetIn ? arn : []));
    const { queueArn } = streamDetails(stream);
    const found: StreamDetails = streamDetails(stream, {
      ...fields,
      topics: topics.map(([arn, one]) => toTopic(arn, one)),
      queuePolicy: policies.queue(queueArn, letIn),
    });
    return { stream, made: new Map(topics), found: inspected(found) };
  });

const ownTopics = streams.map((stream) => stack.topics[stream][0]);
const held = fc.option(fc.constantFrom(...ownTopics, adoptedTopic, theirTopic), { nil: undefined });
const maybeSet = fc.option(fc.constantFrom(stack.configurationSet, 'otherTopic'), { nil: undefined });

const identities = fc
  .tuple(
    ...names.map((name) =>
      fc.tuple(fc.boolean(), held, held, maybeSet, fc.boolean(), fc.boolean(), fc.nat(1)).map(
        ([isThere, bounceTopic, complaintTopic, set, isForwarding, isVerified, missing]) =>
          isThere && {
            name,
            isVerified,
            isForwarding,
            missingRecords: Array.from({ length: missing }, () => 'a CNAME b'),
            ...(set && { configurationSet: set }),
            ...(bounceTopic && { bounceTopic }),
            ...(complaintTopic && { complaintTopic }),
          },
      ),
    ),
  )
  .map((all) => all.filter((one) => one !== false));

const configurationSets = fc.uniqueArray(
  fc.record({
    name: fc.constantFrom(stack.configurationSet, 'otherTopic'),
    isSendingEnabled: fc.boolean(),
    destinations: fc.subarray([
      ...configurationSet().destinations,
      { isEnabled: true, types: ['BOUNCE', 'COMPLAINT'] },
      { isEnabled: false, types: ['BOUNCE', 'COMPLAINT'], topic: ownTopics[0] as string },
    ]),
  }),
  { selector: ({ name }) => name },
);

const sides = (max: number) => fc.record({ ses: fc.nat(max), received: fc.nat(max) });

export const randomInventory: fc.Arbitrary<Made> = fc
  .record({
    streams: fc.tuple(...streams.map(streamOf)),
    identities: unknownOr(identities),
    configurationSets: unknownOr(configurationSets),
    account: unknownOr(
      fc.record({
        isInSandbox: fc.boolean(),
        isSendingEnabled: fc.boolean(),
        enforcementStatus: fc.constantFrom('HEALTHY', 'PROBATION', 'SHUTDOWN'),
        suppressedReasons: fc.subarray(['BOUNCE', 'COMPLAINT']),
      }),
    ),
    subscribers: unknownOr(
      fc.array(fc.record({ protocol: fc.constant('email'), endpoint: fc.constant('a@b'), isConfirmed: fc.boolean() })),
    ),
    traffic: unknownOr(
      fc.record({
        day: fc.record({ hours: fc.nat(24), sends: sides(300), feedback: sides(60) }),
        recent: fc.record({ hours: fc.nat(3), sends: sides(300), feedback: sides(60) }),
      }),
    ),
  })
  .map(({ streams: made, ...others }) => ({
    sight: inventory({
      ...others,
      stack: stackWithAdoptedTopic,
      streams: Object.fromEntries(made.map(({ stream, found }) => [stream, found])) as StackInventory['streams'],
    }),
    comesIn: (arn, identity) =>
      made.some((one) => {
        const ofTopic = arn === undefined ? undefined : one.made?.get(arn);
        return ofTopic !== undefined && isGood(ofTopic, identity);
      }),
  }));
