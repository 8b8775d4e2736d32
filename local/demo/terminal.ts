import { stripVTControlCharacters, styleText } from 'node:util';

type Style = Parameters<typeof styleText>[0];

/** Colour for a terminal that shows it; plain text in a pipe, or with NO_COLOR. */
export function paint(style: Style, text: string): string {
  return process.stdout.isTTY && !process.env.NO_COLOR ? styleText(style, text) : text;
}

/** Breaks a sentence into lines of at most `width` characters, each behind the indent. */
export function wrap(text: string, indent: string, width = 100): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line.length + word.length + 1 > width - indent.length && line !== '') {
      lines.push(indent + line);
      line = '';
    }
    line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, indent + line].join('\n');
}

/** Rows with their columns in line, coloured or not. */
export function columns(rows: readonly (readonly string[])[], indent: string): string {
  const lengthOf = (cell = '') => stripVTControlCharacters(cell).length;
  const widest = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: widest }, (_, column) => Math.max(...rows.map((row) => lengthOf(row[column]))));
  const pad = (cell: string, column: number) => cell + ' '.repeat(Math.max(0, (widths[column] ?? 0) - lengthOf(cell)));
  return rows.map((row) => (indent + row.map(pad).join('  ')).trimEnd()).join('\n');
}
