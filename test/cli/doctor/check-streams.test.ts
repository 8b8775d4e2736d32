import { streams } from '../../../cli/stack/stack.ts';
import {
  adoptedTopic,
  configurationSet,
  denied,
  diagnoseChange,
  identity,
  inspected,
  inventory,
  key,
  onlyProblem,
  policies,
  policyOf,
  ses,
  sqs,
  stack,
  stackWithAdoptedTopic,
  streamDetails,
  subscriptionArn,
  topic,
  unconnected,
  withStream,
} from '../stack/inventory-fixture.ts';

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

describe.each(streams)('the queue of %s', (stream) => {
  const logs = stream === 'volume' ? /-f volume\b/ : /-f (bounce|complaint)\b/;
  const queue = sqs(`ses-feedback-prod-${stream}`);
  const rejected = onlyProblem('wrong', stream, /^the queue does not accept messages from topic .*:/);

  test('has to accept messages from its topic', () => {
    const changed = withStream(stream, { queuePolicy: policies.queue(queue, [adoptedTopic]) });
    expect(diagnoseChange(changed)).toEqual(rejected);
  });

  test('has to have a policy for itself', () => {
    const changed = withStream(stream, { queuePolicy: policies.queue(sqs('another'), stack.topics[stream]) });
    expect(diagnoseChange(changed)).toEqual(rejected);
  });

  test('must not have dead letters', () => {
    const one = diagnoseChange(withStream(stream, { deadLetters: 1 }));
    const more = diagnoseChange(withStream(stream, { deadLetters: 23 }));
    const redrive = new RegExp(`--source-arn ${queue}-dlq --destination-arn ${queue} --region eu-west-1$`);
    expect(one).toEqual(onlyProblem('wrong', stream, /^1 message is in the dead-letter queue/, redrive));
    expect(more).toEqual(onlyProblem('wrong', stream, /^23 messages are in the dead-letter queue/, logs));
  });

  test('must not have messages that wait for more than five minutes', () => {
    const ages = [0, 300, 301].map((oldestSeconds) => diagnoseChange(withStream(stream, { oldestSeconds })));
    const late = onlyProblem('wrong', stream, /^the oldest message has been waiting for 5 minutes:/, logs);
    expect(ages).toEqual([noProblems, noProblems, late]);
  });

  test('is ok if CloudWatch has no age of the oldest message', () => {
    const { oldestSeconds: _none, ...idle } = streamDetails(stream);
    const healthy = inventory();
    expect(diagnoseChange({ ...healthy, streams: { ...healthy.streams, [stream]: inspected(idle) } })).toEqual(
      noProblems,
    );
  });

  test('is unknown, with the reason, if it cannot be inspected', () => {
    const healthy = inventory();
    const result = diagnoseChange({ ...healthy, streams: { ...healthy.streams, [stream]: denied } });
    expect(result).toEqual(onlyProblem('unknown', stream, /^check failed: AccessDeniedException/));
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
