import type { Metafile } from 'esbuild';
import { entries } from './entries.ts';

/** What importing an entry loads at once, minified. What it loads later is not in it. Bytes. */
export type EntrySize = {
  readonly name: string;
  /** This project's. */
  readonly own: number;
  /** Of the packages bundled in. */
  readonly others: number;
  readonly files: number;
};

/** What `import 'ses-feedback'` may load at once, of ours. Bytes: an application starts with it, whatever it sends. */
export const maxOwn = 6144;

export function entrySizes(metafile: Metafile): EntrySize[] {
  return entries.map(({ name, file }) => {
    // A set is gone through to its end, also what is added on the way.
    const files = new Set([`esm/${file}.js`]);
    let [own, others] = [0, 0];
    for (const loaded of files) {
      const { imports = [], inputs = {} } = metafile.outputs[loaded] ?? {};
      for (const { path, kind, external } of imports) if (kind === 'import-statement' && !external) files.add(path);
      for (const [input, { bytesInOutput }] of Object.entries(inputs)) {
        if (input.startsWith('shared/')) own += bytesInOutput;
        else others += bytesInOutput;
      }
    }
    return { name: `ses-feedback${name.slice(1)}`, own, others, files: files.size };
  });
}

/** @throws Error where {@link maxOwn} is exceeded */
export function checkSizes([main]: readonly EntrySize[]): void {
  if (main !== undefined && main.own > maxOwn)
    throw new Error(`${main.name} loads ${main.own} bytes of own code at once: ${main.own - maxOwn} more than it may.`);
}

export function sizeTable(sizes: readonly EntrySize[]): string {
  const rows = sizes.map(({ name, own, others, files }) => [name, own, others, files]);
  const lines = [['loaded at once, minified', 'own bytes', 'bundled bytes', 'files'], ...rows];
  return lines
    .map(([name, ...cells]) => String(name).padEnd(26) + cells.map((c) => String(c).padStart(15)).join(''))
    .join('\n');
}
