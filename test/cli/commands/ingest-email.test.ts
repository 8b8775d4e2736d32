import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { signReturnPath } from '../../../shared/domain/email-report/return-path.ts';
import { type Deployed, startDeployed } from '../../support/deployed.ts';
import { runCli } from '../../support/run-cli.ts';
import { useSystem } from '../../support/system.ts';

useSystem();
const key = 'k'.repeat(64);
let deployed: Deployed;
beforeEach(async () => {
  deployed = await startDeployed();
  writeFileSync(path.join(deployed.folder, 'key'), `${key}\n`);
});
afterEach(() => deployed.close());

const sample = (name: string) => path.join(__dirname, '..', '..', '..', 'events', 'email', `${name}.eml`);
const returnPath = (recipient: string) =>
  signReturnPath({ recipient, domain: 'bounces.shop.example', key, at: Date.now() });
const ingest = (...args: string[]) => deployed.command('ingest-email', ...args);

test('a bounce at a signed return path suppresses the address, and says so', async () => {
  const options = ['--key-file', 'key', '--recipient', returnPath('ann@example.net')];
  expect(await ingest(sample('dsn'), ...options)).toEqual({
    code: 0,
    stdout: `${sample('dsn')}: bounce; about an email of yours (signed return path)\n  ann@example.net: suppressed permanently (rule permanent)\n`,
    stderr: '',
  });
  expect((await ingest(sample('dsn'), ...options)).stdout).toContain('; known already\n');
  expect((await deployed.command('check', 'ann@example.net')).code).toBe(3);
});

test('the Message-IDs of sent emails tie a report as well', async () => {
  writeFileSync(path.join(deployed.folder, 'ids'), '<other@shop.example.com>\n <order-1@shop.example.com> \n');
  const { stdout } = await ingest(sample('gmail'), '--message-ids', 'ids');
  expect(stdout).toMatch(/about an email of yours \(Message-ID\)\n {2}ann@example\.net: suppressed until 20\d\d-/);
});

test('a report that is tied to nothing is watched', async () => {
  expect((await ingest(sample('dsn'), '--key-file', 'key')).stdout).toBe(
    `${sample('dsn')}: bounce; nothing shows that it is about an email of yours, so it suppresses nobody\n  ann@example.net: watched (rule permanent)\n`,
  );
  expect((await deployed.command('check', 'ann@example.net')).code).toBe(0);
});

test('--dry-run changes nothing', async () => {
  const { stdout } = await ingest(
    sample('dsn'),
    '--key-file',
    'key',
    '--recipient',
    returnPath('ann@example.net'),
    '--dry-run',
  );
  expect(stdout).toMatch(/ann@example\.net: suppressed permanently .*\nDry run: nothing was changed\.\n$/);
  expect(await deployed.system.record('ann@example.net')).toBeUndefined();
});

test('what cannot be read is kept whole, once', async () => {
  mkdirSync(path.join(deployed.folder, 'kept'));
  expect((await ingest(sample('dsn-no-recipient'))).code).toBe(1);
  for (let time = 0; time < 2; time++) {
    const { code, stdout } = await ingest(sample('dsn-no-recipient'), '--keep', 'kept');
    expect([code, stdout]).toEqual([
      0,
      expect.stringMatching(/unreadable; a report that names no recipient; kept as kept\/.*\.eml\n$/),
    ]);
  }
  const names = readdirSync(path.join(deployed.folder, 'kept'));
  expect(names).toHaveLength(1);
  expect(readFileSync(path.join(deployed.folder, 'kept', names[0] ?? ''))).toEqual(
    readFileSync(sample('dsn-no-recipient')),
  );
});

test('an email that cannot be kept is left to the mail server', async () => {
  const { code, stderr } = await ingest(sample('dsn-no-recipient'), '--keep', 'missing');
  expect([code, stderr]).toEqual([75, 'ses-feedback: Cannot keep a copy of the email in missing: no such file\n']);
});

test('a table that is busy ends with 75, so that the mail server tries again', async () => {
  const { code, stderr } = await deployed.commandWith(
    { AWS_ENDPOINT_URL_DYNAMODB: 'http://127.0.0.1:1', AWS_MAX_ATTEMPTS: '1' },
    'ingest-email',
    sample('dsn'),
    '--wait',
    '1',
  );
  expect([code, stderr]).toEqual([75, '']);
});

test('--json prints one object per email', async () => {
  const { stdout } = await ingest(sample('auto-reply'), sample('dsn'), '--json', '--key-file', 'key');
  expect(JSON.parse(stdout)).toEqual({
    schemaVersion: 1,
    dryRun: false,
    emails: [
      {
        file: sample('auto-reply'),
        outcome: 'ignored',
        event: null,
        tie: null,
        reason: 'an automatic reply',
        keptAs: null,
        recipients: [],
      },
      {
        file: sample('dsn'),
        outcome: 'feedback',
        event: 'bounce',
        tie: 'none',
        reason: null,
        keptAs: null,
        recipients: [
          {
            address: 'ann@example.net',
            rule: 'permanent',
            status: 'watched',
            until: null,
            isDuplicate: false,
            error: null,
          },
        ],
      },
    ],
  });
});

test('an email is read from standard input', async () => {
  const { code, stdout } = await runCli(['explain', '-'], { input: readFileSync(sample('qmail'), 'utf8') });
  expect([code, stdout]).toEqual([0, expect.stringContaining('bob@example.org')]);
});

test.each([
  [['--key-file', 'short'], 'short needs a key of at least 32 characters. Make one with: openssl rand -hex 32'],
  [['--recipient', 'nobody'], '--recipient is not a valid address.'],
])('%j is a usage error', async (args, message) => {
  writeFileSync(path.join(deployed.folder, 'short'), 'secret');
  expect(await ingest(sample('dsn'), ...args)).toEqual({ code: 2, stdout: '', stderr: `ses-feedback: ${message}\n` });
});
