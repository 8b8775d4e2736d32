import { Readable } from 'node:stream';
import { runCli as runCliDirectly } from '../../cli/run-cli.ts';
import { version } from '../../package.json';
import { runCli } from '../support/run-cli.ts';

test('help and the version go to standard output, with exit code 0', async () => {
  expect(await runCli(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
  for (const args of [['--help'], ['help', 'backtest'], ['backtest', '--help']]) {
    const { code, stdout, stderr } = await runCli(args);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^Usage: ses-feedback /);
  }
});

test.each([
  [['nope'], "error: unknown command 'nope'\nRun: npx ses-feedback --help\n"],
  [['backtest', 'a.csv', '--nope'], "error: unknown option '--nope'\nRun: npx ses-feedback backtest --help\n"],
])('%j is a usage error on standard error, with exit code 2', async (args, stderr) => {
  expect(await runCli(args)).toEqual({ code: 2, stdout: '', stderr });
});

test('without a command the help is an error', async () => {
  const { code, stdout, stderr } = await runCli([]);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(/^Usage: ses-feedback /);
});

test('commands that run at the same time each see only their own environment', async () => {
  const doctor = (env: Record<string, string>) =>
    runCli(['doctor'], { env: { AWS_EC2_METADATA_DISABLED: 'true', HOME: '/nonexistent', ...env } });
  const before = { ...process.env };
  const [withRegion, withoutRegion] = await Promise.all([doctor({ AWS_REGION: 'eu-west-1' }), doctor({})]);
  expect(withRegion.stderr).toContain('No AWS credentials found.');
  expect(withoutRegion.stderr).toContain('No AWS Region configured.');
  expect(process.env).toEqual(before);
});

test('beforeCommand is called before a command runs, but not for help or a usage error', async () => {
  const texts: string[] = [];
  const output = { write: (text: string) => texts.push(text) };
  const io = { stdin: Readable.from([]), stdout: output, stderr: output };
  const beforeCommand = async () => void texts.push('before');
  const firstTextOf = async (...argv: string[]) => {
    texts.length = 0;
    await runCliDirectly(argv, io, beforeCommand);
    return texts[0];
  };
  expect(await firstTextOf('explain', 'events/bounce.json')).toBe('before');
  expect(texts[1]).toContain('bounce, feedback');
  expect(await firstTextOf('--version')).toBe(`${version}\n`);
  expect(await firstTextOf('explain')).toContain('missing required argument');
});
