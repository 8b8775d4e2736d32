import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { root } from '../../support/run.ts';
import { denied, inspected, inventory, stack, streamDetails, topic, withStream } from '../stack/inventory-fixture.ts';
import { diagnoseChange, onlyProblem } from './diagnose-change.ts';

type Trigger = Readonly<
  Record<'batchSize' | 'maximumBatchingWindow' | 'maximumConcurrency', number> & { functionResponseType: string }
>;
const { functions } = parse(readFileSync(path.join(root, 'serverless.yml'), 'utf8'), {
  logLevel: 'error',
  merge: true,
}) as { functions: Record<'bounce' | 'complaint' | 'volume', { events: [{ sqs: Trigger }] }> };

const own = stack.topics.bounces[0];

test('a missing topic or queue is reported, and none of its other problems', () => {
  const missingTopic = withStream('bounces', { topics: [{ arn: own, isMissing: true, policy: '' }] });
  expect(diagnoseChange(missingTopic)).toEqual(
    onlyProblem(
      'wrong',
      'bounces',
      /^topic .*-bounces does not exist/,
      /^choose another name under custom\.topics in serverless\.yml/,
    ),
  );
  const details = streamDetails('bounces', { missingQueues: [stack.queues.bounces], queuePolicy: '' });
  expect(diagnoseChange(withStream('bounces', details))).toEqual(
    onlyProblem(
      'wrong',
      'bounces',
      /^queue https.*-bounces does not exist/,
      /^aws sqs create-queue --queue-name ses-feedback-prod-bounces /,
    ),
  );
});

test('a key that cannot be inspected does not hide other problems of the stream', () => {
  const unreadableKey = { ...topic(own), key: denied };
  const { problems } = diagnoseChange(withStream('bounces', { topics: [unreadableKey], deadLetters: 1 }));
  expect(problems.map(({ status }) => status)).toEqual(['unknown', 'wrong']);
});

test('a disabled or missing trigger is reported with the command that restores it', () => {
  const disabled = withStream('bounces', { triggers: [{ id: 'mapping-1', isEnabled: false }] });
  expect(diagnoseChange(disabled)).toEqual(
    onlyProblem(
      'wrong',
      'bounces',
      /^the trigger of its function is disabled/,
      /update-event-source-mapping --uuid mapping-1 --enabled/,
    ),
  );
  expect(diagnoseChange(withStream('bounces', { triggers: [] }))).toEqual(
    onlyProblem(
      'wrong',
      'bounces',
      /^the queue triggers no function/,
      /^aws lambda create-event-source-mapping --function-name ses-feedback-prod-bounce /,
    ),
  );
});

test.each([
  ['bounces', 'bounce'],
  ['complaints', 'complaint'],
  ['volume', 'volume'],
] as const)(
  'the command that restores the trigger of %s has the settings of serverless.yml',
  (stream, functionName) => {
    const { sqs } = functions[functionName].events[0];
    const { problems } = diagnoseChange(withStream(stream, { triggers: [] }));
    const options =
      `--batch-size ${sqs.batchSize} --maximum-batching-window-in-seconds ${sqs.maximumBatchingWindow} ` +
      `--scaling-config MaximumConcurrency=${sqs.maximumConcurrency} --function-response-types ${sqs.functionResponseType} `;
    expect(problems).toEqual([expect.objectContaining({ fix: expect.stringContaining(options) })]);
  },
);

test('a missing table is reported', () => {
  const result = diagnoseChange(inventory({ missingTables: inspected(['ses-feedback-prod-suppressions']) }));
  const message = /^table ses-feedback-prod-suppressions does not exist/;
  expect(result).toEqual(onlyProblem('wrong', 'tables', message, /^restore it/));
});
