import { existsSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { version } from '../../../package.json';
import { root, run } from '../../support/run.ts';
import { expectSuccess, packPackage } from './packed-package.ts';

/** A folder in which npm has installed the packed package, and nothing else. */
let folder: string;
beforeAll(async () => {
  folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'ses-feedback-')));
  const { tarball } = await packPackage();
  writeFileSync(path.join(folder, 'package.json'), '{ "private": true }');
  // Without the SDK, which npm would have to download. The command contains what it needs.
  const options = ['--offline', '--no-audit', '--no-fund', '--legacy-peer-deps'];
  await expectSuccess(run('npm', ['install', ...options, tarball], { cwd: folder }));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const command = (args: readonly string[], env: Record<string, string> = {}) =>
  run(path.join(folder, 'node_modules', '.bin', 'ses-feedback'), args, {
    cwd: folder,
    env: { AWS_EC2_METADATA_DISABLED: 'true', HOME: folder, ...env },
  });
const keys = { AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' };
const sample = path.join(root, 'events', 'bounce.json');

test('npm installs the command without any other package', async () => {
  expect(existsSync(path.join(folder, 'node_modules', '@aws-sdk'))).toBe(false);
  expect(await command(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
});

test('--help lists the commands', async () => {
  const { code, stdout, stderr } = await command(['--help']);
  expect([code, stderr]).toEqual([0, '']);
  for (const name of ['connect', 'doctor', 'rates', 'suppress', 'release', 'explain', 'backtest'])
    expect(stdout).toMatch(new RegExp(`^ {2}${name} `, 'm'));
});

test('explain uses the bundled policy, or that of --policy', async () => {
  const explain = async (...options: string[]) =>
    JSON.parse((await command(['explain', sample, '--json', ...options])).stdout);
  const [recipient] = (await explain())[0].recipients;
  expect(recipient).toMatchObject({ address: 'ann@example.net', decision: 'suppress', countsToward: 'bounceRate' });
  writeFileSync(path.join(folder, 'own.json'), JSON.stringify({ ownDomains: ['example.net'] }));
  expect((await explain('--policy', 'own.json'))[0].recipients).toEqual([{ ...recipient, countsToward: null }]);
});

test('backtest draws the example', async () => {
  const { code, stdout, stderr } = await command(['backtest', path.join(root, 'examples', 'history.csv')]);
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(/bounce rate over 24 hours/);
});

test.each<[string, number, string[], Record<string, string>, RegExp]>([
  ['no Region', 2, ['doctor'], keys, /^ses-feedback: No AWS Region configured\. Pass --region or set AWS_REGION\.\n$/],
  [
    'no credentials',
    4,
    ['connect', '--all', '--region', 'us-east-1'],
    {},
    /^ses-feedback: No AWS credentials found\. .*\n$/,
  ],
  [
    'no connection to AWS',
    75,
    ['doctor', '--region', 'us-east-1'],
    { ...keys, AWS_ENDPOINT_URL: 'http://127.0.0.1:1' },
    /^ses-feedback: .*ECONNREFUSED.*\n$/,
  ],
  [
    'no connection to DynamoDB',
    75,
    ['rates', '--table', 'ses-feedback-prod-reputation'],
    { ...keys, AWS_REGION: 'us-east-1', AWS_ENDPOINT_URL: 'http://127.0.0.1:1' },
    /^ses-feedback: Cannot reach AWS in us-east-1 .*\n$/,
  ],
])(
  'with %s, a command that needs AWS fails with a message and without a stack trace',
  async (_what, exitCode, args, env, message) => {
    const { code, stdout, stderr } = await command(args, env);
    expect([code, stdout]).toEqual([exitCode, '']);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/^ +at /m);
  },
);
