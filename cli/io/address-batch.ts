import { type Address, parseAddress } from '../../shared/domain/address.ts';
import type { CliIO, Output } from './cli-io.ts';
import { UsageError } from './errors.ts';
import { readTextFile } from './files.ts';
import { sanitize, sanitizeJson } from './sanitize.ts';

/** A text given as an address, and its location for error messages. */
export type AddressInput = { readonly text: string; readonly location: string };

/** Version of the JSON of each report. */
const schemaVersion = 1;

/** An address that could not be processed, or the location of a text that is not an address. */
export type AddressError = { readonly address: string; readonly error: string };

/**
 * Returns the addresses a command was given, from its arguments and from a file with one address per line.
 * @throws Error if there are none, or the file cannot be read
 */
export async function readAddressInputs(
  given: readonly string[],
  file: string | undefined,
  io: CliIO,
): Promise<readonly AddressInput[]> {
  const inputs = [...given.map((text) => ({ text, location: sanitize(text) })), ...(await readLines(file, io))];
  if (inputs.length === 0)
    throw new UsageError('No addresses given. Pass addresses, or --file with one address per line.');
  return inputs;
}

/** Returns the lines that are not empty. */
async function readLines(file: string | undefined, io: CliIO): Promise<AddressInput[]> {
  if (file === undefined) return [];
  const lines = (await readTextFile(file, io)).split(/\r?\n/);
  return lines.flatMap((line, index) =>
    line.trim() === '' ? [] : { text: line, location: `${file}, line ${index + 1}` },
  );
}

type BatchOptions<Report> = {
  readonly processOne: (address: Address) => Promise<Report>;
  readonly describe: (report: Report) => readonly string[];
  /** @default the report as it is */
  readonly toJson?: (report: Report) => object;
  readonly json?: boolean | undefined;
  readonly stdout: Output;
};

/** Processes addresses one after the other and prints each result. An error is reported for its address; the others continue. */
export async function processAddresses<Report extends object>(
  inputs: readonly AddressInput[],
  { processOne, describe, toJson = (report) => report, json = false, stdout }: BatchOptions<Report>,
): Promise<readonly (Report | AddressError)[]> {
  const reports: (Report | AddressError)[] = [];
  for (const { text, location } of inputs) {
    const address = parseAddress(text);
    const report =
      address === undefined
        ? { address: location, error: 'not a valid email address' }
        : await processOne(address).catch((error: Error) => ({ address: address.key, error: error.message }));
    reports.push(report);
    const lines = isAddressError(report) ? [`${report.address}: ${report.error}`] : describe(report);
    if (!json) stdout.write(`${lines.map(sanitize).join('\n')}\n`);
  }
  const toVersioned = (report: Report | AddressError) => ({
    schemaVersion,
    ...(isAddressError(report) ? report : toJson(report)),
  });
  if (json) stdout.write(sanitizeJson(reports.map(toVersioned)));
  return reports;
}

export function isAddressError(report: object): report is AddressError {
  return 'error' in report;
}
