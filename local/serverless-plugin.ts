import path from 'node:path';
import { type DynamoDBEngine, startDynamoDB } from './dynamodb.ts';
import { localCredentials } from './local-aws.ts';
import { createTables } from './tables.ts';
import { createDynamoDBClient } from '../shared/aws/dynamodb-client.ts';

type Serverless = {
  readonly serviceDir: string;
  readonly service: { readonly custom: { readonly suppressionsTable: string; readonly reputationTable: string } };
};
type Utils = { readonly log: { notice(text: string): void } };

/**
 * Gives `sls invoke local` the embedded DynamoDB engine, on a file below .local/, so that each invocation sees what the ones
 * before it wrote. With an endpoint in the environment, or USE_AWS=1, it keeps out of the way.
 */
export class LocalDynamoDB {
  readonly hooks: Record<string, () => Promise<void>>;
  private engine: DynamoDBEngine | undefined;

  constructor(serverless: Serverless, _options: unknown, { log }: Utils) {
    this.hooks = {
      'before:invoke:local:loadEnvVars': async () => {
        process.env.LOG_FORMAT ??= 'text';
        if (process.env.USE_AWS === '1' || process.env.AWS_ENDPOINT_URL_DYNAMODB) return;
        const file = path.join(serverless.serviceDir, '.local', 'dynamodb.db');
        this.engine = await startDynamoDB({ file });
        Object.assign(process.env, localCredentials, { AWS_ENDPOINT_URL_DYNAMODB: this.engine.endpoint });
        await createTables(createDynamoDBClient(), serverless.service.custom);
        log.notice('Tables: .local/dynamodb.db (USE_AWS=1 for those of the stage)');
      },
      'after:invoke:local:invoke': async () => this.engine?.stop(),
    };
  }
}
