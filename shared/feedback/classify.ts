import { domainOf } from './address.ts';
import { eventId } from './event-id.ts';
import type { FeedbackEvent, Recipient } from './feedback-event.ts';
import type { Policy } from './policy.ts';
import type { RecipientEvent } from './recipient-event.ts';
import { onSuppressionList, type Rule, rules, traits } from './rules.ts';
import { scopesOf } from './scopes.ts';

const simulatorDomain = 'simulator.amazonses.com';
const hour = 60 * 60 * 1000;

/** Gives each recipient of an event the class, the counter and the effect of the first rule that matches. */
export function classify(event: FeedbackEvent, policy: Policy): RecipientEvent[] {
  const scopes = scopesOf(event.mail, policy.scopeTags);
  const counted = countedRecipients(event);
  return event.recipients.map((recipient) => {
    const rule = ruleFor(recipient, event);
    const domain = domainOf(recipient.key);
    const isSimulator = domain === simulatorDomain;
    const isCounted = counted.has(recipient.key) && !isSimulator && !isOwn(domain, policy.ownDomains);
    return {
      id: eventId(event.kind, rawType(event), event.mail.id, recipient.key),
      address: recipient.key,
      spelling: recipient.spelling,
      class: rule.class,
      rule: rule.id,
      effect: rule.effect,
      suspected: rule.when.recipient === 'one of several',
      metric: isCounted ? rule.metric : null,
      scopes,
      sentAt: event.mail.sentAt,
      at: event.at,
      ...(isSimulator && { lastsAtMost: policy.simulatorHours * hour }),
      ...explanation(recipient, event),
      messageId: event.mail.id,
      channel: event.channel,
    };
  });
}

function ruleFor(recipient: Recipient, event: FeedbackEvent): Rule {
  const rule = rules.find(({ when }) => {
    if (when.kind !== event.kind) return false;
    if (when.type !== undefined && when.type !== typeOf(event)) return false;
    if (when.subTypes !== undefined && !isOneOf(when.subTypes, subTypeOf(event))) return false;
    if (when.feedbackType !== undefined && when.feedbackType !== feedbackTypeOf(event)) return false;
    return when.recipient === undefined || traits[when.recipient](recipient, event);
  });
  if (rule === undefined) throw new Error(`no rule takes a ${event.kind}: each kind must end with a row for the rest`);
  return rule;
}

/** What SES called it: what stays the same when the rules change. */
function rawType(event: FeedbackEvent): string {
  if (event.kind === 'bounce') return event.bounceType;
  if (onSuppressionList.test(event.subType ?? '')) return 'prevented';
  return feedbackTypeOf(event) === 'not-spam' ? 'not-spam' : 'complaint';
}

/** Every recipient of a bounce bounced. One report is one complaint, however many it names: counted on the first in order. */
function countedRecipients(event: FeedbackEvent): ReadonlySet<string> {
  const keys = event.recipients.map(({ key }) => key).sort();
  return new Set(event.kind === 'complaint' ? keys.slice(0, 1) : keys);
}

function isOwn(domain: string, ownDomains: readonly string[]): boolean {
  return ownDomains.some((own) => domain === own || domain.endsWith(`.${own}`));
}

function explanation({ status, diagnosticCode }: Recipient, event: FeedbackEvent) {
  const subType = subTypeOf(event);
  return {
    ...(subType !== undefined && { subType }),
    ...(status !== undefined && { status }),
    ...(diagnosticCode !== undefined && { diagnosticCode }),
  };
}

function typeOf(event: FeedbackEvent): string | undefined {
  return event.kind === 'bounce' ? event.bounceType : undefined;
}

function subTypeOf(event: FeedbackEvent): string | undefined {
  return event.kind === 'bounce' ? event.bounceSubType : event.subType;
}

function feedbackTypeOf(event: FeedbackEvent): string | undefined {
  return event.kind === 'complaint' ? event.feedbackType?.toLowerCase() : undefined;
}

function isOneOf(words: readonly string[] | RegExp, word: string | undefined): boolean {
  if (word === undefined) return false;
  return words instanceof RegExp ? words.test(word) : words.includes(word);
}
