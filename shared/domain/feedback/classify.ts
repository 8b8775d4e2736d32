import { domainOf } from '../address.ts';
import { hour } from '../durations.ts';
import type { Policy } from '../policy/policy.ts';
import { eventId } from './event-id.ts';
import type { FeedbackEvent, Recipient } from './feedback-event.ts';
import { providerOf } from './mailbox-provider.ts';
import { isRateExempt, isSimulator } from './rate-exempt.ts';
import type { RecipientEvent } from './recipient-event.ts';
import { recipientTraits } from './recipient-traits.ts';
import { type Effect, type Rule, rules, suppressionListSubType } from './rules.ts';
import { scopesOf } from './scopes.ts';

/** Gives each recipient of an event the class, the counter and the effect of the first rule that matches. */
export function classify(event: FeedbackEvent, policy: Policy): RecipientEvent[] {
  const scopes = scopesOf(event.mail, policy.scopeTags);
  const events = event.recipients.map((recipient) => {
    const rule = ruleFor(recipient, event);
    return {
      id: eventId(event.kind, rawType(event), event.mail.id, recipient.key),
      address: recipient.key,
      originalAddress: recipient.original,
      class: rule.class,
      rule: rule.id,
      effect: rule.effect,
      suspected: rule.when.recipient === 'one of several',
      metric: isRateExempt(recipient.key, policy) ? null : rule.metric,
      contributors: [`is_${wordOf(event)}`, `at_${providerOf(domainOf(recipient.key))}`],
      scopes,
      sentAt: event.mail.sentAt,
      at: event.at,
      ...(isSimulator(recipient.key) && { maxDurationMs: policy.simulatorHours * hour }),
      ...explanation(recipient, event),
      messageId: event.mail.id,
      channel: event.channel,
    };
  });
  return countOnce(worstOfEach(events));
}

const severity: Record<Effect, number> = { none: 0, watch: 1, strike: 2, adopt: 3, suppress: 4 };

/** Of two that suppress, the one that ends is the lesser. */
function rank({ effect, class: class_ }: RecipientEvent): number {
  return 2 * severity[effect] + (class_ === 'policy-block' ? 0 : 1);
}

/** An address that stands in the list twice, with two fates, has the worse one. */
function worstOfEach(events: readonly RecipientEvent[]): RecipientEvent[] {
  const worst = new Map<string, RecipientEvent>();
  for (const event of events) {
    const other = worst.get(event.address);
    if (other === undefined || rank(event) > rank(other)) worst.set(event.address, event);
  }
  return [...worst.values()];
}

/** One report is one complaint, however many it names: it counts on the first in order of those that count at all. */
function countOnce(events: readonly RecipientEvent[]): RecipientEvent[] {
  const [first] = events.flatMap(({ metric, address }) => (metric === 'complaints' ? address : [])).sort();
  return events.map((event) =>
    event.metric === 'complaints' && event.address !== first ? { ...event, metric: null } : event,
  );
}

function ruleFor(recipient: Recipient, event: FeedbackEvent): Rule {
  const rule = rules.find(({ when }) => {
    if (when.kind !== event.kind) return false;
    if (when.type !== undefined && !isOfType(event, when.type)) return false;
    if (when.subTypes !== undefined && !isOneOf(when.subTypes, subTypeOf(event))) return false;
    if (when.feedbackType !== undefined && when.feedbackType !== feedbackTypeOf(event)) return false;
    return when.recipient === undefined || recipientTraits[when.recipient](recipient, event);
  });
  // Stryker disable next-line ConditionalExpression,StringLiteral: never reached while the table ends as it says
  if (rule === undefined) throw new Error(`no rule takes a ${event.kind}: each kind must end with a row for the rest`);
  return rule;
}

/** What SES called it: what stays the same when the rules change. */
function rawType(event: FeedbackEvent): string {
  if (event.kind === 'bounce') return event.bounceType;
  if (isOneOf(suppressionListSubType, event.subType)) return 'prevented';
  return feedbackTypeOf(event) === 'not-spam' ? 'not-spam' : 'complaint';
}

function explanation({ status, diagnosticCode }: Recipient, event: FeedbackEvent) {
  const subType = subTypeOf(event);
  return {
    ...(subType !== undefined && { subType }),
    ...(status !== undefined && { status }),
    ...(diagnosticCode !== undefined && { diagnosticCode }),
  };
}

/** Bounce sub-types that count toward the rate, and what reports of abuse are about (RFC 5965). */
const knownWords = new Map(
  ['General', 'NoEmail', 'Suppressed', 'abuse', 'auth-failure', 'fraud', 'virus'].map((word) => [
    word,
    word.replace('-', ''),
  ]),
);

/** SES's word for what happened, in the name of a counter: a word that others can make up must not become one. */
function wordOf(event: FeedbackEvent): string {
  const word = event.kind === 'bounce' ? event.bounceSubType : feedbackTypeOf(event);
  return knownWords.get(String(word)) ?? 'other';
}

function isOfType(event: FeedbackEvent, type: string): boolean {
  // Stryker disable next-line ConditionalExpression: a complaint has no bounceType, but the type checker wants it asked
  return event.kind === 'bounce' && event.bounceType === type;
}

function subTypeOf(event: FeedbackEvent): string | undefined {
  return event.kind === 'bounce' ? event.bounceSubType : event.subType;
}

function feedbackTypeOf(event: FeedbackEvent): string | undefined {
  // Stryker disable next-line ConditionalExpression: a bounce has no feedbackType, but the type checker wants it asked
  return event.kind === 'complaint' ? event.feedbackType?.toLowerCase() : undefined;
}

function isOneOf(words: readonly string[] | RegExp, word: string | undefined): boolean {
  // Stryker disable next-line ConditionalExpression: "undefined" is no sub-type either
  if (word === undefined) return false;
  return words instanceof RegExp ? words.test(word) : words.includes(word);
}
