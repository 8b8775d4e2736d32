import { canOthersPublish, canSesPublish, canTopicSend, isAdopted, topicKeyProblem } from '../stack/delivery.ts';
import type { StackInventory, StreamDetails, TopicDetails } from '../stack/inventory.ts';
import { commandsFor, type Stack, type Stream } from '../stack/stack.ts';
import type { Problem } from './finding.ts';
import { checkFailed, type DoctorCheck, findProblems } from './run-checks.ts';

type Subject = TopicDetails & {
  readonly stack: Stack;
  readonly stream: StreamDetails;
  /** Resources of SES that publish to the topic, as the ends of their ARNs. */
  readonly publishers: readonly string[];
};

/** CloudFormation does not repair what was changed outside it. */
const restorePolicy = ({ arn, stack }: Subject) =>
  isAdopted(arn, stack)
    ? 'change the topic policy to match resources/topics.yml'
    : 'restore the topic policy from resources/topics.yml in the AWS console';

/** CloudFormation does not notice that a topic was deleted. Under another name it creates the topic and all that uses it. */
function replaceTopic({ arn, stack }: Subject): string {
  const { deploy, connect } = commandsFor(stack);
  if (isAdopted(arn, stack)) return `remove it from the params in serverless.yml, then run: ${deploy}`;
  return `choose another name under custom.topics in serverless.yml, then run: ${deploy}; then, for each identity: ${connect} --identity <name>`;
}

const redrivePolicy = ({ deadLetterQueueArn }: StreamDetails) =>
  JSON.stringify({ deadLetterTargetArn: deadLetterQueueArn });

function subscribe({ arn, stream, stack }: Subject): string {
  const attributes = JSON.stringify({ RedrivePolicy: redrivePolicy(stream) });
  return `aws sns subscribe --topic-arn ${arn} --protocol sqs --notification-endpoint ${stream.queueArn} --attributes '${attributes}' --region ${stack.region}`;
}

const setSubscription = ({ subscription, stack }: Subject, name: string, value: string) =>
  `aws sns set-subscription-attributes --subscription-arn ${subscription?.arn} --attribute-name ${name} --attribute-value '${value}' --region ${stack.region}`;

const missingTopicChecks: readonly DoctorCheck<Subject>[] = [
  {
    status: 'wrong',
    condition: ({ isMissing = false }) => isMissing,
    message: ({ arn }) => `topic ${arn} does not exist: feedback is lost`,
    fix: replaceTopic,
  },
];

const policyChecks: readonly DoctorCheck<Subject>[] = [
  {
    status: 'wrong',
    condition: (topic) => !topic.publishers.every((publisher) => canSesPublish(topic, publisher, topic.stack)),
    message: ({ arn }) =>
      `SES is not allowed to publish to topic ${arn}: feedback is lost, and SES removes the topic from identities that use it`,
    fix: restorePolicy,
  },
  {
    status: 'wrong',
    condition: (topic) => canOthersPublish(topic, topic.stack),
    message: ({ arn }) =>
      `the policy of topic ${arn} allows publishers other than SES for this account: feedback can be forged`,
    fix: restorePolicy,
  },
];

const deliveryChecks: readonly DoctorCheck<Subject>[] = [
  {
    status: 'wrong',
    condition: (topic) => topicKeyProblem(topic, topic.stack) !== undefined,
    message: (topic) => topicKeyProblem(topic, topic.stack) ?? '',
    fix: 'grant access as in resources/encryption-key.yml, or use another key (encryptionKey under params in serverless.yml)',
  },
  {
    status: 'wrong',
    condition: ({ subscription }) => subscription === undefined,
    message: ({ arn }) => `the queue is not subscribed to topic ${arn}: feedback is lost`,
    fix: subscribe,
  },
  {
    status: 'wrong',
    condition: ({ subscription }) => subscription?.isConfirmed === false,
    message: ({ arn }) => `the subscription of the queue to topic ${arn} is not confirmed: feedback is lost`,
    fix: subscribe,
  },
  {
    status: 'note',
    condition: ({ subscription }) => subscription?.isRaw === true,
    message: ({ arn }) =>
      `topic ${arn} delivers raw messages: the topic and the arrival time of each message are unknown`,
    fix: (topic) => setSubscription(topic, 'RawMessageDelivery', 'false'),
  },
  {
    status: 'wrong',
    condition: ({ subscription }) => subscription?.hasDeadLetterQueue === false,
    message: ({ arn }) => `the subscription to topic ${arn} has no dead-letter queue: undelivered messages are lost`,
    fix: (topic) => setSubscription(topic, 'RedrivePolicy', redrivePolicy(topic.stream)),
  },
  {
    status: 'wrong',
    condition: ({ arn, stream, stack }) => !stream.missingQueues?.length && !canTopicSend(stream, arn, stack),
    message: ({ arn }) =>
      `the queue does not accept messages from topic ${arn}: feedback goes to the dead-letter queue`,
    fix: 'restore the queue policy from resources/queues.yml in the AWS console',
  },
];

type Users = Pick<StackInventory, 'stack' | 'identities' | 'configurationSets'>;

/** Finds problems of one topic: its policy, its key, and the subscription of the stream's queue. */
export function checkTopic(
  name: Stream,
  topic: TopicDetails,
  stream: StreamDetails,
  inventory: Users,
): readonly Problem[] {
  const { stack } = inventory;
  const subject = { ...topic, stack, stream, publishers: publishersTo(topic.arn, inventory) };
  // Nothing else can be checked on a topic that does not exist.
  if (topic.isMissing) return findProblems(missingTopicChecks, name, subject);
  const isKeyUnknown = topic.key !== undefined && 'error' in topic.key;
  return [
    ...findProblems(policyChecks, name, subject),
    ...(isKeyUnknown ? [checkFailed(name, `${topic.key.error} (key of topic ${topic.arn})`)] : []),
    ...findProblems(deliveryChecks, name, subject),
  ];
}

/**
 * Returns the resources of SES that have to be allowed to publish to the topic: those that use it. A topic of the stack also
 * has to accept identities that are connected later, and the stack's configuration set.
 */
function publishersTo(arn: string, { stack, identities, configurationSets }: Users): readonly string[] {
  const identityUsers = ('value' in identities ? identities.value : []).flatMap(
    ({ name, bounceTopic, complaintTopic }) => ([bounceTopic, complaintTopic].includes(arn) ? `identity/${name}` : []),
  );
  const setUsers = ('value' in configurationSets ? configurationSets.value : []).flatMap(({ name, destinations }) =>
    destinations.some(({ isEnabled, topic }) => isEnabled && topic === arn) ? `configuration-set/${name}` : [],
  );
  const users = [...identityUsers, ...setUsers];
  return isAdopted(arn, stack)
    ? users
    : ['identity/any.example', `configuration-set/${stack.configurationSet}`, ...users];
}
