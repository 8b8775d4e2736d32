import { type Address, parseAddress } from '../../shared/domain/address.ts';
import { readTextFile } from './files.ts';
import { sanitize, sanitizeJson } from './sanitize.ts';

/** What was given as an address, and where it stands, for whoever has to find it. */
export type AddressInput = { readonly text: string; readonly where: string };

/** What is the matter with one of them. */
export type AddressError = { readonly address: string; readonly error: string };

/**
 * The addresses a command was given: by name, and one a line in a file.
 * @throws Error where there are none, or the file cannot be read
 */
export async function readAddressInputs(given: readonly string[], file?: string): Promise<readonly AddressInput[]> {
  const entries = [...given.map((text) => ({ text, where: sanitize(text) })), ...(await linesOf(file))];
  if (entries.length === 0) throw new Error('Which addresses? Name them, or a --file with one a line.');
  return entries;
}

/** @returns the lines that are not empty */
async function linesOf(file?: string): Promise<AddressInput[]> {
  if (file === undefined) return [];
  const lines = (await readTextFile(file)).split(/\r?\n/);
  return lines.flatMap((line, index) =>
    line.trim() === '' ? [] : { text: line, where: `${file}, line ${index + 1}` },
  );
}

type Work<Report> = {
  readonly work: (address: Address) => Promise<Report>;
  readonly describe: (report: Report) => readonly string[];
  readonly json?: boolean | undefined;
};

/** Does something with one after the other, and prints what became of it. What is wrong with one is said of it, and the rest go on. */
export async function processAddresses<Report extends object>(
  entries: readonly AddressInput[],
  { work, describe, json = false }: Work<Report>,
): Promise<readonly (Report | AddressError)[]> {
  const reports: (Report | AddressError)[] = [];
  for (const { text, where } of entries) {
    const address = parseAddress(text);
    const report =
      address === undefined
        ? { address: where, error: 'not an e-mail address' }
        : await work(address).catch((error: Error) => ({ address: address.key, error: error.message }));
    reports.push(report);
    const lines = isAddressError(report) ? [`${report.address}: ${report.error}`] : describe(report);
    if (!json) process.stdout.write(`${lines.map(sanitize).join('\n')}\n`);
  }
  if (json) process.stdout.write(sanitizeJson(reports));
  return reports;
}

export function isAddressError(report: object): report is AddressError {
  return 'fault' in report;
}
