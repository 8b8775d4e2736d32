import { SetIdentityNotificationTopicCommand } from '@aws-sdk/client-ses';
import {
  PutAccountSuppressionAttributesCommand,
  PutEmailIdentityConfigurationSetAttributesCommand,
  PutEmailIdentityFeedbackAttributesCommand,
  type SuppressionValidationAttributes,
} from '@aws-sdk/client-sesv2';
import type { Clients } from './clients.ts';

/** A call that changes a setting of SES. */
export type SesCall =
  | {
      readonly kind: 'account-suppression';
      readonly reasons: readonly ('BOUNCE' | 'COMPLAINT')[];
      /** The settings of Auto Validation, which the call might otherwise remove: what SES does without them is not documented. */
      readonly validation?: SuppressionValidationAttributes;
    }
  | { readonly kind: 'topic'; readonly identity: string; readonly type: 'Bounce' | 'Complaint'; readonly topic: string }
  | { readonly kind: 'configuration-set'; readonly identity: string; readonly configurationSet: string }
  | { readonly kind: 'stop-forwarding'; readonly identity: string };

/** Makes a call to SES. Every call is idempotent. */
export async function sendSesCall({ ses, sesV1 }: Clients, call: SesCall): Promise<void> {
  switch (call.kind) {
    case 'account-suppression':
      await ses.send(
        new PutAccountSuppressionAttributesCommand({
          SuppressedReasons: [...call.reasons],
          ...(call.validation && { ValidationAttributes: call.validation }),
        }),
      );
      return;
    case 'topic': {
      const { identity, type, topic } = call;
      const parameters = { Identity: identity, NotificationType: type, SnsTopic: topic };
      await sesV1.send(new SetIdentityNotificationTopicCommand(parameters));
      return;
    }
    case 'configuration-set': {
      const { identity, configurationSet } = call;
      const parameters = { EmailIdentity: identity, ConfigurationSetName: configurationSet };
      await ses.send(new PutEmailIdentityConfigurationSetAttributesCommand(parameters));
      return;
    }
    case 'stop-forwarding': {
      const parameters = { EmailIdentity: call.identity, EmailForwardingEnabled: false };
      await ses.send(new PutEmailIdentityFeedbackAttributesCommand(parameters));
      return;
    }
    default:
      return call satisfies never;
  }
}
