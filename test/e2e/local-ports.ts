import type { SESv2Client } from '@aws-sdk/client-sesv2';
import { takeTableSnapshot } from '../../local/demo/table-snapshot.ts';
import { createDocumentClient } from '../../local/emulator/document-client.ts';
import { type LocalStackOptions, startLocalStack } from '../../local/local-stack.ts';
import { createDynamoDBClient } from '../../shared/aws/dynamodb/client.ts';
import { createAwsPorts, createEmailClient } from './aws-ports.ts';
import type { Ports } from './ports.ts';

const nextStep = 'npm run test:e2e -- --local --verbose';

export type LocalPorts = {
  readonly ports: Ports;
  readonly nextStep: string;
  readonly ses: SESv2Client;
  readonly configurationSet: string;
  close(): Promise<void>;
};

/**
 * Starts a stack in this process, and creates ports for it. Nothing else uses the stack, so its counters and dead
 * letters are checked too.
 */
export async function startLocalPorts(print: Ports['print'], options: LocalStackOptions = {}): Promise<LocalPorts> {
  const stack = await startLocalStack(options);
  const ses = createEmailClient({ endpoint: stack.endpoints.ses, region: stack.region });
  const dynamoDB = createDynamoDBClient();
  const { suppressionsTable: table } = stack.tables;
  const context = { region: stack.region, table, connect: nextStep, doctor: nextStep, deploy: nextStep };
  const from = `Tests <tests@${stack.identity}>`;
  const ports: Ports = {
    ...createAwsPorts({ ses, dynamoDB, configurationSet: stack.configurationSet, from, context, print }),
    async readCounters() {
      await stack.waitUntilIdle();
      const { counts } = await takeTableSnapshot(createDocumentClient(), stack.tables);
      return Object.fromEntries(
        [...counts].flatMap(([scope, metrics]) => [...metrics].map(([metric, n]) => [`${scope} ${metric}`, n])),
      );
    },
    async readDeadLetters() {
      await stack.waitUntilIdle();
      return stack.deadLetters().map(({ topicArn, reason }) => `${topicArn.split(':').at(-1)}: ${reason}`);
    },
  };
  return {
    ports,
    nextStep,
    ses,
    configurationSet: stack.configurationSet,
    async close() {
      ses.destroy();
      dynamoDB.destroy();
      await stack.close();
    },
  };
}
