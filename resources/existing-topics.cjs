// Existing topics that the stack does not change: the queue of their stream is subscribed to them and admits them.
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

// The same settings as for the stack's own topic in resources/queues.yml.
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

// A hash of the ARN only, so that adding a topic does not replace the subscriptions of the others.
const hash = (arn) => createHash('sha256').update(arn).digest('hex').slice(0, 8);
