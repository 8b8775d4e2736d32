import type { AddressKey } from '../../shared/domain/address.ts';
import { derive } from '../../shared/domain/suppression/derive.ts';
import { emptyRecord, type SuppressionRecord } from '../../shared/domain/suppression/record.ts';
import type { AccountListFixture } from './account-list.ts';

/**
 * Writes records directly to the table, without feedback. Each has a permanent bounce at the current time, unless
 * `fields` says otherwise.
 */
export async function seed(
  { system, policy }: AccountListFixture,
  addresses: readonly string[],
  fields: Partial<SuppressionRecord> = {},
): Promise<void> {
  const causes = { hard: { since: system.now, last: system.now } };
  for (let from = 0; from < addresses.length; from += 100) {
    const changes = addresses.slice(from, from + 100).map((address) => {
      const record = { ...emptyRecord(address as AddressKey), newestSentAt: system.now, causes, ...fields };
      return { record: derive(record, policy), stored: undefined };
    });
    await system.store.write({ changes, counts: [] });
  }
}

/** Returns `a0@example.net`, `a1@example.net` and so on. */
export function addresses(count: number, name = 'a'): string[] {
  return Array.from({ length: count }, (_, index) => `${name}${index}@example.net`);
}
