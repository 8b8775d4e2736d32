import { readFileSync } from 'node:fs';
import path from 'node:path';
import { useLocalAwsEnvironment } from '../../local/emulator/aws-environment.ts';
import type { DynamoDBEngine } from '../../local/emulator/dynamodb.ts';
import { createTables, type TableNames } from '../../local/emulator/tables.ts';
import { type SesSimulator, startSesSimulator } from '../../local/ses-simulator/simulator.ts';
import { createDynamoDBClient } from '../../shared/aws/dynamodb/client.ts';
import { describeError } from '../../shared/domain/describe-error.ts';
import { chooseFunction } from './choose-function.ts';

type Serverless = {
  readonly serviceDir: string;
  readonly service: { readonly custom: TableNames; readonly functions: Readonly<Record<string, unknown>> };
  readonly processedInput: { readonly commands: readonly string[] };
  /** The class of errors that the framework shows without a stack trace. */
  readonly classes: { readonly Error: new (message: string) => Error };
};
type Utils = { readonly log: { notice(text: string): void } };

/** The options of `sls invoke local`. The framework reads them after its plugins, which may change them. */
type Options = { function?: string; readonly path?: string; readonly data?: string };

/** The functions that use the SES account suppression list. */
const functionsWithSes: readonly string[] = ['account-list', 'reconcile'];

/**
 * Runs `sls invoke local` with the embedded DynamoDB engine instead of AWS. The engine stores its tables in a file
 * (`.local/dynamodb.db`, or `LOCAL_DYNAMODB_FILE`), so that an invocation reads what earlier ones have written. With
 * `USE_AWS=1` the function uses, and changes, the tables of the stage in AWS instead.
 *
 * Without `--function`, it invokes the function that the event is for.
 */
export class LocalPlugin {
  readonly hooks: Readonly<Record<string, () => Promise<void>>>;
  private engine: DynamoDBEngine | undefined;
  private ses: SesSimulator | undefined;

  constructor(serverless: Serverless, options: Options, { log }: Utils) {
    makeFunctionOptional();
    this.hooks = {
      initialize: async () => {
        if (serverless.processedInput.commands.join(' ') !== 'invoke local' || options.function !== undefined) return;
        options.function = this.choose(serverless, options, log);
      },
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

  private choose(serverless: Serverless, { path: file, data }: Options, log: Utils['log']): string {
    const fail = (reason: string) => {
      const names = Object.keys(serverless.service.functions).join(', ');
      return new serverless.classes.Error(`${reason} Pass -f with the name of a function: ${names}.`);
    };
    if (file === undefined && data === undefined)
      throw fail('There is no event to choose a function by: pass one with -p FILE or -d JSON.');
    let event: unknown;
    try {
      event = JSON.parse(data ?? readFileSync(path.resolve(serverless.serviceDir, file as string), 'utf8'));
    } catch (error) {
      throw fail(`The event cannot be read (${describeError(error)}).`);
    }
    const chosen = chooseFunction(event);
    if (typeof chosen === 'string') throw fail(`No function fits the event: ${chosen}.`);
    log.notice(`Invoking ${chosen.name}, because ${chosen.reason}. Use -f to choose another function.`);
    return chosen.name;
  }

  private async startSes(log: Utils['log']): Promise<void> {
    this.ses = await startSesSimulator({ publish: () => {} });
    process.env.AWS_ENDPOINT_URL_SESV2 = this.ses.endpoint;
    log.notice('SES is simulated: the account suppression list is empty and accepts one call per second.');
  }
}

/**
 * Lets the framework accept `invoke local` without `--function`. A plugin can add options but not change one, so this changes the schema of
 * the running framework. If a later version has no such schema, the option stays required.
 */
function makeFunctionOptional(): void {
  const schemaFile = Object.keys(require.cache).find((file) =>
    /[\\/]cli[\\/]commands-schema[\\/]aws-service\.js$/.test(file),
  );
  const commands: unknown = schemaFile === undefined ? undefined : require.cache[schemaFile]?.exports;
  if (!(commands instanceof Map)) return;
  const option = commands.get('invoke local')?.options?.function;
  if (option !== undefined) option.required = false;
}
