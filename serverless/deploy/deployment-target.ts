import type { KeyDetails } from '../../cli/stack/kms-key.ts';

/** Read access to the account and Region that a deployment goes to. */
export type DeploymentTarget = {
  /**
   * Returns the id of the account.
   * @throws Error if the credentials are missing or AWS rejects them
   */
  getAccountId(): Promise<string>;
  /**
   * Resolves if SES responds in the Region.
   * @throws Error if it does not
   */
  reachSes(): Promise<void>;
  /**
   * Returns the name, ARN or URL of each resource of a stack by its logical id. The map is empty if there is no such
   * stack.
   */
  listStackResources(stack: string): Promise<ReadonlyMap<string, string>>;
  /** Returns the outputs of a stack. The map is empty if there is no such stack. */
  getStackOutputs(stack: string): Promise<ReadonlyMap<string, string>>;
  /**
   * Returns the resource of a CloudFormation type with a name, or `undefined` if it does not exist. Types that no check
   * needs are never found.
   */
  findResource(type: string, name: string): Promise<ExistingResource | undefined>;
};

/** What the checks need to know about a resource that exists. */
export type ExistingResource = {
  /** The attributes of a table's key, partition key first. */
  readonly keySchema?: readonly string[];
  /** The names of a table's indexes. */
  readonly indexes?: readonly string[];
  /** Whether a table has no items, as far as DynamoDB knows: it counts about every six hours. */
  readonly isEmpty?: boolean;
  readonly kmsKey?: KeyDetails;
};
