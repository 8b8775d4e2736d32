import fc from 'fast-check';
import { planConnection, type SesCall } from '../../../cli/connect/plan.ts';
import type { IdentityDetails, StackInventory } from '../../../cli/stack/inventory.ts';
import {
  denied,
  healthyAccount,
  identity,
  inspected,
  adoptedTopic,
  policyOf,
  inventory,
  sns,
  stack,
  topic,
  unconnected,
  stackWithAdoptedTopic,
  withStream,
} from '../stack/inventory-fixture.ts';
import { randomInventory, names } from '../stack/random-inventory.ts';

const shop = 'shop.example.com';
const otherTopic = sns('otherTopic');
const [ourBounces, ourComplaints] = [stack.topics.bounces[0], stack.topics.complaints[0]];
const plan = (seen: StackInventory, identities: readonly IdentityDetails[], replace = false) =>
  planConnection(seen, identities, { replace });
const linesOf = ({ changes, unchanged }: ReturnType<typeof plan>) => [
  ...changes.map(({ resource, setting, from, to }) => `${resource}: ${setting} from ${from} to ${to}`),
  ...unchanged.map(({ resource, setting, reason }) => `${resource}: ${setting} kept: ${reason}`),
];

describe('a plan', () => {
  test('of what is connected already is empty', () => {
    expect(plan(inventory(), [identity()])).toEqual({ changes: [], kept: [] });
  });

  test('of what was never connected sets all, and stops forwarding last', () => {
    const account = inspected({ ...healthyAccount, suppressedReasons: ['COMPLAINT'] });
    const { changes, unchanged } = plan(inventory({ account }), [unconnected(shop)]);
    const resource = `identity ${shop}`;
    const topicOf = (type: string, to: string) => ({
      resource,
      setting: `${type.toLowerCase()} topic`,
      from: 'none',
      to,
      call: { kind: 'topic', identity: shop, type, topic: to },
    });
    expect(unchanged).toEqual([]);
    expect(changes).toEqual([
      {
        resource: 'account',
        setting: 'what SES suppresses itself',
        from: 'COMPLAINT',
        to: 'BOUNCE, COMPLAINT',
        call: { kind: 'account-suppression', reasons: ['BOUNCE', 'COMPLAINT'] },
      },
      topicOf('Bounce', ourBounces),
      topicOf('Complaint', ourComplaints),
      {
        resource,
        setting: 'default configuration set',
        from: 'none',
        to: 'ses-feedback-prod',
        call: { kind: 'configuration-set', identity: shop, configurationSet: 'ses-feedback-prod' },
      },
      {
        resource,
        setting: 'forwarding by e-mail',
        from: 'on',
        to: 'off',
        call: { kind: 'stop-forwarding', identity: shop },
      },
    ]);
  });

  test("leaves somebody else's topic and configuration set, and forwarding with them", () => {
    const held = unconnected(shop, { bounceTopic: otherTopic, configurationSet: 'otherTopic' });
    expect(linesOf(plan(inventory(), [held]))).toEqual([
      `identity ${shop}: complaint topic from none to ${ourComplaints}`,
      `identity ${shop}: bounce topic kept: it is ${otherTopic}; --replace makes it ours`,
      `identity ${shop}: default configuration set kept: it is otherTopic; --replace makes it ours`,
      `identity ${shop}: forwarding by e-mail kept: it stays on until both its topics come here`,
    ]);
    expect(linesOf(plan(inventory(), [held], true))).toEqual([
      `identity ${shop}: bounce topic from ${otherTopic} to ${ourBounces}`,
      `identity ${shop}: complaint topic from none to ${ourComplaints}`,
      `identity ${shop}: default configuration set from otherTopic to ses-feedback-prod`,
      `identity ${shop}: forwarding by e-mail from on to off`,
    ]);
  });

  test('leaves a topic that was adopted, which is ours, even if all else is replaced', () => {
    const seen = inventory({ stack: stackWithAdoptedTopic });
    expect(plan(seen, [identity({ bounceTopic: adoptedTopic })], true)).toEqual({ changes: [], kept: [] });
  });

  test('sets no topic SES may not publish to, and leaves forwarding on', () => {
    const seen = withStream('bounces', { topics: [topic(ourBounces, { policy: policyOf() })] });
    const set = { configurationSet: stack.configurationSet };
    const doctor = `what is published to ${ourBounces} does not come in: npx ses-feedback doctor --stack ses-feedback-prod --region eu-west-1`;
    expect(linesOf(plan(seen, [unconnected(shop, set)]))).toEqual([
      `identity ${shop}: complaint topic from none to ${ourComplaints}`,
      `identity ${shop}: bounce topic kept: ${doctor}`,
      `identity ${shop}: forwarding by e-mail kept: it stays on until both its topics come here`,
    ]);
  });

  test('leaves forwarding on where a topic that is set already does not come in', () => {
    const seen = withStream('bounces', { queuePolicy: '' });
    expect(linesOf(plan(seen, [identity({ isForwarding: true })]))).toEqual([
      `identity ${shop}: forwarding by e-mail kept: it stays on until both its topics come here`,
    ]);
  });

  test('leaves the account, if nobody could look at it', () => {
    expect(plan(inventory({ account: denied }), [identity()])).toEqual({
      changes: [],
      kept: [{ resource: 'account', setting: 'what SES suppresses itself', reason: denied.error }],
    });
  });
});

