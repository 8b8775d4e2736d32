import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { run, runLocal } from '../support/run.ts';
import { bounce } from '../support/ses.ts';

const demo = (...args: string[]) => runLocal('tsx', ['local/demo/main.ts', ...args], { env: { SEED: '7' } });

test('the demonstration tells the whole story, and a second delivery changes nothing', async () => {
  const { code, stdout, stderr } = await demo();
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(/^bounce\.json$/m);
  expect(stdout).toMatch(/ann@example\.net +hard +by rule permanent +→ suppressed/);
  expect(stdout).toMatch(/grace@example\.org +true +policy-block +2026-12-04T09:36Z/);
  expect(stdout).toMatch(/judy@example\.org +false +no record/);
  expect(stdout).toMatch(/recipient3|batch-with-poison/);
  expect(stdout).toMatch(/messages delivered \(seed 7\), the unreadable ones returned again: [1-9]/);
  expect(stdout).toMatch(/\n {2}0 of \d+ records changed\n {2}0 of \d+ counters changed\n/);
});

test("a file of one's own is shown with the samples", async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'ses-feedback-'));
  const file = path.join(folder, 'mine.json');
  writeFileSync(file, JSON.stringify(bounce({ to: 'mine@example.net' })));
  const { code, stdout } = await demo(file);
  rmSync(folder, { recursive: true });
  expect(code).toBe(0);
  expect(stdout).toMatch(/mine\.json\n {2}mine@example\.net +hard +by rule permanent +→ suppressed/);
  expect(stdout).toMatch(/mine@example\.net +true +hard +for good/);
});

test('a file that is not there is one sentence and exit code 1', async () => {
  const { code, stderr } = await demo('/nowhere/mine.json');
  expect([code, stderr]).toEqual([1, 'demo: /nowhere/mine.json cannot be read: there is no such file\n']);
});

test.each([
  [['--help'], 'demo: there is no option --help. Usage: npm run demo -- [FILE…]\n'],
  [['-x', 'file'], 'demo: there is no option -x. Usage: npm run demo -- [FILE…]\n'],
])('%j is refused with the usage', async (args, message) => {
  expect(await demo(...args)).toMatchObject({ code: 1, stderr: message });
});

test('a reader who has seen enough (| head) is no error', async () => {
  const { code, stdout, stderr } = await run('bash', [
    '-c',
    'set -o pipefail; node_modules/.bin/tsx local/demo/main.ts | head -3',
  ]);
  expect({ code, lines: stdout.split('\n').length, stderr }).toEqual({ code: 0, lines: 4, stderr: '' });
});
