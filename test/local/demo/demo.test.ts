import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runDemo } from '../../../local/demo/run-demo.ts';
import { bounce } from '../../support/ses.ts';

/** Runs the demo with `--all` in this process and returns its output and its report. The summary is tested in test/process. */
async function demo(files: readonly string[]) {
  const folder = mkdtempSync(path.join(tmpdir(), 'ses-feedback-'));
  const [stdout, stderr]: string[][] = [[], []];
  const outputTo = (texts: string[] = []) => ({ write: (text: string) => texts.push(text), isTTY: true });
  const io = { stdout: outputTo(stdout), stderr: outputTo(stderr) };
  try {
    await runDemo({ files, all: true, seed: 7, folder }, io);
    const report = readFileSync(path.join(folder, 'report.html'), 'utf8');
    return { stdout: stdout?.join('') ?? '', stderr: stderr?.join('') ?? '', report };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Returns the lines of the scenario's timeline about the operator and the account, in order. */
const timelineOf = (stdout: string) =>
  [
    ...stdout.matchAll(
      /^ {2}\d{4}-\d\d-\d\d \d\d:\d\d UTC {2}(A purchased[^,\n]*|The operator[^,\n]*|[^,\n]*of the account)/gm,
    ),
  ].map(([, text]) => text?.replace(/ after .*/, ''));

let shown: Awaited<ReturnType<typeof demo>>;
beforeAll(async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'ses-feedback-'));
  const file = path.join(folder, 'mine.json');
  writeFileSync(file, JSON.stringify(bounce({ to: 'mine@example.net' })));
  shown = await demo([file]);
  rmSync(folder, { recursive: true });
});

test('the demo shows every step, and redelivering all messages changes nothing', () => {
  const { stdout } = shown;
  expect(stdout).toMatch(/^bounce\.json$/m);
  expect(stdout).toMatch(/ann@example\.net +hard +by rule permanent +→ suppressed/);
  expect(stdout).toMatch(/grace@example\.org +true +policy-block +2026-12-04 09:36 UTC/);
  expect(stdout).toMatch(/judy@example\.org +false +no record/);
  expect(stdout).toMatch(/recipient3|batch-with-poison/);
  expect(stdout).toMatch(/written: 1 record; hard \+1 in account, /);
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
  expect(shown.report).toContain('<svg');
  expect(shown.report).toContain('RESOLVED: bounce rate of the account');
});

test("a user's own file is shown with the samples", () => {
  expect(shown.stdout).toMatch(/mine\.json\n {2}mine@example\.net +hard +by rule permanent +→ suppressed/);
  expect(shown.stdout).toMatch(/mine@example\.net +true +hard +permanently/);
});

test('on a terminal, progress is shown and removed at the end', () => {
  expect(shown.stderr).toContain('A week of sending, days: 5 of 7');
  expect(shown.stderr.endsWith('\r\x1b[K')).toBe(true);
});
