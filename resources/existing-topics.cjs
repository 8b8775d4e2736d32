// Topics that exist already and are not ours to change: the queue of their stream is subscribed to them, and lets them in.
const { createHash } = require('node:crypto');

const streams = {
  bounces: ['Bounces', 'bounceTopics'],
  complaints: ['Complaints', 'complaintTopics'],
  volume: ['Volume', 'volumeTopics'],
};

module.exports = async ({ resolveVariable }) => {
  const arns = {};
  for (const [stream, [, parameter]] of Object.entries(streams)) {
    arns[stream] = String(await resolveVariable(`param:${parameter}, ''`))
      .split(',')
      .flatMap((arn) => arn.trim() || []);
  }
  const lists = Object.entries(streams).map(([stream, [name]]) => [stream, [{ Ref: `${name}Topic` }, ...arns[stream]]]);
  const subscriptions = Object.entries(streams).flatMap(([stream, [name]]) =>
    arns[stream].map((arn) => [`${name}Subscription${hash(arn)}`, subscription(name, arn)]),
  );
  return { ...Object.fromEntries(lists), subscriptions: { Resources: Object.fromEntries(subscriptions) } };
};

// As resources/queues.yml has it for the topic of our own.
const subscription = (name, arn) => ({
  Type: 'AWS::SNS::Subscription',
  DependsOn: [`${name}QueuePolicy`, `${name}DeadLetterQueuePolicy`],
  Properties: {
    TopicArn: arn,
    Protocol: 'sqs',
    Endpoint: { 'Fn::GetAtt': [`${name}Queue`, 'Arn'] },
    RawMessageDelivery: false,
    RedrivePolicy: { deadLetterTargetArn: { 'Fn::GetAtt': [`${name}DeadLetterQueue`, 'Arn'] } },
  },
});

// Of the ARN alone, so that another topic in the list changes no subscription.
const hash = (arn) => createHash('sha256').update(arn).digest('hex').slice(0, 8);
