import type { Deployment, PreflightCheck } from './check.ts';

/**
 * Reports resources that the stack has and that the deployment would remove with a loss. A parameter on the command
 * line applies to one deployment, so the next deployment without it would remove what the parameter created.
 */
export const checkRemovals: PreflightCheck = async (deployment) => {
  const { template, stackResources, removes } = deployment;
  const removed = [...stackResources].filter(([id]) => !(id in template.Resources));
  const key = replacedKey(deployment);
  return [...removed, ...(key === undefined ? [] : [['Key', key] as const])]
    .filter(([id]) => !removes.includes(id))
    .flatMap(([id, name]) => describeRemoval(id, name) ?? []);
};

function describeRemoval(id: string, name: string): string | undefined {
  const removal = lossyRemovals.find(({ ids }) => ids.test(id));
  if (removal === undefined) return undefined;
  return `The stack has ${id} (${name}), and this deployment would remove it: ${removal.loss}. Keep its parameter (${removal.parameter}) under params in serverless.yml, or confirm the removal with --param="removes=${id}".`;
}

/** The resources that cannot be removed and created again without a loss, and the parameter that keeps each of them. */
const lossyRemovals: readonly { readonly ids: RegExp; readonly parameter: string; readonly loss: string }[] = [
  { ids: /^AlarmEmail$/, parameter: 'alarmEmail', loss: 'the address would no longer receive alarms' },
  {
    ids: /Subscription[0-9a-f]{8}$/,
    parameter: 'bounceTopics, complaintTopics or volumeTopics',
    loss: 'feedback from an adopted topic would be lost',
  },
  {
    ids: /^(Suppressions|Reputation)Table$/,
    parameter: 'tables: create',
    loss: 'with tables: use, the table no longer belongs to the stack, and it is deleted if onRemoval is Delete',
  },
  { ids: /^Identity$/, parameter: 'identity', loss: 'it would stay in SES, but the stack would no longer manage it' },
  {
    ids: /^RelayQueue$/,
    parameter: 'relayRecipients',
    loss: 'emails that wait for their next attempt would not be delivered, though the bucket keeps them for 30 days; and SES would receive none',
  },
  {
    ids: /^Key$/,
    parameter: 'encryptionKey',
    loss: 'messages in the queues and dead-letter queues could no longer be read, so empty them first',
  },
];

/** Returns the ARN of the key in use if the deployment replaces it by another key, or by none. */
function replacedKey({ encryptionKey, stackResources, stackOutputs }: Deployment): string | undefined {
  const current = stackOutputs.get('KeyArn');
  const next = encryptionKey === 'create' ? stackResources.get('Key') : encryptionKey;
  return current !== undefined && (next === undefined || !current.endsWith(next)) ? current : undefined;
}
