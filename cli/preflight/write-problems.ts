import { createPrivateFile } from '../io/files.ts';
import type { Recipients } from './recipients.ts';

/** Rows that are written together. */
const rowsAtOnce = 10_000;

/**
 * Writes the addresses with a problem to a CSV file with the columns `address,problem`.
 *
 * @throws Error if the file exists or cannot be written
 */
export async function writeProblems(file: string, { malformed, found }: Recipients): Promise<void> {
  const output = await createPrivateFile(file);
  try {
    let rows = ['address,problem'];
    const add = async (address: string, problem: string) => {
      rows.push(`${quote(address)},${problem}`);
      if (rows.length < rowsAtOnce) return;
      await output.write(`${rows.join('\n')}\n`);
      rows = [];
    };
    for (const text of malformed) await add(text, 'malformed');
    for (const [address, problem] of found) if (problem !== undefined) await add(address, problem);
    if (rows.length > 0) await output.write(`${rows.join('\n')}\n`);
  } finally {
    await output.close();
  }
}

/** A spreadsheet would run a cell that begins with one of these as a formula. */
const formulaStart = /^[=+\-@\t\r]/;

function quote(text: string): string {
  const safe = formulaStart.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
