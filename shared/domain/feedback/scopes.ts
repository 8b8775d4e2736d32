import { domainOf, normalizeDomain, parseAddress } from '../address.ts';
import { shortHash } from '../short-hash.ts';
import { withoutAddresses } from '../without-addresses.ts';
import type { Mail } from './feedback-event.ts';

/** Maximum number of scopes of one event. Each scope adds a counter item to the transaction. */
const maxScopes = 8;

/**
 * Scope names that are stored unchanged. A scope is part of the key of every counter item, and counter items must stay
 * below 1 KB.
 */
const plainScope = /^[\x20-\x7e]{1,120}$/;

/**
 * Returns the scopes in which an event is counted, most general first: `account`, `identity:<domain>`,
 * `configuration-set:<name>`, `tenant:<name>`, and `tag:<name>=<value>` for the tags in `scopeTags`. Returns at most
 * eight.
 */
export function scopesOf({ tags, ...mail }: Omit<Mail, 'id'>, scopeTags: readonly string[]): string[] {
  const identity = senderDomainOf(mail);
  const scopes = [
    'account',
    ...(identity === undefined ? [] : [`identity:${identity}`]),
    ...valuesOf(tags, 'ses:configuration-set').map((name) => `configuration-set:${name}`),
    ...valuesOf(tags, 'ses:tenant-name').map((name) => `tenant:${name}`),
    ...scopeTags.flatMap((tag) => valuesOf(tags, tag).map((value) => `tag:${tag}=${withoutAddresses(value)}`)),
  ];
  // Stryker disable next-line MethodExpression: the first slice limits the work, not the result
  return [...new Set(scopes.slice(0, 2 * maxScopes).map(shorten))].slice(0, maxScopes);
}

/** Shortens a scope name that is too long or not printable ASCII. A hash keeps different names apart. */
function shorten(scope: string): string {
  if (plainScope.test(scope)) return scope;
  const start = scope.slice(0, 100).replaceAll(/[^\x20-\x7e]/g, '?');
  return `${start}~${shortHash(scope, 12)}`;
}

/**
 * Returns the domain of the identity, even if the identity is a single address. Both channels contain it, so both
 * copies of an event have the same scope.
 */
export function senderDomainOf({ sourceArn, source }: Pick<Mail, 'sourceArn' | 'source'>): string | undefined {
  const name = sourceArn?.split(':identity/', 2)[1];
  if (name !== undefined) return normalizeDomain(domainOf(name));
  const sender = source === undefined ? undefined : parseAddress(source);
  return sender && domainOf(sender.key);
}

function valuesOf(tags: Mail['tags'], name: string): readonly string[] {
  return Object.hasOwn(tags, name) ? (tags[name] as readonly string[]) : [];
}
