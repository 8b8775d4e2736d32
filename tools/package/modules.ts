import path from 'node:path';
import { type BuildOptions, build, type Metafile, type Plugin, transform } from 'esbuild';
import { entries, peer, root } from './entries.ts';
import { readRootManifest } from './manifest.ts';

/** A file of the package: its place in there, and what it holds. */
export type PackageFile = { readonly file: string; readonly text: string };

const target = `node${/\d+\.\d+/.exec(readRootManifest().engines.node)?.[0]}`;

/** An ES module has no `require`: a dependency's `require('crypto')` becomes an import. */
const importBuiltins: Plugin = {
  name: 'import-builtins',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^[a-z]+$/ }, ({ kind, path: name }) =>
      kind === 'require-call' ? { path: name, namespace: 'builtin' } : undefined,
    );
    onLoad({ filter: /./, namespace: 'builtin' }, ({ path: name }) => ({ contents: `export * from 'node:${name}';` }));
  },
};

const options = {
  absWorkingDir: root,
  entryPoints: Object.fromEntries(entries.map(({ file, source }) => [file, `shared/${source}.ts`])),
  outdir: 'esm',
  chunkNames: 'chunks/[name]-[hash]',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  // CommonJS comes last: it can be neither split nor shaken.
  mainFields: ['module', 'main'],
  target,
  external: [peer],
  legalComments: 'none',
  plugins: [importBuiltins],
  write: false,
  metafile: true,
  logLevel: 'error',
} satisfies BuildOptions;

/**
 * The code, once for each module system. Both are split the same, so that an error thrown by one entry is an instance of the class that
 * another exports, and so that who only reads loads nothing else.
 */
export async function bundleModules(): Promise<{ files: PackageFile[]; metafile: Metafile }> {
  const { outputFiles, metafile } = await build(options);
  const modules = outputFiles.map(({ path: file, text }) => ({ file: path.relative(root, file), text }));
  const required = await Promise.all(modules.map(toCommonJS));
  return { files: [...modules, typeFile('esm', 'module'), ...required, typeFile('cjs', 'commonjs')], metafile };
}

/** The same, as small as it gets: for {@link entrySizes} alone, as nobody can read its stack traces. */
export async function measureModules(): Promise<Metafile> {
  return (await build({ ...options, minify: true })).metafile;
}

async function toCommonJS({ file, text }: PackageFile): Promise<PackageFile> {
  const { code } = await transform(text, {
    format: 'cjs',
    platform: 'node',
    target,
    // What is loaded when it is needed is required then: Jest's CommonJS has no import().
    supported: { 'dynamic-import': false },
  });
  return { file: file.replace(/^esm/, 'cjs'), text: code };
}

function typeFile(folder: string, type: string): PackageFile {
  return { file: `${folder}/package.json`, text: `${JSON.stringify({ type })}\n` };
}
