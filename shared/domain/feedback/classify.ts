import { domainOf } from '../address.ts';
import { defined } from '../defined.ts';
import { day, hour } from '../durations.ts';
import type { Policy } from '../policy/policy.ts';
import type { FaultCause } from '../verdict/fault.ts';
import { countReportsOnce } from './count-reports.ts';
import { eventId } from './event-id.ts';
import type { FeedbackEvent, Mail, Recipient } from './feedback-event.ts';
import { providerOf } from './mailbox-provider.ts';
import { isSimulator } from './mailbox-simulator.ts';
import { isRateExempt } from './rate-exempt.ts';
import type { Effect, RecipientEvent } from './recipient-event.ts';
import { recipientTraits } from './recipient-traits.ts';
import { type FeedbackRule, suppressionListSubType } from './rule.ts';
import { rules } from './rules.ts';
import { scopesOf, senderDomainOf } from './scopes.ts';
import { hasOwnList, tenantOf } from './tenant.ts';
import { type RecipientVerdict, verdictOfRecipient } from './verdict-of-recipient.ts';

/**
 * Returns one event for each recipient, with the class, the counter and the effect of the first rule that matches. An
 * address that appears several times gets one event, with the most severe effect. An address that the email was not sent
 * to is at most watched.
 *
 * @example
 * const message = parse(unwrapMessage(rawMessage), {});
 * const events = message.kind === 'feedback' ? classify(message.event, defaultPolicy) : [];
 */
export function classify(event: FeedbackEvent, policy: Policy): RecipientEvent[] {
  const scopes = scopesOf(event.mail, policy.scopeTags);
  const events = event.recipients.map((recipient): RecipientEvent => {
    const verdict = verdictOfRecipient(recipient, event);
    const rule = ruleFor(recipient, event, verdict);
    return {
      id: eventId(event.kind, rawType(event), event.mail.id, recipient.key),
      address: recipient.key,
      originalAddress: recipient.original,
      class: rule.class,
      rule: rule.id,
      effect: recipient.isUnaddressed && rule.effect !== 'none' ? 'watch' : rule.effect,
      suspected: rule.when.recipient === 'one-of-several',
      metric: event.isSentElsewhere || isRateExempt(recipient.key, policy) ? null : rule.metric,
      contributors: [`is_${counterWordOf(event)}`, `at_${providerOf(domainOf(recipient.key))}`],
      scopes,
      sentAt: event.mail.sentAt,
      at: event.at,
      ...describeVerdict(rule, verdict, event.mail),
      ...defined({ maxDurationMs: maxDurationOf(recipient, rule, policy) }),
      ...evidenceOf(recipient, event),
      ...(recipient.isUnaddressed && { isUnaddressed: true }),
      ...defined({ tenant: tenantWithListOf(event, policy) }),
      messageId: event.mail.id,
      channel: event.channel,
    };
  });
  return countReportsOnce(limitUnaddressed(mostSevereOfEach(events), event), event);
}

const severity: Record<Effect, number> = { none: 0, count: 0, watch: 1, strike: 2, adopt: 3, suppress: 4 };

/** Ranks events by severity. Of two that suppress, one that ends is less severe. */
function rank({ effect, maxDurationMs }: RecipientEvent): number {
  return 2 * severity[effect] + (maxDurationMs === undefined ? 1 : 0);
}

/**
 * Returns the tenant whose own list the event acts on. That a tenant's list kept SES from sending proves that it has one, whatever the policy
 * says.
 */
function tenantWithListOf(event: FeedbackEvent, policy: Policy): string | undefined {
  const tenant = tenantOf(event.mail);
  if (tenant === undefined) return undefined;
  return subTypeOf(event) === 'OnTenantSuppressionList' || hasOwnList(tenant, policy) ? tenant : undefined;
}

/** Returns who is at fault. What the receiving server says does not matter where SES itself says it. */
function describeVerdict(rule: FeedbackRule, verdict: RecipientVerdict, mail: Mail) {
  const { fault, cause, row } = rule.fault === undefined ? verdict : { ...rule, fault: rule.fault, row: undefined };
  const provider = verdict.provider === 'other' ? undefined : verdict.provider;
  return { fault, ...defined({ provider, row, faultCause: cause, sentFrom: sentFromOf(mail, cause) }) };
}

/** What the owner of a domain has to repair. The other faults of the sender are about the IP address from which SES sent. */
const domainCauses: readonly FaultCause[] = ['authentication', 'sender-address', 'virus'];

function sentFromOf(mail: Mail, cause: FaultCause | undefined): string | undefined {
  if (cause === undefined || cause === 'no-domain') return undefined;
  return domainCauses.includes(cause) ? senderDomainOf(mail) : mail.tags['ses:outgoing-ip']?.[0];
}

