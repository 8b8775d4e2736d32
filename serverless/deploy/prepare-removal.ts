import { DisableRuleCommand, EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { IAMClient, paginateListEntitiesForPolicy } from '@aws-sdk/client-iam';
import type { AwsAccess } from './aws-deployment-target.ts';
import { emptyBucket } from './empty-bucket.ts';

/** What a stack has that keeps CloudFormation from deleting it. */
export type Removal = {
  /** Name, ARN or URL of each resource of the stack, by logical id. */
  readonly resources: ReadonlyMap<string, string>;
  /** The bucket for import files. */
  readonly bucket: string;
};

/** Somebody who has a policy of the stack, and the command that takes it away. */
type Attachment = { readonly kind: 'user' | 'group' | 'role'; readonly name: string; readonly policy: string };

/**
 * Prepares the removal of a stack. CloudFormation deletes neither a policy that is attached to somebody nor a bucket that is not empty, and what
 * it could not delete stays, in a stack that can only be removed again. So: stops if a policy is attached; disables the rules that start the
 * functions, so that none of them writes into the bucket any more; and empties the bucket.
 *
 * @throws Error with the commands that detach the policies
 */
export async function prepareRemoval({ resources, bucket }: Removal, access: AwsAccess): Promise<void> {
  const policies = [...resources.values()].filter((name) => /^arn:[^:]+:iam::\d+:policy\//.test(name));
  const attachments = await findAttachments(policies, access);
  if (attachments.length > 0)
    throw new Error(
      [
        'Nothing was removed. Policies of the stack are still attached, and CloudFormation cannot delete them. Detach them, then remove the stack again:',
        ...attachments.map(
          ({ kind, name, policy }) => `  aws iam detach-${kind}-policy --${kind}-name ${name} --policy-arn ${policy}`,
        ),
      ].join('\n'),
    );
  await disableRules(
    [...resources].flatMap(([id, name]) => (ruleIds.test(id) ? name : [])),
    access,
  );
  await emptyBucket(bucket, access).catch((error: unknown) => {
    const reason = (error instanceof Error ? error.message : String(error)).replace(/\.$/, '');
    throw new Error(
      `Cannot empty the bucket ${bucket}: ${reason}. Empty it (aws s3 rm s3://${bucket} --recursive), then remove the stack again.`,
    );
  });
}

async function findAttachments(policies: readonly string[], access: AwsAccess): Promise<Attachment[]> {
  const client = new IAMClient(access);
  const found: Attachment[] = [];
  for (const policy of policies) {
    for await (const page of paginateListEntitiesForPolicy({ client }, { PolicyArn: policy })) {
      const { PolicyUsers = [], PolicyGroups = [], PolicyRoles = [] } = page;
      found.push(
        ...PolicyUsers.map(({ UserName: name = '' }) => ({ kind: 'user' as const, name, policy })),
        ...PolicyGroups.map(({ GroupName: name = '' }) => ({ kind: 'group' as const, name, policy })),
        ...PolicyRoles.map(({ RoleName: name = '' }) => ({ kind: 'role' as const, name, policy })),
      );
    }
  }
  return found;
}

/** The logical ids that the framework gives to rules. Their permissions have similar ones. */
const ruleIds = /^(?!.*Permission).*(EventsRuleSchedule\d+|EventBridgeRule)$/;

/** A rule that cannot be disabled is deleted a moment later, with the stack. */
async function disableRules(rules: readonly string[], access: AwsAccess): Promise<void> {
  const client = new EventBridgeClient(access);
  await Promise.allSettled(rules.map((rule) => client.send(new DisableRuleCommand({ Name: rule.split('/').at(-1) }))));
}
