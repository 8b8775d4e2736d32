import { readFileSync } from 'node:fs';
import path from 'node:path';
import { entries, peer, peerRange, root } from './entries.ts';

const taken = ['name', 'version', 'description', 'keywords', 'license', 'engines'] as const;

type RootManifest = { readonly [field in (typeof taken)[number]]: unknown } & {
  readonly engines: { readonly node: string };
};

export function readRootManifest(): RootManifest {
  return JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
}

/**
 * The package.json of the package, made from that of the checkout.
 *
 * Each module system has declarations of its own: TypeScript takes those of one for a lie about the other. `main`, `types` and
 * `typesVersions` are for compilers that know no `exports` (`moduleResolution: node10`).
 */
export function packageManifest(): object {
  const manifest = readRootManifest();
  const [main] = entries;
  return {
    ...Object.fromEntries(taken.map((field) => [field, manifest[field]])),
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
    peerDependencies: { [peer]: peerRange },
  };
}

/** TypeScript takes the first condition that fits: the types go first. */
function filesOf(system: 'esm' | 'cjs', { file, source }: { readonly file: string; readonly source: string }) {
  return { types: `./${system}/types/${source}.d.ts`, default: `./${system}/${file}.js` };
}
