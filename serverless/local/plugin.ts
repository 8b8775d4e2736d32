import path from 'node:path';
import { useLocalAwsEnvironment } from '../../local/emulator/aws-environment.ts';
import type { DynamoDBEngine } from '../../local/emulator/dynamodb.ts';
import { createTables, type TableNames } from '../../local/emulator/tables.ts';
import { type SesSimulator, startSesSimulator } from '../../local/ses-simulator/simulator.ts';
import { createDynamoDBClient } from '../../shared/aws/dynamodb/client.ts';

type Serverless = {
  readonly serviceDir: string;
  readonly service: { readonly custom: TableNames };
  /** The class of errors that the framework shows without a stack trace. */
  readonly classes: { readonly Error: new (message: string) => Error };
};
type Utils = { readonly log: { notice(text: string): void } };

/** The functions that use the SES account suppression list. */
const functionsWithSes: readonly string[] = ['account-list', 'reconcile'];

/**
 * Runs `sls invoke local` with the embedded DynamoDB engine instead of AWS. The engine stores its tables in a file
 * (`.local/dynamodb.db`, or `LOCAL_DYNAMODB_FILE`), so that an invocation reads what earlier ones have written. With
 * `USE_AWS=1` the function uses, and changes, the tables of the stage in AWS instead.
 */
export class LocalPlugin {
  readonly hooks: Readonly<Record<string, () => Promise<void>>>;
  private engine: DynamoDBEngine | undefined;
  private ses: SesSimulator | undefined;

  constructor(serverless: Serverless, options: { readonly function?: string }, { log }: Utils) {
    this.hooks = {
      'before:invoke:local:loadEnvVars': async () => {
        process.env.LOG_FORMAT ??= 'text';
        if (process.env.USE_AWS === '1') return;
        const name = process.env.LOCAL_DYNAMODB_FILE ?? path.join('.local', 'dynamodb.db');
        const file = path.resolve(serverless.serviceDir, name);
        this.engine = await useLocalAwsEnvironment({ file }).catch((error: Error) => {
          throw new serverless.classes.Error(error.message);
        });
        await createTables(createDynamoDBClient(), serverless.service.custom);
        if (functionsWithSes.includes(options.function ?? '')) await this.startSes(log);
        log.notice(
          `The tables are in ${name}. Delete the file to start over, or set USE_AWS=1 to use the tables of the stage in AWS (the function then changes them).`,
        );
      },
      // By now the environment of the function is set. Without a topic, the function prints notices instead of
      // publishing them.
      'before:invoke:local:invoke': async () => {
        if (process.env.USE_AWS !== '1') process.env.ALARM_TOPIC = '';
      },
      'after:invoke:local:invoke': async () => {
        await this.ses?.close();
        await this.engine?.stop();
      },
    };
  }

  private async startSes(log: Utils['log']): Promise<void> {
    this.ses = await startSesSimulator({ publish: () => {} });
    process.env.AWS_ENDPOINT_URL_SESV2 = this.ses.endpoint;
    log.notice('SES is simulated: the account suppression list is empty and accepts one call per second.');
  }
}
