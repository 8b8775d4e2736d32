import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import type { NoticeMessage } from '../../domain/reputation/format-notice.ts';

/** Returns a function that publishes a notice. SNS delivers to each subscriber the part for its protocol. */
export function createNoticeTopic({ client, topicArn }: { readonly client: SNSClient; readonly topicArn: string }) {
  return async ({ subject, parts, attributes }: NoticeMessage): Promise<void> => {
    await client.send(
      new PublishCommand({
        TopicArn: topicArn,
        Subject: subject,
        MessageStructure: 'json',
        Message: JSON.stringify(parts),
        MessageAttributes: Object.fromEntries(
          Object.entries(attributes).map(([name, value]) => [name, { DataType: 'String', StringValue: value }]),
        ),
      }),
    );
  };
}
