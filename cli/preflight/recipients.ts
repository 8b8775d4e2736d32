import { type AddressKey, domainOf, parseAddress } from '../../shared/domain/address.ts';
import { addressIn } from '../import/interpret-row.ts';
import { readList } from '../import/read-list.ts';
import type { CliIO } from '../io/cli-io.ts';

/** What speaks against an email to an address. The first one that applies. */
export type RecipientProblem = 'malformed' | 'suppressed' | 'bounced-before' | 'no-mail-server' | 'disposable';

/** The recipients of a mailing. */
export type Recipients = {
  /** Rows of the file. */
  rows: number;
  /** Rows that have something in the place of an address. */
  withAddress: number;
  /** Rows with an address that an earlier row has. */
  duplicates: number;
  /** The texts that are not an address, as far as they are kept. */
  readonly malformed: string[];
  malformedCount: number;
  /** Each address once, with what was found about it. */
  readonly found: Map<AddressKey, RecipientProblem | undefined>;
};

/** More malformed texts are counted and not kept. */
const maxMalformed = 10_000;

export function createRecipients(): Recipients {
  return { rows: 0, withAddress: 0, duplicates: 0, malformed: [], malformedCount: 0, found: new Map() };
}

/** Reads a file into `recipients`, and yields each new address. The file may change while it is read: it is read once. */
export async function* readRecipients(
  file: string,
  recipients: Recipients,
  io: Pick<CliIO, 'stdin'>,
): AsyncGenerator<AddressKey> {
  for await (const row of readList(file, io)) {
    recipients.rows++;
    const given = addressIn(row);
    if (given !== undefined) recipients.withAddress++;
    const text = given ?? '';
    const key = parseAddress(text.trim())?.key;
    if (key === undefined) {
      recipients.malformedCount++;
      if (recipients.malformed.length < maxMalformed) recipients.malformed.push(text);
    } else if (recipients.found.has(key)) recipients.duplicates++;
    else {
      recipients.found.set(key, undefined);
      yield key;
    }
  }
}

/** Marks an address, unless something else is known already. */
export function markProblem(recipients: Recipients, key: AddressKey, problem: RecipientProblem): void {
  recipients.found.set(key, recipients.found.get(key) ?? problem);
}

/** Returns how many addresses that are otherwise fine each domain has. */
export function countByDomain({ found }: Recipients): Map<string, number> {
  const counts = new Map<string, number>();
  for (const [key, problem] of found) {
    if (problem === undefined) counts.set(domainOf(key), (counts.get(domainOf(key)) ?? 0) + 1);
  }
  return counts;
}

/** Returns the number of addresses with each problem. */
export function countProblems({ found, malformedCount }: Recipients): Record<RecipientProblem, number> {
  const counts = { malformed: malformedCount, suppressed: 0, 'bounced-before': 0, 'no-mail-server': 0, disposable: 0 };
  for (const problem of found.values()) if (problem !== undefined) counts[problem]++;
  return counts;
}
