import { streams } from '../../../cli/stack/stack.ts';
import {
  configurationSet,
  denied,
  diagnoseChange,
  identity,
  key,
  inspected,
  adoptedTopic,
  onlyProblem,
  policies,
  policyOf,
  ses,
  inventory,
  sqs,
  stack,
  streamDetails,
  subscriptionArn,
  topic,
  unconnected,
  stackWithAdoptedTopic,
  withStream,
} from '../stack/inventory-fixture.ts';

const own = stack.topics.bounces[0];
const subscription = { arn: subscriptionArn, isConfirmed: true, isRaw: false, hasDeadLetterQueue: true };
/** The stream of bounces, with its own topic changed. */
const withTopic = (fields: Parameters<typeof topic>[1]) => withStream('bounces', { topics: [topic(own, fields)] });

describe('a fault of a topic', () => {
  test.each<[string, Parameters<typeof topic>[1], 'wrong' | 'note', RegExp]>([
    ['SES may not publish', { policy: policyOf() }, 'wrong', /^SES may not publish to the topic .*-bounces,/],
    [
      'SES may not publish for the configuration set',
      { policy: policies.topic(own, [ses('identity/*')]) },
      'wrong',
      /^SES may not publish/,
    ],
    [
      'SES may publish for some identities alone',
      { policy: policies.topic(own, [ses('configuration-set/ses-feedback-prod'), ses('identity/*shop.example.com')]) },
      'wrong',
      /^SES may not publish/,
    ],
    [
      'SES may publish for anybody',
      { policy: policyOf({ Effect: 'Allow', Principal: '*', Action: 'sns:*', Resource: own }) },
      'wrong',
      /lets others than SES for this account publish: feedback can be forged$/,
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
      /feedback can be forged$/,
    ],
    [
      'people may publish, though SES for others may not',
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
      /feedback can be forged$/,
    ],
    ['its key is disabled', { key: key({ isEnabled: false }) }, 'wrong', /^the key .* is disabled/],
    ["its key is AWS's own", { key: key({ isCustomerManaged: false }) }, 'wrong', /^the key .* is AWS's own/],
    [
      'its key is shut to CloudWatch and SNS',
      { key: key({ policy: policies.key(['ses.amazonaws.com']) }) },
      'wrong',
      /does not let in sns\.amazonaws\.com, cloudwatch\.amazonaws\.com:/,
    ],
    [
      'the queue waits for its confirmation',
      { subscription: { ...subscription, isConfirmed: false } },
      'wrong',
      /is not confirmed: feedback is lost$/,
    ],
    [
      'what cannot be delivered is lost',
      { subscription: { ...subscription, hasDeadLetterQueue: false } },
      'wrong',
      /has no dead-letter queue/,
    ],
    ['messages are raw', { subscription: { ...subscription, isRaw: true } }, 'note', /delivers raw messages/],
  ])('%s: is told, and nothing else', (_fault, fields, status, says) => {
    expect(diagnoseChange(withTopic(fields))).toEqual(onlyProblem(status, 'bounces', says));
  });

  test('the queue is not subscribed: is told, and nothing else', () => {
    const { subscription: _none, ...alone } = topic(own);
    const changed = withStream('bounces', { topics: [alone] });
    expect(diagnoseChange(changed)).toEqual(onlyProblem('wrong', 'bounces', /^the queue is not subscribed to the topic/));
  });

  test('the policy SNS gives to a new topic is none, and neither is a topic without a key', () => {
    const { key: _none, ...plain } = topic(own, { policy: policies.ofNewTopic(own) });
    const noProblems = { problems: [], noLongerOk: [] };
    expect(diagnoseChange(withStream('bounces', { topics: [plain] }))).toEqual(noProblems);
  });
});

test('a configuration set that publishes to our topic, which lets in another alone, is told', () => {
  const narrow = topic(own, {
    policy: policies.topic(own, [ses('configuration-set/ses-feedback-prod'), ses('identity/*')]),
  });
  const marketing = configurationSet({ name: 'marketing' });
  const changed = withStream('bounces', { topics: [narrow] });
  const { problems } = diagnoseChange({ ...changed, configurationSets: inspected([configurationSet(), marketing]) });
  expect(problems.map(({ resource, message }) => [resource, message.split(' the topic')[0]])).toEqual([
    ['bounces', 'SES may not publish to'],
  ]);
});

describe.each(streams)('a fault of the queue of %s', (stream) => {
  const logs = stream === 'volume' ? /-f volume\b/ : /-f (bounce|complaint)\b/;
  const queue = sqs(`ses-feedback-prod-${stream}`);

  test('its topic is not let in', () => {
    const changed = withStream(stream, { queuePolicy: policies.queue(queue, [adoptedTopic]) });
    expect(diagnoseChange(changed)).toEqual(onlyProblem('wrong', stream, /^the queue does not let the topic .* in:/));
  });

  test('its policy is that of another queue', () => {
    const changed = withStream(stream, { queuePolicy: policies.queue(sqs('another'), stack.topics[stream]) });
    expect(diagnoseChange(changed)).toEqual(onlyProblem('wrong', stream, /^the queue does not let the topic .* in:/));
  });

  test('a message or more have failed', () => {
    const one = diagnoseChange(withStream(stream, { deadLetters: 1 }));
    const more = diagnoseChange(withStream(stream, { deadLetters: 23 }));
    const redrive = new RegExp(`--source-arn ${queue}-dlq --destination-arn ${queue} --region eu-west-1$`);
    expect(one).toEqual(onlyProblem('wrong', stream, /^1 message lies in the dead-letter queue/, redrive));
    expect(more).toEqual(onlyProblem('wrong', stream, /^23 messages lie in the dead-letter queue/, logs));
  });

  test('its messages wait for more than five minutes', () => {
    const ages = [0, 300, 301].map((oldestSeconds) => diagnoseChange(withStream(stream, { oldestSeconds })));
    const noProblems = { problems: [], noLongerOk: [] };
    const waits = onlyProblem('wrong', stream, /^the oldest message has waited for 5 minutes$/, logs);
    expect(ages).toEqual([noProblems, noProblems, waits]);
  });

  test('that CloudWatch has no word of its age is none', () => {
    const { oldestSeconds: _none, ...idle } = streamDetails(stream);
    const changed = inventory();
    const streamsOf = { ...changed.streams, [stream]: inspected(idle) };
    expect(diagnoseChange({ ...changed, streams: streamsOf })).toEqual({ problems: [], noLongerOk: [] });
  });

  test('that it could not be looked at is said with the reason', () => {
    const changed = inventory();
    const result = diagnoseChange({ ...changed, streams: { ...changed.streams, [stream]: denied } });
    expect(result).toEqual(onlyProblem('unknown', stream, /^could not be looked at: AccessDeniedException/));
  });
});

describe('a topic that was there before', () => {
  const users = inspected([identity({ bounceTopic: adoptedTopic }), identity({ name: 'news@shop.example.com' })]);
  const noProblems = { problems: [], noLongerOk: [] };
  const withOld = (fields: Parameters<typeof topic>[1] = {}, others = {}) =>
    withStream(
      'bounces',
      { topics: [topic(own), topic(adoptedTopic, fields)] },
      { stack: stackWithAdoptedTopic, identities: users, ...others },
    );
  const narrow = policies.topic(adoptedTopic, [ses('identity/shop.example.com')]);

  test('needs to let in only the identity that uses it', () => {
    expect(diagnoseChange(withOld({ policy: narrow }))).toEqual(noProblems);
  });

  test('needs to let in nobody, if nobody uses it', () => {
    const { identities } = inventory();
    expect(diagnoseChange(withOld({ policy: policies.topic(adoptedTopic, []) }, { identities }))).toEqual(noProblems);
  });

  test('needs a key that lets in SES, and nobody else', () => {
    const shared = key({ policy: policies.key(['ses.amazonaws.com']) });
    const shut = key({ policy: policies.key(['sns.amazonaws.com']) });
    expect(diagnoseChange(withOld({ key: shared }))).toEqual(noProblems);
    expect(diagnoseChange(withOld({ key: shut }))).toEqual(onlyProblem('wrong', 'bounces', /does not let in ses\.amazonaws\.com:/));
  });

  test('is at fault if it shuts out an address that uses it, whose domain it lets in', () => {
    const identities = inspected([
      identity({ bounceTopic: adoptedTopic }),
      identity({ name: 'news@shop.example.com', bounceTopic: adoptedTopic }),
    ]);
    const result = diagnoseChange(withOld({ policy: narrow }, { identities }));
    expect(result).toEqual(onlyProblem('wrong', 'bounces', /^SES may not publish to the topic .*:adopted-bounces,/));
  });

  test('is at fault if it shuts out a configuration set that publishes to it', () => {
    const news = configurationSet({
      name: 'news',
      destinations: [{ topic: adoptedTopic, isEnabled: true, types: ['BOUNCE', 'COMPLAINT'] }],
    });
    const paused = { ...news, destinations: news.destinations.map((one) => ({ ...one, isEnabled: false })) };
    const withSet = (set: typeof news) =>
      diagnoseChange(withOld({ policy: narrow }, { configurationSets: inspected([configurationSet(), set]) })).problems;
    expect(withSet(news).map(({ message }) => message)).toEqual([
      expect.stringMatching(/^SES may not publish to the topic/),
    ]);
    expect(withSet(paused).map(({ resource }) => resource)).toEqual(['configuration set news']);
  });

  test('is at fault if it lets everybody in, or the queue does not let it in', () => {
    const open = policyOf({ Effect: 'Allow', Principal: '*', Action: 'sns:Publish', Resource: '*' });
    const shut = withStream(
      'bounces',
      { queuePolicy: policies.queue(sqs('ses-feedback-prod-bounces'), [own]) },
      { stack: stackWithAdoptedTopic, identities: users },
    );
    expect(diagnoseChange(withOld({ policy: open }))).toEqual(onlyProblem('wrong', 'bounces', /feedback can be forged$/));
    expect(diagnoseChange(shut)).toEqual(onlyProblem('wrong', 'bounces', /^the queue does not let the topic .*:adopted-bounces in:/));
  });

  test('that is used by identities nobody could look at is at no fault', () => {
    const result = diagnoseChange(withOld({ policy: narrow }, { identities: denied }));
    expect(result.problems.map(({ resource }) => resource)).toEqual(['identities']);
  });

  test('is not ours to an identity that has no topic', () => {
    const identities = inspected([identity({ bounceTopic: adoptedTopic }), unconnected('new.example.com')]);
    const result = diagnoseChange(withOld({ policy: narrow }, { identities }));
    expect(result.problems.map(({ resource }) => resource)).toEqual(['identity new.example.com']);
  });
});
