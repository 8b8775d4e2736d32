import type { ConfigurationSetDetails, IdentityDetails, StreamDetails, TopicDetails } from './inventory.ts';
import { describeKeyProblem } from './kms-key.ts';
import { allows } from './resource-policy.ts';
import { belongsToStack, type Stack, streams } from './stack.ts';

/** Whether both topics that are set on the identity itself belong to the stack. */
export function hasStackTopics({ bounceTopic, complaintTopic }: IdentityDetails, stack: Stack): boolean {
  return belongsToStack(bounceTopic, stack) && belongsToStack(complaintTopic, stack);
}

/** Whether the configuration set publishes bounces and complaints to topics of the stack. */
export function isReporting(set: ConfigurationSetDetails, stack: Stack): boolean {
  return publishesTo(stack, set, 'BOUNCE') && publishesTo(stack, set, 'COMPLAINT');
}

/** Whether the configuration set publishes a type of event, such as `DELIVERY`, to a topic of the stack. */
export function publishesTo(stack: Stack, { destinations }: ConfigurationSetDetails, type: string): boolean {
  return destinations.some(
    ({ isEnabled, topic, types }) => isEnabled && belongsToStack(topic, stack) && types.includes(type),
  );
}

/** Whether a message that an identity publishes to the topic reaches the stream's queue. */
export function isDelivered(topic: TopicDetails, identity: string, stream: StreamDetails, stack: Stack): boolean {
  return (
    topic.isMissing === undefined &&
    canSesPublish(topic, `identity/${identity}`, stack) &&
    isKeyUsable(topic, stack) &&
    topic.subscription?.isConfirmed === true &&
    canTopicSend(stream, topic.arn, stack)
  );
}

/** Whether the topic existed before the stack, which subscribed its queue to it. */
export function isAdopted(topicArn: string, { topics }: Stack): boolean {
  return streams.every((stream) => topics[stream][0] !== topicArn);
}

/**
 * Whether the topic's policy lets SES publish for one of its resources in this account.
 * @param publisher the end of an SES ARN: `identity/example.com` or `configuration-set/news`
 */
export function canSesPublish(topic: TopicDetails, publisher: string, stack: Stack): boolean {
  return allows(topic.policy, publishRequest(topic, publisher, stack, stack.account));
}

/** Whether the topic's policy also lets SES publish for other accounts, or callers other than SES. */
export function canOthersPublish(topic: TopicDetails, stack: Stack): boolean {
  const account = '000000000000';
  const request = publishRequest(topic, 'identity/any.example', stack, account);
  const otherAccount = { ...request, isUntrusted: true } as const;
  const anyone = { ...otherAccount, principal: 'anyone', sourceArn: `arn:aws:any:any:${account}:any` };
  return allows(topic.policy, otherAccount) || allows(topic.policy, anyone);
}

function publishRequest({ arn }: TopicDetails, publisher: string, { partition, region }: Stack, account: string) {
  return {
    principal: 'ses.amazonaws.com',
    action: 'sns:Publish',
    resource: arn,
    sourceAccount: account,
    sourceArn: `arn:${partition}:ses:${region}:${account}:${publisher}`,
  };
}

/** Returns what is wrong with the topic's key; `undefined` if the key works, could not be inspected, or the topic has none. */
export function topicKeyProblem({ arn, key }: TopicDetails, stack: Stack): string | undefined {
  if (key === undefined || 'error' in key) return undefined;
  return describeKeyProblem(key.value, stack.account, isAdopted(arn, stack) ? ['ses.amazonaws.com'] : undefined);
}

/** A key that could not be inspected counts as unusable. */
function isKeyUsable(topic: TopicDetails, stack: Stack): boolean {
  return (topic.key === undefined || 'value' in topic.key) && topicKeyProblem(topic, stack) === undefined;
}

/** Whether the queue's policy accepts messages from the topic. */
export function canTopicSend({ queuePolicy, queueArn }: StreamDetails, topicArn: string, { account }: Stack): boolean {
  return allows(queuePolicy, {
    principal: 'sns.amazonaws.com',
    action: 'sqs:SendMessage',
    resource: queueArn,
    sourceAccount: account,
    sourceArn: topicArn,
  });
}
