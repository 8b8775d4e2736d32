import { cpSync } from 'node:fs';
import path from 'node:path';
import { collectHashes, writeSnapshotFile } from '../../../shared/suppression-list/snapshot-file.ts';
import { root, runLocal } from '../../support/run.ts';
import { createSystem, useSystem } from '../../support/system.ts';
import results from './consumers/exercise-results.json';
import { useFreshInstall } from './fresh-install.ts';

useSystem();
const freshInstall = useFreshInstall({
  files: ['exercise.cjs', 'exercise-results.json', 'required.cjs', 'imported.mjs', 'table.test.js', 'memory.test.js'],
  installed: ['@aws-sdk/client-dynamodb', 'nodemailer'],
});

/** Creates an empty table, and a snapshot with one address, and returns environment variables that name them. */
async function prepare(): Promise<Record<string, string>> {
  const { suppressionsTable: table } = (await createSystem()).tables;
  const snapshot = path.join(freshInstall().folder, 'suppressed.snapshot');
  const hashes = collectHashes();
  hashes.add('bob@example.net');
  await writeSnapshotFile(snapshot, { table, lists: ['account'], takenAt: new Date().toISOString() }, hashes.toWords());
  cpSync(path.join(root, 'events', 'bounce.json'), path.join(freshInstall().folder, 'bounce.json'));
  const aws = Object.entries(process.env).filter((entry): entry is [string, string] => entry[0].startsWith('AWS_'));
  return { ...Object.fromEntries(aws), TABLE: table, SNAPSHOT: snapshot };
}

test.each([
  ['requires', 'required.cjs'],
  ['imports', 'imported.mjs'],
])('the whole API works in an application that %s the package', async (_how, file) => {
  const { code, stdout, stderr } = await freshInstall().node([file], await prepare());
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(JSON.parse(stdout)).toEqual(results);
});

test('the whole API works under Jest without configuration', async () => {
  const args = ['--json', '--rootDir', freshInstall().folder];
  const { stdout } = await runLocal('jest', args, { cwd: freshInstall().folder, env: await prepare() });
  const { testResults, numPassedTests } = JSON.parse(stdout);
  expect(testResults.map(({ message }: { message: string }) => message)).toEqual(['', '']);
  expect(numPassedTests).toBe(2);
});
