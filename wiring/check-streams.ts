import { type Finding, note, ok, orElse, unknown, wrong } from './finding.ts';
import { faultOfKey } from './key-sight.ts';
import { lets } from './policy-document.ts';
import type { IdentitySight, Sight, StreamSight, TopicSight } from './sight.ts';
import { type Stack, type Stream, streams } from './stack.ts';

type Streams = Pick<Sight, 'stack' | 'streams' | 'identities'>;

/** The way of feedback from SES to our functions: topics, keys, subscriptions, queues and what has piled up in them. */
export function checkStreams({ stack, streams: found, identities }: Streams): Finding[] {
  const users = 'fact' in identities ? identities.fact : [];
  return streams.flatMap((stream) => {
    const known = found[stream];
    if ('unknown' in known) return [unknown(stream, known.unknown)];
    const findings = [
      ...known.fact.topics.flatMap((topic) => checkTopic(stream, topic, known.fact, stack, users)),
      ...checkQueue(stream, known.fact),
    ];
    return orElse(findings, ok(stream, 'what SES publishes comes to its function, and nothing is left behind'));
  });
}

/** Whether what an identity publishes to the topic comes to our function: forwarding by e-mail may be switched off then. */
export function arrives(topic: TopicSight, identity: string, { queuePolicy }: StreamSight, stack: Stack): boolean {
  return (
    letsSesIn(topic.policy, `identity/${identity}`, stack) &&
    (topic.key === undefined || faultOfKey(topic.key, stack.account) === undefined) &&
    topic.subscription?.isConfirmed === true &&
    letsTopicIn(queuePolicy, topic.arn, stack)
  );
}

const redeploy = 'deploy the stack again (npx sls deploy); if that changes nothing, undo what was changed by hand';

function checkTopic(
  stream: Stream,
  { arn, policy, key, subscription }: TopicSight,
  { queuePolicy }: StreamSight,
  stack: Stack,
  identities: readonly IdentitySight[],
): (Finding | undefined)[] {
  const isAdopted = arn !== stack.topics[stream][0];
  const users = identities.filter(({ bounceTopic, complaintTopic }) => bounceTopic === arn || complaintTopic === arn);
  const named = users.map(({ name }) => `identity/${name}`);
  // Ours is there for all that may come; of an adopted one, only who uses it has to be let in.
  const publishers = isAdopted
    ? named
    : ['identity/any.example', `configuration-set/${stack.configurationSet}`, ...named];
  const mend = isAdopted ? 'change its policy to what resources/topics.yml says' : redeploy;
  const keyFault = key && faultOfKey(key, stack.account);
  return [
    publishers.every((publisher) => letsSesIn(policy, publisher, stack))
      ? undefined
      : wrong(stream, `SES may not publish to the topic ${arn}, and takes it off the identities that use it`, mend),
    letsStrangersIn(policy, stack)
      ? wrong(
          stream,
          `the policy of the topic ${arn} lets others than SES for this account publish: feedback can be forged`,
          mend,
        )
      : undefined,
    keyFault === undefined
      ? undefined
      : wrong(
          stream,
          keyFault,
          'let them in as resources/encryption-key.yml does, or take another key (parameter encryptionKey)',
        ),
    subscription === undefined
      ? wrong(stream, `the queue is not subscribed to the topic ${arn}: feedback is lost`, redeploy)
      : undefined,
    subscription?.isConfirmed === false
      ? wrong(stream, `the subscription of the queue to the topic ${arn} is not confirmed: feedback is lost`, redeploy)
      : undefined,
    subscription?.isRaw
      ? note(
          stream,
          `the topic ${arn} delivers raw messages: neither the topic nor the time of arrival is known`,
          redeploy,
        )
      : undefined,
    subscription?.hasDeadLetterQueue === false
      ? wrong(stream, `the subscription to ${arn} has no dead-letter queue: what SNS cannot deliver is lost`, redeploy)
      : undefined,
    letsTopicIn(queuePolicy, arn, stack)
      ? undefined
      : wrong(stream, `the queue does not let the topic ${arn} in: feedback ends in the dead-letter queue`, redeploy),
  ];
}

function checkQueue(stream: Stream, sight: StreamSight): (Finding | undefined)[] {
  const { deadLetters, deadLetterQueueArn, queueArn, oldest = 0 } = sight;
  const logs = `npx sls logs -f ${stream === 'volume' ? stream : stream.slice(0, -1)}`;
  return [
    deadLetters > 0
      ? wrong(
          stream,
          `${deadLetters} ${deadLetters === 1 ? 'message lies' : 'messages lie'} in the dead-letter queue, for 14 days at most`,
          `see why (${logs}), then: aws sqs start-message-move-task --source-arn ${deadLetterQueueArn} --destination-arn ${queueArn}`,
        )
      : undefined,
    oldest > 300
      ? wrong(
          stream,
          `the oldest message has waited for ${Math.round(oldest / 60)} minutes`,
          `see whether the function runs (${logs}) and its trigger is enabled`,
        )
      : undefined,
  ];
}

const sesOf = (account: string, { partition, region }: Stack, publisher: string) => ({
  principal: 'ses.amazonaws.com',
  action: 'sns:Publish',
  sourceAccount: account,
  sourceArn: `arn:${partition}:ses:${region}:${account}:${publisher}`,
});

function letsSesIn(policy: string, publisher: string, stack: Stack): boolean {
  return lets(policy, sesOf(stack.account, stack, publisher));
}

function letsStrangersIn(policy: string, stack: Stack): boolean {
  const account = '000000000000';
  const anyone = {
    principal: 'anyone',
    action: 'sns:Publish',
    sourceAccount: account,
    sourceArn: `arn:aws:any:any:${account}:any`,
  };
  return lets(policy, sesOf(account, stack, 'identity/any.example')) || lets(policy, anyone);
}

function letsTopicIn(policy: string, topic: string, { account }: Stack): boolean {
  return lets(policy, {
    principal: 'sns.amazonaws.com',
    action: 'sqs:SendMessage',
    sourceAccount: account,
    sourceArn: topic,
  });
}