function maxDurationOf({ key }: Recipient, { ends }: FeedbackRule, policy: Policy): number | undefined {
  if (isSimulator(key)) return policy.simulatorHours * hour;
  if (ends === undefined || (ends === 'recipient' && policy.hard.firstDays === 0)) return undefined;
  if (ends === 'recipient') return policy.hard.firstDays * day;
  return (ends === 'sender' ? policy.policyBlockDays : policy.suppressDays[ends]) * day;
}

/** Keeps one event for each address: a message can name an address twice, with two different results. */
function mostSevereOfEach(events: readonly RecipientEvent[]): RecipientEvent[] {
  const mostSevere = new Map<string, RecipientEvent>();
  for (const event of events) {
    const other = mostSevere.get(event.address);
    if (other === undefined || rank(event) > rank(other)) mostSevere.set(event.address, event);
  }
  return [...mostSevere.values()];
}

/** Counts no more recipients than the email had, however many addresses the report names that it was not sent to. */
function limitUnaddressed(events: readonly RecipientEvent[], { mail }: FeedbackEvent): RecipientEvent[] {
  // Stryker disable next-line ArrayDeclaration: an entry too many would add one to what may be counted as well
  const unaddressed = events.flatMap(({ address, isUnaddressed }) => (isUnaddressed ? address : [])).sort();
  const unnamed = (mail.destination?.length ?? 0) - (events.length - unaddressed.length);
  const uncounted = new Set(unaddressed.slice(Math.max(0, unnamed)));
  return events.map((event) => (uncounted.has(event.address) ? { ...event, metric: null } : event));
}

function ruleFor(recipient: Recipient, event: FeedbackEvent, verdict: RecipientVerdict): FeedbackRule {
  const rule = rules.find(({ when }) => {
    if (when.kind !== event.kind) return false;
    if (when.type !== undefined && !isOfType(event, when.type)) return false;
    if (when.subTypes !== undefined && !isOneOf(when.subTypes, subTypeOf(event))) return false;
    if (when.feedbackType !== undefined && when.feedbackType !== feedbackTypeOf(event)) return false;
    if (when.faults !== undefined && !when.faults.includes(verdict.fault)) return false;
    if (when.cause !== undefined && when.cause !== verdict.cause) return false;
    return when.recipient === undefined || recipientTraits[when.recipient](recipient, event, verdict.answer);
  });
  // Stryker disable next-line ConditionalExpression,StringLiteral: unreachable while each kind has a catch-all rule
  if (rule === undefined) throw new Error(`No rule matches a ${event.kind}: each kind must end with a catch-all rule`);
  return rule;
}

/** Returns the part of SES's own vocabulary that goes into the event id. It must not change when the rules change. */
function rawType(event: FeedbackEvent): string {
  if (event.kind === 'bounce') return event.bounceType;
  if (isOneOf(suppressionListSubType, event.subType)) return 'prevented';
  return feedbackTypeOf(event) === 'not-spam' ? 'not-spam' : 'complaint';
}

function evidenceOf({ status, diagnosticCode, reportedAs }: Recipient, event: FeedbackEvent) {
  return defined({ subType: subTypeOf(event), status, diagnosticCode, reportedAs });
}

/**
 * Bounce sub-types that count toward the bounce rate, and the types of abuse reports (RFC 5965), as words of a counter
 * name.
 */
const counterWords = new Map(
  ['General', 'NoEmail', 'Suppressed', 'abuse', 'auth-failure', 'fraud', 'virus'].map((word) => [
    word,
    word.replace('-', ''),
  ]),
);

/**
 * Returns SES's word for the event, for a counter name. Unknown words become `other`, because anyone can invent a
 * feedback type.
 */
function counterWordOf(event: FeedbackEvent): string {
  const word = event.kind === 'bounce' ? event.bounceSubType : feedbackTypeOf(event);
  return counterWords.get(String(word)) ?? 'other';
}

function isOfType(event: FeedbackEvent, type: string): boolean {
  // Stryker disable next-line ConditionalExpression: a complaint has no bounceType; the type checker needs it
  return event.kind === 'bounce' && event.bounceType === type;
}

function subTypeOf(event: FeedbackEvent): string | undefined {
  return event.kind === 'bounce' ? event.bounceSubType : event.subType;
}

function feedbackTypeOf(event: FeedbackEvent): string | undefined {
  // Stryker disable next-line ConditionalExpression: a bounce has no feedbackType; the type checker needs it
  return event.kind === 'complaint' ? event.feedbackType?.toLowerCase() : undefined;
}

function isOneOf(values: readonly string[] | RegExp, value: string | undefined): boolean {
  // Stryker disable next-line ConditionalExpression: the text "undefined" is not a sub-type either
  if (value === undefined) return false;
  return values instanceof RegExp ? values.test(value) : values.includes(value);
}
