import type { ConfigurationSetDetails, IdentityDetails, StackInventory } from '../../../cli/stack/inventory.ts';
import {
  configurationSet,
  denied,
  diagnoseChange,
  identity,
  inspected,
  adoptedTopic,
  onlyProblem,
  inventory,
  sns,
  stack,
  unconnected,
  stackWithAdoptedTopic,
} from '../stack/inventory-fixture.ts';

const noProblems = { problems: [], noLongerOk: [] };
const news = 'news@shop.example.com';
const otherTopic = sns('otherTopic');
const { bounces, complaints, volume } = stack.topics;
const shopIs = (shop: IdentityDetails, fields: Partial<StackInventory> = {}) =>
  diagnoseChange(inventory({ identities: inspected([shop, identity({ name: news })]), ...fields }));

/** Not of the properties of an identity that is connected, but of one with these alone. */
const bare = (fields: Partial<IdentityDetails> = {}) =>
  unconnected('shop.example.com', { isForwarding: false, ...fields });

describe('an identity', () => {
  test.each<[string, IdentityDetails]>([
    ['has topics of its own', bare({ bounceTopic: bounces[0], complaintTopic: complaints[0] })],
    ['has one topic for both', bare({ bounceTopic: volume[0], complaintTopic: volume[0] })],
    ['has our configuration set as its default', bare({ configurationSet: stack.configurationSet })],
    [
      'has one topic, and our configuration set',
      bare({ bounceTopic: bounces[0], configurationSet: stack.configurationSet }),
    ],
  ])('that %s is heard', (_how, shop) => {
    expect(shopIs(shop)).toEqual(noProblems);
  });

  test('that uses a topic that was there before is heard', () => {
    const result = shopIs(bare({ bounceTopic: adoptedTopic, complaintTopic: complaints[0] }), { stack: stackWithAdoptedTopic });
    expect(result).toEqual(noProblems);
  });

  test.each<[string, IdentityDetails, RegExp]>([
    ['has nothing', bare(), /^its bounces and complaints go to nobody$/],
    ['has nothing but forwarding', bare({ isForwarding: true }), /^its .* do not come here; SES forwards them/],
    ['lacks the topic of complaints', bare({ bounceTopic: bounces[0] }), /go to nobody$/],
    ['lacks the topic of bounces', bare({ complaintTopic: complaints[0] }), /go to nobody$/],
    ['has a configuration set that is gone', bare({ configurationSet: 'gone' }), /go to nobody$/],
  ])('that %s is not heard', (_what, shop, says) => {
    const fix = /^npx ses-feedback connect --stack ses-feedback-prod --region eu-west-1 --identity shop\.example\.com$/;
    expect(shopIs(shop)).toEqual(onlyProblem('wrong', 'identity shop.example.com', says, fix));
  });

  test("that is an address has nothing of its domain's", () => {
    const result = diagnoseChange(inventory({ identities: inspected([identity(), unconnected(news)]) }));
    const fix =
      /^npx ses-feedback connect --stack ses-feedback-prod --region eu-west-1 --identity news@shop\.example\.com$/;
    expect(result).toEqual(onlyProblem('wrong', `identity ${news}`, /do not come here; SES forwards them by e-mail$/, fix));
  });

  test("that is a domain has nothing of its addresses'", () => {
    const result = shopIs(bare());
    expect(result).toEqual(onlyProblem('wrong', 'identity shop.example.com', /go to nobody$/));
  });

  test.each<[string, Partial<IdentityDetails>, RegExp, RegExp]>([
    ['is not verified', { isVerified: false }, /^is not verified/, /^see the console of SES$/],
    [
      'waits for DNS',
      { isVerified: false, missingRecords: ['a CNAME b', 'c CNAME d'] },
      /^is not verified/,
      /^enter in DNS: a CNAME b; c CNAME d$/,
    ],
    ['waits for DKIM', { missingRecords: ['a CNAME b'] }, /^DKIM does not work yet$/, /^enter in DNS: a CNAME b$/],
    [
      'forwards, too',
      { isForwarding: true },
      /^SES forwards its bounces by e-mail as well$/,
      /^npx ses-feedback connect/,
    ],
    [
      'publishes elsewhere, too',
      { bounceTopic: otherTopic },
      /^publishes to \S+:other by itself$/,
      /bounceTopics\), or npx/,
    ],
    [
      'publishes both elsewhere, too',
      { bounceTopic: otherTopic, complaintTopic: sns('others') },
      /^publishes to \S+:other and \S+:others by itself$/,
      /--replace$/,
    ],
  ])('that is heard and %s is worth a note', (_what, fields, says, fix) => {
    expect(shopIs(identity(fields))).toEqual(onlyProblem('note', 'identity shop.example.com', says, fix));
  });

  test('that is an address waits for a click', () => {
    const result = diagnoseChange(inventory({ identities: inspected([identity(), identity({ name: news, isVerified: false })]) }));
    expect(result).toEqual(onlyProblem('note', `identity ${news}`, /^is not verified/, /^click the link in the mail/));
  });

  test('that publishes elsewhere alone is not heard, and where to is told', () => {
    const { problems, noLongerOk } = shopIs(bare({ bounceTopic: otherTopic, complaintTopic: otherTopic }));
    expect(problems.map(({ status, resource }) => [status, resource])).toEqual([
      ['wrong', 'identity shop.example.com'],
      ['note', 'identity shop.example.com'],
    ]);
    expect(noLongerOk).toEqual(['identity shop.example.com']);
  });

  test('that there is none is worth a note, and no praise', () => {
    const { problems } = diagnoseChange(inventory({ identities: inspected([]) }));
    expect(problems).toEqual([
      {
        status: 'note',
        resource: 'identities',
        message: expect.stringContaining('no domain or address'),
        fix: expect.stringContaining('identity under params in serverless.yml'),
      },
    ]);
  });

  test('that could not be looked at is unknown', () => {
    const { problems } = diagnoseChange(inventory({ identities: denied }));
    expect(problems).toEqual(onlyProblem('unknown', 'identities', /^could not be looked at: AccessDenied/).problems);
  });
});

