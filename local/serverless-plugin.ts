import path from 'node:path';
import { createDynamoDBClient } from '../shared/aws/dynamodb-client.ts';
import type { DynamoDBEngine } from './dynamodb.ts';
import { useLocalDynamoDB } from './local-aws.ts';
import { createTables, type TableNames } from './tables.ts';

type Serverless = { readonly serviceDir: string; readonly service: { readonly custom: TableNames } };
type Utils = { readonly log: { notice(text: string): void } };

/**
 * Gives `sls invoke local` the embedded DynamoDB engine, on a file below .local/, so that each invocation sees what the ones
 * before it wrote. With USE_AWS=1 it keeps out of the way, and the tables of the stage are used.
 */
export class LocalDynamoDB {
  readonly hooks: Record<string, () => Promise<void>>;
  private engine: DynamoDBEngine | undefined;

  constructor(serverless: Serverless, _options: unknown, { log }: Utils) {
    this.hooks = {
      'before:invoke:local:loadEnvVars': async () => {
        process.env.LOG_FORMAT ??= 'text';
        if (process.env.USE_AWS === '1') return;
        this.engine = await useLocalDynamoDB({ file: path.join(serverless.serviceDir, '.local', 'dynamodb.db') });
        await createTables(createDynamoDBClient(), serverless.service.custom);
        log.notice('Tables: .local/dynamodb.db (USE_AWS=1 for those of the stage)');
      },
      'after:invoke:local:invoke': async () => this.engine?.stop(),
    };
  }
}
