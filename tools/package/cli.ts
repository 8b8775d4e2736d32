import path from 'node:path';
import { build, type Metafile } from 'esbuild';
import { bin, root } from './entries.ts';
import { commonOptions, type PackageFile, toCommonJS } from './modules.ts';

const start = `#!/usr/bin/env node
require('./main.js').main();
`;

/**
 * Bundles the command with everything it needs, the SDK included, so that an application that installs the library installs no further
 * packages. Each command is a chunk that loads only when the command runs. The bundle is minified, because that halves it.
 */
export async function bundleCli(): Promise<{ files: PackageFile[]; metafile: Metafile }> {
  const { outputFiles, metafile } = await build({
    ...commonOptions,
    entryPoints: ['cli/main.ts'],
    outdir: 'cli',
    minify: true,
    external: [],
    // Leaves out what the charts check and explain in development only.
    define: { 'process.env.NODE_ENV': '"production"' },
  });
  const modules = outputFiles.map(({ path: file, text }) => ({ file: path.relative(root, file), text }));
  const files = await Promise.all(modules.map((module) => toCommonJS(module, { minify: true })));
  return { files: [...files, { file: bin['ses-feedback'], text: start }], metafile };
}
