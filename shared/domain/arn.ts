/**
 * A topic's ARN from its name, in the account and Region of a function: `sls invoke local` cannot resolve references, so names are
 * literal.
 */
export function topicArnOf(topic: string, functionArn: string): string {
  if (topic.startsWith('arn:')) return topic;
  const [, partition = 'aws', , region = '', account = ''] = functionArn.split(':');
  return `arn:${partition}:sns:${region}:${account}:${topic}`;
}
