import { type Address, parseAddress } from '../../shared/domain/address.ts';
import { read } from './files.ts';
import { printable, printableJson } from './sanitize.ts';

/** What was given as an address, and where it stands, for whoever has to find it. */
export type Entry = { readonly text: string; readonly where: string };

/** What is the matter with one of them. */
export type Fault = { readonly address: string; readonly fault: string };

/**
 * The addresses a command was given: by name, and one a line in a file.
 * @throws Error where there are none, or the file cannot be read
 */
export async function readEntries(given: readonly string[], file?: string): Promise<readonly Entry[]> {
  const entries = [...given.map((text) => ({ text, where: printable(text) })), ...(await linesOf(file))];
  if (entries.length === 0) throw new Error('Which addresses? Name them, or a --file with one a line.');
  return entries;
}

/** @returns the lines that are not empty */
async function linesOf(file?: string): Promise<Entry[]> {
  if (file === undefined) return [];
  const lines = (await read(file)).split(/\r?\n/);
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
export async function eachAddress<Report extends object>(
  entries: readonly Entry[],
  { work, describe, json = false }: Work<Report>,
): Promise<readonly (Report | Fault)[]> {
  const reports: (Report | Fault)[] = [];
  for (const { text, where } of entries) {
    const address = parseAddress(text);
    const report =
      address === undefined
        ? { address: where, fault: 'not an e-mail address' }
        : await work(address).catch((error: Error) => ({ address: address.key, fault: error.message }));
    reports.push(report);
    const lines = isFault(report) ? [`${report.address}: ${report.fault}`] : describe(report);
    if (!json) process.stdout.write(`${lines.map(printable).join('\n')}\n`);
  }
  if (json) process.stdout.write(printableJson(reports));
  return reports;
}

export function isFault(report: object): report is Fault {
  return 'fault' in report;
}
