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
  return folders.filter((folder) => folder !== undefined);
}

/**
 * Returns the license texts of packages, which must be distributed with their code. A text is included once, below the names of all
 * packages that have it. Some packages of the SDK have no text of their own: theirs is that of another package of the same repository.
 *
 * @param subject what contains the packages: the start of the first sentence
 * @throws Error if a package has no license text
 */
export function collectLicenses(subject: string, folders: readonly string[]): string {
  const packages = [...new Set(folders)].sort().map(readLicense);
  const namesByText = new Map<string, string[]>();
  for (const { name, text, origin } of packages) {
    const license = text ?? packages.find((other) => other.origin === origin && other.text !== undefined)?.text;
    if (license === undefined) throw new Error(`${name} is bundled but has no license text.`);
    // Two packages may each have a copy of a third.
    namesByText.set(license, [...new Set([...(namesByText.get(license) ?? []), name])]);
  }
  const parts = [...namesByText].map(([text, names]) => `${names.join('\n')}\n\n${text}`);
  return `${[`${subject} contains code of the following packages.`, ...parts].join(`\n\n${'-'.repeat(80)}\n\n`)}\n`;
}

/** The license of a package. `origin` is its repository and the name of the license. */
type License = { readonly name: string; readonly text: string | undefined; readonly origin: string };

function readLicense(folder: string): License {
  const read = (file: string) => readFileSync(path.join(root, folder, file), 'utf8');
  const { name, version, license, repository } = JSON.parse(read('package.json'));
  const files = readdirSync(path.join(root, folder)).filter((file) => /^(licen[cs]e|notice)(\.|$)/i.test(file));
  const hasLicense = files.some((file) => /^licen/i.test(file));
  return {
    name: `${name} ${version} (${license})`,
    text: hasLicense ? files.map((file) => read(file).trim()).join('\n\n') : undefined,
    origin: `${repository?.url ?? folder} ${license}`,
  };
}
