import type { StackInventory, StreamDetails, TopicDetails } from '../stack/inventory.ts';
import { describeKeyProblem, type KeyDetails } from '../stack/kms-key.ts';
import { allows } from '../stack/resource-policy.ts';
import { commandsFor, type Stack, type Stream, streams } from '../stack/stack.ts';
import { type Finding, note, ok, okUnlessFound, unknown, wrong } from './finding.ts';

type Streams = Pick<StackInventory, 'stack' | 'streams' | 'identities' | 'configurationSets'>;

/** The way of feedback from SES to our functions: topics, keys, subscriptions, queues and what has piled up in them. */
export function checkStreams({ stack, streams: found, identities, configurationSets }: Streams): Finding[] {
  const users = usersOfTopics(identities, configurationSets);
  return streams.flatMap((stream) => {
    const known = found[stream];
    if ('error' in known) return [unknown(stream, known.error)];
    const findings = [
      ...known.value.topics.flatMap((topic) => checkTopic(stream, topic, known.value, stack, users)),
      ...checkQueue(stream, known.value, stack),
    ];
    return okUnlessFound(findings, ok(stream, 'what SES publishes comes to its function, and nothing is left behind'));
  });
}

/** Whether what an identity publishes to the topic comes to our function: forwarding by e-mail may be switched off then. */
export function isDelivered(topic: TopicDetails, identity: string, sight: StreamDetails, stack: Stack): boolean {
  return (
    letsSesIn(topic, `identity/${identity}`, stack) &&
    (topic.key === undefined ||
      ('value' in topic.key && faultOfTopicKey(topic.key.value, topic.arn, stack) === undefined)) &&
    topic.isMissing === undefined &&
    topic.subscription?.isConfirmed === true &&
    letsTopicIn(sight, topic.arn, stack)
  );
}

/** What publishes to a topic, as ARNs of SES end. */
type User = { readonly topic: string | undefined; readonly name: string };

function usersOfTopics(
  identities: StackInventory['identities'],
  configurationSets: StackInventory['configurationSets'],
): User[] {
  const named = 'value' in identities ? identities.value : [];
  const sets = 'value' in configurationSets ? configurationSets.value : [];
  return [
    ...named.flatMap(({ name, bounceTopic, complaintTopic }) =>
      [bounceTopic, complaintTopic].map((topic) => ({ topic, name: `identity/${name}` })),
    ),
    ...sets.flatMap(({ name, destinations }) =>
      destinations.flatMap(({ isEnabled, topic }) => (isEnabled ? { topic, name: `configuration-set/${name}` } : [])),
    ),
  ];
}

function checkTopic(
  stream: Stream,
  topic: TopicDetails,
  sight: StreamDetails,
  stack: Stack,
  users: readonly User[],
): (Finding | undefined)[] {
  const { arn, key, subscription } = topic;
  if (topic.isMissing) return [wrong(stream, `the topic ${arn} is gone: feedback is lost`, goneFix(arn, stack))];
  const named = users.flatMap((user) => (user.topic === arn ? user.name : []));
  // Ours is there for all that may come; of an adopted one, only who uses it has to be let in.
  const publishers = isAdopted(arn, stack)
    ? named
    : ['identity/any.example', `configuration-set/${stack.configurationSet}`, ...named];
  const mend = isAdopted(arn, stack) ? 'change its policy to what resources/topics.yml says' : putBack('topics');
  const keyFault = key && 'value' in key ? faultOfTopicKey(key.value, arn, stack) : undefined;
  return [
    publishers.every((publisher) => letsSesIn(topic, publisher, stack))
      ? undefined
      : wrong(stream, `SES may not publish to the topic ${arn}, and takes it off the identities that use it`, mend),
    letsStrangersIn(topic, stack)
      ? wrong(
          stream,
          `the policy of the topic ${arn} lets others than SES for this account publish: feedback can be forged`,
          mend,
        )
      : undefined,
    key && 'error' in key ? unknown(stream, `${key.error} (the key of ${arn})`) : undefined,
    keyFault === undefined
      ? undefined
      : wrong(
          stream,
          keyFault,
          'let them in as resources/encryption-key.yml does, or take another key (parameter encryptionKey)',
        ),
    subscription === undefined
      ? wrong(stream, `the queue is not subscribed to the topic ${arn}: feedback is lost`, subscribe(arn, sight, stack))
      : undefined,
    subscription?.isConfirmed === false
      ? wrong(
          stream,
          `the subscription of the queue to the topic ${arn} is not confirmed: feedback is lost`,
          subscribe(arn, sight, stack),
        )
      : undefined,
    subscription?.isRaw
      ? note(
          stream,
          `the topic ${arn} delivers raw messages: neither the topic nor the time of arrival is known`,
          setSubscription(subscription.arn, 'RawMessageDelivery', 'false', stack),
        )
      : undefined,
    subscription?.hasDeadLetterQueue === false
      ? wrong(
          stream,
          `the subscription to ${arn} has no dead-letter queue: what SNS cannot deliver is lost`,
          setSubscription(subscription.arn, 'RedrivePolicy', redriveTo(sight), stack),
        )
      : undefined,
    sight.missingQueues?.length || letsTopicIn(sight, arn, stack)
      ? undefined
      : wrong(
          stream,
          `the queue does not let the topic ${arn} in: feedback ends in the dead-letter queue`,
          putBack('queues'),
        ),
  ];
}

