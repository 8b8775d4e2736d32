import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Metafile } from 'esbuild';
import { root } from './entries.ts';

/** Returns the folders of the packages whose code is in the bundle. */
export function bundledPackages({ outputs }: Metafile): string[] {
  const inputs = Object.values(outputs).flatMap((output) => Object.entries(output.inputs));
  const folders = inputs
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
    .map(([file]) => /^.*node_modules\/(@[^/]+\/)?[^/]+/.exec(file)?.[0]);
  return [...new Set(folders.filter((folder) => folder !== undefined))].sort();
}

/**
 * Returns the license texts of packages, which must be distributed with their code.
 *
 * @throws Error if a package has no license text
 */
export function collectLicenses(folders: readonly string[]): string {
  const parts = folders.map((folder) => {
    const read = (file: string) => readFileSync(path.join(root, folder, file), 'utf8');
    const { name, version, license } = JSON.parse(read('package.json'));
    const files = readdirSync(path.join(root, folder)).filter((file) => /^(licen[cs]e|notice)(\.|$)/i.test(file));
    if (!files.some((file) => /^licen/i.test(file))) throw new Error(`${name} is bundled but has no license text.`);
    return [`${name} ${version} (${license})`, ...files.map((file) => read(file).trim())].join('\n\n');
  });
  return `${['This package contains code of the following packages.', ...parts].join(`\n\n${'-'.repeat(80)}\n\n`)}\n`;
}
