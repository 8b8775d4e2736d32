import { checkConfigurationSets } from '../../../cli/doctor/check-configuration-sets.ts';
import type { ConfigurationSetDetails } from '../../../cli/stack/inventory.ts';
import { readPolicy } from '../../../shared/domain/policy/policy.ts';
import { configurationSet, inspected, inventory, sns, stack, unconnected } from '../stack/inventory-fixture.ts';
import { diagnoseChange, onlyProblem } from './diagnose-change.ts';

const resource = `configuration set ${stack.configurationSet}`;
const withSets = (sets: ConfigurationSetDetails[], identities = inventory().identities) =>
  diagnoseChange(inventory({ configurationSets: inspected(sets), identities }));
const createAgain =
  /^choose another name under custom\.configurationSet .*npx sls deploy --stage prod --region eu-west-1$/;
const { destinations } = configurationSet();
const marketing = (fields: Partial<ConfigurationSetDetails> = {}) =>
  configurationSet({ name: 'marketing', destinations: [], ...fields });
const connectedBySet = inspected([
  unconnected('shop.example.com', { isForwarding: false, configurationSet: stack.configurationSet }),
]);

test.each<[string, ConfigurationSetDetails['destinations']]>([
  ['no destination', []],
  ['no destination for complaints', destinations.filter(({ types }) => !types.includes('COMPLAINT'))],
  ['no destination for bounces', destinations.filter(({ types }) => !types.includes('BOUNCE'))],
  ['disabled destinations', destinations.map((one) => ({ ...one, isEnabled: false }))],
  ['destinations outside the stack', destinations.map((one) => ({ ...one, topic: sns('other') }))],
  ['destinations that are not topics', destinations.map(({ topic: _none, ...one }) => one)],
])("the stack's configuration set with %s is wrong", (_name, changed) => {
  const result = withSets([configurationSet({ destinations: changed })]);
  const message = /^its bounces or complaints are not published to this stack$/;
  expect(result).toEqual(onlyProblem('wrong', resource, message, createAgain));
});

test("the stack's configuration set is wrong if it does not exist", () => {
  expect(withSets([])).toEqual(onlyProblem('wrong', resource, /^does not exist:/, createAgain));
});

test("the stack's configuration set is wrong if it is paused", () => {
  const resume =
    /put-configuration-set-sending-options --configuration-set-name ses-feedback-prod --sending-enabled --region eu-west-1$/;
  const result = withSets([configurationSet({ isSendingEnabled: false })]);
  expect(result).toEqual(onlyProblem('wrong', resource, /^sending is paused:/, resume));
});

test('a paused configuration set of another owner is a note', () => {
  const result = withSets([configurationSet(), marketing({ destinations, isSendingEnabled: false })]);
  expect(result.problems).toEqual(onlyProblem('note', 'configuration set marketing', /^sending is paused:/).problems);
});

test('a configuration set may publish bounces and complaints to one topic', () => {
  const both = { topic: stack.topics.volume[0], isEnabled: true, types: ['BOUNCE', 'COMPLAINT', 'OPEN'] };
  expect(withSets([configurationSet({ destinations: [both] })])).toEqual({ problems: [], noLongerOk: [] });
});

test('another configuration set that does not publish is a note if every identity has topics of its own', () => {
  const result = withSets([configurationSet(), marketing()]);
  const fix = /^send with ses-feedback-prod instead, or publish the events of marketing: .*aws sesv2/;
  const message = /^does not publish its bounces and complaints to this stack; they arrive/;
  expect(result).toEqual(onlyProblem('note', 'configuration set marketing', message, fix));
});

test('another configuration set that does not publish is wrong if an identity has no topics', () => {
  const { problems } = withSets([configurationSet(), marketing()], connectedBySet);
  const message = /^bounces and complaints of emails sent with it do not reach this stack$/;
  expect(problems).toEqual(onlyProblem('wrong', 'configuration set marketing', message).problems);
});

describe('suppression that a configuration set overrides', () => {
  const fix =
    /put-configuration-set-suppression-options --configuration-set-name \S+ --suppressed-reasons BOUNCE COMPLAINT/;

  test.each([
    ['BOUNCE', 'COMPLAINT'],
    ['COMPLAINT', 'BOUNCE'],
  ])('for %s alone, SES sends to addresses that are listed for %s', (reason, other) => {
    const result = withSets([configurationSet({ suppressedReasons: [reason] })]);
    const message = new RegExp(`^overrides the suppression of the account: .* lists for ${other}$`);
    expect(result).toEqual(onlyProblem('wrong', resource, message, fix));
  });

  test('of a set that is the default of no identity is a note', () => {
    const result = withSets([configurationSet(), marketing({ destinations, suppressedReasons: ['BOUNCE'] })]);
    expect(result.problems).toEqual(
      onlyProblem('note', 'configuration set marketing', /^overrides the suppression/, fix).problems,
    );
  });

  test('of a set that is the default of an identity is wrong', () => {
    const identities = inspected([
      unconnected('shop.example.com', { isForwarding: false, configurationSet: 'marketing' }),
    ]);
    const { problems } = withSets(
      [configurationSet(), marketing({ destinations, suppressedReasons: ['BOUNCE'] })],
      identities,
    );
    expect(problems).toContainEqual(
      expect.objectContaining({ status: 'wrong', message: expect.stringMatching(/^overrides the suppression/) }),
    );
  });

  test('an empty list is a note, as SES may mean the reasons of the account', () => {
    const result = withSets([configurationSet({ suppressedReasons: [] })]);
    expect(result.problems).toEqual(onlyProblem('note', resource, /^may send to addresses on the SES/, fix).problems);
  });

  test('for both reasons changes nothing', () => {
    expect(withSets([configurationSet({ suppressedReasons: ['COMPLAINT', 'BOUNCE'] })])).toEqual({
      problems: [],
      noLongerOk: [],
    });
  });
});

test.each([[{ rememberDeliveries: true }], [{ soft: { endedByDelivery: true } }]])(
  'a set that publishes no Delivery events is a note if the policy %j needs them',
  (settings) => {
    const policy = readPolicy(settings);
    const check = (one: ConfigurationSetDetails['destinations']) =>
      checkConfigurationSets(
        inventory({ configurationSets: inspected([configurationSet({ destinations: one })]) }),
        policy,
      ).filter(({ status }) => status !== 'ok');
    const deliveries = { topic: stack.topics.volume[0], isEnabled: true, types: ['DELIVERY'] };
    expect(check([...destinations, deliveries])).toEqual([]);
    for (const missing of [
      destinations,
      [...destinations, { ...deliveries, isEnabled: false }],
      [...destinations, { ...deliveries, topic: sns('other') }],
    ])
      expect(check(missing)).toEqual(
        onlyProblem(
          'note',
          resource,
          /^does not publish Delivery events/,
          /^publish DELIVERY events of .* npx sls deploy/,
        ).problems,
      );
  },
);
