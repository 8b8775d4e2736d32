import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import type { Command } from 'commander';
import { createProgram } from '../../cli/program.ts';
import { stackOutputs, startCloudFormationStub } from '../../local/emulator/cloudformation.ts';
import { runCli } from '../support/run-cli.ts';

/** Every command of the tree, with what is common to all of them. */

const silent = { write: () => true };
const program = createProgram({
  io: { stdin: Readable.from([]), stdout: silent, stderr: silent },
  exitWith: () => {},
});
const leavesOf = (command: Command): Command[] =>
  command.commands
    .filter((child) => child.name() !== 'help')
    .flatMap((child) => (child.commands.length > 0 ? leavesOf(child) : [child]));
const pathOf = (command: Command): string[] => (command.parent ? [...pathOf(command.parent), command.name()] : []);
const leaves = leavesOf(program).map((command) => [pathOf(command).join(' '), command] as const);
const longOptions = (command: Command) => command.options.map(({ long }) => long);
const ofStack = leaves.filter(([, command]) => longOptions(command).includes('--stack'));

test('the tree has the commands that operators need', () => {
  expect(leaves.map(([name]) => name).toSorted()).toEqual(
    [
      [
        'accounts',
        'audit',
        'aws-window',
        'backtest',
        'check',
        'completion',
        'connect',
        'desk',
        'dlq list',
        'dlq replay',
        'dlq show',
      ],
      ['doctor', 'erase', 'explain', 'export', 'history', 'identities check', 'identities create', 'identities dkim'],
      [
        'identities list',
        'identities records',
        'identities verify',
        'import',
        'incidents',
        'ingest-email',
        'list',
        'preflight',
        'rates',
        'relay activate',
        'release',
        'report',
      ],
      ['send-test', 'smtp-credentials', 'stats', 'status', 'suppress', 'sync'],
    ].flat(),
  );
  expect(ofStack.length).toBeGreaterThan(14);
});

/** Splits the words of a command as a shell does. */
const wordsOf = (line: string) =>
  [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, word]) => quoted ?? word ?? '');

test.each(leaves)('%s has a help without long lines, with examples that parse', async (name) => {
  const { code, stdout, stderr } = await runCli([...name.split(' '), '--help']);
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout.split('\n').filter((line) => line.length > 100)).toEqual([]);
  const examples = [...stdout.matchAll(/^ {2}\$ npx ses-feedback (.*)$/gm)].map(([, line = '']) => line);
  expect(examples.length).toBeGreaterThan(0);
  for (const example of examples) {
    expect(example).toMatch(new RegExp(`^${name}( |$)`));
    // The parser sees the words before a redirection. Without credentials, a command that needs AWS ends with 4.
    const words = wordsOf(example.replace(/ >>? .*/, ''));
    const env = { AWS_REGION: 'us-east-1', AWS_EC2_METADATA_DISABLED: 'true', HOME: '/nonexistent' };
    const result = await runCli(words, { env });
    expect({ example, isUsageError: result.code === 2, stderr: result.code === 2 ? result.stderr : '' }).toEqual({
      example,
      isUsageError: false,
      stderr: '',
    });
  }
});

test.each(leaves)('%s has a summary, and every option says what it is', (_name, command) => {
  expect(command.summary()).toMatch(/^[A-Z].*[^.]$/);
  expect(command.description()).toMatch(/\.$/);
  for (const { long, description, hidden } of command.options)
    if (!hidden) expect({ long, description }).toEqual({ long, description: expect.stringMatching(/\w{3}/) });
});

test.each(leaves.filter(([name]) => !['completion', 'desk', 'explain', 'list'].includes(name)))(
  '%s can print JSON',
  (_name, command) => {
    expect(longOptions(command)).toContain('--json');
  },
);

describe('a command that needs a stack', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'ses-feedback-'));
    writeFileSync(path.join(folder, 'bounce.eml'), 'From: a@example.net\n\n');
    writeFileSync(path.join(folder, 'list.csv'), 'email,reason\nann@example.net,bounce\n');
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  /** Arguments with which the command gets as far as AWS. */
  const argumentsOf: Readonly<Record<string, readonly string[]>> = {
    check: ['ann@example.net'],
    suppress: ['ann@example.net', '--note', 'x'],
    release: ['ann@example.net', '--note', 'x'],
    import: ['list.csv', '--note', 'x'],
    'ingest-email': ['bounce.eml'],
    'dlq show': ['1'],
    'dlq replay': ['--all'],
    connect: ['--all'],
    report: ['report.html'],
    preflight: ['list.csv'],
    erase: ['ann@example.net', '--note', 'x', '--yes'],
  };
  const run = (name: string, env: Record<string, string>) =>
    runCli([...name.split(' '), ...(argumentsOf[name] ?? [])], {
      cwd: folder,
      env: { AWS_EC2_METADATA_DISABLED: 'true', HOME: '/nonexistent', ...env },
    });
  const keys = { AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' };

  test.each(ofStack)('%s ends with 4 without credentials, and with 2 without a Region', async (name) => {
    const withoutCredentials = await run(name, { AWS_REGION: 'us-east-1' });
    expect([withoutCredentials.code, withoutCredentials.stdout, withoutCredentials.stderr]).toEqual([
      4,
      '',
      expect.stringMatching(/^ses-feedback: No AWS credentials found\. .*\n$/),
    ]);
    const withoutRegion = await run(name, keys);
    expect([withoutRegion.code, withoutRegion.stderr]).toEqual([
      2,
      'ses-feedback: No AWS Region configured. Pass --region or set AWS_REGION.\n',
    ]);
  });

  test.each(ofStack)('%s in the wrong Region, or with the wrong stage, says so', async (name) => {
    const cloudFormation = await startCloudFormationStub({});
    try {
      const env = { ...keys, AWS_REGION: 'eu-north-1', AWS_ENDPOINT_URL_CLOUDFORMATION: cloudFormation.endpoint };
      const wrong = await run(name, { ...env, SES_FEEDBACK_STAGE: 'staging' });
      expect([wrong.code, wrong.stdout, wrong.stderr]).toEqual([
        1,
        '',
        expect.stringMatching(/^ses-feedback: Stack ses-feedback-staging does not exist in eu-north-1\. .*\n$/),
      ]);
      cloudFormation.isDenied = true;
      const denied = await run(name, env);
      expect([denied.code, denied.stderr]).toEqual([4, expect.stringContaining('may not do this')]);
    } finally {
      await cloudFormation.close();
    }
  });

  test.each(ofStack)('%s ends with 75 if AWS cannot be reached', async (name) => {
    const unreachable = 'http://127.0.0.1:1';
    const { code, stdout, stderr } = await run(name, {
      ...keys,
      AWS_REGION: 'us-east-1',
      AWS_ENDPOINT_URL: unreachable,
    });
    expect([code, stdout, stderr]).toEqual([
      75,
      '',
      expect.stringMatching(/^ses-feedback: Cannot reach AWS in us-east-1/),
    ]);
  });
});

test('the outputs of a stack that another version deployed are named', async () => {
  const { SuppressionsTableName: _, ...outputs } = stackOutputs({ suppressionsTable: 's', reputationTable: 'r' });
  const cloudFormation = await startCloudFormationStub({ 'ses-feedback-prod': outputs });
  const { code, stderr } = await runCli(['status'], {
    env: {
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
      AWS_ENDPOINT_URL_CLOUDFORMATION: cloudFormation.endpoint,
    },
  });
  await cloudFormation.close();
  expect([code, stderr]).toEqual([1, expect.stringContaining('has no output SuppressionsTableName. Deploy it again')]);
});
