import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { findReplacedWords } from '../../../tools/lint/wording.ts';
import { root, runLocal } from '../../support/run.ts';

/** A tree that contains the configuration of the linters and the files a test plants. */
let tree: string;

beforeAll(() => {
  tree = mkdtempSync(path.join(tmpdir(), 'ses-feedback-'));
  for (const entry of ['biome.json', 'tsconfig.json', 'tools/lint', '.gitignore'])
    cpSync(path.join(root, entry), path.join(tree, entry), { recursive: true });
  symlinkSync(path.join(root, 'node_modules'), path.join(tree, 'node_modules'));
});
afterAll(() => rmSync(tree, { recursive: true }));

function plant(file: string, code: string): void {
  mkdirSync(path.dirname(path.join(tree, file)), { recursive: true });
  writeFileSync(path.join(tree, file), `${code}\n`);
}

describe('the pure domain', () => {
  const folders = [
    'shared/domain',
    'shared/domain/feedback',
    'shared/domain/reputation',
    'shared/domain/reputation/rules',
  ];
  const violations: Record<string, string> = {
    node: "import { readFileSync } from 'node:fs';\nexport const x = readFileSync;",
    'more-of-node-crypto-than-the-hash': "import { randomUUID } from 'node:crypto';\nexport const x = randomUUID();",
    'the-aws-sdk': "import { GetItemCommand } from '@aws-sdk/client-dynamodb';\nexport const x = GetItemCommand;",
    'an-adapter': "import { hourKey } from '../aws/dynamodb/counter-item.ts';\nexport const x = hourKey;",
    'an-adapter-by-a-detour': "import { hourKey } from './../aws/dynamodb/counter-item.ts';\nexport const x = hourKey;",
    'an-adapter-two-levels-up':
      "import { hourKey } from '../../aws/dynamodb/counter-item.ts';\nexport const x = hourKey;",
    'an-adapter-three-levels-up':
      "import { hourKey } from '../../../aws/dynamodb/counter-item.ts';\nexport const x = hourKey;",
    'a-flow': "import { commit } from '../../ingest/commit.ts';\nexport const x = commit;",
    'node-by-require': "export const x = require('node:fs');",
    'the-clock': 'export const x = Date.now();',
    'the-clock-by-another-name': 'export const x = globalThis.Date.now();',
    'another-clock': 'export const x = performance.now();',
    'a-timer': 'setInterval(() => {}, 1);',
    randomness: 'export const x = Math.random();',
    'randomness-by-another-name': 'const { random } = Math;\nexport const x = random();',
    'the-environment': 'export const x = process.env;',
  };
  const allowed =
    "import { createHash } from 'node:crypto';\nimport * as z from 'zod/mini';\nimport { rules } from './rules.ts';\n" +
    'export const x = [createHash, z, rules];';
  const allowedInRules =
    "import { day } from '../../durations.ts';\nimport { thresholdsFor } from '../../policy/thresholds.ts';\n" +
    "import { isWorse } from '../alarm-status.ts';\nexport const x = [day, thresholdsFor, isWorse];";
  let refused: readonly string[];

  beforeAll(async () => {
    for (const folder of folders) {
      plant(`${folder}/allowed.ts`, folder.endsWith('/rules') ? allowedInRules : allowed);
      for (const [name, code] of Object.entries(violations)) plant(`${folder}/${name}.ts`, code);
    }
    const args = ['lint', '--colors=off', '--max-diagnostics=none', 'shared/domain'];
    const { stdout, stderr } = await runLocal('biome', args, { cwd: tree });
    // Each diagnostic starts with its place in the first column.
    const diagnostics = (stdout + stderr).split(/^(?=\S+\.ts:\d+:\d+ )/m);
    const pure = diagnostics.filter((text) => text.includes('This folder is pure'));
    refused = pure.map((text) => text.slice(0, text.indexOf(':')));
  });

  describe.each(folders)('%s', (folder) => {
    test.each(Object.keys(violations))('cannot use %s', (name) => {
      expect(refused).toContain(`${folder}/${name}.ts`);
    });

    test('can use its own files, the schema library and the hash', () => {
      expect(refused).not.toContain(`${folder}/allowed.ts`);
    });
  });
});

