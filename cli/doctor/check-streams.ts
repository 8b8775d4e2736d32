import type { StackInventory } from '../stack/inventory.ts';
import { streams as streamNames } from '../stack/stack.ts';
import { checkQueues } from './check-queues.ts';
import { checkTopic } from './check-topics.ts';
import type { Finding } from './finding.ts';
import { checkFailed, withOk } from './run-checks.ts';

/** Checks the path of feedback from SES to the functions: topics, keys, subscriptions and queues. */
export function checkStreams(
  inventory: Pick<StackInventory, 'stack' | 'streams' | 'identities' | 'configurationSets'>,
): readonly Finding[] {
  return streamNames.flatMap((name) => {
    const stream = inventory.streams[name];
    if ('error' in stream) return [checkFailed(name, stream.error)];
    const problems = [
      ...stream.value.topics.flatMap((topic) => checkTopic(name, topic, stream.value, inventory)),
      ...checkQueues(name, stream.value, inventory.stack),
    ];
    return withOk(name, 'messages from SES reach the function, and none are left behind', problems);
  });
}
