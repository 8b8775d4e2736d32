import { type Channel, describeEvent, type EmailEvent } from './event-payload.ts';
import type { Outcome } from './outcomes.ts';
import type { Identity, SentEmail, Ses } from './state.ts';

const eventSubject = 'Amazon SES Email Event Notification';

/**
 * Adds to the suppression list what SES adds itself, then publishes the events of an email in order. All entries are
 * added before the first event is published, because a consumer may read the list as soon as it receives an event.
 */
export async function publishEvents(email: SentEmail, outcomes: readonly Outcome[], ses: Ses): Promise<void> {
  const at = ses.clock();
  const events = outcomes.map((outcome) => ({ email, outcome, at, feedbackId: ses.newId() }));
  for (const { outcome, feedbackId } of events) {
    if (!('addition' in outcome) || outcome.addition === undefined) continue;
    const { address: emailAddress, reason, list } = outcome.addition;
    const attributes = { messageId: email.messageId, feedbackId };
    list.set(emailAddress, { emailAddress, reason, lastUpdateTime: at, attributes });
  }
  for (const event of events) {
    for (const { topicArn, channel } of destinationsOf(event, ses)) {
      const message = JSON.stringify(describeEvent(event, channel, ses));
      await publish(ses, topicArn, message, channel === 'identity' ? undefined : eventSubject);
    }
  }
}

/** Publishes the message that SES publishes to each topic when the topic is set up. */
export async function publishSetupMessages(ses: Ses): Promise<void> {
  for (const { destinations } of Object.values(ses.state.configurationSets)) {
    for (const { topicArn } of destinations) {
      if (topicArn === undefined) continue;
      const text = 'Successfully validated SNS topic for Amazon SES event publishing.';
      await publish(ses, topicArn, text, eventSubject);
    }
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

type Destination = { readonly topicArn: string; readonly channel: Channel };

function destinationsOf({ email, outcome }: EmailEvent, { state }: Ses): Destination[] {
  const { destinations = [] } = state.configurationSets[email.configurationSet ?? ''] ?? {};
  const ofSet = destinations.flatMap(({ isEnabled, types, topicArn }): Destination[] =>
    topicArn !== undefined && isEnabled && types.includes(outcome.kind.toUpperCase())
      ? [{ topicArn, channel: 'configuration-set' }]
      : [],
  );
  const identity = state.identities[email.identity];
  const topicArn = identity && identityTopic(identity, outcome.kind);
  return topicArn === undefined ? ofSet : [...ofSet, { topicArn, channel: 'identity' }];
}

function identityTopic(identity: Identity, kind: Outcome['kind']): string | undefined {
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

/** Records a failure instead of throwing: at SES, a send succeeds even if its events cannot be published. */
async function publish(ses: Ses, topicArn: string, message: string, subject?: string): Promise<void> {
  try {
    await ses.publish(topicArn, message, subject);
  } catch (error) {
    ses.state.unpublished.push({ topicArn, message, error });
  }
}
