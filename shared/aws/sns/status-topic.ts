import { PublishBatchCommand, type SNSClient } from '@aws-sdk/client-sns';
import type { StatusChange } from '../../domain/suppression/status-change.ts';
import type { PublishDependencies } from '../../status-changes/publish-changes.ts';

/**
 * Returns a function that publishes changes of status to an SNS topic. The status, the reason and the fault are also attributes of the message,
 * for the filters of subscriptions.
 *
 * @see https://docs.aws.amazon.com/sns/latest/api/API_PublishBatch.html
 */
export function createStatusTopic({
  client,
  topicArn,
}: {
  readonly client: SNSClient;
  readonly topicArn: string;
}): PublishDependencies['publish'] {
  return async (changes) => {
    const PublishBatchRequestEntries = changes.map((change, index) => ({
      Id: String(index),
      Message: JSON.stringify(change),
      MessageAttributes: attributesOf(change),
    }));
    const { Failed = [] } = await client.send(
      new PublishBatchCommand({ TopicArn: topicArn, PublishBatchRequestEntries }),
    );
    return new Map(Failed.map(({ Id, Code }) => [changes[Number(Id)]?.id ?? '', String(Code)]));
  };
}

function attributesOf({ list, status, reason, fault }: StatusChange) {
  return Object.fromEntries(
    Object.entries({ list, status, reason, fault }).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, { DataType: 'String', StringValue: value }]],
    ),
  );
}
