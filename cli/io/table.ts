import type { Output } from './cli-io.ts';
import { sanitize } from './sanitize.ts';

/** One column of a table: its heading, and the text of a row. */
export type Column<Row> = {
  readonly heading: string;
  readonly text: (row: Row) => string;
  /** Numbers are aligned at their end. */
  readonly align?: 'right';
};

/** Returns the width for a table: that of a terminal. A file or a pipe has none, so that nothing is cut off there. */
export function tableWidth({ isTTY, columns = 80 }: Output): number {
  return isTTY ? columns : Number.POSITIVE_INFINITY;
}

/**
 * Formats rows as aligned columns for a terminal. Shortens the last column so that no line is longer than `width` characters.
 */
export function formatTable<Row>(rows: readonly Row[], columns: readonly Column<Row>[], width: number): string[] {
  const cells = [
    columns.map(({ heading }) => heading),
    ...rows.map((row) => columns.map(({ text }) => sanitize(text(row)))),
  ];
  const widths = columns.map((_column, index) => Math.max(...cells.map((line) => (line[index] as string).length)));
  return cells.map((line) =>
    truncate(
      line
        .map((cell, index) =>
          columns[index]?.align === 'right'
            ? cell.padStart(widths[index] as number)
            : cell.padEnd(widths[index] as number),
        )
        .join('  ')
        .trimEnd(),
      width,
    ),
  );
}

/** Shortens a text to a number of characters, with an ellipsis at the end. */
export function truncate(text: string, length: number): string {
  const characters = [...text];
  return characters.length <= length ? text : `${characters.slice(0, Math.max(0, length - 1)).join('')}…`;
}

/**
 * Formats a cell of a CSV file (RFC 4180). A cell that a spreadsheet would run as a formula starts with an apostrophe.
 * @see https://owasp.org/www-community/attacks/CSV_Injection
 */
export function toCsvCell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Formats a row of a CSV file, with its line end. */
export function toCsvRow(cells: readonly string[]): string {
  return `${cells.map(toCsvCell).join(',')}\r\n`;
}
