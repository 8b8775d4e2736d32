import { lets } from './policy-document.ts';

/** A KMS key, as it was found. */
export type KeySight = {
  readonly arn: string;
  /** AWS's own keys cannot let SES in. */
  readonly isCustomers: boolean;
  /** Neither disabled nor about to be deleted. */
  readonly isEnabled: boolean;
  /** JSON. */
  readonly policy: string;
};

const publishers = ['ses.amazonaws.com', 'sns.amazonaws.com', 'cloudwatch.amazonaws.com'] as const;

/** What is wrong with a key that topics and queues are encrypted with: undefined, or a sentence. What is published would be lost. */
export function faultOfKey({ arn, isCustomers, isEnabled, policy }: KeySight, account: string): string | undefined {
  if (!isCustomers) return `the key ${arn} is AWS's own, and nobody can let SES in on it: what it publishes is lost`;
  if (!isEnabled) return `the key ${arn} is disabled or about to be deleted: what is published is lost`;
  const shutOut = publishers.filter((principal) =>
    ['kms:GenerateDataKey', 'kms:Decrypt'].some(
      (action) =>
        !lets(policy, { principal, action, sourceAccount: account, sourceArn: `arn:aws:any:any:${account}:any` }),
    ),
  );
  if (shutOut.length === 0) return undefined;
  return `the policy of the key ${arn} does not let in ${shutOut.join(', ')}: what they publish is lost`;
}
