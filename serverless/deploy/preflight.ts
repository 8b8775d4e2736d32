import type { PreflightCheck, PreflightOptions } from './checks/check.ts';
import { checkEncryptionKey } from './checks/check-encryption-key.ts';
import { checkExistingResources, checkImportBucket, checkInboundBucket } from './checks/check-existing-resources.ts';
import { checkPolicySize } from './checks/check-policy-size.ts';
import { checkRemovals } from './checks/check-removals.ts';
import { checkRetainedTables } from './checks/check-tables.ts';
import { checkTopics } from './checks/check-topics.ts';
import type { DeploymentTarget } from './deployment-target.ts';

/** The checks, in the order in which their problems are listed. */
const checks: readonly PreflightCheck[] = [
  checkExistingResources,
  checkTopics,
  checkRetainedTables,
  checkImportBucket,
  checkInboundBucket,
  checkEncryptionKey,
  checkPolicySize,
  checkRemovals,
];

/**
 * Checks a deployment against what the account already contains, before anything is created.
 *
 * @returns one sentence for each problem; empty if no problem is known
 * @throws Error if AWS refuses one of the requests, because the answer is then unknown
 */
export async function preflight(target: DeploymentTarget, options: PreflightOptions): Promise<string[]> {
  if (options.region.startsWith('cn-'))
    return [
      `SES is not available in the Regions in China. Choose another Region than ${options.region}, with --region.`,
    ];
  const access = await checkAccess(target, options.region);
  if ('problem' in access) return [access.problem];
  const [stackResources, stackOutputs] = await Promise.all([
    target.listStackResources(options.stack),
    target.getStackOutputs(options.stack),
  ]);
  const deployment = { ...options, target, account: access.account, stackResources, stackOutputs };
  const problems = await Promise.all(checks.map((check) => check(deployment)));
  return [...new Set(problems.flat())];
}

/** Without access to the account and to SES, every other check would fail for the same reason. */
async function checkAccess(
  target: DeploymentTarget,
  region: string,
): Promise<{ account: string } | { problem: string }> {
  let account: string;
  try {
    account = await target.getAccountId();
  } catch (error) {
    return {
      problem: `Cannot access the AWS account: ${reasonOf(error)}. Set credentials (AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY) and test them with: aws sts get-caller-identity`,
    };
  }
  try {
    await target.reachSes();
  } catch (error) {
    return {
      problem: `Cannot reach SES in ${region}: ${reasonOf(error)}. Choose a Region that has SES, with --region: https://docs.aws.amazon.com/general/latest/gr/ses.html`,
    };
  }
  return { account };
}

function reasonOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replace(/\.$/, '');
}
