import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { takeSnapshot } from '../../local/demo/table-snapshot.ts';
import { createDocumentClient } from '../../local/emulator/document-client.ts';
import { type LocalStack, startLocalStack } from '../../local/local-stack.ts';
import { stackOutputs, startCloudFormationStub } from '../support/cloudformation-stub.ts';
import { root, run, runLocal } from '../support/run.ts';

jest.setTimeout(60_000);

const main = path.join(root, 'test', 'e2e', 'main.ts');
const noAws = {
  AWS_CONFIG_FILE: '/dev/null',
  AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  AWS_EC2_METADATA_DISABLED: 'true',
};
const suite = (args: readonly string[], env: Record<string, string> = {}) =>
  runLocal('tsx', [main, ...args], { env: { ...noAws, ...env } });

/** Processes that were given this mark in their environment. */
function alive(mark: string): string[] {
  return readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/environ`, 'utf8').includes(mark);
    } catch {
      return false; // Gone meanwhile, or somebody else's.
    }
  });
}

/** Ends are not at the same instant: the engine goes when its pipe closes. */
async function goneSoon(mark: string): Promise<boolean> {
  for (let waited = 0; waited < 5000 && alive(mark).length > 0; waited += 50) await sleep(50);
  return alive(mark).length === 0;
}

const wellLines = [
  /^✓ bounce@ +suppressed 0\.\d s after the send \(hard General, until \d\d:\d\d UTC\)$/m,
  /^✓ complaint@ +suppressed 0\.\d s after the send \(complaint, until \d\d:\d\d UTC\)$/m,
  /^✓ suppressionlist@ +suppressed 0\.\d s after the send \(hard General, until \d\d:\d\d UTC\)$/m,
  /^✓ success@ +not suppressed \d\.\d s after the send \(no record\)$/m,
  /^✓ ooto@ +not suppressed \d\.\d s after the send \(watched, by rule transient-without-failure\)$/m,
  /^✓ account list +holds none of them$/m,
  /^✓ clean-up +4 items removed$/m,
  /^All as expected\. Slowest: (bounce|complaint|suppressionlist)@, 0\.\d s after its send\.$/m,
];

describe('npm run test:e2e -- --local', () => {
  test('finds all as expected, and leaves nothing running', async () => {
    const mark = randomUUID();
    const { code, stdout, stderr } = await run('npm', ['run', '--silent', 'test:e2e', '--', '--local'], {
      env: { ...noAws, MARK: mark, npm_config_loglevel: 'error' },
    });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    for (const line of [...wellLines, /^✓ rates +no counter changed$/m]) expect(stdout).toMatch(line);
    expect(stdout).not.toMatch(/✗|undefined|NaN/);
    expect(await goneSoon(mark)).toBe(true);
  });

  test('leaves nothing running when it is interrupted, either', async () => {
    const mark = randomUUID();
    const { code, stdout, running } = await interrupt(['--local'], { MARK: mark });
    expect(code).not.toBe(0);
    // tsx, the program, and the engine with its keeper.
    expect(running.length).toBeGreaterThanOrEqual(4);
    expect(stdout).toMatch(/^✓ /m);
    expect(await goneSoon(mark)).toBe(true);
  });
});

/** Runs it until its first finding, and then presses Ctrl-C. */
async function interrupt(args: readonly string[], env: Record<string, string>) {
  const child = spawn(path.join(root, 'node_modules', '.bin', 'tsx'), [main, ...args], {
    env: { PATH: process.env.PATH, ...noAws, ...env },
    // A group of its own, all of which gets the signal, as the one in front of a terminal does.
    detached: true,
  });
  let running: string[] | undefined;
  child.stdout.on('data', (chunk) => {
    if (running !== undefined || !String(chunk).includes('✓')) return;
    running = alive(env.MARK ?? 'nobody has this mark');
    process.kill(-Number(child.pid), 'SIGINT');
  });
  const ended = once(child, 'exit');
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { code: child.exitCode, stdout, stderr, running: running ?? [] };
}

describe('on AWS, what is missing is said in a sentence', () => {
  test.each<[string, string[], Record<string, string>, RegExp]>([
    ['no sender', [], {}, /^test:e2e: Say --from: an address of an identity that SES has verified/],
    ['a sender that is none', ['--from', 'you'], {}, /^test:e2e: What --from names is no e-mail address\.$/m],
    [
      'no Region',
      ['--from', 'a@shop.example.com'],
      {},
      /^test:e2e: Which Region\? Say --region, or set AWS_REGION\.$/m,
    ],
    [
      'no credentials',
      ['--from', 'a@shop.example.com', '--region', 'us-east-1'],
      {},
      /^test:e2e: There are no AWS credentials\. Set AWS_PROFILE/,
    ],
    ['no time', ['--local', '--timeout', '0'], {}, /Seconds, from 1 to 3600\./],
  ])('%s', async (_what, args, env, sentence) => {
    const { code, stdout, stderr } = await suite(args, env);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(sentence);
  });

  test('--help names the permissions, and what it costs', async () => {
    const { code, stdout } = await suite(['--help']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/ses:SendEmail, ses:GetSuppressedDestination,\n {2}dynamodb:GetItem, dynamodb:Query/);
    expect(stdout).toMatch(/five mails, which SES bills/);
  });
});

describe('the command line for AWS, against the same calls on loopback', () => {
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
  const left = async () => [...(await takeSnapshot(createDocumentClient(), stack.tables)).records.keys()];
  const from = ['--from', 'Ann <ann@shop.example.com>'];

  test('finds the stack by its outputs, and all as expected; the sender is in no line', async () => {
    const { code, stdout, stderr } = await onAws(...from);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^ses-feedback-prod in us-east-1: five mails .* billed/);
    for (const line of wellLines) expect(stdout).toMatch(line);
    expect(stdout).not.toMatch(/ann@|rates/i);
    const { sent, list } = stack.ses;
    expect(sent.map(({ configurationSet }) => configurationSet)).toEqual(Array(5).fill(stack.configurationSet));
    expect(new Set(sent.flatMap(({ destination }) => destination)).size).toBe(5);
    expect([[...list.keys()], await left()]).toEqual([[], []]);
  });

  test('interrupted, it takes away what it has left, also what is still to come', async () => {
    const { code, stdout, stderr } = await interrupt([...fast, ...from], environment());
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    expect(stdout).toMatch(/^Interrupted: /m);
    expect(stdout).toMatch(/^✓ clean-up +[2-4] items removed$/m);
    expect(stdout).toMatch(/^Not as expected: interrupted\./m);
    await stack.settle();
    expect(await left()).toEqual([]);
  });

  test('bounces that SES does not publish fail it, with the mailbox and the command that says more', async () => {
    const identity = stack.ses.identities[stack.identity] ?? { isVerified: true };
    const [bounces] = stack.ses.configurationSets[stack.configurationSet] ?? [];
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
    expect(stdout).toMatch(/^✓ clean-up +1 item removed$/m);
    expect(stdout).toMatch(/^Not as expected: bounce@, suppressionlist@\. Slowest: complaint@/m);
  });

  test('there is no such stack', async () => {
    const { code, stderr } = await onAws(...from, '--stage', 'elsewhere');
    expect([code, stderr]).toEqual([1, expect.stringMatching(/There is no stack ses-feedback-elsewhere in us-east-1/)]);
  });

  test('the identity is not verified: which command comes after verifying it', async () => {
    const { code, stdout, stderr } = await onAws('--from', 'ann@elsewhere.example');
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^test:e2e: SES in us-east-1 does not know .* as verified\. Verify .* then: npx ses-feedback connect --stack ses-feedback-prod --region us-east-1 --identity elsewhere\.example$/m,
    );
    expect(stdout + stderr).not.toContain('ann@');
  });

  test('a call that is not allowed is named, before anything is sent', async () => {
    const before = stack.ses.sent.length;
    stack.ses.fault = ({ operation }) => (operation === 'GetSuppressedDestination' ? 'denied' : undefined);
    const { code, stderr } = await onAws(...from);
    stack.ses.fault = undefined;
    expect([code, stderr]).toEqual([1, expect.stringMatching(/You may not call ses:GetSuppressedDestination\./)]);
    cloudFormation.isDenied = true;
    const denied = await onAws(...from);
    cloudFormation.isDenied = false;
    expect(denied.stderr).toMatch(/You may not call cloudformation:DescribeStacks\./);
    expect(stack.ses.sent.length).toBe(before);
  });
});

/** As resources/outputs.yml has them. */
function outputsOf({ tables, configurationSet }: LocalStack): Record<string, string> {
  return { ...stackOutputs(tables), ConfigurationSetName: configurationSet };
}
