import type { IdentityDetails, StackInventory } from '../../../cli/stack/inventory.ts';
import {
  adoptedTopic,
  denied,
  identity,
  inspected,
  inventory,
  sns,
  stack,
  stackWithAdoptedTopic,
  unconnected,
} from '../stack/inventory-fixture.ts';
import { diagnoseChange, onlyProblem } from './diagnose-change.ts';

const noProblems = { problems: [], noLongerOk: [] };
const news = 'news@shop.example.com';
const otherTopic = sns('other');
const { bounces, complaints, volume } = stack.topics;
const withShop = (shop: IdentityDetails, fields: Partial<StackInventory> = {}) =>
  diagnoseChange(inventory({ identities: inspected([shop, identity({ name: news })]), ...fields }));

/** An identity that has only these settings, unlike `identity`, which is connected. */
const bare = (fields: Partial<IdentityDetails> = {}) =>
  unconnected('shop.example.com', { isForwarding: false, ...fields });

test.each<[string, IdentityDetails]>([
  ['topics of its own', bare({ bounceTopic: bounces[0], complaintTopic: complaints[0] })],
  ['one topic for both', bare({ bounceTopic: volume[0], complaintTopic: volume[0] })],
  ["the stack's configuration set as its default", bare({ configurationSet: stack.configurationSet })],
  [
    "one topic, and the stack's configuration set",
    bare({ bounceTopic: bounces[0], configurationSet: stack.configurationSet }),
  ],
])('an identity with %s is connected', (_settings, shop) => {
  expect(withShop(shop)).toEqual(noProblems);
});

test('an identity with an adopted topic is connected', () => {
  const shop = bare({ bounceTopic: adoptedTopic, complaintTopic: complaints[0] });
  expect(withShop(shop, { stack: stackWithAdoptedTopic })).toEqual(noProblems);
});

const noDestination = /^no destination for its bounces and complaints$/;

test.each<[string, IdentityDetails, RegExp]>([
  ['no settings', bare(), noDestination],
  ['only email forwarding', bare({ isForwarding: true }), /^its .* do not reach this stack; SES forwards them/],
  ['no complaint topic', bare({ bounceTopic: bounces[0] }), /^no destination for its complaints$/],
  ['no bounce topic', bare({ complaintTopic: complaints[0] }), /^no destination for its bounces$/],
  ['a configuration set that does not exist', bare({ configurationSet: 'deleted' }), noDestination],
])('an identity with %s is not connected', (_settings, shop, message) => {
  const fix = /^npx ses-feedback connect --stack ses-feedback-prod --region eu-west-1 --identity shop\.example\.com$/;
  expect(withShop(shop)).toEqual(onlyProblem('wrong', 'identity shop.example.com', message, fix));
});

test('an email address does not inherit the settings of its domain', () => {
  const result = diagnoseChange(inventory({ identities: inspected([identity(), unconnected(news)]) }));
  const fix =
    /^npx ses-feedback connect --stack ses-feedback-prod --region eu-west-1 --identity news@shop\.example\.com$/;
  const message = /do not reach this stack; SES forwards them by email$/;
  expect(result).toEqual(onlyProblem('wrong', `identity ${news}`, message, fix));
});

test('a domain does not inherit the settings of its email addresses', () => {
  expect(withShop(bare())).toEqual(onlyProblem('wrong', 'identity shop.example.com', noDestination));
});

