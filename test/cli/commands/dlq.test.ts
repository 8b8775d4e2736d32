import { type Deployed, startDeployed } from '../../support/deployed.ts';
import { bounce } from '../../support/ses.ts';
import { useSystem } from '../../support/system.ts';

useSystem();
let deployed: Deployed;
beforeEach(async () => {
  deployed = await startDeployed();
});
afterEach(() => deployed.close());

const readable = JSON.stringify(bounce());
const unreadable = '{"hello":\u001b[2J';
const dead = (stream: string) => `ses-feedback-prod-${stream}-dead-letters`;
const live = (stream: string) => `ses-feedback-prod-${stream}`;

test('empty queues have nothing to list', async () => {
  expect(await deployed.command('dlq', 'list')).toEqual({
    code: 0,
    stdout: 'No messages in the dead-letter queues.\n',
    stderr: '',
  });
});

test('every message is listed with its queue and the reason why it was not processed, and stays', async () => {
  const { queues, command } = deployed;
  const ids = [queues.add(dead('bounces'), readable), queues.add(dead('volume'), unreadable)];
  for (let i = 0; i < 5; i++) queues.add(dead('complaints'), readable);
  const { code, stdout } = await command('dlq', 'list');
  expect(code).toBe(0);
  expect(stdout.match(/^[\da-f-]{36} {2}\w+, sent/gm)).toHaveLength(7);
  expect(stdout).toMatch(new RegExp(`^${ids[0]}  bounces, sent .*\n  a bounce event that can be read\\.`, 'm'));
  expect(stdout).toMatch(new RegExp(`^${ids[1]}  volume, sent .*\n  cannot be read: `, 'm'));
  expect(stdout).toContain('npx ses-feedback dlq replay --readable --stack ses-feedback-prod --region us-east-1');
  for (const [stream, count] of [
    ['bounces', 1],
    ['complaints', 5],
    ['volume', 1],
  ] as const)
    expect(queues.bodies(dead(stream))).toHaveLength(count);
  const limited = JSON.parse((await command('dlq', 'list', '--limit', '2', '--json')).stdout);
  expect(limited.messages).toHaveLength(4);
  const one = JSON.parse((await command('dlq', 'list', '--stream', 'bounces', '--json')).stdout);
  expect(one).toMatchObject({
    schemaVersion: 1,
    messages: [{ stream: 'bounces', id: ids[0], outcome: 'feedback', event: 'bounce', reason: null }],
  });
});

test('a message of another account is listed as such', async () => {
  const { queues, command } = deployed;
  queues.add(dead('bounces'), readable.replaceAll('123456789012', '999999999999'));
  expect((await command('dlq', 'list')).stdout).toContain('not from a trusted source: ');
});

test('a message is shown whole, and cannot control the terminal', async () => {
  const { queues, command } = deployed;
  const id = queues.add(dead('bounces'), readable);
  const other = queues.add(dead('bounces'), unreadable);
  const { code, stdout } = await command('dlq', 'show', id.slice(0, 8));
  expect(code).toBe(0);
  expect(JSON.parse(stdout.slice(stdout.indexOf('{')))).toEqual(JSON.parse(readable));
  const text = (await command('dlq', 'show', other)).stdout;
  expect(text).toContain('{"hello":\\u{1b}[2J');
  expect(JSON.parse((await command('dlq', 'show', id, '--json')).stdout).body).toBe(readable);
  const missing = await command('dlq', 'show', 'ffffffff-none');
  expect([missing.code, missing.stdout]).toEqual([3, '']);
  expect(queues.bodies(dead('bounces'))).toHaveLength(2);
});

test('the readable messages are sent back, and the others stay', async () => {
  const { queues, command } = deployed;
  for (let i = 0; i < 12; i++) queues.add(dead('bounces'), readable);
  queues.add(dead('bounces'), unreadable);
  const { code, stdout } = await command('dlq', 'replay', '--readable');
  expect(code).toBe(0);
  expect(stdout).toMatch(
    /^Sent 12 messages back to be processed again\.\nKept 1 message in the dead-letter queues\.\n/,
  );
  expect(queues.bodies(live('bounces'))).toEqual(new Array(12).fill(readable));
  expect(queues.bodies(dead('bounces'))).toEqual([unreadable]);
});

test('one message can be sent back, or all of them', async () => {
  const { queues, command } = deployed;
  const id = queues.add(dead('complaints'), unreadable);
  queues.add(dead('bounces'), readable);
  expect((await command('dlq', 'replay', id)).code).toBe(0);
  expect(queues.bodies(live('complaints'))).toEqual([unreadable]);
  expect(queues.bodies(dead('bounces'))).toHaveLength(1);
  await command('dlq', 'replay', '--all');
  expect(queues.bodies(dead('bounces'))).toEqual([]);
  const missing = await command('dlq', 'replay', id);
  expect([missing.code, missing.stderr]).toEqual([3, expect.stringContaining(`begins with ${id}`)]);
});

test('a message that could not be sent stays, with exit code 6', async () => {
  const { queues, command } = deployed;
  queues.add(dead('bounces'), readable);
  queues.failing.add('SendMessage');
  const { code, stdout } = await command('dlq', 'replay', '--all', '--stream', 'bounces');
  expect([code, stdout]).toEqual([6, expect.stringContaining('Could not send 1 message.')]);
  expect(queues.bodies(live('bounces'))).toEqual([]);
});

test('a message that was sent but not deleted is in both queues, and is not lost', async () => {
  const { queues, command } = deployed;
  queues.add(dead('bounces'), readable);
  queues.failing.add('DeleteMessage');
  expect((await command('dlq', 'replay', '--all')).code).toBe(6);
  expect(queues.bodies(live('bounces'))).toEqual([readable]);
});

test('replay without a selection is a usage error, and denied rights are named', async () => {
  const { queues, command } = deployed;
  expect((await command('dlq', 'replay')).code).toBe(2);
  queues.failing.add('ReceiveMessage');
  const { code, stderr } = await command('dlq', 'list');
  expect([code, stderr]).toEqual([4, expect.stringContaining('may not do this: may not call ReceiveMessage')]);
});
