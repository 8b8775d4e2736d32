import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { root, run, runLocal } from '../support/run.ts';
import { bounce } from '../support/ses.ts';

jest.setTimeout(90_000);

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'ses-feedback-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const main = path.join(root, 'local', 'demo', 'main.ts');
const demo = (...args: string[]) => runLocal('tsx', [main, ...args], { env: { SEED: '7' }, cwd: folder });

/** What was done and told of the account, in order. */
const story = (stdout: string) =>
  [...stdout.matchAll(/^ {2}\d\d-\d\d \d\d:\d\d {2}(a bought[^,\n]*|the list[^,\n]*|[^,\n]*of the account)/gm)].map(
    ([, text]) => text?.replace(/ after .*/, ''),
  );

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
  expect(story(stdout)).toEqual([
    'a bought list is imported into the newsletter',
    'SES APPROACHING: bounce rate of the account',
    'SES CRITICAL: bounce rate of the account',
    'the list is taken out',
    'SES RESOLVED: bounce rate of the account',
  ]);
  expect(stdout).toMatch(/Headroom: \d+ more bounces until 5 %, where AWS reviews; at the rate and pace/);
  expect(stdout).toMatch(/sent from +configuration-set:newsletter/);
  expect(stdout).toMatch(/ 5\.0 %┤━/);
  const page = readFileSync(path.join(folder, 'report.html'), 'utf8');
  expect(page).toContain('<svg');
  expect(page).toContain('RESOLVED: bounce rate of the account');
});

test("a file of one's own is shown with the samples", async () => {
  const file = path.join(folder, 'mine.json');
  writeFileSync(file, JSON.stringify(bounce({ to: 'mine@example.net' })));
  const { code, stdout } = await demo(file);
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
  expect({ code, thresholds: stdout.split('\n').length, stderr }).toEqual({ code: 0, thresholds: 4, stderr: '' });
});
