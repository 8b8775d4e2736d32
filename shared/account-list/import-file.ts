import * as z from 'zod/mini';
import { type AddressKey, parseAddress } from '../domain/address.ts';
import type { DesiredState, SesReason } from '../domain/suppression/account-list-state.ts';
import { addressForSes, addressVariantsOf } from '../domain/suppression/address-variants.ts';
import type { SuppressionRecord } from '../domain/suppression/record.ts';
import type { ImportAction, ImportState } from './account-list.ts';

/** Stores import files in a bucket in the Region of the list that SES imports them into. */
export type ImportFiles = {
  /** Writes a file and returns its S3 URL (`s3://bucket/key`), which SES reads it from. */
  write(key: string, text: string): Promise<string>;
  read(key: string): Promise<string>;
  /** Downloads the file in which SES lists the lines it did not import. */
  fetchFailures(url: string): Promise<string>;
};

/** One line of an import file, as JSON. A line that deletes an entry needs no reason. */
export type ImportLine = { readonly emailAddress: string; readonly reason?: SesReason };

/** The lines of an import file by address. */
export type ImportLines = ReadonlyMap<AddressKey, readonly ImportLine[]>;

/** The maximum number of lines in one file, as documented by SES. */
export const maxImportLines: Record<ImportAction, number> = { PUT: 100_000, DELETE: 10_000 };

/**
 * Returns the action and the lines that bring one address to its desired state. A delete has one line for each address
 * variant.
 */
export function importLinesFor(record: SuppressionRecord, desired: DesiredState): [ImportAction, ImportLine[]] {
  if (desired.kind === 'listed') return ['PUT', [{ emailAddress: addressForSes(record), reason: desired.reason }]];
  return ['DELETE', addressVariantsOf(record).map((emailAddress) => ({ emailAddress }))];
}

/** Writes an import file and returns its S3 URL. */
export async function writeLines(files: ImportFiles, key: string, lines: readonly ImportLine[]): Promise<string> {
  return files.write(key, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
}

const lineSchema = z.object({ emailAddress: z.string(), reason: z.optional(z.enum(['BOUNCE', 'COMPLAINT'])) });

/** Reads an import file. Returns `undefined` if the file is missing or is not in the form {@link writeLines} writes. */
export async function readLines(files: ImportFiles, key: string): Promise<ImportLines | undefined> {
  const lines = new Map<AddressKey, ImportLine[]>();
  try {
    for (const text of (await files.read(key)).split('\n')) {
      if (text === '') continue;
      const { emailAddress, reason } = z.parse(lineSchema, JSON.parse(text));
      const address = keyOf(emailAddress);
      lines.set(address, [...(lines.get(address) ?? []), { emailAddress, ...(reason && { reason }) }]);
    }
  } catch {
    return undefined;
  }
  return lines;
}

/**
 * Returns the addresses whose lines failed, or `undefined` if SES does not report which ones. The format of SES's
 * failure file is not documented: what has the form of an address counts as one, provided that there are as many as SES
 * reports failures, and that all of them are in the import file.
 *
 * @param lines the lines of the import file
 */
export async function readFailures(
  files: ImportFiles,
  { failedCount, failuresUrl }: ImportState,
  lines: ImportLines,
): Promise<ReadonlySet<AddressKey> | undefined> {
  if (failedCount === 0) return new Set();
  if (failuresUrl === undefined) return undefined;
  const text = await files.fetchFailures(failuresUrl).catch(() => '');
  // In JSON, the quotes of a quoted local part are escaped.
  const found = new Set(text.replaceAll('\\"', '"').match(addressPattern));
  const keys = [...found].map(keyOf);
  return found.size === failedCount && keys.every((key) => lines.has(key)) ? new Set(keys) : undefined;
}

/** An address with a quoted local part, or without one. */
const addressPattern = /"(?:[^"\\\n]|\\.)+"@[^\s",;<>\\]+|[^\s",;<>\\]+@[^\s",;<>\\]+/g;

function keyOf(emailAddress: string): AddressKey {
  return parseAddress(emailAddress)?.key ?? (emailAddress as AddressKey);
}
