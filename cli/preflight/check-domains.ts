import { disposableEmailBlocklistSet } from 'disposable-email-domains-js';
import { domainOf } from '../../shared/domain/address.ts';
import type { Dns } from '../identities/dns.ts';
import { countByDomain, markProblem, type Recipients } from './recipients.ts';

/** What DNS says of the domains of a mailing. */
export type DomainReport = {
  /** Domains that accept no email, those with the most addresses first. */
  readonly dead: readonly string[];
  /** The number of domains about which no DNS server has answered, and of their addresses. */
  readonly unanswered: { readonly domains: number; readonly addresses: number };
};

/** Questions that are open at the same time. */
const questionsAtOnce = 200;
/** After as many questions in a row without an answer, there is no DNS: the others are not asked. */
const maxFailuresInRow = 2 * questionsAtOnce;

/** Asks DNS whether the domains accept email, and marks the addresses at those that do not. Then marks those at disposable domains. */
export async function checkDomains(
  recipients: Recipients,
  { dns, onProgress }: { readonly dns: Dns | undefined; readonly onProgress: (done: number) => void },
): Promise<DomainReport> {
  const counts = countByDomain(recipients);
  const dead = new Set<string>();
  const unanswered: string[] = [];
  const queue = dns === undefined ? [].values() : counts.keys();
  let [done, failuresInRow] = [0, 0];
  const work = async (asked: Dns) => {
    for (const domain of queue) {
      const accepts = failuresInRow >= maxFailuresInRow ? undefined : await acceptsEmail(asked, domain);
      failuresInRow = accepts === undefined ? failuresInRow + 1 : 0;
      if (accepts === undefined) unanswered.push(domain);
      else if (!accepts) dead.add(domain);
      onProgress(++done);
    }
  };
  if (dns !== undefined) await Promise.all(Array.from({ length: questionsAtOnce }, () => work(dns)));
  markDomains(recipients, dead);
  const addressesAt = (domain: string) => counts.get(domain) ?? 0;
  return {
    dead: [...dead].sort((a, b) => addressesAt(b) - addressesAt(a) || (a < b ? -1 : 1)),
    unanswered: {
      domains: unanswered.length,
      addresses: unanswered.reduce((sum, domain) => sum + addressesAt(domain), 0),
    },
  };
}

/**
 * Returns whether a domain accepts email: it has an MX record that names a host, or none at all and an address.
 *
 * @returns `undefined` if DNS does not answer
 * @see https://www.rfc-editor.org/rfc/rfc5321#section-5.1
 * @see https://www.rfc-editor.org/rfc/rfc7505
 */
async function acceptsEmail(dns: Dns, domain: string): Promise<boolean | undefined> {
  // An address literal needs no DNS.
  if (domain.startsWith('[')) return true;
  const mx = await dns.mx(domain);
  if ('error' in mx) return undefined;
  if (mx.values.length > 0) return mx.values.some(({ exchange }) => exchange !== '' && exchange !== '.');
  const address = await dns.address(domain);
  return 'error' in address ? undefined : address.values.length > 0;
}

function markDomains(recipients: Recipients, dead: ReadonlySet<string>): void {
  const disposable = disposableEmailBlocklistSet();
  for (const [key, problem] of recipients.found) {
    if (problem !== undefined) continue;
    const domain = domainOf(key);
    if (dead.has(domain)) markProblem(recipients, key, 'no-mail-server');
    else if (isListed(disposable, domain)) markProblem(recipients, key, 'disposable');
  }
}

/** Returns whether a domain or one of its parents is in the set. */
function isListed(domains: ReadonlySet<string>, domain: string): boolean {
  for (let name = domain; name.includes('.'); name = name.slice(name.indexOf('.') + 1))
    if (domains.has(name)) return true;
  return false;
}
