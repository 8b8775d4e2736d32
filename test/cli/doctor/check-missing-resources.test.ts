import {
  denied,
  diagnoseChange,
  inspected,
  onlyProblem,
  inventory,
  stack,
  streamDetails,
  topic,
  withStream,
} from '../stack/inventory-fixture.ts';

const own = stack.topics.bounces[0];

test('a topic or a queue that is gone is told, and nothing else of it', () => {
  const bounces = streamDetails('bounces');
  const goneTopic = withStream('bounces', { topics: [{ arn: own, isMissing: true, policy: '' }] });
  expect(diagnoseChange(goneTopic)).toEqual(
    onlyProblem(
      'wrong',
      'bounces',
      /^the topic .*-bounces is gone/,
      /^give it another name under custom\.topics in serverless\.yml/,
    ),
  );
  const url = stack.queues.bounces;
  const goneQueue = withStream('bounces', { ...bounces, missingQueues: [url], queuePolicy: '' });
  expect(diagnoseChange(goneQueue)).toEqual(
    onlyProblem(
      'wrong',
      'bounces',
      /^the queue https.*-bounces is gone/,
      /^aws sqs create-queue --queue-name ses-feedback-prod-bounces /,
    ),
  );
});

test('a key that cannot be looked at leaves the rest of the stream to be looked at', () => {
  const dark = { ...topic(own), key: denied };
  const found = diagnoseChange(withStream('bounces', { topics: [dark], deadLetters: 1 }));
  expect(found.problems.map(({ status }) => status)).toEqual(['unknown', 'wrong']);
});

test('a queue that triggers nothing, or whose trigger is off, is told with the command that mends it', () => {
  const off = withStream('bounces', { triggers: [{ id: 'mapping-1', isEnabled: false }] });
  expect(diagnoseChange(off)).toEqual(
    onlyProblem(
      'wrong',
      'bounces',
      /^its function is not triggered/,
      /update-event-source-mapping --uuid mapping-1 --enabled/,
    ),
  );
  expect(diagnoseChange(withStream('bounces', { triggers: [] }))).toEqual(
    onlyProblem(
      'wrong',
      'bounces',
      /^no function is triggered by the queue/,
      /^aws lambda create-event-source-mapping --function-name ses-feedback-prod-bounce /,
    ),
  );
});

test('a table that is gone is told', () => {
  const found = diagnoseChange(inventory({ missingTables: inspected(['ses-feedback-prod-suppressions']) }));
  expect(found).toEqual(onlyProblem('wrong', 'tables', /^ses-feedback-prod-suppressions is gone/, /^restore it/));
});
