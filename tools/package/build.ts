import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { bundleCli } from './cli.ts';
import { declareModules } from './declarations.ts';
import { bin, root } from './entries.ts';
import { bundledPackages, collectLicenses } from './licenses.ts';
import { packageManifest } from './manifest.ts';
import { bundleModules, measureModules } from './modules.ts';
import { softwareBillOfMaterials } from './sbom.ts';
import { checkSizes, type EntrySize, entrySizes } from './sizes.ts';

const executables = new Set<string>(Object.values(bin));

/**
 * Builds the package into a folder, ready to pack or publish. Deletes the folder's content first.
 *
 * @throws Error if the build fails. The folder then has no package.json, so that it cannot be published.
 */
export async function buildPackage(folder: string): Promise<EntrySize[]> {
  rmSync(folder, { recursive: true, force: true });
  const sizes = entrySizes(await measureModules());
  checkSizes(sizes);
  const [library, cli] = await Promise.all([bundleModules(), bundleCli()]);
  for (const { file, text } of [...library.files, ...cli.files, ...declareModules()]) write(file, text);
  const [inLibrary, inCommand] = [bundledPackages(library.metafile), bundledPackages(cli.metafile)];
  write('THIRD-PARTY-LICENSES.txt', collectLicenses('The library', inLibrary));
  write('cli/THIRD-PARTY-LICENSES.txt', collectLicenses('The command', inCommand));
  write('sbom.cdx.json', softwareBillOfMaterials([...inLibrary, ...inCommand]));
  write('LICENSE', readFileSync(path.join(root, 'LICENSE'), 'utf8'));
  write('README.md', readFileSync(path.join(root, 'shared', 'suppression-list', 'README.md'), 'utf8'));
  write('package.json', `${JSON.stringify(packageManifest(), null, 2)}\n`);
  return sizes;

  function write(file: string, text: string): void {
    const target = path.join(folder, file);
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(target, text);
    // The umask of the machine would be part of the packed bytes.
    chmodSync(target, executables.has(file) ? 0o755 : 0o644);
  }
}
