import { createReadStream } from 'node:fs';
import { parse } from 'csv-parse';
import type { CliIO } from '../io/cli-io.ts';
import { describeFileError, readTextFile } from '../io/files.ts';
import { columnName, type ListRow } from './interpret-row.ts';

/**
 * Yields the rows of a list: a CSV file with a header, JSON (an array of objects, or an object that contains one) or JSON lines.
 *
 * @throws Error with the file and what is wrong
 */
export async function* readList(file: string, io: Pick<CliIO, 'stdin'>): AsyncGenerator<ListRow> {
  if (/\.jsonl?$/i.test(file)) yield* readJson(file, await readTextFile(file, io));
  else yield* readCsv(file, io);
}

function* readJson(file: string, text: string): Generator<ListRow> {
  const whole = parseJson(text);
  const rows =
    whole === undefined
      ? text.split('\n').flatMap((line) => (line.trim() === '' ? [] : parseJson(line)))
      : listIn(whole);
  if (rows === undefined || rows.some((row) => typeof row !== 'object' || row === null))
    throw new Error(`${file} is not a list of objects in JSON.`);
  for (const [index, row] of rows.entries()) {
    const cells = Object.entries(row as object).map(([name, value]) => [columnName(name), String(value ?? '')]);
    yield { cells: Object.fromEntries(cells), line: index + 1 };
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Services put their lists into objects: `{"items": […]}`, `{"Suppressions": […]}`. */
function listIn(value: unknown): readonly unknown[] | undefined {
  if (Array.isArray(value)) return value;
  return Object.values(Object(value)).find((inner) => Array.isArray(inner)) as readonly unknown[] | undefined;
}

async function* readCsv(file: string, { stdin }: Pick<CliIO, 'stdin'>): AsyncGenerator<ListRow> {
  const parser = parse({
    bom: true,
    info: true,
    skip_empty_lines: true,
    trim: true,
    relax_column_count: true,
    relax_quotes: true,
  });
  const input = file === '-' ? stdin : createReadStream(file);
  input.on('error', (error: Error) => parser.destroy(new Error(`Cannot read ${file}: ${describeFileError(error)}`)));
  let columns: readonly string[] | undefined;
  try {
    for await (const { record, info } of input.pipe(parser)) {
      const line: readonly string[] = record;
      if (columns === undefined) {
        columns = headerOf(line);
        if (columns.length === line.length && line.some((cell) => cell.includes('@'))) {
          // A file of one address per line has no header.
          columns = ['address'];
          yield { cells: { address: line[0] ?? '' }, line: info.lines };
        }
        continue;
      }
      yield { cells: Object.fromEntries(columns.map((name, index) => [name, line[index] ?? ''])), line: info.lines };
    }
  } catch (error) {
    if (error instanceof Error && 'code' in error && 'lines' in error)
      throw new Error(`${file} is not a valid CSV file: ${error.message}`);
    throw error;
  }
}

const headerOf = (line: readonly string[]): string[] => line.map(columnName);
