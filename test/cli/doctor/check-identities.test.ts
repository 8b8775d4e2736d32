import type { ConfigurationSetDetails, IdentityDetails, StackInventory } from '../../../cli/stack/inventory.ts';
import {
  configurationSet,
  denied,
  faultsOf,
  identity,
  known,
  oldTopic,
  only,
  sight,
  sns,
  stack,
  unconnected,
  withOldTopic,
} from '../stack/inventory-fixture.ts';

const noFaults = { amiss: [], noLongerOk: [] };
const news = 'news@shop.example.com';
const theirs = sns('theirs');
const { bounces, complaints, volume } = stack.topics;
const shopIs = (shop: IdentityDetails, fields: Partial<StackInventory> = {}) =>
  faultsOf(sight({ identities: known([shop, identity({ name: news })]), ...fields }));

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
    expect(shopIs(shop)).toEqual(noFaults);
  });

  test('that uses a topic that was there before is heard', () => {
    const result = shopIs(bare({ bounceTopic: oldTopic, complaintTopic: complaints[0] }), { stack: withOldTopic });
    expect(result).toEqual(noFaults);
  });

  test.each<[string, IdentityDetails, RegExp]>([
    ['has nothing', bare(), /^its bounces and complaints go to nobody$/],
    ['has nothing but forwarding', bare({ isForwarding: true }), /^its .* do not come here; SES forwards them/],
    ['lacks the topic of complaints', bare({ bounceTopic: bounces[0] }), /go to nobody$/],
    ['lacks the topic of bounces', bare({ complaintTopic: complaints[0] }), /go to nobody$/],
    ['has a configuration set that is gone', bare({ configurationSet: 'gone' }), /go to nobody$/],
  ])('that %s is not heard', (_what, shop, says) => {
    const fix = /^npx ses-feedback connect --stack ses-feedback-prod --region eu-west-1 --identity shop\.example\.com$/;
    expect(shopIs(shop)).toEqual(only('wrong', 'identity shop.example.com', says, fix));
  });

  test("that is an address has nothing of its domain's", () => {
    const result = faultsOf(sight({ identities: known([identity(), unconnected(news)]) }));
    const fix =
      /^npx ses-feedback connect --stack ses-feedback-prod --region eu-west-1 --identity news@shop\.example\.com$/;
    expect(result).toEqual(only('wrong', `identity ${news}`, /do not come here; SES forwards them by e-mail$/, fix));
  });

  test("that is a domain has nothing of its addresses'", () => {
    const result = shopIs(bare());
    expect(result).toEqual(only('wrong', 'identity shop.example.com', /go to nobody$/));
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
      { bounceTopic: theirs },
      /^publishes to \S+:theirs by itself$/,
      /bounceTopics\), or npx/,
    ],
    [
      'publishes both elsewhere, too',
      { bounceTopic: theirs, complaintTopic: sns('others') },
      /^publishes to \S+:theirs and \S+:others by itself$/,
      /--replace$/,
    ],
  ])('that is heard and %s is worth a note', (_what, fields, says, fix) => {
    expect(shopIs(identity(fields))).toEqual(only('note', 'identity shop.example.com', says, fix));
  });

  test('that is an address waits for a click', () => {
    const result = faultsOf(sight({ identities: known([identity(), identity({ name: news, isVerified: false })]) }));
    expect(result).toEqual(only('note', `identity ${news}`, /^is not verified/, /^click the link in the mail/));
  });

  test('that publishes elsewhere alone is not heard, and where to is told', () => {
    const { amiss, noLongerOk } = shopIs(bare({ bounceTopic: theirs, complaintTopic: theirs }));
    expect(amiss.map(({ status, resource }) => [status, resource])).toEqual([
      ['wrong', 'identity shop.example.com'],
      ['note', 'identity shop.example.com'],
    ]);
    expect(noLongerOk).toEqual(['identity shop.example.com']);
  });

  test('that there is none is worth a note, and no praise', () => {
    const { amiss } = faultsOf(sight({ identities: known([]) }));
    expect(amiss).toEqual([
      {
        status: 'note',
        about: 'identities',
        says: expect.stringContaining('no domain or address'),
        fix: expect.stringContaining('identity under params in serverless.yml'),
      },
    ]);
  });

  test('that could not be looked at is unknown', () => {
    const { amiss } = faultsOf(sight({ identities: denied }));
    expect(amiss).toEqual(only('unknown', 'identities', /^could not be looked at: AccessDenied/).amiss);
  });
});

