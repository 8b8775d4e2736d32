import { readFileSync } from 'node:fs';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { parse } from 'yaml';

type Statement = { readonly Action?: string | readonly string[]; readonly Resource?: unknown };
const resources = parse(readFileSync('resources/access.yml', 'utf8'), { logLevel: 'error', merge: true }).Resources;
/** Returns the actions that a policy of resources/access.yml allows. */
export const actionsOf = (policy: string): Set<string> =>
  new Set(
    resources[policy].Properties.PolicyDocument.Statement.flatMap(({ Action = [] }: Statement) => [Action].flat()),
  );

/** The actions that IAM checks for a call, where they have other names. Transactions need the actions of their items. */
const checkedActions: Readonly<Record<string, readonly string[]>> = {
  'dynamodb:TransactWriteItems': ['dynamodb:PutItem'],
  // Every identity may call it, whatever its policies say.
  'sts:GetCallerIdentity': [],
};
const services: Readonly<Record<string, string>> = {
  DynamoDB: 'dynamodb',
  SESv2: 'ses',
  SES: 'ses',
  SQS: 'sqs',
  SNS: 'sns',
  STS: 'sts',
  CloudFormation: 'cloudformation',
  CloudWatch: 'cloudwatch',
  Lambda: 'lambda',
  KMS: 'kms',
};

type Client = { readonly config: { readonly serviceId: string } };
type Send = (this: Client, command: object, ...rest: unknown[]) => unknown;

/** Does work, and returns its result and the actions that the calls of the SDK in it need. */
export async function actionsDuring<Result>(
  work: () => Promise<Result>,
): Promise<{ readonly result: Result; readonly actions: string[] }> {
  const calls = new Set<string>();
  // All clients of the SDK inherit this method.
  const base: { send: Send } = Object.getPrototypeOf(DynamoDBClient.prototype);
  const { send } = base;
  base.send = function record(command, ...rest) {
    const service = services[this.config.serviceId];
    if (service === undefined) throw new Error(`The service ${this.config.serviceId} has no name in IAM here: add it.`);
    calls.add(`${service}:${command.constructor.name.replace(/Command$/, '')}`);
    return send.call(this, command, ...rest);
  };
  try {
    const result = await work();
    return { result, actions: [...calls].flatMap((call) => checkedActions[call] ?? call).sort() };
  } finally {
    base.send = send;
  }
}
