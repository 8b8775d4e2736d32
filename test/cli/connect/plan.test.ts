import fc from 'fast-check';
import { planConnection } from '../../../cli/connect/plan.ts';
import type { IdentityDetails, StackInventory } from '../../../cli/stack/inventory.ts';
import type { SesCall } from '../../../cli/stack/ses-call.ts';
import {
  adoptedTopic,
  denied,
  healthyAccount,
  identity,
  inspected,
  inventory,
  policyOf,
  sns,
  stack,
  stackWithAdoptedTopic,
  topic,
  unconnected,
  withStream,
} from '../stack/inventory-fixture.ts';
import { names, randomInventory } from '../stack/random-inventory.ts';

const shop = 'shop.example.com';
const otherTopic = sns('other');
const [bounceTopic, complaintTopic] = [stack.topics.bounces[0], stack.topics.complaints[0]];
const plan = (found: StackInventory, identities: readonly IdentityDetails[], replace = false) =>
  planConnection(found, identities, { replace });
const describePlan = ({ changes, unchanged }: ReturnType<typeof plan>) => [
  ...changes.map(({ resource, setting, from, to }) => `${resource}: ${setting} from ${from} to ${to}`),
  ...unchanged.map(({ resource, setting, reason }) => `${resource}: ${setting} unchanged: ${reason}`),
];
const suppressionReasons = 'reasons for which SES suppresses addresses';
const forwardingStaysOn = `identity ${shop}: email forwarding unchanged: it stays on until bounces and complaints reach this stack`;

describe('a plan', () => {
  test('is empty for a connected identity', () => {
    expect(plan(inventory(), [identity()])).toEqual({ changes: [], unchanged: [] });
  });

  test('sets everything for a new identity, and stops forwarding last', () => {
    const account = inspected({ ...healthyAccount, suppressedReasons: ['COMPLAINT'] });
    const { changes, unchanged } = plan(inventory({ account }), [unconnected(shop)]);
    const resource = `identity ${shop}`;
    const topicChange = (type: string, to: string) => ({
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
        setting: suppressionReasons,
        from: 'COMPLAINT',
        to: 'BOUNCE, COMPLAINT',
        call: { kind: 'account-suppression', reasons: ['BOUNCE', 'COMPLAINT'] },
      },
      topicChange('Bounce', bounceTopic),
      topicChange('Complaint', complaintTopic),
      {
        resource,
        setting: 'default configuration set',
        from: 'none',
        to: 'ses-feedback-prod',
        call: { kind: 'configuration-set', identity: shop, configurationSet: 'ses-feedback-prod' },
      },
      {
        resource,
        setting: 'email forwarding',
        from: 'on',
        to: 'off',
        call: { kind: 'stop-forwarding', identity: shop },
      },
    ]);
  });

  test('keeps a topic and a configuration set of another owner, and forwarding with them', () => {
    const connectedElsewhere = unconnected(shop, { bounceTopic: otherTopic, configurationSet: 'other-set' });
    expect(describePlan(plan(inventory(), [connectedElsewhere]))).toEqual([
      `identity ${shop}: complaint topic from none to ${complaintTopic}`,
      `identity ${shop}: bounce topic unchanged: it is ${otherTopic}; pass --replace to change it`,
      `identity ${shop}: default configuration set unchanged: it is other-set; pass --replace to change it`,
      forwardingStaysOn,
    ]);
    expect(describePlan(plan(inventory(), [connectedElsewhere], true))).toEqual([
      `identity ${shop}: bounce topic from ${otherTopic} to ${bounceTopic}`,
      `identity ${shop}: complaint topic from none to ${complaintTopic}`,
      `identity ${shop}: default configuration set from other-set to ses-feedback-prod`,
      `identity ${shop}: email forwarding from on to off`,
    ]);
  });

  test('keeps an adopted topic, even with --replace', () => {
    const withAdopted = inventory({ stack: stackWithAdoptedTopic });
    const unchanged = plan(withAdopted, [identity({ bounceTopic: adoptedTopic })], true);
    expect(unchanged).toEqual({ changes: [], unchanged: [] });
  });

  test('sets no topic that SES may not publish to, and keeps forwarding on', () => {
    const denying = withStream('bounces', { topics: [topic(bounceTopic, { policy: policyOf() })] });
    const set = { configurationSet: stack.configurationSet };
    const doctor = 'npx ses-feedback doctor --stack ses-feedback-prod --region eu-west-1';
    expect(describePlan(plan(denying, [unconnected(shop, set)]))).toEqual([
      `identity ${shop}: complaint topic from none to ${complaintTopic}`,
      `identity ${shop}: bounce topic unchanged: messages published to ${bounceTopic} do not reach this stack; to see why, run: ${doctor}`,
      forwardingStaysOn,
    ]);
  });

  test('keeps forwarding on if messages to a topic that is already set do not arrive', () => {
    const denying = withStream('bounces', { queuePolicy: '' });
    expect(describePlan(plan(denying, [identity({ isForwarding: true })]))).toEqual([forwardingStaysOn]);
  });

  test('keeps the account settings if they cannot be inspected', () => {
    expect(plan(inventory({ account: denied }), [identity()])).toEqual({
      changes: [],
      unchanged: [{ resource: 'account', setting: suppressionReasons, reason: denied.error }],
    });
  });
});

