import { stripVTControlCharacters, styleText } from 'node:util';

type Style = Parameters<typeof styleText>[0];

/** Styles text for a terminal. Returns it unchanged if the output is not a terminal, or if NO_COLOR is set. */
export function styled(style: Style, text: string): string {
  return process.stdout.isTTY && !process.env.NO_COLOR ? styleText(style, text) : text;
}

/** Breaks text into lines of at most `width` characters, including the indent of each line. */
export function wrapText(text: string, indent: string, width = 100): string {
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

/** Formats rows as aligned columns. Cells may be styled. */
export function formatColumns(rows: readonly (readonly string[])[], indent: string): string {
  const lengthOf = (cell = '') => stripVTControlCharacters(cell).length;
  const columnCount = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: columnCount }, (_, column) =>
    Math.max(...rows.map((row) => lengthOf(row[column]))),
  );
  const pad = (cell: string, column: number) => cell + ' '.repeat(Math.max(0, (widths[column] ?? 0) - lengthOf(cell)));
  return rows.map((row) => (indent + row.map(pad).join('  ')).trimEnd()).join('\n');
}
