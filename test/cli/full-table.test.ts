import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Deployed, startDeployed } from '../support/deployed.ts';
import { fieldsOf, pathOf } from '../support/json-shape.ts';
import { daysBefore, knownWindow, ledgerAt } from '../support/ledger.ts';
import { createMonitoring } from '../support/monitoring.ts';
import { root } from '../support/run.ts';
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
    const answer = {
      emailAddress: `person${i}@example${i % 20}.net`,
      status: '5.1.1',
      diagnosticCode: 'smtp; 550 5.1.1 unknown',
    };
    const to = `person${i}@example${i % 20}.net`;
    if (i % 11 === 0) return complaint({ to, mailId: `c${i}`, sentAt });
    const kind = i % 7 === 0 ? { type: 'Transient', subType: 'MailboxFull' } : {};
    return bounce({ to, mailId: `b${i}`, sentAt, recipients: [answer], ...kind });
  });
  for (let from = 0; from < count; from += 500) await system.deliver(bodies.slice(from, from + 500));
  system.now = now - hour;
  await createMonitoring(system).count({ sends: 100_000 }, { scopes: ['account', 'configuration-set:news'] });
  system.now = now;
  ses.identities['example.com'] = { isVerified: true };
  ses.configurationSets['ses-feedback-prod'] = { destinations: [] };
  ses.receiptRuleSets['ses-feedback-prod'] = { rules: [] };
  ses.sendStatistics.push({ at: now - day, sends: 1000, bounces: 5, complaints: 0, rejects: 0 });
  await deployed.synced('person3@example3.net');
  const causes = { erasureKey: 'd'.repeat(64) };
  await system.putItem({ address: 'erasure-key', list: 'erasure-key', createdAt: now - day, causes });
  queues.add('ses-feedback-prod-bounces-dead-letters', JSON.stringify(bounce()));
  const time = new Date(now - 30 * day).toISOString();
  writeFileSync(path.join(folder, 'history.csv'), `time,sends,hardBounces,complaints\n${time},100,1,0\n`);
  const days = daysBefore(
    now,
    Array.from({ length: 40 }, (_, index) => ({ sends: 500, hardBounces: index === 38 ? 200 : 5 })),
  );
  const { store } = createMonitoring(system);
  await store.saveIncident({ id: '2026-01-01T00', provider: 'google', from: 0, to: hour, bounces: 80 });
  await store.saveLedger({ ...ledgerAt(now, days, knownWindow({ emails: 2000, days: 0 })), version: 1 }, 0);
  writeFileSync(path.join(folder, 'list.csv'), 'email,reason\nnew@example.net,bounce\n');
  mkdirSync(path.join(folder, 'out'));
}, 120_000);
afterAll(() => deployed.close());

const commands: readonly (readonly string[])[] = [
  ['status'],
  ['check', 'person1@example1.net', 'nobody@example.net'],
  ['list', '--format', 'json', '--limit', 'all'],
  ['list', '--count', '--format', 'json', '--by', 'domain'],
  ['rates'],
  ['rates', '--by', 'provider'],
  ['rates', '--by', 'domain'],
  ['aws-window'],
  ['incidents'],
  ['aws-window', '--import', 'history.csv'],
  ['preflight', 'list.csv', '--dns-server', '127.0.0.1:9'],
  ['stats'],
  ['suppress', 'other@example.net', '--note', 'x'],
  ['release', 'person1@example1.net', '--note', 'x'],
  ['release', '--domain', 'example2.net', '--note', 'x', '--yes'],
  ['erase', 'person3@example3.net', '--note', 'x', '--yes'],
  ['check', 'person1@example1.net', 'person22@example2.net', 'person3@example3.net', 'not-an-address'],
  ['history', '--limit', 'all'],
  ['import', 'list.csv', '--note', 'x'],
  ['relay', 'activate'],
  ['ingest-email', path.join(root, 'events', 'email', 'dsn.eml')],
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
/** What each command printed, by its documented name. */
const printed = new Map<string, unknown[]>();

const withJson = (args: readonly string[]) => (args[0] === 'list' ? args : [...args, '--json']);

test.each(commands.map((args) => [args.join(' '), args] as const))(
  '%s prints one JSON document with a version, and nothing else',
  async (_name, args) => {
    const { code, stdout, stderr } = await deployed.command(...withJson(args));
    expect([0, 1, 3, 6]).toContain(code);
    expect(stderr).toBe('');
    const document = JSON.parse(stdout);
    for (const part of [document].flat()) expect(part).toHaveProperty('schemaVersion', 1);
    const command = nameOf(args);
    printed.set(command, [...(printed.get(command) ?? []), document]);
  },
);

/** `list --count` and `list` print different documents; a file or an address does not matter. */
function nameOf([name = '', ...rest]: readonly string[]): string {
  const hasSubcommand = name === 'identities' || name === 'dlq';
  const variant = rest.find((word) => ['--count', '--by', '--hashed', '--domain', '--import'].includes(word));
  return [name, ...(hasSubcommand ? rest.slice(0, 1) : variant ? [variant] : [])].join(' ');
}

test('docs/json.md has every field that the commands print', () => {
  const file = path.join(root, 'docs', 'json.md');
  // The audit prints the settings under AWS's names.
  const sections = [...printed].filter(([name]) => name !== 'audit').sort(([a], [b]) => (a < b ? -1 : 1));
  const found = sections.map(([name, documents]) => [name, [...new Set(documents.flatMap(fieldsOf))].sort()] as const);
  if (process.env.UPDATE_JSON_DOCS) {
    const blocks = found.map(([name, fields]) => `## ${name}\n\n\`\`\`text\n${fields.join('\n')}\n\`\`\`\n`);
    writeFileSync(file, `${introduction}\n${blocks.join('\n')}`);
  }
  const text = readFileSync(file, 'utf8');
  for (const [name, fields] of found) {
    const section = text.split(/^## /m).find((part) => part.startsWith(`${name}\n`)) ?? '';
    const documented = new Set(section.split('\n').map(pathOf));
    expect({ name, missing: fields.map(pathOf).filter((one) => !documented.has(one)) }).toEqual({ name, missing: [] });
  }
});

const introduction = `# What --json prints

The fields of each command's document, as a test has seen them on a simulated stack (\`UPDATE_JSON_DOCS=1 npx vitest run --project product
test/cli/full-table.test.ts\` writes this page). \`[]\` stands for each item of a list; a document that begins with it is a list. Times are in
ISO 8601, shares are shares (0.05 is 5 %), and \`null\` is the answer "none" or "not known". A field may be missing where it has nothing to
say. \`schemaVersion\` changes if a field changes its meaning or goes away; new fields may be added at any time. \`explain\` and \`backtest\` have
kept their form without it. \`audit\` prints the settings as AWS names them.
`;

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
