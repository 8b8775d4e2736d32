import type { Metafile } from 'esbuild';
import { entries } from './entries.ts';

/** The size of the minified code that importing an entry loads at once. Code that is imported later does not count. Bytes. */
export type EntrySize = {
  readonly name: string;
  /** Code of this project. */
  readonly own: number;
  /** Code of bundled packages. */
  readonly bundled: number;
  readonly files: number;
};

/** Limits the code of this project that `import 'ses-feedback'` loads at once, because every application pays for it at its start. */
export const maxOwnBytes = 7100;

export function entrySizes(metafile: Metafile): EntrySize[] {
  return entries.map(({ name, file }) => {
    // Iterating over a set includes the elements that are added meanwhile.
    const files = new Set([`esm/${file}.js`]);
    let [own, bundled] = [0, 0];
    for (const loaded of files) {
      const { imports = [], inputs = {} } = metafile.outputs[loaded] ?? {};
      for (const { path, kind, external } of imports) if (kind === 'import-statement' && !external) files.add(path);
      for (const [input, { bytesInOutput }] of Object.entries(inputs)) {
        if (input.startsWith('shared/')) own += bytesInOutput;
        else bundled += bytesInOutput;
      }
    }
    return { name: `ses-feedback${name.slice(1)}`, own, bundled, files: files.size };
  });
}

/** @throws Error if the main entry exceeds {@link maxOwnBytes} */
export function checkSizes([main]: readonly EntrySize[]): void {
  if (main !== undefined && main.own > maxOwnBytes)
    throw new Error(
      `${main.name} loads ${main.own} bytes of its own code at once: ${main.own - maxOwnBytes} more than the limit.`,
    );
}

export function sizeTable(sizes: readonly EntrySize[]): string {
  const rows = sizes.map(({ name, own, bundled, files }) => [name, own, bundled, files]);
  const lines = [['loaded at once, minified', 'own bytes', 'bundled bytes', 'files'], ...rows];
  return lines
    .map(([name, ...cells]) => String(name).padEnd(26) + cells.map((c) => String(c).padStart(15)).join(''))
    .join('\n');
}
