import * as z from 'zod/mini';
import { type AddressKey, parseAddress } from '../domain/address.ts';
import {
  addressForSes,
  addressVariantsOf,
  type DesiredState,
  type SesReason,
} from '../domain/suppression/account-list-state.ts';
import type { SuppressionRecord } from '../domain/suppression/record.ts';
import type { ImportAction, ImportState } from './account-list.ts';

/** Where a file for SES is put: an object of a bucket in its Region. */
export type ImportFiles = {
  /** @returns its name for SES */
  write(key: string, text: string): Promise<string>;
  read(key: string): Promise<string>;
  /** What SES says of the lines it did not take. */
  fetchFailures(url: string): Promise<string>;
};

/** A line of a file, in JSON. Who is to be deleted needs no reason. */
export type ImportLine = { readonly emailAddress: string; readonly reason?: SesReason };

/** The lines of a file, by address. */
export type ImportedLines = ReadonlyMap<AddressKey, readonly ImportLine[]>;

/** As SES documents them: lines of one file. */
export const maxImportLines: Record<ImportAction, number> = { PUT: 100_000, DELETE: 10_000 };

/** What has to stand in a file for an address: of one that is to be deleted, every spelling. */
export function importLinesFor(record: SuppressionRecord, wish: DesiredState): [ImportAction, ImportLine[]] {
  if (wish.kind === 'listed') return ['PUT', [{ emailAddress: addressForSes(record), reason: wish.reason }]];
  return ['DELETE', addressVariantsOf(record).map((emailAddress) => ({ emailAddress }))];
}

/** @returns its name for SES */
export async function writeLines(files: ImportFiles, key: string, lines: readonly ImportLine[]): Promise<string> {
  return files.write(key, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
}

const lineSchema = z.object({ emailAddress: z.string(), reason: z.optional(z.enum(['BOUNCE', 'COMPLAINT'])) });

/** @returns `undefined` where the file is gone, or not ours any more */
export async function readLines(files: ImportFiles, key: string): Promise<ImportedLines | undefined> {
  const asked = new Map<AddressKey, ImportLine[]>();
  try {
    for (const text of (await files.read(key)).split('\n')) {
      if (text === '') continue;
      const { emailAddress, reason } = z.parse(lineSchema, JSON.parse(text));
      const address = keyOf(emailAddress);
      asked.set(address, [...(asked.get(address) ?? []), { emailAddress, ...(reason && { reason }) }]);
    }
  } catch {
    return undefined;
  }
  return asked;
}

/**
 * The form of SES's file of failures is not documented, so every word of it that has an @ counts, if they are as many as SES says.
 * @returns the addresses whose lines failed; `undefined`: SES does not say which
 */
export async function readFailures(
  files: ImportFiles,
  { failed, failures }: ImportState,
): Promise<ReadonlySet<AddressKey> | undefined> {
  if (failed === 0) return new Set();
  if (failures === undefined) return undefined;
  const text = await files.fetchFailures(failures).catch(() => '');
  const found = new Set(text.split(/[\s",;<>\\]+/).filter((word) => word.includes('@')));
  return found.size === failed ? new Set([...found].map(keyOf)) : undefined;
}

function keyOf(spelling: string): AddressKey {
  return parseAddress(spelling)?.key ?? (spelling as AddressKey);
}
