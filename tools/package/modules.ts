import { isBuiltin } from 'node:module';
import path from 'node:path';
import { type BuildOptions, build, type Metafile, type Plugin, transform } from 'esbuild';
import { entries, peerDependency, root } from './entries.ts';
import { readRootManifest } from './manifest.ts';

/** A file of the package: its path and content. */
export type PackageFile = { readonly file: string; readonly text: string };

const target = `node${/\d+\.\d+/.exec(readRootManifest().engines.node)?.[0]}`;

/** Turns a dependency's `require('crypto')` into an import, because an ES module has no `require`. */
const importBuiltins: Plugin = {
  name: 'import-builtins',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^[a-z]+$/ }, ({ kind, path: name }) =>
      kind === 'require-call' && isBuiltin(name) ? { path: name, namespace: 'builtin' } : undefined,
    );
    onLoad({ filter: /./, namespace: 'builtin' }, ({ path: name }) => ({ contents: `export * from 'node:${name}';` }));
  },
};

/** The options of every bundle of the package. */
export const commonOptions = {
  absWorkingDir: root,
  chunkNames: 'chunks/[name]-[hash]',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  // CommonJS last, because it can be neither split nor tree-shaken.
  mainFields: ['module', 'main'],
  target,
  legalComments: 'none',
  plugins: [importBuiltins],
  write: false,
  metafile: true,
  logLevel: 'error',
} satisfies BuildOptions;

const options = {
  ...commonOptions,
  entryPoints: Object.fromEntries(entries.map(({ file, source }) => [file, `shared/${source}.ts`])),
  outdir: 'esm',
  external: [peerDependency],
} satisfies BuildOptions;

/**
 * Bundles the code for both module systems. Both are split into the same chunks, so that all entries share one class of each error, and so
 * that an application that only reads loads no more than it needs.
 */
export async function bundleModules(): Promise<{ files: PackageFile[]; metafile: Metafile }> {
  const { outputFiles, metafile } = await build(options);
  const modules = outputFiles.map(({ path: file, text }) => ({ file: path.relative(root, file), text }));
  const required = await Promise.all(
    modules.map(({ file, text }) => toCommonJS({ file: file.replace(/^esm/, 'cjs'), text })),
  );
  return { files: [...modules, typeFile('esm', 'module'), ...required, typeFile('cjs', 'commonjs')], metafile };
}

/** Returns the sizes of the minified code. The package itself is not minified, to keep stack traces readable. */
export async function measureModules(): Promise<Metafile> {
  return (await build({ ...options, minify: true })).metafile;
}

/** Converts an ES module. What it imports with `import()` still loads only then. */
export async function toCommonJS({ file, text }: PackageFile, { minify = false } = {}): Promise<PackageFile> {
  const { code } = await transform(text, {
    format: 'cjs',
    platform: 'node',
    target,
    minify,
    // Turns import() into require(), because CommonJS under Jest has no import().
    supported: { 'dynamic-import': false },
  });
  return { file, text: code };
}

function typeFile(folder: string, type: string): PackageFile {
  return { file: `${folder}/package.json`, text: `${JSON.stringify({ type })}\n` };
}
