import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Deployed, startDeployed } from '../support/deployed.ts';
import { createMonitoring } from '../support/monitoring.ts';
import { bounce, complaint, day, hour } from '../support/ses.ts';
import { useSystem } from '../support/system.ts';

/** Every command that reads or changes the stack, on a table of 5,000 records: one JSON document each, with a version, and what happens to errors. */

useSystem();
let deployed: Deployed;
const count = 5000;

beforeAll(async () => {
  deployed = await startDeployed({ callsPerSecond: Number.POSITIVE_INFINITY });
  const { system, ses, queues, folder } = deployed;
  const now = Date.now();
  // Of every kind: most mailboxes do not exist, some are full, some recipients complained; at twenty domains, over three weeks.
  const bodies = Array.from({ length: count }, (_, i) => {
    const sentAt = now - hour - (i % 500) * hour;
    const to = `person${i}@example${i % 20}.net`;
    if (i % 11 === 0) return complaint({ to, mailId: `c${i}`, sentAt });
    const kind = i % 7 === 0 ? { type: 'Transient', subType: 'MailboxFull' } : {};
    return bounce({ to, mailId: `b${i}`, sentAt, ...kind });
  });
  for (let from = 0; from < count; from += 500) await system.deliver(bodies.slice(from, from + 500));
  system.now = now - hour;
  await createMonitoring(system).count({ sends: 100_000 }, { scopes: ['account', 'configuration-set:news'] });
  system.now = now;
  ses.identities['example.com'] = { isVerified: true };
  ses.configurationSets['ses-feedback-prod'] = { destinations: [] };
  ses.sendStatistics.push({ at: now - day, sends: 1000, bounces: 5, complaints: 0, rejects: 0 });
  queues.add('ses-feedback-prod-bounces-dead-letters', JSON.stringify(bounce()));
  writeFileSync(path.join(folder, 'list.csv'), 'email,reason\nnew@example.net,bounce\n');
  mkdirSync(path.join(folder, 'out'));
}, 120_000);
afterAll(() => deployed.close());

const commands: readonly (readonly string[])[] = [
  ['status'],
  ['check', 'person1@example1.net', 'nobody@example.net'],
  ['list', '--format', 'json', '--limit', 'all'],
  ['list', '--count', '--format', 'json', '--by', 'domain'],
  ['history'],
  ['rates'],
  ['rates', '--by', 'provider'],
  ['rates', '--by', 'domain'],
  ['stats'],
  ['suppress', 'other@example.net', '--note', 'x'],
  ['release', 'person1@example1.net', '--note', 'x'],
  ['release', '--domain', 'example2.net', '--note', 'x', '--yes'],
  ['import', 'list.csv', '--note', 'x'],
  ['export', 'out/list.csv'],
  ['export', '--hashed', 'out/list.snapshot'],
  ['report', 'out/report.html'],
  ['sync', '--dry-run'],
  ['dlq', 'list'],
  ['audit'],
  ['doctor'],
  ['accounts'],
  ['identities', 'list'],
  ['identities', 'create', 'example.org'],
  ['identities', 'records', 'example.com'],
  ['identities', 'dkim', 'example.com'],
  ['identities', 'verify', 'example.com'],
  ['identities', 'check', 'example.com', '--dns-server', '127.0.0.1:9'],
  ['send-test', '--wait', '1', '--from', 'a@example.com'],
];
const withJson = (args: readonly string[]) => (args[0] === 'list' ? args : [...args, '--json']);

test.each(commands.map((args) => [args.join(' '), args] as const))(
  '%s prints one JSON document with a version, and nothing else',
  async (_name, args) => {
    const { code, stdout, stderr } = await deployed.command(...withJson(args));
    expect([0, 1, 3, 6]).toContain(code);
    expect(stderr).toBe('');
    const document = JSON.parse(stdout);
    for (const part of [document].flat()) expect(part).toHaveProperty('schemaVersion', 1);
  },
);

// Not those that need SES alone: they try again for a minute.
const ofStack = commands.filter(([name = '']) => !['accounts', 'identities', 'stats'].includes(name));
test.each(ofStack.map((args) => [args.join(' '), args] as const))(
  '%s ends with 75 if AWS throttles, and says what to do',
  async (_name, args) => {
    deployed.throttle(true);
    try {
      const { code, stdout, stderr } = await deployed.command(...withJson(args));
      expect([code, stdout, stderr]).toEqual([
        75,
        '',
        expect.stringMatching(
          /^ses-feedback: AWS( in [\w-]+)? is busy \(\w+\)\. Wait a minute and run the command again\.\n$/,
        ),
      ]);
    } finally {
      deployed.throttle(false);
    }
  },
);

test('tables for people are at most as wide as the terminal, in 80 and in 120 columns', async () => {
  const args = [
    ['list', '--limit', '30'],
    ['list', '--count', '--by', 'domain'],
    ['rates', '--by', 'provider'],
    ['identities', 'list'],
    ['accounts'],
    ['stats'],
  ];
  for (const columns of [80, 120]) {
    for (const one of args) {
      const { stdout } = await deployed.terminal(one, '', columns);
      expect({ one, columns, long: stdout.split('\n').filter((line) => line.length > columns) }).toEqual({
        one,
        columns,
        long: [],
      });
    }
  }
});
