import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { type BuildOptions, build } from 'esbuild';
import { parse } from 'yaml';

const root = path.join(__dirname, '..', '..');

/** Bundles a file with the settings of serverless.yml, as `sls package` bundles the functions. */
export async function bundle(entry: string, folder: string): Promise<{ file: string; bytes: number }> {
  const yaml = readFileSync(path.join(root, 'serverless.yml'), 'utf8');
  const settings = (parse(yaml, { logLevel: 'error' }) as { custom: { esbuild: BuildOptions } }).custom.esbuild;
  const file = path.join(folder, `${path.basename(entry, '.ts')}.js`);
  await build({
    ...settings,
    entryPoints: [path.join(root, entry)],
    outfile: file,
    platform: 'node',
    logLevel: 'error',
  });
  return { file, bytes: statSync(file).size };
}
