import fc from 'fast-check';
import type { Inspected, StackInventory, StreamDetails, TopicDetails } from '../../../cli/stack/inventory.ts';
import { type Stream, streams } from '../../../cli/stack/stack.ts';
import {
  adoptedTopic,
  configurationSet,
  denied,
  inspected,
  inventory,
  key,
  policies,
  policyOf,
  ses,
  sns,
  stack,
  stackWithAdoptedTopic,
  streamDetails,
  subscriptionArn,
  topic,
} from './inventory-fixture.ts';

/** An inventory, and whether what an identity publishes to a topic reaches its queue, by construction. */
export type RandomInventory = {
  readonly inventory: StackInventory;
  readonly isDelivered: (topic: string | undefined, identity: string) => boolean;
};

export const names = ['shop.example.com', 'news@shop.example.com', 'mail.example.net'] as const;
const otherTopic = sns('other');
const allowedIdentity = 'shop.example.com';

const usuallyInspected = <Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<Inspected<Value>> =>
  fc.oneof({ weight: 8, arbitrary: value.map(inspected) }, { weight: 1, arbitrary: fc.constant(denied) });
const mostly = <T>(good: T, ...bad: T[]) =>
  fc.oneof({ weight: 4, arbitrary: fc.constant(good) }, { weight: 1, arbitrary: fc.constantFrom(good, ...bad) });

/** Topic policies by whom they allow to publish. */
const topicPolicies = {
  all: (arn: string) => policies.topic(arn),
  ofNewTopic: (arn: string) => policies.ofNewTopic(arn),
  one: (arn: string) => policies.topic(arn, [ses(`identity/${allowedIdentity}`)]),
  none: () => policyOf(),
  invalid: () => '{"Statement":[{',
} as const;
const keys = {
  none: undefined,
  good: key(),
  disabled: key({ isEnabled: false }),
  awsManaged: key({ isCustomerManaged: false }),
  denied: key({ policy: policies.key([]) }),
} as const;
const subscriptions = {
  good: { arn: subscriptionArn, isConfirmed: true, isRaw: false, hasDeadLetterQueue: true },
  raw: { arn: subscriptionArn, isConfirmed: true, isRaw: true, hasDeadLetterQueue: false },
  pending: { arn: subscriptionArn, isConfirmed: false, isRaw: false, hasDeadLetterQueue: true },
  none: undefined,
} as const;

const topicState = fc.record({
  policy: mostly<keyof typeof topicPolicies>('all', 'ofNewTopic', 'one', 'none', 'invalid'),
  key: mostly<keyof typeof keys>('good', 'none', 'disabled', 'awsManaged', 'denied'),
  subscription: mostly<keyof typeof subscriptions>('good', 'raw', 'pending', 'none'),
  isAccepted: mostly(true, false),
});
type TopicState = typeof topicState extends fc.Arbitrary<infer T> ? T : never;

function toTopic(arn: string, { policy, key: keyState, subscription: subscriptionState }: TopicState): TopicDetails {
  const [key, subscription] = [keys[keyState], subscriptions[subscriptionState]];
  const { key: _key, subscription: _subscription, ...others } = topic(arn, { policy: topicPolicies[policy](arn) });
  return { ...others, ...(key && { key: inspected(key) }), ...(subscription && { subscription }) };
}

const delivers = ({ policy, key, subscription, isAccepted }: TopicState, identity: string) =>
  (policy === 'all' || policy === 'ofNewTopic' || (policy === 'one' && identity === allowedIdentity)) &&
  (key === 'good' || key === 'none') &&
  (subscription === 'good' || subscription === 'raw') &&
  isAccepted;

const backlog = fc.record({ deadLetters: fc.nat(3), oldestSeconds: fc.nat(900) });

/** A stream with the topics of the stack: its own, and for bounces the adopted one. */
const randomStream = (stream: Stream) =>
  usuallyInspected(fc.tuple(topicState, topicState, backlog)).map((state) => {
    if ('error' in state) return { stream, topicStates: undefined, details: denied };
    const [own, adopted, fields] = state.value;
    const topics = stackWithAdoptedTopic.topics[stream].map(
      (arn) => [arn, arn === adoptedTopic ? adopted : own] as const,
    );
    const accepted = topics.flatMap(([arn, { isAccepted }]) => (isAccepted ? arn : []));
    const { queueArn } = streamDetails(stream);
    const details: StreamDetails = streamDetails(stream, {
      ...fields,
      topics: topics.map(([arn, one]) => toTopic(arn, one)),
      queuePolicy: policies.queue(queueArn, accepted),
    });
    return { stream, topicStates: new Map(topics), details: inspected(details) };
  });

const ownTopics = streams.map((stream) => stack.topics[stream][0]);
const maybeTopic = fc.option(fc.constantFrom(...ownTopics, adoptedTopic, otherTopic), { nil: undefined });
const maybeSet = fc.option(fc.constantFrom(stack.configurationSet, 'other-set'), { nil: undefined });

const identities = fc
  .tuple(
    ...names.map((name) =>
      fc.tuple(fc.boolean(), maybeTopic, maybeTopic, maybeSet, fc.boolean(), fc.boolean(), fc.nat(1)).map(
        ([exists, bounceTopic, complaintTopic, set, isForwarding, isVerified, missing]) =>
          exists && {
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
    name: fc.constantFrom(stack.configurationSet, 'other-set'),
    isSendingEnabled: fc.boolean(),
    destinations: fc.subarray([
      ...configurationSet().destinations,
      { isEnabled: true, types: ['BOUNCE', 'COMPLAINT'] },
      { isEnabled: false, types: ['BOUNCE', 'COMPLAINT'], topic: ownTopics[0] as string },
    ]),
  }),
  { selector: ({ name }) => name },
);

const counts = (max: number) => fc.record({ ses: fc.nat(max), received: fc.nat(max) });

export const randomInventory: fc.Arbitrary<RandomInventory> = fc
  .record({
    streams: fc.tuple(...streams.map(randomStream)),
    identities: usuallyInspected(identities),
    configurationSets: usuallyInspected(configurationSets),
    account: usuallyInspected(
      fc.record({
        isInSandbox: fc.boolean(),
        isSendingEnabled: fc.boolean(),
        enforcementStatus: fc.constantFrom('HEALTHY', 'PROBATION', 'SHUTDOWN'),
        suppressedReasons: fc.subarray(['BOUNCE', 'COMPLAINT']),
      }),
    ),
    subscribers: usuallyInspected(
      fc.array(fc.record({ protocol: fc.constant('email'), endpoint: fc.constant('a@b'), isConfirmed: fc.boolean() })),
    ),
    traffic: usuallyInspected(
      fc.record({
        day: fc.record({
          hours: fc.nat(24),
          sends: counts(600),
          bounceRate: counts(60),
          complaintRate: counts(20),
        }),
        recent: fc.record({
          hours: fc.nat(3),
          sends: counts(600),
          bounceRate: counts(60),
          complaintRate: counts(20),
        }),
      }),
    ),
  })
  .map(({ streams: randomStreams, ...others }) => ({
    inventory: inventory({
      ...others,
      stack: stackWithAdoptedTopic,
      streams: Object.fromEntries(
        randomStreams.map(({ stream, details }) => [stream, details]),
      ) as StackInventory['streams'],
    }),
    isDelivered: (arn, identity) =>
      randomStreams.some(({ topicStates }) => {
        const state = arn === undefined ? undefined : topicStates?.get(arn);
        return state !== undefined && delivers(state, identity);
      }),
  }));
