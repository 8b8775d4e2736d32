import { callerArn } from '../../../local/emulator/cloudformation.ts';
import { parseAddress } from '../../../shared/domain/address.ts';
import { defaultPolicy } from '../../../shared/domain/policy/policy.ts';
import { suppressAddress } from '../../../shared/operator/suppress-address.ts';
import { type Deployed, startDeployed } from '../../support/deployed.ts';
import { bounce, day } from '../../support/ses.ts';
import { useSystem } from '../../support/system.ts';

useSystem();
let deployed: Deployed;
beforeEach(async () => {
  deployed = await startDeployed();
});
afterEach(() => deployed.close());

const changesOf = async (...args: string[]) =>
  JSON.parse((await deployed.command('history', ...args, '--json')).stdout);

test('every change of an address is shown, newest first, with its author, its reason and what it replaced', async () => {
  const { system, command } = deployed;
  await system.deliver([bounce({ to: 'ann@example.net', sentAt: Date.now() - 60_000 })]);
  await command('release', 'ann@example.net', '--note', 'wrote to support');
  await command('suppress', 'ann@example.net', '--note', 'on leave', '--by', 'bob', '--until', '2999-01-01');
  await command('release', 'ann@example.net', '--note', 'is back', '--by', 'bob');
  const { code, stdout } = await command('history', 'Ann@Example.net');
  expect(code).toBe(0);
  expect(stdout.replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d UTC/g, 'TIME').split('\n')).toEqual([
    'TIME  ann@example.net  released',
    '  by bob: is back',
    '  was suppressed: manual, since TIME',
    'TIME  ann@example.net  suppressed until TIME',
    '  by bob: on leave',
    '  was not suppressed',
    'TIME  ann@example.net  released',
    `  by ${callerArn}: wrote to support`,
    '  was suppressed: hard, since TIME',
    '',
  ]);
});

test('without an address, the changes of every address are shown, and can be limited by time, author and number', async () => {
  const { command } = deployed;
  const start = Date.now();
  for (const [address, by] of [
    ['ann@example.net', 'alice'],
    ['bob@example.net', 'bob'],
    ['cem@example.net', 'alice'],
  ] as const)
    await command('suppress', address, '--note', 'left', '--by', by);
  const addresses = async (...args: string[]) =>
    (await changesOf(...args)).changes.map(({ address }: { address: string }) => address);
  expect(await addresses()).toEqual(['cem@example.net', 'bob@example.net', 'ann@example.net']);
  expect(await addresses('--author', 'alice')).toEqual(['cem@example.net', 'ann@example.net']);
  expect(await addresses('--since', '1h')).toHaveLength(3);
  expect(await addresses('--until', new Date(start).toISOString())).toEqual([]);
  const limited = await command('history', '--limit', '2');
  expect(limited.stdout.match(/ {2}suppressed\n/g)).toHaveLength(2);
  expect(limited.stderr).toBe('The newest 2 changes; there are more. To see them: --limit all\n');
  expect(await changesOf('--limit', '2')).toMatchObject({ schemaVersion: 1, isComplete: false });
});

test('changes of months ago are found, and those older than 400 days expire', async () => {
  const { system } = deployed;
  for (const days of [1, 40, 300, 399]) {
    const address = parseAddress(`d${days}@example.net`);
    const clock = () => Date.now() - days * day;
    if (address)
      await suppressAddress({ store: system.store, policy: defaultPolicy, clock }, address, { by: 'a', note: 'b' });
  }
  const { changes } = await changesOf();
  expect(changes.map(({ address }: { address: string }) => address)).toEqual([
    'd1@example.net',
    'd40@example.net',
    'd300@example.net',
    'd399@example.net',
  ]);
  const items = [...(await system.snapshot()).records].filter(([key]) => key.startsWith('d1@example.net history#'));
  expect(items).toHaveLength(1);
  const [[, item] = ['', {}]] = items;
  expect(Number(item.expiresAt) * 1000 - Number(item.mirrorDue)).toBeGreaterThanOrEqual(400 * day);
});

test('an address that nobody changed has no history: exit code 3', async () => {
  const { code, stdout } = await deployed.command('history', 'ann@example.net');
  expect([code, stdout]).toEqual([3, 'No change is known.\n']);
  expect((await deployed.command('history', 'nobody')).code).toBe(2);
});

test('a note cannot control the terminal', async () => {
  await deployed.command('suppress', 'ann@example.net', '--note', 'x\u001b[2J');
  const { stdout } = await deployed.command('history');
  expect(stdout).toContain('x\\u{1b}[2J');
  expect(stdout).not.toContain('\u001b');
});
