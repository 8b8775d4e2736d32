import path from 'node:path';
import { loadPolicy } from '../../cli/io/files.ts';
import { type AwsAccess, createAwsDeploymentTarget } from './aws-deployment-target.ts';
import { checkNames } from './check-names.ts';
import { reputationTableSchema, suppressionsTableSchema } from './checks/check-tables.ts';
import { nextSteps } from './next-steps.ts';
import { type Parameters, readParameters } from './parameters.ts';
import { preflight } from './preflight.ts';
import { prepareRemoval } from './prepare-removal.ts';
import { resolveConditions, type Template } from './resolve-conditions.ts';

type AwsProvider = {
  getStage(): string;
  getRegion(): string;
  getAccountInfo(): Promise<{ readonly accountId: string; readonly partition: string }>;
  getAwsSdkV3Config(): Promise<AwsAccess>;
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
  /** The class of errors that the framework shows without a stack trace. */
  readonly classes: { readonly Error: new (message: string) => Error };
};

type Options = { readonly param?: readonly string[] };

type Utils = { readonly log: { notice(text: string): void } };

/**
 * Checks a deployment before anything is created: the policy and the parameters before the service is packaged, and the
 * account before it is deployed. Also removes from the template what the parameters leave out.
 */
export class DeployPlugin {
  readonly hooks: Readonly<Record<string, () => Promise<void>>>;

  constructor(
    private readonly serverless: Serverless,
    private readonly options: Options,
    private readonly utils: Utils,
  ) {
    this.hooks = {
      'before:package:initialize': () => this.orUserError(this.checkConfiguration()),
      'before:aws:package:finalize:saveServiceState': async () => resolveConditions(this.template),
      'before:deploy:deploy': () => this.orUserError(this.checkAccount()),
      'after:deploy:deploy': async () => this.showNextSteps(),
      'before:remove:remove': () => this.orUserError(this.prepareRemoval()),
    };
  }

  private async checkConfiguration(): Promise<void> {
    this.readParameters();
    const policy = await loadPolicy(path.join(this.serverless.serviceDir, 'policy.json'));
    checkNames({ policy, region: this.aws.getRegion(), bucket: this.importBucketOf('123456789012') });
  }

  private async checkAccount(): Promise<void> {
    const { aws, template } = this;
    // A service that was packaged earlier is not packaged again, so the parameters are read here as well.
    const { bounceTopics, complaintTopics, volumeTopics, tables, encryptionKey, removes } = this.readParameters();
    const { suppressionsTable, reputationTable } = this.serverless.service.custom;
    const access = await aws.getAwsSdkV3Config();
    const target = createAwsDeploymentTarget({ access, getAccount: () => aws.getAccountInfo() });
    const problems = await preflight(target, {
      stack: aws.naming.getStackName(),
      region: aws.getRegion(),
      template,
      topics: [...bounceTopics, ...complaintTopics, ...volumeTopics],
      tables:
        tables === 'use'
          ? { [suppressionsTable]: suppressionsTableSchema, [reputationTable]: reputationTableSchema }
          : {},
      importBucketOf: (account) => this.importBucketOf(account),
      encryptionKey,
      removes,
    });
    if (problems.length > 0) throw new Error(['Nothing was created or changed:', ...problems].join('\n  '));
  }

  private showNextSteps(): void {
    const { aws } = this;
    const { alarmEmail } = this.readParameters();
    this.utils.log.notice(nextSteps({ stage: aws.getStage(), region: aws.getRegion(), alarmEmail }));
  }

  private async prepareRemoval(): Promise<void> {
    const { aws } = this;
    const { accountId } = await aws.getAccountInfo();
    const access = await aws.getAwsSdkV3Config();
    const target = createAwsDeploymentTarget({ access, getAccount: () => aws.getAccountInfo() });
    const resources = await target.listStackResources(aws.naming.getStackName());
    await prepareRemoval({ resources, bucket: this.importBucketOf(accountId) }, access);
  }

  /**
   * Validates the parameters, combined as the framework does: the command line overrides the stage, which overrides the
   * defaults.
   */
  private readParameters(): Parameters {
    const { params } = this.serverless.configurationInput;
    const onCommandLine = (this.options.param ?? []).map((item) =>
      item.split(/=(.*)/s, 2).map((part) => part.trimEnd()),
    );
    return readParameters({
      ...params.default,
      ...params[this.aws.getStage()],
      ...Object.fromEntries(onCommandLine),
    });
  }

  private importBucketOf(account: string): string {
    return `${this.serverless.service.custom.importBucket}-${account}-${this.aws.getRegion()}`;
  }

  private get aws(): AwsProvider {
    return this.serverless.getProvider('aws');
  }

  private get template(): Template {
    return this.serverless.service.provider.compiledCloudFormationTemplate;
  }

  /** Replaces an error by one that the framework shows without a stack trace. */
  private async orUserError(work: Promise<void>): Promise<void> {
    try {
      await work;
    } catch (error) {
      throw new this.serverless.classes.Error(messageOf(error));
    }
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
