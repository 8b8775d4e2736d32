import { createHash } from 'node:crypto';
import path from 'node:path';
import { buildSync } from 'esbuild';

/**
 * Returns a hash of the code that the study runs: its own and that of the alarms, without comments and formatting. The
 * study takes half a minute, so `npm test` only compares this hash with that of the last run, and `npm run test:process`
 * runs the study.
 */
export function hashStudy(): string {
  const { outputFiles } = buildSync({
    entryPoints: [path.join(__dirname, 'main.ts')],
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'cjs',
    legalComments: 'none',
    minifyWhitespace: true,
    write: false,
  });
  const hash = createHash('sha256');
  for (const { contents } of outputFiles) hash.update(contents);
  return hash.digest('hex').slice(0, 16);
}