describe('a configuration set', () => {
  const about = `configuration set ${stack.configurationSet}`;
  const setsAre = (sets: ConfigurationSetDetails[], identities = sight().identities) =>
    faultsOf(sight({ configurationSets: known(sets), identities }));
  const redeploy =
    /^give it another name under custom\.configurationSet .*npx sls deploy --stage prod --region eu-west-1$/;
  const { destinations } = configurationSet();
  const other = (fields: Partial<ConfigurationSetDetails> = {}) =>
    configurationSet({ name: 'marketing', destinations: [], ...fields });
  const bySetAlone = known([bare({ configurationSet: stack.configurationSet })]);

  test.each<[string, ConfigurationSetDetails['destinations']]>([
    ['no destination', []],
    ['no destination for complaints', destinations.filter(({ types }) => !types.includes('COMPLAINT'))],
    ['no destination for bounces', destinations.filter(({ types }) => !types.includes('BOUNCE'))],
    ['destinations that are off', destinations.map((one) => ({ ...one, isEnabled: false }))],
    ['destinations of others', destinations.map((one) => ({ ...one, topic: theirs }))],
    ['destinations that are no topics', destinations.map(({ topic: _none, ...one }) => one)],
  ])('that is ours and has %s is at fault', (_what, changed) => {
    const result = setsAre([configurationSet({ destinations: changed })]);
    expect(result).toEqual(only('wrong', about, /^its bounces or complaints are not published/, redeploy));
  });

  test('that is ours and gone is at fault', () => {
    expect(setsAre([])).toEqual(only('wrong', about, /^is gone/, redeploy));
  });

  test('that is paused is at fault', () => {
    const resume =
      /put-configuration-set-sending-options --configuration-set-name ses-feedback-prod --sending-enabled --region eu-west-1$/;
    const result = setsAre([configurationSet({ isSendingEnabled: false })]);
    expect(result).toEqual(only('wrong', about, /^sending with it is paused$/, resume));
  });

  test('that publishes to one topic for both reports', () => {
    const both = { topic: volume[0], isEnabled: true, types: ['BOUNCE', 'COMPLAINT', 'OPEN'] };
    const ours = setsAre([configurationSet({ destinations: [both] })]);
    expect(ours).toEqual(noFaults);
  });

  test('that is not ours and silent is worth a note where each identity has topics of its own', () => {
    const result = setsAre([configurationSet(), other()]);
    const fix = /^send with ses-feedback-prod instead, or publish the events of marketing: .*aws sesv2/;
    const expected = only('note', 'configuration set marketing', /^publishes nothing to our topics/, fix);
    expect(result).toEqual(expected);
  });

  test('that is not ours and silent is at fault where an identity has none', () => {
    const { amiss } = setsAre([configurationSet(), other()], bySetAlone);
    expect(amiss).toEqual(only('wrong', 'configuration set marketing', /^mail .* reports to nobody here$/).amiss);
  });

  test('that nobody could look at leaves unknown who is heard by it alone', () => {
    const identities = known([bare({ configurationSet: stack.configurationSet }), identity({ name: news })]);
    const result = faultsOf(sight({ configurationSets: denied, identities }));
    expect(result).toEqual({
      amiss: ['configuration sets', 'identity shop.example.com'].map((one) => ({
        status: 'unknown',
        about: one,
        says: 'could not be looked at: AccessDeniedException: not authorized',
        fix: expect.stringContaining('OperatorPolicyArn'),
      })),
      noLongerOk: [about, 'identity shop.example.com'],
    });
  });

  test('that nobody could look at does not help who names none', () => {
    const identities = known([bare(), identity({ name: news })]);
    const { amiss } = faultsOf(sight({ configurationSets: denied, identities }));
    expect(amiss.map(({ status, resource: one }) => [status, one])).toEqual([
      ['unknown', 'configuration sets'],
      ['wrong', 'identity shop.example.com'],
    ]);
  });
});