/** What SES shows once a call is made. */
function make(seen: StackInventory, call: SesCall): StackInventory {
  const change = (name: string, fields: Partial<IdentityDetails>): StackInventory => ({
    ...seen,
    identities: inspected(identitiesOf(seen).map((one) => (one.name === name ? { ...one, ...fields } : one))),
  });
  switch (call.kind) {
    case 'account-suppression':
      if ('error' in seen.account) throw new Error('changes what nobody has seen');
      return { ...seen, account: inspected({ ...seen.account.value, suppressedReasons: call.reasons }) };
    case 'topic':
      return change(call.identity, { [call.type === 'Bounce' ? 'bounceTopic' : 'complaintTopic']: call.topic });
    case 'configuration-set':
      return change(call.identity, { configurationSet: call.configurationSet });
    case 'stop-forwarding':
      return change(call.identity, { isForwarding: false });
    default:
      return call satisfies never;
  }
}

const identitiesOf = ({ identities }: StackInventory) => ('value' in identities ? identities.value : []);
const makeAll = (seen: StackInventory, changes: readonly { call: SesCall }[]) =>
  changes.reduce((now, { call }) => make(now, call), seen);

describe('whatever is seen', () => {
  const anyPlan = (
    check: (seen: StackInventory, named: string[], replace: boolean, comesIn: Comes, kept: boolean[]) => void,
  ) =>
    fc.assert(
      fc.property(
        randomInventory,
        fc.subarray([...names]),
        fc.boolean(),
        fc.array(fc.boolean(), { minLength: 16, maxLength: 16 }),
        (made, named, replace, mask) => check(made.inventory, named, replace, made.comesIn, mask),
      ),
      { numRuns: 500 },
    );
  type Comes = (topic: string | undefined, identity: string) => boolean;
  const namedOf = (seen: StackInventory, named: string[]) =>
    identitiesOf(seen).filter(({ name }) => named.includes(name));
  const planOf = (seen: StackInventory, named: string[], replace: boolean) => plan(seen, namedOf(seen, named), replace);

  test('a plan that was made in part is made to its end by the next, and then there is nothing left', () => {
    anyPlan((seen, named, replace, _comesIn, mask) => {
      const { changes, unchanged } = planOf(seen, named, replace);
      const inPart = makeAll(
        seen,
        changes.filter((_change, i) => mask[i]),
      );
      const next = planOf(inPart, named, replace);
      expect(next.changes).toEqual(changes.filter((_change, i) => !mask[i]));
      expect(planOf(makeAll(inPart, next.changes), named, replace)).toEqual({ changes: [], unchanged });
    });
  });

  test('forwarding is stopped only if both topics are ours then, and what is published to them comes in', () => {
    anyPlan((seen, named, replace, comesIn) => {
      const { changes } = planOf(seen, named, replace);
      for (const { name, isForwarding, bounceTopic, complaintTopic } of identitiesOf(makeAll(seen, changes))) {
        const wasForwarding = identitiesOf(seen).some((one) => one.name === name && one.isForwarding);
        const isStopped = wasForwarding && !isForwarding;
        const isHeard = comesIn(bounceTopic, name) && comesIn(complaintTopic, name);
        expect(isStopped).toBe(named.includes(name) && wasForwarding && isHeard);
      }
    });
  });

  test('no plan sets a topic that does not come in', () => {
    anyPlan((seen, named, replace, comesIn) => {
      for (const { call } of planOf(seen, named, replace).changes)
        if (call.kind === 'topic') expect(comesIn(call.topic, call.identity)).toBe(true);
    });
  });

  test('nothing that somebody else has set is replaced, unless it is asked for', () => {
    anyPlan((seen, named) => {
      const after = identitiesOf(makeAll(seen, planOf(seen, named, false).changes));
      const settings = ({ bounceTopic, complaintTopic, configurationSet }: IdentityDetails) =>
        Object.entries({ bounceTopic, complaintTopic, configurationSet }).filter(([, value]) => value !== undefined);
      identitiesOf(seen).forEach((before, i) => {
        expect(after[i]).toMatchObject(Object.fromEntries(settings(before)));
      });
    });
  });

  test('an identity that is not named is not touched', () => {
    anyPlan((seen, named, replace) => {
      const after = makeAll(seen, planOf(seen, named, replace).changes);
      const others = (of: StackInventory) => identitiesOf(of).filter(({ name }) => !named.includes(name));
      expect(others(after)).toEqual(others(seen));
    });
  });

  test('each change tells what is there, and what is there then', () => {
    const held = (seen: StackInventory, { call, ...change }: { resource: string; call: SesCall }) => {
      if (call.kind === 'account-suppression')
        return ('value' in seen.account && seen.account.value.suppressedReasons.join(', ')) || 'nothing';
      const one = identitiesOf(seen).find(({ name }) => change.resource === `identity ${name}`);
      if (one?.name !== call.identity) throw new Error('is resource another');
      if (call.kind === 'stop-forwarding') return one.isForwarding ? 'on' : 'off';
      if (call.kind === 'configuration-set') return one.configurationSet ?? 'none';
      return (call.type === 'Bounce' ? one.bounceTopic : one.complaintTopic) ?? 'none';
    };
    anyPlan((seen, named, replace) => {
      for (const change of planOf(seen, named, replace).changes) {
        expect([change.from, change.to]).toEqual([held(seen, change), held(make(seen, change.call), change)]);
        expect(change.from).not.toBe(change.to);
      }
    });
  });
});
