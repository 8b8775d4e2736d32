import { parseArn } from '../../../shared/domain/arn.ts';
import type { Deployment, PreflightCheck } from './check.ts';
import { newResources } from './check-existing-resources.ts';

/** Reports topics in bounceTopics, complaintTopics and volumeTopics that the stack cannot use. */
export const checkTopics: PreflightCheck = async (deployment) => {
  const problems = await Promise.all(deployment.topics.map((arn) => describeTopicProblem(arn, deployment)));
  return problems.flatMap((problem) => problem ?? []);
};

async function describeTopicProblem(arn: string, deployment: Deployment): Promise<string | undefined> {
  const { target, account, region, stackResources } = deployment;
  const topic = parseArn(arn);
  const isNew = newResources(deployment).some(({ name }) => arn.endsWith(`:${name}`));
  if (isNew || [...stackResources.values()].includes(arn))
    return `The topic ${arn} belongs to this stack, which receives its messages anyway. Remove it from the parameters.`;
  if (topic?.region !== region || topic.account !== account)
    return `The topic ${arn} is not in account ${account} and Region ${region}. SES publishes only to topics in its own Region, and messages from topics of other accounts are ignored. Remove it from the parameters.`;
  if (await target.findResource('AWS::SNS::Topic', arn)) return undefined;
  return `The topic ${arn} does not exist. Correct its ARN, or remove it from the parameters.`;
}
