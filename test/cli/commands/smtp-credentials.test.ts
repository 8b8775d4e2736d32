import { Readable } from 'node:stream';
import { smtpCredentialsCommand } from '../../../cli/commands/smtp-credentials.ts';
import type { LoginOutcome } from '../../../cli/smtp/check-login.ts';
import { runCli } from '../../support/run-cli.ts';

const id = 'AKIAIOSFODNN7EXAMPLE';
const secret = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';
const password = 'BLBM/9hSUELfq8Gw+rU1YcBjkOxGbhT2XG763xVLGWL9';
const env = { AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: secret };
const run = (args: string[], options: Parameters<typeof runCli>[1] = { env }) =>
  runCli(['smtp-credentials', '--region', 'us-east-1', ...args], options);

test('the credentials are printed, as text and as JSON, and the secret key is not', async () => {
  const { code, stdout, stderr } = await run([]);
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout.split('\n').map((line) => line.split(/ +/))).toEqual([
    ['host', 'email-smtp.us-east-1.amazonaws.com'],
    ['port', '587'],
    ['username', id],
    ['password', password],
    [''],
  ]);
  const json = JSON.parse((await run(['--json', '--port', '465', '--configuration-set', 'news'])).stdout);
  expect(json).toEqual({
    schemaVersion: 1,
    host: 'email-smtp.us-east-1.amazonaws.com',
    port: 465,
    username: id,
    password,
    configurationSet: 'news',
  });
  expect(stdout + JSON.stringify(json)).not.toContain(secret);
});

test('the secret key can come from the standard input, also if the environment has that of another key', async () => {
  const { code, stdout } = await run(['--access-key-id', 'AKIAI44QH8DHBEXAMPLE'], { env, input: `${secret}\n` });
  expect([code, stdout]).toEqual([
    0,
    expect.stringMatching(new RegExp(`AKIAI44QH8DHBEXAMPLE\npassword {2}${password.replace('+', '\\+')}`)),
  ]);
});

test.each([
  ['no key', [], {}, 4, /^ses-feedback: No access key\./],
  [
    'temporary credentials',
    [],
    { env: { ...env, AWS_ACCESS_KEY_ID: 'ASIAIOSFODNN7EXAMPLE' } },
    4,
    /temporary credentials/,
  ],
  ['an invalid id', ['--access-key-id', 'my-user'], { env }, 2, /The access key ID is not one of AWS/],
  ['no secret key', ['--access-key-id', id], {}, 4, /^ses-feedback: No secret key\./],
  ['a terminal instead of a secret key', ['--access-key-id', id], { isTTY: true }, 4, /^ses-feedback: No secret key\./],
  ['an invalid Region', ['--region', 'us-east'], { env }, 2, /"us-east" is not an AWS Region/],
  ['a port on which SES does not listen', ['--port', '26'], { env }, 2, /SES listens on 25, 465, 587, 2465, 2587/],
])('%s is an error that says what to do', async (_, args, options, expected, message) => {
  const { code, stdout, stderr } = await run(args, options);
  expect([code, stdout, stderr]).toEqual([expected, '', expect.stringMatching(message)]);
});

test.each([
  [
    'postfix',
    [
      'relayhost = [email-smtp.us-east-1.amazonaws.com]:587',
      `[email-smtp.us-east-1.amazonaws.com]:587 ${id}:${password}`,
    ],
  ],
  ['exim', ['  port = 587', `  client_send = : ${id} : ${password}`]],
  ['sendmail', [`AuthInfo:email-smtp.us-east-1.amazonaws.com "U:root" "I:${id}" "P:${password}" "M:LOGIN"`]],
] as const)('the configuration of %s has the server, the credentials and the header', async (server, expected) => {
  const lines = (await run(['--for', server, '--configuration-set', 'news'])).stdout.split('\n');
  expect(lines).toEqual(expect.arrayContaining([...expected]));
  expect(lines.filter((line) => line.includes('X-SES-CONFIGURATION-SET: news'))).toHaveLength(1);
  const { stdout: withTls, code, stderr } = await run(['--for', server, '--port', '465']);
  if (server === 'postfix') expect(withTls).toContain('\nsmtp_tls_wrappermode = yes\n');
  if (server === 'exim') expect(withTls).toContain('\n  protocol = smtps\n');
  if (server === 'sendmail') expect([code, withTls, stderr]).toEqual([2, '', expect.stringContaining('--port 587')]);
});

const check = async (outcome: LoginOutcome) => {
  const [stdout, stderr]: [string[], string[]] = [[], []];
  const io = {
    stdin: Object.assign(Readable.from([secret]), { isTTY: false }),
    stdout: { write: (text: string) => stdout.push(text) },
    stderr: { write: (text: string) => stderr.push(text) },
  };
  const options = { region: 'us-east-1', accessKeyId: id, configurationSet: 'x', port: 587, check: true } as const;
  const result = smtpCredentialsCommand(options, io, async () => outcome);
  return { result, stdout, stderr };
};

test('with --check, the credentials are printed once SES has accepted them', async () => {
  const { result, stdout, stderr } = await check({ kind: 'accepted' });
  expect(await result).toBe(0);
  expect(stderr).toEqual(['email-smtp.us-east-1.amazonaws.com:587 accepted the credentials.\n']);
  expect(stdout.join('')).toContain(password);
});

test.each([
  ['rejected', 4, /rejected the credentials: 535 no\. Check that the secret key belongs to AKIAIOSFODNN7EXAMPLE/],
  ['unreachable', 75, /No encrypted connection to email-smtp\.us-east-1\.amazonaws\.com:587: 535 no\./],
] as const)('with --check, credentials that are %s are not printed', async (kind, exitCode, message) => {
  const { result, stdout } = await check({ kind, reason: '535 no' });
  await expect(result).rejects.toMatchObject({ exitCode, message: expect.stringMatching(message) });
  expect(stdout).toEqual([]);
});