describe('the directions of imports', () => {
  const planted: Record<string, string> = {
    'shared/domain/feedback/one.ts': "import type { Two } from './two.ts';\nexport type One = Two;",
    'shared/domain/feedback/two.ts': "import type { One } from './one.ts';\nexport type Two = { one?: One };",
    'shared/domain/feedback/three.ts': 'export const three = 3;',
    'shared/domain/feedback/flow.ts': "import { step } from '../../ingest/step.ts';\nexport const x = step;",
    'shared/ingest/step.ts': "import { three } from '../domain/feedback/three.ts';\nexport const step = three;",
    'shared/ingest/adapter.ts': "import { table } from '../aws/dynamodb/table.ts';\nexport const x = table;",
    'shared/monitoring/adapter-type.ts':
      "import type { Table } from '../aws/dynamodb/table.ts';\nexport type X = Table;",
    'shared/operator/sdk.ts': "import { SESv2Client } from '@aws-sdk/client-sesv2';\nexport const x = SESv2Client;",
    'shared/suppression-list/sdk.ts':
      "import { SESv2Client } from '@aws-sdk/client-sesv2';\nexport const x = SESv2Client;",
    'shared/suppression-list/sdk-type.ts':
      "import type { SESv2Client } from '@aws-sdk/client-sesv2';\nexport type X = SESv2Client;",
    'shared/aws/dynamodb/table.ts':
      "import { DynamoDBClient } from '@aws-sdk/client-dynamodb';\nexport const table = DynamoDBClient;\nexport type Table = string;",
    'shared/aws/ses/command.ts': "import { main } from '../../../cli/main.ts';\nexport const x = main;",
    'cli/main.ts': "import { bench } from '../tools/bench.ts';\nexport const main = bench;",
    'cli/commands/sdk.ts': "import { SESv2Client } from '@aws-sdk/client-sesv2';\nexport const x = SESv2Client;",
    'cli/stack/clients.ts': "import { SESv2Client } from '@aws-sdk/client-sesv2';\nexport const x = SESv2Client;",
    'functions/handlers/client.ts':
      "import { SESv2Client } from '@aws-sdk/client-sesv2';\nexport const x = SESv2Client;",
    'tools/bench.ts': 'export const bench = 1;',
  };
  let violations: ReadonlySet<string>;

  beforeAll(async () => {
    for (const [file, code] of Object.entries(planted)) plant(file, code);
    const args = ['--config', 'tools/lint/dependencies.cjs', '--output-type', 'json', ...Object.keys(planted)];
    const { stdout } = await runLocal('depcruise', args, { cwd: tree });
    const { summary } = JSON.parse(stdout) as { summary: { violations: { rule: { name: string }; from: string }[] } };
    violations = new Set(summary.violations.map(({ rule, from }) => `${from}: ${rule.name}`));
  });

  test.each([
    ['files that import each other, even only types', 'shared/domain/feedback/one.ts: no-circular-imports'],
    ['a flow in the domain', 'shared/domain/feedback/flow.ts: domain-imports-no-flows'],
    ['an adapter in a flow', 'shared/ingest/adapter.ts: flows-import-no-adapters'],
    ['the type of an adapter in a flow', 'shared/monitoring/adapter-type.ts: flows-import-no-adapters'],
    ['the AWS SDK in a flow', 'shared/operator/sdk.ts: sdk-stays-in-adapters'],
    ['the AWS SDK in the library', 'shared/suppression-list/sdk.ts: sdk-stays-in-adapters'],
    ['the AWS SDK in a command', 'cli/commands/sdk.ts: sdk-stays-in-adapters'],
    ['a command in shared code', 'shared/aws/ses/command.ts: shared-imports-no-entry-points'],
    ['a tool in the product', 'cli/main.ts: product-imports-no-tools'],
  ])('do not allow %s', (_what, violation) => {
    expect(violations).toContain(violation);
  });

  test.each([
    'shared/ingest/step.ts',
    'shared/aws/dynamodb/table.ts',
    'shared/suppression-list/sdk-type.ts',
    'cli/stack/clients.ts',
    'functions/handlers/client.ts',
  ])('allow the imports of %s', (file) => {
    expect([...violations].filter((violation) => violation.startsWith(`${file}:`))).toEqual([]);
  });
});

// cspell:disable
test('misspelled words are found in code, in prose and in the descriptions of sample events, whose data is not checked', async () => {
  cpSync(path.join(root, 'cspell.json'), path.join(tree, 'cspell.json'));
  const files = {
    'shared/spelling.ts': '// The adress is suppresed.',
    'docs/spelling.md': 'A recieved bounce of DynamoDB.',
  };
  for (const [file, text] of Object.entries(files)) plant(file, text);
  plant('events/spelling.json', JSON.stringify({ diagnosticCode: 'mailbx', description: 'A bouncee.' }, null, 2));
  const { code, stdout } = await runLocal(
    'cspell',
    [
      'lint',
      '--no-progress',
      '--no-summary',
      '--words-only',
      '--unique',
      ...Object.keys(files),
      'events/spelling.json',
    ],
    { cwd: tree },
  );
  expect(code).toBe(1);
  expect(stdout.trim().split('\n').toSorted()).toEqual(['adress', 'bouncee', 'recieved', 'suppresed']);
});
// cspell:enable

describe('replaced words', () => {
  const find = (text: string, file = 'shared/example.ts') => findReplacedWords([{ file, text }]);

  test('are reported with file, line and the word to use', () => {
    expect(find('ok\n// The address is suppressed for good.')).toEqual([
      'shared/example.ts:2: "for good": write permanently (docs/glossary.md)',
    ]);
  });

  test.each([
    'What SES is told of it',
    'letGo(address)',
    'addressSpellings',
    'the reviewLines of a scope',
    'an e-mail',
    'some 30 days',
    'mirrorOf(record)',
  ])('are found in names and in prose: %s', (text) => {
    expect(find(text)).toHaveLength(1);
  });

  test('are allowed where stored items use them', () => {
    expect(find("IndexName: 'mirror'", 'shared/aws/dynamodb/outbox-index.ts')).toEqual([]);
    expect(find('for good', 'shared/aws/dynamodb/outbox-index.ts')).toHaveLength(1);
  });
});
