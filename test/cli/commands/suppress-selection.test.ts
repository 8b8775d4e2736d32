import { type Deployed, startDeployed } from '../../support/deployed.ts';
import { bounce, day, hour } from '../../support/ses.ts';
import { useSystem } from '../../support/system.ts';

useSystem();
let deployed: Deployed;
beforeEach(async () => {
  deployed = await startDeployed();
  const { system, command } = deployed;
  const full = { type: 'Transient', subType: 'MailboxFull' };
  const sentAt = Date.now() - 2 * hour;
  const old = Date.now() - 20 * day;
  await system.deliver([
    bounce({ to: 'watched@example.net', mailId: 'a', sentAt, ...full }),
    bounce({ to: 'gone@example.net', mailId: 'b', sentAt }),
    bounce({ to: 'watched@example.org', mailId: 'c', sentAt: old, at: old, ...full }),
  ]);
  await command('suppress', 'leave@example.net', '--note', 'on leave', '--for', '3d');
});
afterEach(() => deployed.close());

const suppress = (...args: string[]) => deployed.command('suppress', '--note', 'sold', ...args);
const statusOf = async (address: string) => {
  const { status, until, suppressedFor } = (await deployed.system.record(address)) ?? {};
  return [status, until === undefined ? 'permanently' : 'for a time', suppressedFor];
};

test('a domain: every known address that is not suppressed permanently', async () => {
  const { code, stdout } = await suppress('--domain', 'example.net', '--yes', '--json');
  expect(code).toBe(0);
  expect(
    JSON.parse(stdout)
      .map(({ address }: { address: string }) => address)
      .toSorted(),
  ).toEqual(['leave@example.net', 'watched@example.net']);
  expect(await statusOf('watched@example.net')).toEqual(['suppressed', 'permanently', 'sold']);
  expect(await statusOf('leave@example.net')).toEqual(['suppressed', 'permanently', 'sold']);
  expect(await statusOf('gone@example.net')).toEqual(['suppressed', 'permanently', undefined]);
  expect(await statusOf('watched@example.org')).toEqual(['watched', 'permanently', undefined]);
});

test.each([
  [
    ['--since', '7d'],
    ['leave@example.net', 'watched@example.net'],
  ],
  [
    ['--since', '30d'],
    ['leave@example.net', 'watched@example.net', 'watched@example.org'],
  ],
  [['--reason', 'manual'], ['leave@example.net']],
  [['--domain', 'example.org', '--since', '30d'], ['watched@example.org']],
  [['--provider', 'other', '--reason', 'manual'], ['leave@example.net']],
])('%j selects %j', async (args, expected) => {
  const { stdout } = await suppress(...args, '--yes', '--json');
  expect(
    JSON.parse(stdout)
      .map(({ address }: { address: string }) => address)
      .toSorted(),
  ).toEqual(expected);
});

test('at a terminal, it shows what it would do, and asks', async () => {
  const args = ['suppress', '--note', 'sold', '--domain', 'example.net'];
  const no = await deployed.terminal(args, 'n\n');
  expect([no.code, no.stdout]).toEqual([0, 'Nothing was changed.\n']);
  expect(no.stderr).toContain('2 addresses that the table knows and that are not suppressed permanently:\n');
  expect(no.stderr).toContain('Suppress 2 addresses?');
  expect(await statusOf('watched@example.net')).toEqual(['watched', 'permanently', undefined]);
  await deployed.terminal(args, 'y\n');
  expect(await statusOf('watched@example.net')).toEqual(['suppressed', 'permanently', 'sold']);
});

test.each([
  [['--domain', 'example.net'], 2, 'pass --yes'],
  [['--domain', 'not a domain', '--yes'], 2, 'is not a valid domain'],
  [['a@example.net', '--domain', 'example.net'], 2, 'not both'],
])('%j ends with %i', async (args, expected, message) => {
  const { code, stderr } = await suppress(...args);
  expect([code, stderr]).toEqual([expected, expect.stringContaining(message)]);
});

test('a selection that matches nothing is the answer no', async () => {
  const { code, stdout } = await suppress('--domain', 'example.com', '--yes');
  expect([code, stdout]).toEqual([3, 'No known address matches.\n']);
});
