import path from 'node:path';
import { useLocalAwsEnvironment } from '../../local/emulator/aws-environment.ts';
import type { DynamoDBEngine } from '../../local/emulator/dynamodb.ts';
import { createTables, type TableNames } from '../../local/emulator/tables.ts';
import { type SesSimulator, startSesSimulator } from '../../local/ses-simulator/simulator.ts';
import { createDynamoDBClient } from '../../shared/aws/dynamodb/client.ts';

type Serverless = {
  readonly serviceDir: string;
  readonly service: { readonly custom: TableNames };
  /** An error the framework shows as a sentence, without a stack. */
  readonly classes: { readonly Error: new (message: string) => Error };
};
type Utils = { readonly log: { notice(text: string): void } };

/** Those that tell and read SES's own list. */
const needsSes: readonly string[] = ['account-list', 'reconcile'];

/**
 * Gives `sls invoke local` the embedded DynamoDB engine, on a file (.local/dynamodb.db, or LOCAL_DYNAMODB_FILE), so that each
 * invocation sees what the ones before it wrote. With USE_AWS=1 it keeps out of the way, and the stage's tables are used.
 */
export class LocalPlugin {
  readonly hooks: Record<string, () => Promise<void>>;
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
        if (needsSes.includes(options.function ?? '')) await this.startSes(log);
        log.notice(`Tables are kept in ${name}; delete it to start over. With USE_AWS=1 the stage's own are used.`);
      },
      // The function's own variables are in force by now. There is no topic here: notices are printed.
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
    log.notice('SES is simulated: its suppression list is empty, and takes a call a second.');
  }
}
