import type { AddressKey } from '../../shared/domain/address.ts';
import { derive, emptyRecord, type SuppressionRecord } from '../../shared/domain/suppression/record.ts';
import type { AccountListWorld } from './account-list.ts';

/** Writes records past all feedback, by the hundred: each bounced for good when the clock says, but for what is said otherwise. */
export async function seed(
  { system, policy }: AccountListWorld,
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

/** `a0@example.net` and so on. */
export function addresses(count: number, name = 'a'): string[] {
  return Array.from({ length: count }, (_, index) => `${name}${index}@example.net`);
}
