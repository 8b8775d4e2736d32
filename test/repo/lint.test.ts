import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { root, runLocal } from '../support/run.ts';

/** A tree with our linter's configuration and nothing else. */
let tree: string;

beforeAll(() => {
  tree = mkdtempSync(path.join(tmpdir(), 'ses-feedback-'));
  for (const entry of ['biome.json', 'tools/lint', '.gitignore'])
    cpSync(path.join(root, entry), path.join(tree, entry), { recursive: true });
  mkdirSync(path.join(tree, 'shared', 'domain', 'feedback'), { recursive: true });
  mkdirSync(path.join(tree, 'shared', 'domain', 'reputation'), { recursive: true });
});
afterAll(() => rmSync(tree, { recursive: true }));

/** What the linter says of a file in a folder of that tree. */
async function lint(folder: string, code: string): Promise<string> {
  writeFileSync(path.join(tree, folder, 'intruder.ts'), `${code}\n`);
  const { stdout, stderr } = await runLocal('biome', ['lint', '--colors=off', path.join(folder, 'intruder.ts')], {
    cwd: tree,
  });
  return stdout + stderr;
}

describe.each(['shared/domain', 'shared/domain/feedback', 'shared/domain/reputation'])(
  'the pure folder %s',
  (folder) => {
    test.each([
      ['Node', "import { readFileSync } from 'node:fs';\nexport const x = readFileSync;"],
      ['more of Node than the hash', "import { randomUUID } from 'node:crypto';\nexport const x = randomUUID();"],
      ['the AWS SDK', "import { GetItemCommand } from '@aws-sdk/client-dynamodb';\nexport const x = GetItemCommand;"],
      ['an adapter', "import { foldAdditions } from '../aws/counter-item.ts';\nexport const x = foldAdditions;"],
      [
        'an adapter by a detour',
        "import { foldAdditions } from './../aws/counter-item.ts';\nexport const x = foldAdditions;",
      ],
      ['Node by require', "export const x = require('node:fs');"],
      ['the clock', 'export const x = Date.now();'],
      ['the clock by another name', 'export const x = globalThis.Date.now();'],
      ['another clock', 'export const x = performance.now();'],
      ['a timer', 'setInterval(() => {}, 1);'],
      ['randomness by another name', 'const { random } = Math;\nexport const x = random();'],
      ['randomness', 'export const x = Math.random();'],
      ['the environment', 'export const x = process.env;'],
    ])('cannot reach %s', async (_what, code) => {
      expect(await lint(folder, code)).toContain('This folder is pure');
    });

    test('can reach its own files, the schema library and the hash', async () => {
      const code =
        "import { createHash } from 'node:crypto';\nimport * as z from 'zod/mini';\nimport { rules } from './rules.ts';\n" +
        'export const x = [createHash, z, rules];';
      expect(await lint(folder, code)).toMatch(/Checked 1 file in .*No fixes applied/);
    });
  },
);
