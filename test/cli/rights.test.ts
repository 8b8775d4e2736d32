import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { parse } from 'yaml';
import { type Deployed, startDeployed } from '../support/deployed.ts';
import { bounce, hour } from '../support/ses.ts';
import { useSystem } from '../support/system.ts';

/** The AWS calls of each command, compared with the IAM policies of resources/access.yml. */

useSystem();
let deployed: Deployed;
beforeEach(async () => {
  deployed = await startDeployed();
  const sentAt = Date.now() - hour;
  await deployed.system.deliver([bounce({ to: 'ann@example.net', mailId: 'a', sentAt })]);
  deployed.queues.add('ses-feedback-prod-bounces-dead-letters', JSON.stringify(bounce()));
});
afterEach(() => deployed.close());

type Statement = { readonly Action?: string | readonly string[]; readonly Resource?: unknown };
const resources = parse(readFileSync('resources/access.yml', 'utf8'), { logLevel: 'error', merge: true }).Resources;
const actionsOf = (policy: string): Set<string> =>
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

/** Runs a command and returns the actions that its calls need. */
async function actionsOfCommand(...args: string[]): Promise<{ actions: string[]; code: number; stderr: string }> {
  const calls = new Set<string>();
  // All clients of the SDK inherit this method.
  const base: { send: Send } = Object.getPrototypeOf(DynamoDBClient.prototype);
  const { send } = base;
  base.send = function record(command, ...rest) {
    const service = services[this.config.serviceId];
    expect({ id: this.config.serviceId, service }).toMatchObject({ service: expect.any(String) });
    calls.add(`${service}:${command.constructor.name.replace(/Command$/, '')}`);
    return send.call(this, command, ...rest);
  };
  try {
    const { code, stderr } = await deployed.command(...args);
    return { code, stderr, actions: [...calls].flatMap((call) => checkedActions[call] ?? call).sort() };
  } finally {
    base.send = send;
  }
}

const list = () => {
  writeFileSync(path.join(deployed.folder, 'list.csv'), 'email,reason\nbob@example.net,bounce\n');
  return 'list.csv';
};

const support: readonly (readonly string[])[] = [
  ['status'],
  ['check', 'ann@example.net'],
  ['list'],
  ['list', '--count'],
  ['suppress', 'bob@example.net', '--note', 'x'],
  ['release', 'ann@example.net', '--note', 'x'],
  ['release', '--domain', 'example.net', '--note', 'x', '--yes'],
  ['history'],
  ['history', 'ann@example.net'],
  ['rates'],
  ['rates', '--by', 'provider'],
  ['stats'],
  ['backtest', '--from-ses'],
];
const operator: readonly (readonly string[])[] = [
  ...support,
  ['import', 'list.csv', '--note', 'x'],
  ['export'],
  ['export', '--hashed', 'out'],
  ['sync'],
  ['dlq', 'list'],
  ['dlq', 'replay', '--all'],
];

test.each(support.map((args) => [args.join(' '), args] as const))('support may run: %s', async (_name, args) => {
  const { actions, code, stderr } = await actionsOfCommand(...args);
  expect([0, 3]).toContain(code);
  expect(stderr).toBe('');
  expect(actions).not.toEqual([]);
  const allowed = actionsOf('SupportPolicy');
  expect(actions.filter((action) => !allowed.has(action))).toEqual([]);
});

test.each(operator.map((args) => [args.join(' '), args] as const))('an operator may run: %s', async (_name, args) => {
  list();
  const { actions, code } = await actionsOfCommand(...args);
  expect([0, 3]).toContain(code);
  const allowed = actionsOf('OperatorPolicy');
  expect(actions.filter((action) => !allowed.has(action))).toEqual([]);
});

test('support cannot read dead letters, the whole list of SES, or change a setting of SES', async () => {
  const allowed = actionsOf('SupportPolicy');
  for (const args of [
    ['dlq', 'list'],
    ['sync', '--dry-run'],
  ]) {
    const { actions } = await actionsOfCommand(...args);
    expect(actions.filter((action) => !allowed.has(action))).not.toEqual([]);
  }
  expect([...allowed].filter((action) => /:(Put|Set|Update|Create)/.test(action))).toEqual(['dynamodb:PutItem']);
});

test('an operator may do what support may, and changes only whether a configuration set sends', () => {
  const allowed = actionsOf('OperatorPolicy');
  expect([...actionsOf('SupportPolicy')].filter((action) => !allowed.has(action))).toEqual([]);
  expect(
    [...allowed].filter((action) => /^(ses|sns|lambda|kms):(Put|Set|Update|Create|Delete|Subscribe)/.test(action)),
  ).toEqual(['ses:PutConfigurationSetSendingOptions', 'ses:DeleteSuppressedDestination']);
});
