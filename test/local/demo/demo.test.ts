import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { root, run, runLocal } from '../../support/run.ts';
import { bounce } from '../../support/ses.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'ses-feedback-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const main = path.join(root, 'local', 'demo', 'main.ts');
const demo = (...args: string[]) => runLocal('tsx', [main, ...args], { env: { SEED: '7' }, cwd: folder });

/** Returns the lines of the scenario's timeline about the operator and the account, in order. */
const timelineOf = (stdout: string) =>
  [
    ...stdout.matchAll(
      /^ {2}\d{4}-\d\d-\d\d \d\d:\d\d UTC {2}(A purchased[^,\n]*|The operator[^,\n]*|[^,\n]*of the account)/gm,
    ),
  ].map(([, text]) => text?.replace(/ after .*/, ''));

test('the demo shows every step, and redelivering all messages changes nothing', async () => {
  const { code, stdout, stderr } = await demo();
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(/^bounce\.json$/m);
  expect(stdout).toMatch(/ann@example\.net +hard +by rule permanent +→ suppressed/);
  expect(stdout).toMatch(/grace@example\.org +true +policy-block +2026-12-04 09:36 UTC/);
  expect(stdout).toMatch(/judy@example\.org +false +no record/);
  expect(stdout).toMatch(/recipient3|batch-with-poison/);
  expect(stdout).toMatch(/messages delivered \(seed 7\); unreadable messages returned to the queue again: [1-9]/);
  expect(stdout).toMatch(/\n {2}0 of \d+ records changed\n {2}0 of \d+ counters changed\n/);
  expect(timelineOf(stdout)).toEqual([
    'A purchased list is imported into the newsletter.',
    'SES APPROACHING: bounce rate of the account',
    'SES CRITICAL: bounce rate of the account',
    'The operator removes the list.',
    'SES RESOLVED: bounce rate of the account',
  ]);
  expect(stdout).toMatch(/Headroom: \d+ more bounces until the 24-hour rate reaches the 5 % AWS review threshold/);
  expect(stdout).toMatch(/sent from +configuration-set:newsletter/);
  expect(stdout).toMatch(/ 5\.0 %┤━/);
  const page = readFileSync(path.join(folder, 'report.html'), 'utf8');
  expect(page).toContain('<svg');
  expect(page).toContain('RESOLVED: bounce rate of the account');
});

test("a user's own file is shown with the samples", async () => {
  const file = path.join(folder, 'mine.json');
  writeFileSync(file, JSON.stringify(bounce({ to: 'mine@example.net' })));
  const { code, stdout } = await demo(file);
  expect(code).toBe(0);
  expect(stdout).toMatch(/mine\.json\n {2}mine@example\.net +hard +by rule permanent +→ suppressed/);
  expect(stdout).toMatch(/mine@example\.net +true +hard +permanently/);
});

test('a file that does not exist is reported in one sentence, with exit code 1', async () => {
  const { code, stderr } = await demo('/nowhere/mine.json');
  expect([code, stderr]).toEqual([1, 'demo: Cannot read /nowhere/mine.json: no such file\n']);
});

test.each([
  [['--help'], 'demo: Unknown option --help. Usage: npm run demo -- [FILE…]\n'],
  [['-x', 'file'], 'demo: Unknown option -x. Usage: npm run demo -- [FILE…]\n'],
])('%j is rejected with the usage', async (args, message) => {
  expect(await demo(...args)).toMatchObject({ code: 1, stderr: message });
});

test('a reader that closes the pipe early (| head) is not an error', async () => {
  const { code, stdout, stderr } = await run('bash', [
    '-c',
    'set -o pipefail; node_modules/.bin/tsx local/demo/main.ts | head -3',
  ]);
  expect({ code, lines: stdout.split('\n').length, stderr }).toEqual({ code: 0, lines: 4, stderr: '' });
});
