import { version } from '../../../package.json';
import { run } from '../../support/run.ts';

const command = (args: readonly string[], input = '') => run('cli/ses-feedback.js', args, { input });

test('the file runs by its name, and --version is that of package.json', async () => {
  expect(await command(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
});

test('npx finds the command by its name', async () => {
  expect(await run('npx', ['--offline', 'ses-feedback', '--version'])).toMatchObject({
    code: 0,
    stdout: `${version}\n`,
  });
});

test('a reader that closes the pipe is not an error', async () => {
  const many = Array.from({ length: 60 }, () => 'events/*.json').join(' ');
  const pipe = `set -o pipefail; node cli/ses-feedback.js explain-event --json ${many} | head -1`;
  expect(await run('bash', ['-c', pipe])).toEqual({ code: 0, stdout: '[\n', stderr: '' });
});

test('- is standard input', async () => {
  const { stdout } = await command(['explain-event', '-', '--json'], '{"eventType":"Send"}');
  expect(JSON.parse(stdout)).toMatchObject([{ file: '-', record: 0, outcome: 'ignored', event: 'send' }]);
  const csv = await command(['backtest', '-'], 'time,sends,hardBounces,complaints\n2026-11-20,0,0,0\n');
  expect(csv.stdout).toMatch(/^-: 0 sends/);
});

test.each([
  [1, 'a missing file', ['explain-event', 'missing.json'], 'ses-feedback: Cannot read missing.json: no such file\n'],
  [2, 'a usage error', ['explain'], "error: missing required argument 'file'\nRun: npx ses-feedback explain --help\n"],
])('the exit code is %i for %s', async (code, _what, args, stderr) => {
  expect(await command(args)).toEqual({ code, stdout: '', stderr });
});
