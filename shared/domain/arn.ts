/**
 * The parts of an Amazon Resource Name. A global resource has an empty Region, and one of AWS or of S3 an empty
 * account.
 */
export type Arn = {
  /** `aws`, `aws-cn`, `aws-us-gov`, … */
  readonly partition: string;
  readonly service: string;
  readonly region: string;
  readonly account: string;
  /** All the rest, such as `function:my-function` or `identity/example.com`. */
  readonly resource: string;
};

const pattern = /^arn:(?<partition>[^:]+):(?<service>[^:]+):(?<region>[^:]*):(?<account>[^:]*):(?<resource>.+)$/;

/**
 * Returns the parts of an ARN, or `undefined` if the text is not an ARN.
 *
 * @example parseArn('arn:aws:sns:eu-west-1:123456789012:alarms')?.resource // 'alarms'
 */
export function parseArn(text: string): Arn | undefined {
  const parts = pattern.exec(text)?.groups as Arn | undefined;
  return parts && { ...parts };
}

/**
 * Returns the parts of a Lambda function's own ARN, which names the account and the Region it runs in. A local
 * invocation has no ARN; the result is `undefined` then.
 */
export function parseFunctionArn(functionArn: string | undefined): Arn | undefined {
  // Stryker disable next-line StringLiteral: every text that is not an ARN has the same result
  const arn = parseArn(functionArn ?? '');
  return arn?.service === 'lambda' && /^\d{12}$/.test(arn.account) ? arn : undefined;
}

/**
 * Returns the ARN of an SNS topic. A topic that is given by its name, not by its ARN, is in the account and the Region
 * of `neighbor`. The configuration uses names, because `sls invoke local` cannot resolve references to ARNs.
 *
 * @example topicArnOf('alarms', { partition: 'aws', region: 'eu-west-1', account: '123456789012' })
 */
export function topicArnOf(topic: string, neighbor: Pick<Arn, 'partition' | 'region' | 'account'>): string {
  if (topic.startsWith('arn:')) return topic;
  return `arn:${neighbor.partition}:sns:${neighbor.region}:${neighbor.account}:${topic}`;
}
