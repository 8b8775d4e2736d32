import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { takeTableSnapshot } from '../../../local/demo/table-snapshot.ts';
import { stackOutputs, startCloudFormationStub } from '../../../local/emulator/cloudformation.ts';
import { createDocumentClient } from '../../../local/emulator/document-client.ts';
import { type LocalStack, startLocalStack } from '../../../local/local-stack.ts';
import { root, run, runLocal } from '../../support/run.ts';

const main = path.join(root, 'test', 'e2e', 'main.ts');
const noAws = {
  AWS_CONFIG_FILE: '/dev/null',
  AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  AWS_EC2_METADATA_DISABLED: 'true',
};
const suite = (args: readonly string[], env: Record<string, string> = {}) =>
  runLocal('tsx', [main, ...args], { env: { ...noAws, ...env } });

/** Returns the ids of the processes that have this mark in their environment. */
function processesWith(mark: string): string[] {
  return readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/environ`, 'utf8').includes(mark);
    } catch {
      return false; // The process has ended, or belongs to another user.
    }
  });
}

/**
 * Waits until no process with the mark is left. The engine ends slightly later than the others, when its pipe closes.
 */
async function allExit(mark: string): Promise<boolean> {
  for (let waitedMs = 0; waitedMs < 5000 && processesWith(mark).length > 0; waitedMs += 50) await sleep(50);
  return processesWith(mark).length === 0;
}

const expectedLines = [
  /^✓ bounce@ +suppressed 0\.\d s after the send \(hard General, until \d{4}-\d\d-\d\d \d\d:\d\d UTC\)$/m,
  /^✓ complaint@ +suppressed 0\.\d s after the send \(complaint, until \d{4}-\d\d-\d\d \d\d:\d\d UTC\)$/m,
  /^✓ suppressionlist@ +suppressed 0\.\d s after the send \(hard General, until \d{4}-\d\d-\d\d \d\d:\d\d UTC\)$/m,
  /^✓ success@ +not suppressed \d\.\d s after the send \(no record\)$/m,
  /^✓ ooto@ +not suppressed \d\.\d s after the send \(watched, by rule transient-without-failure\)$/m,
  /^✓ account list +contains none of the addresses$/m,
  /^✓ clean-up +4 items deleted$/m,
  /^All results are as expected\. Slowest: (bounce|complaint|suppressionlist)@, 0\.\d s after its send\.$/m,
];

describe('npm run test:e2e -- --local', () => {
  test('passes, and leaves no process running', async () => {
    const mark = randomUUID();
    const { code, stdout, stderr } = await run('npm', ['run', '--silent', 'test:e2e', '--', '--local'], {
      env: { ...noAws, MARK: mark, npm_config_loglevel: 'error' },
    });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    for (const line of [...expectedLines, /^✓ rates +no counter changed$/m]) expect(stdout).toMatch(line);
    expect(stdout).not.toMatch(/✗|undefined|NaN/);
    expect(await allExit(mark)).toBe(true);
  });

  test('leaves no process running when it is interrupted', async () => {
    const mark = randomUUID();
    const { code, stdout, running } = await interrupt(['--local'], { MARK: mark });
    expect(code).not.toBe(0);
    // tsx, the program, and the engine with its supervisor.
    expect(running.length).toBeGreaterThanOrEqual(4);
    expect(stdout).toMatch(/^✓ /m);
    expect(await allExit(mark)).toBe(true);
  });
});

/** Runs the suite until its first result, and then sends Ctrl-C. */
async function interrupt(args: readonly string[], env: Record<string, string>) {
  const child = spawn(path.join(root, 'node_modules', '.bin', 'tsx'), [main, ...args], {
    env: { PATH: process.env.PATH, ...noAws, ...env },
    // In its own process group. Ctrl-C in a terminal sends the signal to the whole group.
    detached: true,
  });
  let running: string[] | undefined;
  child.stdout.on('data', (chunk) => {
    if (running !== undefined || !String(chunk).includes('✓')) return;
    running = processesWith(env.MARK ?? 'no mark');
    process.kill(-Number(child.pid), 'SIGINT');
  });
  const ended = once(child, 'exit');
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { code: child.exitCode, stdout, stderr, running: running ?? [] };
}

describe('missing configuration is reported in one sentence', () => {
  test.each<[string, string[], Record<string, string>, RegExp]>([
    ['no sender', [], {}, /^test:e2e: No sender\. Pass --from with an address of an identity that SES has verified/],
    ['an invalid sender', ['--from', 'you'], {}, /^test:e2e: The value of --from is not an email address\.$/m],
    [
      'no Region',
      ['--from', 'a@shop.example.com'],
      {},
      /^test:e2e: No AWS Region configured\. Pass --region or set AWS_REGION\.$/m,
    ],
    [
      'no credentials',
      ['--from', 'a@shop.example.com', '--region', 'us-east-1'],
      {},
      /^test:e2e: No AWS credentials found\. Set AWS_PROFILE/,
    ],
    ['an invalid timeout', ['--local', '--timeout', '0'], {}, /Pass a number of seconds from 1 to 3600\./],
  ])('%s', async (_what, args, env, sentence) => {
    const { code, stdout, stderr } = await suite(args, env);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(sentence);
  });

  test('--help lists the permissions and the cost', async () => {
    const { code, stdout } = await suite(['--help']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/ses:SendEmail, ses:GetSuppressedDestination,\n {2}dynamodb:GetItem, dynamodb:Query/);
    expect(stdout).toMatch(/SES bills the five emails/);
  });
});

describe('the command for AWS, against simulated services', () => {
  let stack: LocalStack;
  let cloudFormation: Awaited<ReturnType<typeof startCloudFormationStub>>;
  beforeAll(async () => {
    stack = await startLocalStack();
    cloudFormation = await startCloudFormationStub({ 'ses-feedback-prod': outputsOf(stack) });
  });
  afterAll(async () => {
    await cloudFormation.close();
    await stack.close();
  });
  const environment = () => ({
    AWS_ACCESS_KEY_ID: 'x',
    AWS_SECRET_ACCESS_KEY: 'x',
    AWS_ENDPOINT_URL_CLOUDFORMATION: cloudFormation.endpoint,
    AWS_ENDPOINT_URL_SESV2: stack.endpoints.ses,
    AWS_ENDPOINT_URL_DYNAMODB: stack.endpoints.dynamoDB,
  });
  const fast = ['--region', 'us-east-1', '--linger', '1'];
  const onAws = (...args: string[]) => suite([...fast, ...args], environment());
  const remaining = async () => [...(await takeTableSnapshot(createDocumentClient(), stack.tables)).records.keys()];
  const from = ['--from', 'Ann <ann@shop.example.com>'];

  test('finds the stack by its outputs and passes, and does not print the sender', async () => {
    const { code, stdout, stderr } = await onAws(...from);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^Testing ses-feedback-prod in us-east-1 with five emails .* SES bills them/);
    for (const line of expectedLines) expect(stdout).toMatch(line);
    expect(stdout).not.toMatch(/ann@|rates/i);
    const { sent, list } = stack.ses;
    expect(sent.map(({ configurationSet }) => configurationSet)).toEqual(Array(5).fill(stack.configurationSet));
    expect(new Set(sent.flatMap(({ destination }) => destination)).size).toBe(5);
    expect([[...list.keys()], await remaining()]).toEqual([[], []]);
  });

  test('an interrupted run deletes its records, including those of feedback that is still to come', async () => {
    const { code, stdout, stderr } = await interrupt([...fast, ...from], environment());
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    expect(stdout).toMatch(/^Interrupted\. /m);
    expect(stdout).toMatch(/^✓ clean-up +[2-4] items deleted$/m);
    expect(stdout).toMatch(/^Not as expected: interrupted\./m);
    await stack.waitUntilIdle();
    expect(await remaining()).toEqual([]);
  });

  test('if SES does not publish bounces, the run fails and names the mailboxes and the next command', async () => {
    const identity = stack.ses.identities[stack.identity] ?? { isVerified: true };
    const [bounces] = stack.ses.configurationSets[stack.configurationSet]?.destinations ?? [];
    const { bounceTopic = '' } = identity;
    delete identity.bounceTopic;
    if (bounces) bounces.isEnabled = false;
    const { code, stdout } = await onAws(...from, '--timeout', '2');
    identity.bounceTopic = bounceTopic;
    if (bounces) bounces.isEnabled = true;
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /^✗ bounce@ +not suppressed within 2 s of the send → npx ses-feedback doctor --stack ses-feedback-prod --region us-east-1$/m,
    );
    expect(stdout).toMatch(/^✓ ooto@ +not suppressed \S+ s after the send \(no record\)$/m);
    expect(stdout).toMatch(/^✓ clean-up +1 item deleted$/m);
    expect(stdout).toMatch(/^Not as expected: bounce@, suppressionlist@\. Slowest: complaint@/m);
  });

  test('a missing stack is an error', async () => {
    const { code, stderr } = await onAws(...from, '--stage', 'elsewhere');
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/Stack ses-feedback-elsewhere does not exist in us-east-1\./),
    ]);
  });

  test('if the identity is not verified, the error says what to do and names the next command', async () => {
    const { code, stdout, stderr } = await onAws('--from', 'ann@elsewhere.example');
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^test:e2e: SES in us-east-1 has not verified the sender in --from\. Verify .* then run: npx ses-feedback connect --stack ses-feedback-prod --region us-east-1 --identity elsewhere\.example$/m,
    );
    expect(stdout + stderr).not.toContain('ann@');
  });

  test('a missing permission is reported before an email is sent', async () => {
    const before = stack.ses.sent.length;
    stack.ses.fault = ({ operation }) => (operation === 'GetSuppressedDestination' ? 'denied' : undefined);
    const { code, stderr } = await onAws(...from);
    stack.ses.fault = undefined;
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/The credentials do not allow ses:GetSuppressedDestination\./),
    ]);
    cloudFormation.isDenied = true;
    const denied = await onAws(...from);
    cloudFormation.isDenied = false;
    expect(denied.stderr).toMatch(/The credentials do not allow cloudformation:DescribeStacks\./);
    expect(stack.ses.sent.length).toBe(before);
  });
});

/** Returns the outputs of a deployed stack (resources/outputs.yml). */
function outputsOf({ tables, configurationSet }: LocalStack): Record<string, string> {
  return { ...stackOutputs(tables), ConfigurationSetName: configurationSet };
}
