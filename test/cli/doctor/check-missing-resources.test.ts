import {
  denied,
  faultsOf,
  known,
  only,
  sight,
  stack,
  streamSight,
  topic,
  withStream,
} from '../stack/inventory-fixture.ts';

const own = stack.topics.bounces[0];

test('a topic or a queue that is gone is told, and nothing else of it', () => {
  const bounces = streamSight('bounces');
  const goneTopic = withStream('bounces', { topics: [{ arn: own, isMissing: true, policy: '' }] });
  expect(faultsOf(goneTopic)).toEqual(
    only(
      'wrong',
      'bounces',
      /^the topic .*-bounces is gone/,
      /^give it another name under custom\.topics in serverless\.yml/,
    ),
  );
  const url = stack.queues.bounces;
  const goneQueue = withStream('bounces', { ...bounces, missingQueues: [url], queuePolicy: '' });
  expect(faultsOf(goneQueue)).toEqual(
    only(
      'wrong',
      'bounces',
      /^the queue https.*-bounces is gone/,
      /^aws sqs create-queue --queue-name ses-feedback-prod-bounces /,
    ),
  );
});

test('a key that cannot be looked at leaves the rest of the stream to be looked at', () => {
  const dark = { ...topic(own), key: denied };
  const found = faultsOf(withStream('bounces', { topics: [dark], deadLetters: 1 }));
  expect(found.amiss.map(({ status }) => status)).toEqual(['unknown', 'wrong']);
});

test('a queue that triggers nothing, or whose trigger is off, is told with the command that mends it', () => {
  const off = withStream('bounces', { triggers: [{ id: 'mapping-1', isEnabled: false }] });
  expect(faultsOf(off)).toEqual(
    only(
      'wrong',
      'bounces',
      /^its function is not triggered/,
      /update-event-source-mapping --uuid mapping-1 --enabled/,
    ),
  );
  expect(faultsOf(withStream('bounces', { triggers: [] }))).toEqual(
    only(
      'wrong',
      'bounces',
      /^no function is triggered by the queue/,
      /^aws lambda create-event-source-mapping --function-name ses-feedback-prod-bounce /,
    ),
  );
});

test('a table that is gone is told', () => {
  const found = faultsOf(sight({ missingTables: known(['ses-feedback-prod-suppressions']) }));
  expect(found).toEqual(only('wrong', 'tables', /^ses-feedback-prod-suppressions is gone/, /^restore it/));
});