describe('a configuration set', () => {
  const resource = `configuration set ${stack.configurationSet}`;
  const setsAre = (sets: ConfigurationSetDetails[], identities = inventory().identities) =>
    diagnoseChange(inventory({ configurationSets: inspected(sets), identities }));
  const redeploy =
    /^give it another name under custom\.configurationSet .*npx sls deploy --stage prod --region eu-west-1$/;
  const { destinations } = configurationSet();
  const other = (fields: Partial<ConfigurationSetDetails> = {}) =>
    configurationSet({ name: 'marketing', destinations: [], ...fields });
  const bySetAlone = inspected([bare({ configurationSet: stack.configurationSet })]);

  test.each<[string, ConfigurationSetDetails['destinations']]>([
    ['no destination', []],
    ['no destination for complaints', destinations.filter(({ types }) => !types.includes('COMPLAINT'))],
    ['no destination for bounces', destinations.filter(({ types }) => !types.includes('BOUNCE'))],
    ['destinations that are off', destinations.map((one) => ({ ...one, isEnabled: false }))],
    ['destinations of others', destinations.map((one) => ({ ...one, topic: otherTopic }))],
    ['destinations that are no topics', destinations.map(({ topic: _none, ...one }) => one)],
  ])('that is ours and has %s is at fault', (_what, changed) => {
    const result = setsAre([configurationSet({ destinations: changed })]);
    expect(result).toEqual(onlyProblem('wrong', resource, /^its bounces or complaints are not published/, redeploy));
  });

  test('that is ours and gone is at fault', () => {
    expect(setsAre([])).toEqual(onlyProblem('wrong', resource, /^is gone/, redeploy));
  });

  test('that is paused is at fault', () => {
    const resume =
      /put-configuration-set-sending-options --configuration-set-name ses-feedback-prod --sending-enabled --region eu-west-1$/;
    const result = setsAre([configurationSet({ isSendingEnabled: false })]);
    expect(result).toEqual(onlyProblem('wrong', resource, /^sending with it is paused$/, resume));
  });

  test('that publishes to one topic for both reports', () => {
    const both = { topic: volume[0], isEnabled: true, types: ['BOUNCE', 'COMPLAINT', 'OPEN'] };
    const ours = setsAre([configurationSet({ destinations: [both] })]);
    expect(ours).toEqual(noProblems);
  });

  test('that is not ours and silent is worth a note where each identity has topics of its own', () => {
    const result = setsAre([configurationSet(), other()]);
    const fix = /^send with ses-feedback-prod instead, or publish the events of marketing: .*aws sesv2/;
    const expected = onlyProblem('note', 'configuration set marketing', /^publishes nothing to our topics/, fix);
    expect(result).toEqual(expected);
  });

  test('that is not ours and silent is at fault where an identity has none', () => {
    const { problems } = setsAre([configurationSet(), other()], bySetAlone);
    expect(problems).toEqual(onlyProblem('wrong', 'configuration set marketing', /^mail .* reports to nobody here$/).problems);
  });

  test('that nobody could look at leaves unknown who is heard by it alone', () => {
    const identities = inspected([bare({ configurationSet: stack.configurationSet }), identity({ name: news })]);
    const result = diagnoseChange(inventory({ configurationSets: denied, identities }));
    expect(result).toEqual({
      problems: ['configuration sets', 'identity shop.example.com'].map((one) => ({
        status: 'unknown',
        resource: one,
        message: 'could not be looked at: AccessDeniedException: not authorized',
        fix: expect.stringContaining('OperatorPolicyArn'),
      })),
      noLongerOk: [resource, 'identity shop.example.com'],
    });
  });

  test('that nobody could look at does not help who names none', () => {
    const identities = inspected([bare(), identity({ name: news })]);
    const { problems } = diagnoseChange(inventory({ configurationSets: denied, identities }));
    expect(problems.map(({ status, resource: one }) => [status, one])).toEqual([
      ['unknown', 'configuration sets'],
      ['wrong', 'identity shop.example.com'],
    ]);
  });
});
