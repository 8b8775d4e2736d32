import { domainOf } from '../address.ts';
import type { Answer } from '../verdict/read-answer.ts';
import { mayBeFromAnother } from './count-reports.ts';
import type { FeedbackEvent, Recipient } from './feedback-event.ts';
import { tenantOf } from './tenant.ts';

/**
 * A property of one recipient of an event, because one event can have several recipients with different results:
 *
 * - `still-retried`: the DSN reports that delivery to this recipient is only delayed;
 * - `temporary-status`: the DSN has a status of 4.x;
 * - `failure`: the server gave an error, or the DSN has a status of 4.x or 5.x;
 * - `permanent-failure`: delivery failed, with a status of 5.x;
 * - `reported-elsewhere`: the report names an address of another domain, to which the email was forwarded;
 * - `one-of-several`: others may have made the complaint as well;
 * - `unknown-tenant`: nothing says which tenant sent the email, as on the identity channel.
 */
export type RecipientTrait =
  | 'still-retried'
  | 'temporary-status'
  | 'failure'
  | 'permanent-failure'
  | 'reported-elsewhere'
  | 'one-of-several'
  | 'unknown-tenant';

/** For each trait, returns whether a recipient of an event has it. */
export const recipientTraits: Record<
  RecipientTrait,
  (recipient: Recipient, event: FeedbackEvent, answer: Answer) => boolean
> = {
  'still-retried': (recipient) =>
    actionOf(recipient) === 'delayed' || (hasTemporaryStatus(recipient) && !hasFailed(recipient)),
  'temporary-status': hasTemporaryStatus,
  failure: (_recipient, _event, { status, replyCode }) => /^[45]/.test(status) || replyCode !== '',
  'permanent-failure': (recipient, _event, { status }) => hasFailed(recipient) && status.startsWith('5.'),
  'reported-elsewhere': ({ key, reportedAs = '' }) => reportedAs !== '' && !reportedAs.endsWith(`@${domainOf(key)}`),
  'one-of-several': ({ key }, event) => event.namedCount > 1 || mayBeFromAnother(key, event),
  'unknown-tenant': (_recipient, { mail }) => tenantOf(mail) === undefined,
};

function hasTemporaryStatus({ status }: Recipient): boolean {
  return status?.trim().startsWith('4.') === true;
}

function hasFailed(recipient: Recipient): boolean {
  return actionOf(recipient) === 'failed';
}

function actionOf({ action }: Recipient): string | undefined {
  return action?.trim().toLowerCase();
}
