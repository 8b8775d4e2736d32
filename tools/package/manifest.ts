import { readFileSync } from 'node:fs';
import path from 'node:path';
import { bin, entries, peerDependency, peerRange, root } from './entries.ts';

const copiedFields = [
  'name',
  'version',
  'description',
  'keywords',
  'homepage',
  'bugs',
  'repository',
  'license',
  'engines',
] as const;

type RootManifest = { readonly [field in (typeof copiedFields)[number]]: unknown } & {
  readonly engines: { readonly node: string };
};

export function readRootManifest(): RootManifest {
  return JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
}

/**
 * Returns the package.json of the package, based on that of the checkout.
 *
 * Each module system has its own declarations, because TypeScript treats a declaration file as belonging to one of them. `main`, `types`
 * and `typesVersions` are for compilers that do not read `exports` (`moduleResolution: node10`).
 */
export function packageManifest(): object {
  const manifest = readRootManifest();
  const [main] = entries;
  return {
    ...Object.fromEntries(copiedFields.map((field) => [field, manifest[field]])),
    type: 'commonjs',
    sideEffects: false,
    main: `./cjs/${main.file}.js`,
    types: `./cjs/types/${main.source}.d.ts`,
    typesVersions: {
      '*': Object.fromEntries(
        entries.slice(1).map(({ name, source }) => [name.slice(2), [`./cjs/types/${source}.d.ts`]]),
      ),
    },
    exports: {
      ...Object.fromEntries(
        entries.map(({ name, ...entry }) => [name, { import: filesOf('esm', entry), require: filesOf('cjs', entry) }]),
      ),
      './package.json': './package.json',
    },
    bin,
    peerDependencies: { [peerDependency]: peerRange },
  };
}

/** TypeScript uses the first condition that matches, so `types` comes first. */
function filesOf(system: 'esm' | 'cjs', { file, source }: { readonly file: string; readonly source: string }) {
  return { types: `./${system}/types/${source}.d.ts`, default: `./${system}/${file}.js` };
}