function checkQueue(stream: Stream, sight: StreamDetails, stack: Stack): (Finding | undefined)[] {
  const { deadLetters, deadLetterQueueArn, queueArn, triggers, oldestSeconds = 0, missingQueues = [] } = sight;
  const functionName = stream === 'volume' ? stream : stream.slice(0, -1);
  const logs = commandsFor(stack).logs(functionName);
  return [
    ...missingQueues.map((url) => wrong(stream, `the queue ${url} is gone: feedback is lost`, makeQueue(url, stack))),
    missingQueues.length === 0 && triggers.length === 0
      ? wrong(
          stream,
          'no function is triggered by the queue: messages wait, for 14 days at most',
          `aws lambda create-event-source-mapping --function-name ses-feedback-${stack.stage}-${functionName} --event-source-arn ${queueArn} --batch-size 10 --function-response-types ReportBatchItemFailures --region ${stack.region}`,
        )
      : undefined,
    ...triggers
      .filter(({ isEnabled }) => !isEnabled)
      .map(({ id }) =>
        wrong(
          stream,
          'its function is not triggered: messages wait, for 14 days at most',
          `aws lambda update-event-source-mapping --uuid ${id} --enabled --region ${stack.region}`,
        ),
      ),
    deadLetters > 0
      ? wrong(
          stream,
          `${deadLetters} ${deadLetters === 1 ? 'message lies' : 'messages lie'} in the dead-letter queue, for 14 days at most`,
          `see why (${logs}), then: aws sqs start-message-move-task --source-arn ${deadLetterQueueArn} --destination-arn ${queueArn} --region ${stack.region}`,
        )
      : undefined,
    oldestSeconds > 300
      ? wrong(
          stream,
          `the oldest message has waited for ${Math.round(oldestSeconds / 60)} minutes`,
          `see whether the function runs: ${logs}`,
        )
      : undefined,
  ];
}

/** CloudFormation does not see that a topic is gone: under another name it builds it, and all that hangs on it, anew. */
function goneFix(arn: string, stack: Stack): string {
  const { deploy, connect } = commandsFor(stack);
  if (isAdopted(arn, stack)) return `leave it out of the parameters in serverless.yml, then: ${deploy}`;
  return `give it another name under custom.topics in serverless.yml, then: ${deploy}; then ${connect} --identity <name>, for each`;
}

/** Not under another name: that would take the other queue of the stream away, with what waits in it. */
function makeQueue(url: string, { region }: Stack): string {
  const name = url.split('/').at(-1);
  return `aws sqs create-queue --queue-name ${name} --attributes MessageRetentionPeriod=1209600 --region ${region}, with its policy (resources/queues.yml)`;
}

/** CloudFormation does not mend what was changed by hand. */
const putBack = (what: 'topics' | 'queues') =>
  `put back its policy, as resources/${what}.yml has it, in the console of AWS`;

const redriveTo = ({ deadLetterQueueArn }: StreamDetails) =>
  JSON.stringify({ deadLetterTargetArn: deadLetterQueueArn });

function subscribe(topic: string, sight: StreamDetails, { region }: Stack): string {
  const attributes = JSON.stringify({ RedrivePolicy: redriveTo(sight) });
  return `aws sns subscribe --topic-arn ${topic} --protocol sqs --notification-endpoint ${sight.queueArn} --attributes '${attributes}' --region ${region}`;
}

const setSubscription = (arn: string, name: string, value: string, { region }: Stack) =>
  `aws sns set-subscription-attributes --subscription-arn ${arn} --attribute-name ${name} --attribute-value '${value}' --region ${region}`;

/** None of the stack's own. */
const isAdopted = (arn: string, { topics }: Stack) => streams.every((stream) => topics[stream][0] !== arn);

function faultOfTopicKey(key: KeyDetails, topic: string, stack: Stack): string | undefined {
  return describeKeyProblem(key, stack.account, isAdopted(topic, stack) ? ['ses.amazonaws.com'] : undefined);
}

const sesOf = (account: string, { partition, region }: Stack, topic: TopicDetails, publisher: string) => ({
  principal: 'ses.amazonaws.com',
  action: 'sns:Publish',
  resource: topic.arn,
  sourceAccount: account,
  sourceArn: `arn:${partition}:ses:${region}:${account}:${publisher}`,
});

function letsSesIn(topic: TopicDetails, publisher: string, stack: Stack): boolean {
  return allows(topic.policy, sesOf(stack.account, stack, topic, publisher));
}

function letsStrangersIn(topic: TopicDetails, stack: Stack): boolean {
  const account = '000000000000';
  const others = { ...sesOf(account, stack, topic, 'identity/any.example'), isStranger: true } as const;
  const anyone = { ...others, principal: 'anyone', sourceArn: `arn:aws:any:any:${account}:any` };
  return allows(topic.policy, others) || allows(topic.policy, anyone);
}

function letsTopicIn({ queuePolicy, queueArn }: StreamDetails, topic: string, { account }: Stack): boolean {
  return allows(queuePolicy, {
    principal: 'sns.amazonaws.com',
    action: 'sqs:SendMessage',
    resource: queueArn,
    sourceAccount: account,
    sourceArn: topic,
  });
}