/** Returns what SES would report after a call. */
function afterCall(before: StackInventory, call: SesCall): StackInventory {
  const change = (name: string, fields: Partial<IdentityDetails>): StackInventory => ({
    ...before,
    identities: inspected(identitiesOf(before).map((one) => (one.name === name ? { ...one, ...fields } : one))),
  });
  switch (call.kind) {
    case 'account-suppression':
      if ('error' in before.account) throw new Error('The plan changes an account that was not inspected.');
      return { ...before, account: inspected({ ...before.account.value, suppressedReasons: call.reasons }) };
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
const afterChanges = (before: StackInventory, changes: readonly { call: SesCall }[]) =>
  changes.reduce((current, { call }) => afterCall(current, call), before);

describe('for every inventory', () => {
  type Case = {
    readonly found: StackInventory;
    /** Names of the identities to connect. */
    readonly selected: string[];
    readonly replace: boolean;
    readonly isDelivered: (topic: string | undefined, identity: string) => boolean;
    /** Whether the change with this index is made. */
    readonly isMade: boolean[];
  };
  const forEveryCase = (check: (one: Case) => void) =>
    fc.assert(
      fc.property(
        randomInventory,
        fc.subarray([...names]),
        fc.boolean(),
        fc.array(fc.boolean(), { minLength: 16, maxLength: 16 }),
        ({ inventory: found, isDelivered }, selected, replace, isMade) =>
          check({ found, selected, replace, isDelivered, isMade }),
      ),
      { numRuns: 500 },
    );
  const planOf = (found: StackInventory, { selected, replace }: Pick<Case, 'selected' | 'replace'>) =>
    plan(
      found,
      identitiesOf(found).filter(({ name }) => selected.includes(name)),
      replace,
    );

  test('a plan that was carried out in part is completed by the next one, after which nothing is left to change', () => {
    forEveryCase(({ found, isMade, ...options }) => {
      const { changes, unchanged } = planOf(found, options);
      const made = changes.filter((_change, i) => isMade[i]);
      const partlyChanged = afterChanges(found, made);
      const next = planOf(partlyChanged, options);
      expect(next.changes).toEqual(changes.filter((_change, i) => !isMade[i]));
      expect(planOf(afterChanges(partlyChanged, next.changes), options)).toEqual({ changes: [], unchanged });
    });
  });

  test('forwarding is stopped exactly if messages to both topics reach the stack after the changes', () => {
    forEveryCase(({ found, isDelivered, ...options }) => {
      const after = afterChanges(found, planOf(found, options).changes);
      for (const { name, isForwarding, bounceTopic: bounces, complaintTopic: complaints } of identitiesOf(after)) {
        const wasForwarding = identitiesOf(found).some((one) => one.name === name && one.isForwarding);
        const areDelivered = isDelivered(bounces, name) && isDelivered(complaints, name);
        const isStopped = wasForwarding && !isForwarding;
        expect(isStopped).toBe(options.selected.includes(name) && wasForwarding && areDelivered);
      }
    });
  });

  test('no plan sets a topic whose messages do not reach the stack', () => {
    forEveryCase(({ found, isDelivered, ...options }) => {
      for (const { call } of planOf(found, options).changes)
        if (call.kind === 'topic') expect(isDelivered(call.topic, call.identity)).toBe(true);
    });
  });

  test('no setting of another owner is replaced without --replace', () => {
    forEveryCase(({ found, selected }) => {
      const after = identitiesOf(afterChanges(found, planOf(found, { selected, replace: false }).changes));
      const settings = ({ bounceTopic: bounces, complaintTopic: complaints, configurationSet }: IdentityDetails) =>
        Object.entries({ bounceTopic: bounces, complaintTopic: complaints, configurationSet }).filter(
          ([, value]) => value !== undefined,
        );
      identitiesOf(found).forEach((before, i) => {
        expect(after[i]).toMatchObject(Object.fromEntries(settings(before)));
      });
    });
  });

  test('an identity that is not selected is not changed', () => {
    forEveryCase(({ found, ...options }) => {
      const after = afterChanges(found, planOf(found, options).changes);
      const others = (of: StackInventory) => identitiesOf(of).filter(({ name }) => !options.selected.includes(name));
      expect(others(after)).toEqual(others(found));
    });
  });

  test('each change names the value before and after it', () => {
    const settingOf = (found: StackInventory, { call, resource }: { resource: string; call: SesCall }) => {
      if (call.kind === 'account-suppression')
        return ('value' in found.account && found.account.value.suppressedReasons.join(', ')) || 'none';
      const one = identitiesOf(found).find(({ name }) => resource === `identity ${name}`);
      if (one?.name !== call.identity) throw new Error(`The change of ${call.identity} is about ${resource}.`);
      if (call.kind === 'stop-forwarding') return one.isForwarding ? 'on' : 'off';
      if (call.kind === 'configuration-set') return one.configurationSet ?? 'none';
      return (call.type === 'Bounce' ? one.bounceTopic : one.complaintTopic) ?? 'none';
    };
    forEveryCase(({ found, ...options }) => {
      for (const change of planOf(found, options).changes) {
        expect([change.from, change.to]).toEqual([
          settingOf(found, change),
          settingOf(afterCall(found, change.call), change),
        ]);
        expect(change.from).not.toBe(change.to);
      }
    });
  });
});
