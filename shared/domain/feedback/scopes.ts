import { domainOf, normaliseDomain, parseAddress } from '../address.ts';
import { shortHash } from './event-id.ts';
import type { Mail } from './feedback-event.ts';

/** Each scope is one more counter item in a transaction, so their number is bounded. */
const maxScopes = 8;

/** A scope is a key in every counter item, and those stay below 1 KB. */
const plainScope = /^[\x20-\x7e]{1,120}$/;

/**
 * Where an event is counted, most general first: `account`, `identity:<domain>`, `configuration-set:<name>`,
 * `tenant:<name>`, and `tag:<name>=<value>` for the tags of the policy.
 */
export function scopesOf({ sourceArn, source, tags }: Omit<Mail, 'id'>, scopeTags: readonly string[]): string[] {
  const identity = identityDomain(sourceArn, source);
  const scopes = [
    'account',
    ...(identity === undefined ? [] : [`identity:${identity}`]),
    ...valuesOf(tags, 'ses:configuration-set').map((name) => `configuration-set:${name}`),
    ...valuesOf(tags, 'ses:tenant-name').map((name) => `tenant:${name}`),
    ...scopeTags.flatMap((tag) => valuesOf(tags, tag).map((value) => `tag:${tag}=${value}`)),
  ];
  // Stryker disable next-line MethodExpression: it bounds the work, not the result
  return [...new Set(scopes.slice(0, 2 * maxScopes).map(bounded))].slice(0, maxScopes);
}

/** A longer name, or one SES would not let through, keeps its beginning and is told apart by a hash. */
function bounded(scope: string): string {
  if (plainScope.test(scope)) return scope;
  const start = scope.slice(0, 100).replaceAll(/[^\x20-\x7e]/g, '?');
  return `${start}~${shortHash(scope, 12)}`;
}

/** The identity's domain, also where the identity is a single address. Both channels tell it, so both copies name one scope. */
function identityDomain(sourceArn: string | undefined, source: string | undefined): string | undefined {
  const name = sourceArn?.split(':identity/', 2)[1];
  if (name !== undefined) return normaliseDomain(domainOf(name));
  const sender = source === undefined ? undefined : parseAddress(source);
  return sender && domainOf(sender.key);
}

function valuesOf(tags: Mail['tags'], name: string): readonly string[] {
  return Object.hasOwn(tags, name) ? (tags[name] as readonly string[]) : [];
}
