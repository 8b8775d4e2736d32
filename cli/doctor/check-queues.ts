import { formatQuantity } from '../io/format.ts';
import type { StreamDetails } from '../stack/inventory.ts';
import { commandsFor, type Stack, type Stream } from '../stack/stack.ts';
import type { Problem } from './finding.ts';
import { type DoctorCheck, findProblems } from './run-checks.ts';

/** Well above the usual delay of a few seconds. */
const maxAgeSeconds = 300;

type Subject = StreamDetails & { readonly name: Stream; readonly stack: Stack; readonly functionName: string };

const logs = ({ stack, functionName }: Subject) => commandsFor(stack).logs(functionName);

type Queue = { readonly url: string; readonly isMissing: boolean; readonly stack: Stack };

const missingQueueChecks: readonly DoctorCheck<Queue>[] = [
  {
    status: 'wrong',
    condition: ({ isMissing }) => isMissing,
    message: ({ url }) => `queue ${url} does not exist: feedback is lost`,
    // Not under another name: that would delete the other queue of the stream, with the messages in it.
    fix: ({ url, stack }) =>
      `aws sqs create-queue --queue-name ${url.split('/').at(-1)} --attributes MessageRetentionPeriod=1209600 --region ${stack.region}; ` +
      'then set its policy from resources/queues.yml',
  },
];

const triggerChecks: readonly DoctorCheck<{
  readonly id: string;
  readonly isEnabled: boolean;
  readonly stack: Stack;
}>[] = [
  {
    status: 'wrong',
    condition: ({ isEnabled }) => !isEnabled,
    message: 'the trigger of its function is disabled: messages wait, and expire after 14 days',
    fix: ({ id, stack }) => `aws lambda update-event-source-mapping --uuid ${id} --enabled --region ${stack.region}`,
  },
];

/** The settings of the triggers in serverless.yml. */
const feedbackTrigger = { batchSize: 500, windowSeconds: 1, concurrency: 2 };
const triggerSettings: Readonly<Record<Stream, typeof feedbackTrigger>> = {
  bounces: feedbackTrigger,
  complaints: feedbackTrigger,
  volume: { batchSize: 1000, windowSeconds: 10, concurrency: 3 },
};

function createTrigger({ name, queueArn, functionName, stack }: Subject): string {
  const { batchSize, windowSeconds, concurrency } = triggerSettings[name];
  return (
    `aws lambda create-event-source-mapping --function-name ses-feedback-${stack.stage}-${functionName} --event-source-arn ${queueArn} ` +
    `--batch-size ${batchSize} --maximum-batching-window-in-seconds ${windowSeconds} --scaling-config MaximumConcurrency=${concurrency} ` +
    `--function-response-types ReportBatchItemFailures --region ${stack.region}`
  );
}

const noTriggerChecks: readonly DoctorCheck<Subject>[] = [
  {
    status: 'wrong',
    condition: ({ missingQueues = [], triggers }) => missingQueues.length === 0 && triggers.length === 0,
    message: 'the queue triggers no function: messages wait, and expire after 14 days',
    fix: createTrigger,
  },
];

const backlogChecks: readonly DoctorCheck<Subject>[] = [
  {
    status: 'wrong',
    condition: ({ deadLetters }) => deadLetters > 0,
    message: ({ deadLetters }) =>
      `${formatQuantity(deadLetters, 'message is', 'messages are')} in the dead-letter queue, which keeps messages for 14 days`,
    fix: (stream) =>
      `find the cause (${logs(stream)}), then run: aws sqs start-message-move-task --source-arn ${stream.deadLetterQueueArn} --destination-arn ${stream.queueArn} --region ${stream.stack.region}`,
  },
  {
    status: 'wrong',
    condition: ({ oldestSeconds = 0 }) => oldestSeconds > maxAgeSeconds,
    message: ({ oldestSeconds = 0 }) =>
      `the oldest message has been waiting for ${Math.round(oldestSeconds / 60)} minutes: addresses are suppressed late`,
    fix: (stream) => `check that the function runs: ${logs(stream)}`,
  },
];

/** Finds problems of a stream's queues: whether they exist, trigger the function, and have no backlog. */
export function checkQueues(name: Stream, stream: StreamDetails, stack: Stack): readonly Problem[] {
  const functionName = name === 'volume' ? name : name.slice(0, -1);
  const subject = { ...stream, name, stack, functionName };
  const queues = [stack.queues[name], stack.deadLetterQueues[name]].map((url) => ({
    url,
    isMissing: stream.missingQueues?.includes(url) === true,
    stack,
  }));
  return [
    ...queues.flatMap((queue) => findProblems(missingQueueChecks, name, queue)),
    ...findProblems(noTriggerChecks, name, subject),
    ...stream.triggers.flatMap((trigger) => findProblems(triggerChecks, name, { ...trigger, stack })),
    ...findProblems(backlogChecks, name, subject),
  ];
}