test.each<[string, Partial<IdentityDetails>, RegExp, RegExp]>([
  ['is not verified', { isVerified: false }, /^not verified/, /^see the identity in the SES console$/],
  [
    'waits for DNS',
    { isVerified: false, missingRecords: ['a CNAME b', 'c CNAME d'] },
    /^not verified/,
    /^create in DNS: a CNAME b; c CNAME d$/,
  ],
  ['waits for DKIM', { missingRecords: ['a CNAME b'] }, /^DKIM does not work yet/, /^create in DNS: a CNAME b$/],
  [
    'also forwards by email',
    { isForwarding: true },
    /^SES also forwards its bounces and complaints by email$/,
    /^npx ses-feedback connect/,
  ],
  [
    'also has a topic outside the stack',
    { bounceTopic: otherTopic },
    /^its bounces and complaints also go to \S+:other, which does not belong to this stack$/,
    /bounceTopics or complaintTopics .*, or run: npx/,
  ],
  [
    'also has two topics outside the stack',
    { bounceTopic: otherTopic, complaintTopic: sns('another') },
    /^its bounces and complaints also go to \S+:other and \S+:another, which does not/,
    /--replace$/,
  ],
])('a connected identity that %s gets a note', (_name, fields, message, fix) => {
  expect(withShop(identity(fields))).toEqual(onlyProblem('note', 'identity shop.example.com', message, fix));
});

test('an unverified email address needs a click', () => {
  const unverified = identity({ name: news, isVerified: false });
  const result = diagnoseChange(inventory({ identities: inspected([identity(), unverified]) }));
  expect(result).toEqual(onlyProblem('note', `identity ${news}`, /^not verified/, /^click the link in the email/));
});

test.each<[string, Partial<IdentityDetails>, RegExp]>([
  ['both topics', { complaintTopic: otherTopic }, /^its bounces and complaints do not .*: they go to \S+:other$/],
  [
    'its bounce topic',
    { complaintTopic: complaints[0] },
    /^its bounces do not reach this stack: they go to \S+:other$/,
  ],
  [
    'both topics and email forwarding',
    { complaintTopic: sns('another'), isForwarding: true },
    /: they go to \S+:other and \S+:another; SES also forwards them by email$/,
  ],
])('an identity with %s outside the stack is not connected, and its topics are named', (_settings, fields, message) => {
  const fix = /^adopt the topic \(.*\), or run: npx ses-feedback connect .* --identity shop\.example\.com --replace$/;
  const result = withShop(bare({ bounceTopic: otherTopic, ...fields }));
  expect(result).toEqual(onlyProblem('wrong', 'identity shop.example.com', message, fix));
});

test('an account without identities gets a note', () => {
  const { problems } = diagnoseChange(inventory({ identities: inspected([]) }));
  expect(problems).toEqual([
    {
      status: 'note',
      resource: 'identities',
      message: expect.stringContaining('no domain or email address'),
      fix: expect.stringContaining('identity under params in serverless.yml'),
    },
  ]);
});

test('identities that cannot be inspected are unknown', () => {
  const { problems } = diagnoseChange(inventory({ identities: denied }));
  expect(problems).toEqual(onlyProblem('unknown', 'identities', /^check failed: AccessDenied/).problems);
});

test('an identity that depends on configuration sets is unknown if they cannot be inspected', () => {
  const identities = inspected([
    unconnected('shop.example.com', { configurationSet: stack.configurationSet }),
    identity({ name: news }),
  ]);
  const result = diagnoseChange(inventory({ configurationSets: denied, identities }));
  expect(result).toEqual({
    problems: ['configuration sets', 'identity shop.example.com'].map((resource) => ({
      status: 'unknown',
      resource,
      message: 'check failed: AccessDeniedException: not authorized',
      fix: expect.stringContaining('OperatorPolicyArn'),
    })),
    noLongerOk: [`configuration set ${stack.configurationSet}`, 'identity shop.example.com'],
  });
});

test('an identity without a configuration set is not connected, even if configuration sets cannot be inspected', () => {
  const identities = inspected([bare(), identity({ name: news })]);
  const { problems } = diagnoseChange(inventory({ configurationSets: denied, identities }));
  expect(problems.map(({ status, resource }) => [status, resource])).toEqual([
    ['unknown', 'configuration sets'],
    ['wrong', 'identity shop.example.com'],
  ]);
});
