import { cpSync } from 'node:fs';
import path from 'node:path';
import { collectHashes, writeSnapshotFile } from '../../shared/suppression-list/snapshot-file.ts';
import { root, runLocal } from '../support/run.ts';
import { createSystem, useSystem } from '../support/system.ts';
import results from './consumers/exercise-results.json';
import { useStranger } from './fresh-install.ts';

useSystem();
const stranger = useStranger({
  files: ['exercise.cjs', 'exercise-results.json', 'required.cjs', 'imported.mjs', 'table.test.js', 'memory.test.js'],
  installed: ['@aws-sdk/client-dynamodb', 'nodemailer'],
});

/** A table with nothing in it, and a snapshot of it that holds an address. @returns where they are, for who exercises the package */
async function prepare(): Promise<Record<string, string>> {
  const { suppressionsTable: table } = (await createSystem()).tables;
  const snapshot = path.join(stranger().folder, 'suppressed.snapshot');
  const hashes = collectHashes();
  hashes.add('bob@example.net');
  await writeSnapshotFile(snapshot, { table, lists: ['account'], takenAt: new Date().toISOString() }, hashes.toWords());
  cpSync(path.join(root, 'events', 'bounce.json'), path.join(stranger().folder, 'bounce.json'));
  const aws = Object.entries(process.env).filter((entry): entry is [string, string] => entry[0].startsWith('AWS_'));
  return { ...Object.fromEntries(aws), TABLE: table, SNAPSHOT: snapshot };
}

test.each([
  ['requires', 'required.cjs'],
  ['imports', 'imported.mjs'],
])('all of it works in an application that %s it', async (_how, file) => {
  const { code, stdout, stderr } = await stranger().node([file], await prepare());
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(JSON.parse(stdout)).toEqual(results);
});

test('all of it works under Jest, which is told nothing', async () => {
  const args = ['--json', '--rootDir', stranger().folder];
  const { stdout } = await runLocal('jest', args, { cwd: stranger().folder, env: await prepare() });
  const { testResults, numPassedTests } = JSON.parse(stdout);
  expect(testResults.map(({ message }: { message: string }) => message)).toEqual(['', '']);
  expect(numPassedTests).toBe(2);
});
