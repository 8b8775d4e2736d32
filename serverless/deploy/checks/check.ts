import type { DeploymentTarget } from '../deployment-target.ts';
import type { Template } from '../resolve-conditions.ts';

/** A check before a deployment. Returns one sentence for each problem: what is wrong, why, and what to do next. */
export type PreflightCheck = (deployment: Deployment) => Promise<readonly string[]>;

/** What will be deployed, and what the account already contains. */
export type Deployment = PreflightOptions & {
  readonly target: DeploymentTarget;
  readonly account: string;
  /** Name, ARN or URL of each resource that the stack has now, by logical id. Empty before the first deployment. */
  readonly stackResources: ReadonlyMap<string, string>;
  readonly stackOutputs: ReadonlyMap<string, string>;
};

export type PreflightOptions = {
  /** Name of the stack. */
  readonly stack: string;
  readonly region: string;
  readonly template: Template;
  /** ARNs of the existing topics that the queues will be subscribed to. */
  readonly topics: readonly string[];
  /** The existing tables that the stack will use, by name. Empty if the stack has its own. */
  readonly tables: Readonly<Record<string, TableSchema>>;
  /** Returns the name of the bucket for import files, which contains the account. */
  readonly importBucketOf: (account: string) => string;
  /** The parameter encryptionKey: `aws`, `create`, or the ARN of an existing KMS key. */
  readonly encryptionKey: string;
  /** The parameter removes: logical ids of resources that this deployment may remove. */
  readonly removes: readonly string[];
};

/** What a table must look like to be used. */
export type TableSchema = {
  /** The attributes of the key, partition key first. */
  readonly keySchema: readonly string[];
  readonly indexes?: readonly string[];
};
