import { type Channel, describe, type Occurrence } from './event-payload.ts';
import type { Happening } from './outcomes.ts';
import type { EventDestination, Identity, SentMail, Ses } from './state.ts';

const eventSubject = 'Amazon SES Email Event Notification';

/**
 * Adds to the list what SES adds by itself, and tells of all that happened to a mail, in that order. The list is written
 * before the first message goes out, in one go: whoever hears of it may ask for it at once.
 */
export async function tell(mail: SentMail, happenings: readonly Happening[], ses: Ses): Promise<void> {
  const at = ses.clock();
  const occurrences = happenings.map((happening) => ({ mail, happening, at, feedbackId: ses.newId() }));
  for (const { happening, feedbackId } of occurrences) {
    if (!('adds' in happening) || happening.adds === undefined) continue;
    const { address: emailAddress, reason } = happening.adds;
    const attributes = { messageId: mail.messageId, feedbackId };
    ses.state.list.set(emailAddress, { emailAddress, reason, lastUpdateTime: at, attributes });
  }
  for (const occurrence of occurrences) {
    for (const { topicArn, channel } of topicsOf(occurrence, ses)) {
      const message = JSON.stringify(describe(occurrence, channel, ses));
      await publish(ses, topicArn, message, channel === 'identity' ? undefined : eventSubject);
    }
  }
}

/** Publishes what SES says to each topic when it is set up. */
export async function announceTopics(ses: Ses): Promise<void> {
  for (const destination of Object.values(ses.state.configurationSets).flat()) {
    const text = 'Successfully validated SNS topic for Amazon SES event publishing.';
    await publish(ses, destination.topicArn, text, eventSubject);
  }
  for (const [name, identity] of Object.entries(ses.state.identities)) {
    for (const kind of ['Bounce', 'Complaint', 'Delivery'] as const) {
      const topicArn = identityTopic(identity, kind);
      if (topicArn === undefined) continue;
      const message = `You have successfully subscribed your Amazon SNS topic '${topicArn}' to receive '${kind}' notifications from Amazon SES for identity '${name}'.`;
      await publish(ses, topicArn, JSON.stringify({ notificationType: 'AmazonSnsSubscriptionSucceeded', message }));
    }
  }
}

type Topic = { readonly topicArn: string; readonly channel: Channel };

function topicsOf({ mail, happening }: Occurrence, { state }: Ses): Topic[] {
  const set: readonly EventDestination[] = state.configurationSets[mail.configurationSet ?? ''] ?? [];
  const topics = set.flatMap(({ isEnabled, types, topicArn }): Topic[] =>
    isEnabled && types.includes(happening.kind.toUpperCase()) ? [{ topicArn, channel: 'configuration-set' }] : [],
  );
  const identity = state.identities[mail.identity];
  const topicArn = identity && identityTopic(identity, happening.kind);
  return topicArn === undefined ? topics : [...topics, { topicArn, channel: 'identity' }];
}

function identityTopic(identity: Identity, kind: Happening['kind']): string | undefined {
  switch (kind) {
    case 'Send':
      return undefined;
    case 'Delivery':
      return identity.deliveryTopic;
    case 'Bounce':
      return identity.bounceTopic;
    case 'Complaint':
      return identity.complaintTopic;
    default:
      return kind satisfies never;
  }
}

/** SES has nobody to tell that a topic did not take a message: the send went well. */
async function publish(ses: Ses, topicArn: string, message: string, subject?: string): Promise<void> {
  try {
    await ses.publish(topicArn, message, subject);
  } catch (error) {
    ses.state.lost.push({ topicArn, message, error });
  }
}
