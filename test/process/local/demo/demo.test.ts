import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { root, run, runLocal } from '../../../support/run.ts';
import { bounce } from '../../../support/ses.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'ses-feedback-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const main = path.join(root, 'local', 'demo', 'main.ts');
const demo = (args: readonly string[], env: Record<string, string> = {}) =>
  runLocal('tsx', [main, ...args], { env, cwd: folder });

describe('the summary', () => {
  const own = /^mine\.json\n(?:.+\n)*\n?/m;
  let result: Awaited<ReturnType<typeof demo>>;
  beforeAll(async () => {
    writeFileSync(path.join(folder, 'mine.json'), JSON.stringify(bounce({ to: 'mine@example.net' })));
    result = await demo(['mine.json'], { SEED: '7' });
  });

  test('is complete, and the demo leaves only its report', () => {
    expect([result.code, result.stderr]).toEqual([0, '']);
    expect(readdirSync(folder).sort()).toEqual(['mine.json', 'report.html']);
  });

  test('fits on one screen', () => {
    const lines = result.stdout.replace(own, '').split('\n');
    expect(lines.length).toBeLessThanOrEqual(50);
    expect(lines.filter((line) => line.length > 100)).toEqual([]);
  });

  test('shows a decision of each kind, and that a redelivery changes nothing', () => {
    const { stdout } = result;
    expect(stdout).toMatch(/the mailbox does not exist +ann@example\.net +true +suppressed permanently$/m);
    expect(stdout).toMatch(/blocks the sender +grace@example\.org +true +suppressed until 2026-12-04$/m);
    expect(stdout).toMatch(/two weeks +quentin@example\.net +true +suppressed until 2026-12-19$/m);
    expect(stdout).toMatch(/out of office +ivan@example\.net +false +watched$/m);
    expect(stdout).toMatch(/too large +judy@example\.org +false +no change$/m);
    expect(stdout).toMatch(/marked as spam +bob@example\.org +true +suppressed permanently$/m);
    expect(stdout).toMatch(/random order \(seed 7\), and counts once: nothing changed\.$/m);
  });

  test('shows the incident with its chart, and what to try next', () => {
    const { stdout } = result;
    expect(stdout).toMatch(
      /A purchased list .*\n.*SES APPROACHING: .*\n.*SES CRITICAL: .*\n.*removes the list\.\n.*SES RESOLVED: /,
    );
    expect(stdout).toMatch(/ 5\.0 %┤━/);
    expect(stdout).toMatch(/^3 {2}Try next\n\n {2}npm run demo -- --all /m);
  });

  test("shows a user's own file in full", () => {
    expect(own.exec(result.stdout)?.[0]).toMatch(
      /^mine\.json\n {2}mine@example\.net +hard +by rule permanent +→ suppressed\n {2}written: 1 record/,
    );
  });
});

test('--help says what the demo does and which options it has, without running it', async () => {
  const { code, stdout, stderr } = await demo(['--help']);
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(/^Usage: npm run demo -- \[options\] \[file\.\.\.\]$/m);
  expect(stdout).toMatch(/--all +show every sample/);
});

test('an unknown option is rejected, and the message says how to see the options', async () => {
  const { code, stderr } = await demo(['-x', 'file']);
  expect(code).toBe(1);
  expect(stderr).toBe("error: unknown option '-x'\nnpm run demo -- --help shows the options.\n");
});

test.each(['', 'seven', '1.5'])('SEED=%j is rejected in one sentence, before anything runs', async (seed) => {
  expect(await demo([], { SEED: seed })).toEqual({
    code: 1,
    stdout: '',
    stderr: 'demo: SEED must be a whole number.\n',
  });
});

test('a file that does not exist is reported in one sentence, with exit code 1', async () => {
  const { code, stderr } = await demo(['/nowhere/mine.json']);
  expect([code, stderr]).toEqual([1, 'demo: Cannot read /nowhere/mine.json: no such file\n']);
});

test('a reader that closes the pipe early (| head) is not an error', async () => {
  const { code, stdout, stderr } = await run(
    'bash',
    ['-c', `set -o pipefail; '${root}/node_modules/.bin/tsx' '${main}' | head -3`],
    { cwd: folder },
  );
  expect({ code, lines: stdout.split('\n').length, stderr }).toEqual({ code: 0, lines: 4, stderr: '' });
});
