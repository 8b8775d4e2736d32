import {
  adoptedTopic,
  configurationSet,
  denied,
  identity,
  inspected,
  inventory,
  key,
  policies,
  policyOf,
  ses,
  sqs,
  stack,
  stackWithAdoptedTopic,
  subscriptionArn,
  topic,
  unconnected,
  withStream,
} from '../stack/inventory-fixture.ts';
import { diagnoseChange, onlyProblem } from './diagnose-change.ts';

const own = stack.topics.bounces[0];
const subscription = { arn: subscriptionArn, isConfirmed: true, isRaw: false, hasDeadLetterQueue: true };
const noProblems = { problems: [], noLongerOk: [] };
/** A healthy stack whose bounce topic is changed. */
const withTopic = (fields: Parameters<typeof topic>[1]) => withStream('bounces', { topics: [topic(own, fields)] });

const cannotPublish = /^SES is not allowed to publish to topic .*-bounces:/;
const canBeForged = /allows publishers other than SES for this account: feedback can be forged$/;

describe('a topic', () => {
  test.each<[string, Parameters<typeof topic>[1], 'wrong' | 'note', RegExp]>([
    ['SES may not publish', { policy: policyOf() }, 'wrong', cannotPublish],
    [
      'SES may not publish for the configuration set',
      { policy: policies.topic(own, [ses('identity/*')]) },
      'wrong',
      cannotPublish,
    ],
    [
      'SES may publish for some identities only',
      { policy: policies.topic(own, [ses('configuration-set/ses-feedback-prod'), ses('identity/*shop.example.com')]) },
      'wrong',
      cannotPublish,
    ],
    [
      'anyone may publish',
      { policy: policyOf({ Effect: 'Allow', Principal: '*', Action: 'sns:*', Resource: own }) },
      'wrong',
      canBeForged,
    ],
    [
      'SES may publish for any account',
      {
        policy: policyOf({
          Effect: 'Allow',
          Principal: { Service: 'ses.amazonaws.com' },
          Action: 'sns:Publish',
          Resource: own,
        }),
      },
      'wrong',
      canBeForged,
    ],
    [
      'users may publish, though SES for other accounts may not',
      {
        policy: policyOf(...JSON.parse(policies.topic(own)).Statement, {
          Effect: 'Allow',
          Principal: '*',
          Action: 'sns:Publish',
          Resource: own,
          Condition: { Bool: { 'aws:PrincipalIsAWSService': 'false' } },
        }),
      },
      'wrong',
      canBeForged,
    ],
    ['the key is disabled', { key: key({ isEnabled: false }) }, 'wrong', /^the key .* is disabled/],
    [
      'the key is an AWS managed key',
      { key: key({ isCustomerManaged: false }) },
      'wrong',
      /^the key .* is an AWS managed key/,
    ],
    [
      'the key denies access to CloudWatch and SNS',
      { key: key({ policy: policies.key(['ses.amazonaws.com']) }) },
      'wrong',
      /denies access to sns\.amazonaws\.com, cloudwatch\.amazonaws\.com:/,
    ],
    [
      'the subscription of the queue is not confirmed',
      { subscription: { ...subscription, isConfirmed: false } },
      'wrong',
      /is not confirmed: feedback is lost$/,
    ],
    [
      'undelivered messages are lost',
      { subscription: { ...subscription, hasDeadLetterQueue: false } },
      'wrong',
      /has no dead-letter queue/,
    ],
    ['messages are raw', { subscription: { ...subscription, isRaw: true } }, 'note', /delivers raw messages/],
  ])('has one problem if %s', (_problem, fields, status, message) => {
    expect(diagnoseChange(withTopic(fields))).toEqual(onlyProblem(status, 'bounces', message));
  });

  test('has one problem if the queue is not subscribed', () => {
    const { subscription: _none, ...unsubscribed } = topic(own);
    const changed = withStream('bounces', { topics: [unsubscribed] });
    expect(diagnoseChange(changed)).toEqual(
      onlyProblem('wrong', 'bounces', /^the queue is not subscribed to topic .*: feedback is lost$/),
    );
  });

  test('may have no key, and the policy that SNS gives a new topic', () => {
    const { key: _none, ...unencrypted } = topic(own, { policy: policies.ofNewTopic(own) });
    expect(diagnoseChange(withStream('bounces', { topics: [unencrypted] }))).toEqual(noProblems);
  });

  test("of the stack has to accept other configuration sets that publish to it, not only the stack's", () => {
    const onlyOwnSet = topic(own, {
      policy: policies.topic(own, [ses('configuration-set/ses-feedback-prod'), ses('identity/*')]),
    });
    const changed = withStream('bounces', { topics: [onlyOwnSet] });
    const configurationSets = inspected([configurationSet(), configurationSet({ name: 'marketing' })]);
    const { problems } = diagnoseChange({ ...changed, configurationSets });
    expect(problems.map(({ resource, message }) => [resource, message.split(' topic')[0]])).toEqual([
      ['bounces', 'SES is not allowed to publish to'],
    ]);
  });
});

