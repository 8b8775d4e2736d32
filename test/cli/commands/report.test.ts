import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { type Deployed, startDeployed } from '../../support/deployed.ts';
import { daysBefore, knownWindow, ledgerAt } from '../../support/ledger.ts';
import { createMonitoring } from '../../support/monitoring.ts';
import { bounce, complaint, day, hour } from '../../support/ses.ts';
import { useSystem } from '../../support/system.ts';

useSystem();
let deployed: Deployed;
beforeEach(async () => {
  deployed = await startDeployed({ callsPerSecond: Number.POSITIVE_INFINITY });
});
afterEach(() => deployed.close());

const pageOf = (file: string) => readFileSync(path.join(deployed.folder, file), 'utf8');
/** Returns the cells of the table below a heading, row by row. */
function rowsOf(page: string, title: string): string[][] {
  const section = page.split('<section>').find((one) => one.includes(`<h2>${title}</h2>`)) ?? '';
  const rows = [...section.matchAll(/<tr>(<td.*)<\/tr>/g)].map(([, cells = '']) => cells);
  return rows.map((cells) => [...cells.matchAll(/<td[^>]*>(.*?)<\/td>/g)].map(([, text = '']) => text));
}

/** Ten days of sending, with a bad list of the newsletter two days ago, to `google`. */
async function sendForTenDays(): Promise<void> {
  const { system } = deployed;
  const now = Math.floor(Date.now() / hour) * hour;
  const monitoring = createMonitoring(system);
  const scopes = ['account', 'configuration-set:newsletter'];
  for (let age = 3; age < 240; age += 3) {
    const hard = age > 36 && age < 50 ? 60 : 1;
    system.now = now - age * hour;
    await monitoring.count({ sends: 300, hard, complaints: age % 24 === 0 ? 1 : 0 }, { sentAt: system.now, scopes });
  }
  system.now = Date.now();
  const feedback = Array.from({ length: 60 }, (_, i) =>
    bounce({ to: `person${i}@example${i % 3}.net`, mailId: `b${i}`, sentAt: now - 40 * hour - i * 60_000 }),
  );
  await system.deliver([...feedback, complaint({ to: 'ann@example.net', mailId: 'c', sentAt: now - 20 * hour })]);
  await system.deliver([bounce({ to: 'old@example.net', mailId: 'old', sentAt: now - 20 * day, at: now - 20 * day })]);
  await monitoring.evaluate();
}

test('the page shows rates, alarms, contributors and masked suppressions of the period', async () => {
  await sendForTenDays();
  const { code, stdout, stderr } = await deployed.command('report', 'week.html');
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(/^Wrote week\.html: 20[^.]* UTC to 20[^.]* UTC\. Open it in a browser\.\n$/);
  const page = pageOf('week.html');
  expect(page).toContain('ses-feedback-prod, account 123456789012, us-east-1');
  expect(page).toContain('61 addresses suppressed in this period are still suppressed.');
  expect(page.match(/<svg/g)).toHaveLength(4);
  expect(page).toMatch(/<li class="critical"><time[^>]*>[^<]*<\/time> <b>Critical<\/b><\/li>/);
  const [newsletter] = rowsOf(page, 'Configuration sets');
  expect(newsletter?.[0]).toBe('newsletter');
  expect(Number(newsletter?.[1]?.replace(',', ''))).toBeGreaterThan(10_000);
  expect(rowsOf(page, 'Suppressed addresses by reason')).toEqual([
    ['hard', '60'],
    ['complaint', '1'],
  ]);
  expect(rowsOf(page, 'Suppressed addresses by domain')[0]).toEqual(['example0.net', '20']);
  const latest = rowsOf(page, 'Latest suppressed addresses');
  expect(latest).toHaveLength(50);
  expect(latest[0]?.slice(1)).toEqual(['a***@example.net', 'the recipient complained', 'permanently']);
  expect(page).not.toMatch(/person\d|ann@|old@/);
  expect(page).toContain('The newest 50 of 61.');
  expect(readdirSync(deployed.folder)).toEqual(['week.html']);
});

test('another period has other counts, and its charts have a column for each hour or more', async () => {
  await sendForTenDays();
  const { stdout } = await deployed.command('report', 'long.html', '--since', '30d', '--json');
  expect(JSON.parse(stdout)).toEqual({
    schemaVersion: 1,
    file: 'long.html',
    since: expect.stringMatching(/Z$/),
    until: expect.stringMatching(/Z$/),
  });
  const page = pageOf('long.html');
  expect(page).toContain('62 addresses suppressed in this period are still suppressed.');
  expect(page).toContain('Sends per 2 hours');
  await deployed.command('report', 'before.html', '--since', '25d', '--until', '15d');
  const before = pageOf('before.html');
  expect(before).toContain('No emails were counted in this period.');
  expect(before).toContain('1 address suppressed in this period is still suppressed.');
  expect(rowsOf(before, 'Latest suppressed addresses')).toHaveLength(1);
});

test('an empty stack has a page that says so', async () => {
  const { code } = await deployed.command('report', 'empty.html', '--since', 'yesterday');
  expect(code).toBe(0);
  const page = pageOf('empty.html');
  expect(page).toContain('No emails were counted in this period.');
  expect(page).toContain('No address was suppressed in this period.');
  expect(page).toContain('<p class="quiet">None.</p>');
});

test.each([
  [['--since', '60d'], 'Counts are kept for 45 days. Pass a later --since.'],
  [['--since', '1d', '--until', '2d'], '--since must be before --until.'],
])('%j is a usage error', async (args, message) => {
  const { code, stderr } = await deployed.command('report', 'a.html', ...args);
  expect([code, stderr]).toEqual([2, `ses-feedback: ${message}\n`]);
});

test('a page that cannot be written is an error, and leaves nothing behind', async () => {
  const { code, stderr } = await deployed.command('report', 'missing/a.html');
  expect([code, stderr]).toEqual([1, expect.stringContaining('Cannot write missing/a.html: ')]);
  expect(readdirSync(deployed.folder)).toEqual([]);
});

test("the page shows AWS's own rates by its window, with the day and the campaign that weigh on them", async () => {
  const monitoring = createMonitoring(deployed.system);
  const today = Math.floor(Date.now() / day) * day;
  await monitoring.count({ sends: 300, hard: 280 }, { sentAt: today - 20 * hour, scopes: ['tag:campaign=<spring>'] });
  const days = daysBefore(
    Date.now(),
    Array.from({ length: 60 }, (_, index) => ({ sends: 500, hardBounces: index === 59 ? 290 : 5 })),
  );
  const fit = knownWindow({ emails: 5000, days: 0 });
  expect(rowsOf(await write('before.html'), 'AWS&#39;s own rates now')).toEqual([]);
  await monitoring.store.saveLedger({ ...ledgerAt(Date.now(), days, fit), version: 1 }, 0);
  const page = await write('after.html');
  expect(rowsOf(page, 'AWS&#39;s own rates now')).toEqual([
    ['bounce rate', 'the last 5,000 emails', '335 of 5,000', '6.7 %', '0', '165', expect.stringMatching(/^20\d\d-/)],
    ['complaint rate', 'the last 5,000 emails', '0 of 5,000', '0 %', '5', '25', '–'],
  ]);
  expect(page).toMatch(
    /In the bounce rate, 20\d\d-\d\d-\d\d contributes most: 290 of 500 \(58 %\), most of it from tag:campaign=&lt;spring&gt; \(96\.6 %\)\./,
  );

  async function write(file: string) {
    expect((await deployed.command('report', file)).code).toBe(0);
    return pageOf(file);
  }
});
