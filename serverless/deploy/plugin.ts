import path from 'node:path';
import { loadPolicy } from '../../cli/io/files.ts';
import { type Access, askAws } from './ask-aws.ts';
import { checkNames } from './check-names.ts';
import { emptyBucket } from './empty-bucket.ts';
import { type Parameters, readParameters } from './parameters.ts';
import { preflight } from './preflight.ts';
import { resolveConditions, type Template } from './resolve-conditions.ts';

type AwsProvider = {
  getStage(): string;
  getRegion(): string;
  getAccountInfo(): Promise<{ readonly accountId: string; readonly partition: string }>;
  getAwsSdkV3Config(): Promise<Access>;
  readonly naming: { getStackName(): string };
};

type Serverless = {
  readonly serviceDir: string;
  readonly configurationInput: { readonly params: Readonly<Record<string, Readonly<Record<string, unknown>>>> };
  readonly service: {
    readonly custom: {
      readonly suppressionsTable: string;
      readonly reputationTable: string;
      readonly importBucket: string;
    };
    readonly provider: { readonly compiledCloudFormationTemplate: Template };
  };
  getProvider(name: 'aws'): AwsProvider;
  /** An error the framework shows as a sentence, without a stack. */
  readonly classes: { readonly Error: new (message: string) => Error };
};

type Options = { readonly param?: readonly string[] };

/**
 * Says what is wrong before anything is built: the policy and the parameters before the service is packaged, and what AWS has already
 * before it is deployed. Takes out of the template what the parameters leave out.
 */
export class DeployPlugin {
  readonly hooks: Record<string, () => Promise<void>>;

  constructor(serverless: Serverless, options: Options) {
    const sentence = (error: unknown) =>
      new serverless.classes.Error(error instanceof Error ? error.message : String(error));
    const bucketOf = (account: string) =>
      `${serverless.service.custom.importBucket}-${account}-${serverless.getProvider('aws').getRegion()}`;
    // Also for what was packaged before: then nothing is packaged now.
    const parameters = (): Parameters => readParameters(given(serverless, options));
    this.hooks = {
      'before:package:initialize': async () => {
        try {
          parameters();
          const policy = await loadPolicy(path.join(serverless.serviceDir, 'policy.json'));
          checkNames({ policy, region: serverless.getProvider('aws').getRegion(), bucket: bucketOf('123456789012') });
        } catch (error) {
          throw sentence(error);
        }
      },
      'before:aws:package:finalize:saveServiceState': async () =>
        resolveConditions(serverless.service.provider.compiledCloudFormationTemplate),
      'before:deploy:deploy': async () => {
        const aws = serverless.getProvider('aws');
        const { bounceTopics, complaintTopics, volumeTopics, tables, encryptionKey, removes } = parameters();
        const { suppressionsTable, reputationTable } = serverless.service.custom;
        const ask = askAws({ access: await aws.getAwsSdkV3Config(), account: () => aws.getAccountInfo() });
        const faults = await preflight(ask, {
          stack: aws.naming.getStackName(),
          region: aws.getRegion(),
          template: serverless.service.provider.compiledCloudFormationTemplate,
          topics: [...bounceTopics, ...complaintTopics, ...volumeTopics],
          tables:
            tables === 'use'
              ? {
                  [suppressionsTable]: { key: ['address', 'list'], index: 'mirror' },
                  [reputationTable]: { key: ['scope', 'hour'] },
                }
              : {},
          importBucket: bucketOf,
          key: encryptionKey,
          removes,
        }).catch((error: unknown) => Promise.reject(sentence(error)));
        if (faults.length > 0) throw sentence(['Nothing was created or changed:', ...faults].join('\n  '));
      },
      // CloudFormation deletes no bucket with something in it.
      'before:remove:remove': async () => {
        const aws = serverless.getProvider('aws');
        const { accountId } = await aws.getAccountInfo().catch((error: unknown) => Promise.reject(sentence(error)));
        const bucket = bucketOf(accountId);
        await emptyBucket(bucket, await aws.getAwsSdkV3Config()).catch((error: unknown) =>
          Promise.reject(sentence(`The bucket ${bucket} could not be emptied: ${sentence(error).message}`)),
        );
      },
    };
  }
}

/** As the framework puts them together: the command line before the stage before the defaults. */
function given(serverless: Serverless, { param = [] }: Options) {
  const { params } = serverless.configurationInput;
  const onCommandLine = param.map((item) => item.split(/=(.*)/s, 2).map((part) => part.trimEnd()));
  return {
    ...params.default,
    ...params[serverless.getProvider('aws').getStage()],
    ...Object.fromEntries(onCommandLine),
  };
}
