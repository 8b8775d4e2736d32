import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { bareEnvironment, root, run, runLocal } from '../../support/run.ts';

const main = path.join(root, 'local', 'main.ts');

describe('npm run local', () => {
  let child: ChildProcessByStdio<null, Readable, Readable>;
  let output = '';
  beforeAll(async () => {
    child = spawn(path.join(root, 'node_modules', '.bin', 'tsx'), [main], {
      cwd: root,
      env: bareEnvironment,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (output += text));
    await waitFor('What happens to each message appears here.');
  });
  afterAll(() => child.kill('SIGKILL'));

  async function waitFor(text: string | RegExp): Promise<void> {
    const isThere = () => (typeof text === 'string' ? output.includes(text) : text.test(output));
    while (!isThere() && child.exitCode === null) await sleep(20);
    expect(output).toMatch(text);
  }

  /** Returns the commands that the output says to run. */
  const commands = (name: string) =>
    [...output.matchAll(new RegExp(`^ {2}(${name} .*)$`, 'gm'))].map(([, line]) => line);
  const inShell = (command = '') => run('bash', ['-c', [...commands('export'), command].join('\n')]);

  test('the printed example calls work as they are', async () => {
    expect(commands('export')).toHaveLength(2);
    const [send = ''] = commands('curl');
    // As curl sends it, where curl is not installed.
    const [, url = '', body = ''] = /^curl -s (\S+) -d '(.*)'$/.exec(send) ?? [];
    const sent = await fetch(url, { method: 'POST', body });
    expect(await sent.json()).toEqual({ MessageId: expect.any(String) });
    await waitFor(/b\*+@example\.net: hard by rule permanent → suppressed$/m);
    const [check, rates] = commands('npx');
    expect((await inShell(check)).stdout).toContain("kind: 'suppressed'");
    const shown = await inShell(rates);
    expect({ code: shown.code, stderr: shown.stderr }).toEqual({ code: 0, stderr: '' });
    expect(shown.stdout).toContain('configuration-set:ses-feedback-local');
  });

  test('no full address of a recipient is printed with the messages', () => {
    const [, messages = ''] = output.split('What happens to each message appears here.');
    expect(messages).toContain('b***@example.net');
    expect(messages).not.toContain('bounce@example.net');
  });

  test('Ctrl-C stops it and its engine', async () => {
    const engine = /DynamoDB +(http:\S+)/.exec(output)?.[1] ?? '';
    expect((await fetch(engine)).status).toBeGreaterThan(0);
    const exited = once(child, 'exit');
    child.kill('SIGINT');
    expect(await exited).toEqual([0, null]);
    await expect(fetch(engine)).rejects.toThrow('fetch failed');
    expect(output.trimEnd()).toMatch(/Stopping …$/);
  });
});

test('npm run local rejects arguments', async () => {
  expect(await runLocal('tsx', [main, '--port', '80'])).toEqual({
    code: 1,
    stdout: '',
    stderr: 'local: Unknown argument --port. npm run local has no options.\n',
  });
});
