import type { Dns } from './dns.ts';

/** How many DNS look-ups an SPF record may need. Receivers reject a record that needs more (RFC 7208, section 4.6.4). */
export const maxSpfLookups = 10;

/** Returns the SPF records among the texts of a name. A domain must have exactly one. */
export function findSpfRecords(texts: readonly string[]): string[] {
  return texts.filter((text) => /^v=spf1(?: |$)/i.test(text));
}

const termsOf = (record: string) => record.toLowerCase().split(/\s+/).slice(1);

/** Whether a record lets SES send: `include:amazonses.com`, unless its qualifier says the opposite. */
export function includesSes(record: string): boolean {
  return termsOf(record).some((term) => /^\+?include:amazonses\.com$/.test(term));
}

/** A term that needs a look-up: its name and its target. */
const termPattern = /^[+?~-]?(include|exists|redirect|ptr|mx|a)(?=[:=/]|$)[:=]?(.*)$/;

/**
 * Counts the look-ups that an SPF record needs, those of the records that it includes as well. Stops above {@link maxSpfLookups}. A name with
 * macros, whose value depends on the email, and a record that cannot be read count as one look-up.
 */
export async function countSpfLookups(record: string, dns: Dns, counted = 0): Promise<number> {
  let count = counted;
  for (const term of termsOf(record)) {
    const [, mechanism, target = ''] = termPattern.exec(term) ?? [];
    if (mechanism === undefined) continue;
    count += 1;
    if (count > maxSpfLookups) return count;
    if ((mechanism !== 'include' && mechanism !== 'redirect') || target.includes('%')) continue;
    const answer = await dns.txt(target);
    const [included] = 'values' in answer ? findSpfRecords(answer.values) : [];
    if (included !== undefined) count = await countSpfLookups(included, dns, count);
  }
  return count;
}