describe('an adopted topic', () => {
  const users = inspected([identity({ bounceTopic: adoptedTopic }), identity({ name: 'news@shop.example.com' })]);
  const withAdopted = (fields: Parameters<typeof topic>[1] = {}, others = {}) =>
    withStream(
      'bounces',
      { topics: [topic(own), topic(adoptedTopic, fields)] },
      { stack: stackWithAdoptedTopic, identities: users, ...others },
    );
  const onlyShop = policies.topic(adoptedTopic, [ses('identity/shop.example.com')]);

  test('has to accept only the identity that uses it', () => {
    expect(diagnoseChange(withAdopted({ policy: onlyShop }))).toEqual(noProblems);
  });

  test('does not have to accept any identity if none uses it', () => {
    const { identities } = inventory();
    const unused = withAdopted({ policy: policies.topic(adoptedTopic, []) }, { identities });
    expect(diagnoseChange(unused)).toEqual(noProblems);
  });

  test('needs a key that grants access to SES only', () => {
    const sesOnly = key({ policy: policies.key(['ses.amazonaws.com']) });
    const snsOnly = key({ policy: policies.key(['sns.amazonaws.com']) });
    expect(diagnoseChange(withAdopted({ key: sesOnly }))).toEqual(noProblems);
    expect(diagnoseChange(withAdopted({ key: snsOnly }))).toEqual(
      onlyProblem('wrong', 'bounces', /denies access to ses\.amazonaws\.com:/),
    );
  });

  test('is wrong if it accepts a domain, but not an email address of it that uses the topic', () => {
    const identities = inspected([
      identity({ bounceTopic: adoptedTopic }),
      identity({ name: 'news@shop.example.com', bounceTopic: adoptedTopic }),
    ]);
    const result = diagnoseChange(withAdopted({ policy: onlyShop }, { identities }));
    expect(result).toEqual(
      onlyProblem('wrong', 'bounces', /^SES is not allowed to publish to topic .*:adopted-bounces:/),
    );
  });

  test('is wrong if it does not accept a configuration set that publishes to it', () => {
    const news = configurationSet({
      name: 'news',
      destinations: [{ topic: adoptedTopic, isEnabled: true, types: ['BOUNCE', 'COMPLAINT'] }],
    });
    const disabled = { ...news, destinations: news.destinations.map((one) => ({ ...one, isEnabled: false })) };
    const withSet = (set: typeof news) =>
      diagnoseChange(withAdopted({ policy: onlyShop }, { configurationSets: inspected([configurationSet(), set]) }))
        .problems;
    expect(withSet(news).map(({ message }) => message)).toEqual([
      expect.stringMatching(/^SES is not allowed to publish to topic/),
    ]);
    expect(withSet(disabled).map(({ resource }) => resource)).toEqual(['configuration set news']);
  });

  test('is wrong if anyone may publish to it, or if the queue does not accept its messages', () => {
    const open = policyOf({ Effect: 'Allow', Principal: '*', Action: 'sns:Publish', Resource: '*' });
    const notAccepted = withStream(
      'bounces',
      { queuePolicy: policies.queue(sqs('ses-feedback-prod-bounces'), [own]) },
      { stack: stackWithAdoptedTopic, identities: users },
    );
    expect(diagnoseChange(withAdopted({ policy: open }))).toEqual(onlyProblem('wrong', 'bounces', canBeForged));
    expect(diagnoseChange(notAccepted)).toEqual(
      onlyProblem('wrong', 'bounces', /^the queue does not accept messages from topic .*:adopted-bounces:/),
    );
  });

  test('is not wrong because the identities that use it cannot be inspected', () => {
    const result = diagnoseChange(withAdopted({ policy: onlyShop }, { identities: denied }));
    expect(result.problems.map(({ resource }) => resource)).toEqual(['identities']);
  });

  test('does not connect an identity that does not use it', () => {
    const identities = inspected([identity({ bounceTopic: adoptedTopic }), unconnected('new.example.com')]);
    const result = diagnoseChange(withAdopted({ policy: onlyShop }, { identities }));
    expect(result.problems.map(({ resource }) => resource)).toEqual(['identity new.example.com']);
  });
});
