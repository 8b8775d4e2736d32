import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Deployed, startDeployed } from '../../support/deployed.ts';
import { type DnsServer, startDnsServer } from '../../support/dns-server.ts';
import { daysBefore, knownWindow, ledgerAt } from '../../support/ledger.ts';
import { createMonitoring } from '../../support/monitoring.ts';
import { bounce, day, hour } from '../../support/ses.ts';
import { useSystem } from '../../support/system.ts';

useSystem();
let deployed: Deployed;
let dns: DnsServer;
beforeAll(async () => {
  dns = await startDnsServer([
    { type: 'MX', name: 'example.net', value: 'mx.example.net', priority: 10 },
    // RFC 5321: without an MX record, the address of the domain itself.
    { type: 'A', name: 'old.example.org', value: '192.0.2.7' },
    // RFC 7505: a domain that accepts no email.
    { type: 'MX', name: 'null.example', value: '', priority: 0 },
    { type: 'TXT', name: 'web.example', value: ['v=spf1 -all'] },
    { type: 'MX', name: 'mailinator.com', value: 'mx.mailinator.com', priority: 10 },
    { type: 'MX', name: 'sub.mailinator.com', value: 'mx.mailinator.com', priority: 10 },
  ]);
  dns.failing.add('broken.example');
});
afterAll(() => dns.close());
beforeEach(async () => {
  deployed = await startDeployed();
});
afterEach(() => deployed.close());

const list = (...lines: readonly string[]) => {
  writeFileSync(path.join(deployed.folder, 'list.csv'), `${lines.join('\n')}\n`);
};
const preflight = (...args: string[]) =>
  deployed.command('preflight', 'list.csv', '--dns-server', dns.address, ...args);
const json = async (...args: string[]) => {
  const { code, stdout, stderr } = await preflight('--json', '--bounce-rate', '1', ...args);
  expect(stderr).toBe('');
  return { code, ...JSON.parse(stdout) };
};
const emptyProblems = { malformed: 0, suppressed: 0, 'bounced-before': 0, 'no-mail-server': 0, disposable: 0 };

describe('the addresses', () => {
  test('are counted once each, by what speaks against them', async () => {
    const sentAt = Date.now() - hour;
    const soft = { type: 'Transient', subType: 'MailboxFull', sentAt };
    await deployed.system.deliver([
      bounce({ to: 'gone@example.net', mailId: 'a', sentAt }),
      bounce({ to: 'full@example.net', mailId: 'b', ...soft }),
      bounce({ to: 'gone@null.example', mailId: 'c', sentAt }),
    ]);
    list(
      'name,Email Address',
      'A,Ann@example.net',
      'B,ann@EXAMPLE.net',
      'C,gone@example.net',
      'D,full@example.net',
      'E,gone@null.example',
      'F,x@null.example',
      'G,x@web.example',
      'H,x@missing.example',
      'I,x@old.example.org',
      'J,x@mailinator.com',
      'K,x@sub.mailinator.com',
      'L,x@broken.example',
      'M,"not an address"',
      'N,',
    );
    const { rows, duplicates, addresses, problems, domains, expected } = await json();
    expect({ rows, duplicates, addresses }).toEqual({ rows: 14, duplicates: 1, addresses: 11 });
    expect(problems).toEqual({
      malformed: 2,
      suppressed: 2,
      'bounced-before': 1,
      'no-mail-server': 3,
      disposable: 2,
    });
    expect(domains).toEqual({
      dead: ['missing.example', 'null.example', 'web.example'],
      unanswered: { domains: 1, addresses: 1 },
    });
    expect(expected).toEqual({ sends: 9, undeliverable: 4, baseRate: 0.01, bounces: 4 });
  });

  test('with a problem are written to a new file that only its owner can read', async () => {
    await deployed.system.deliver([bounce({ to: 'gone@example.net', mailId: 'a', sentAt: Date.now() - hour })]);
    list('email', 'ann@example.net', 'gone@example.net', '=cmd()', '"a, ""b"""', 'x@missing.example');
    await json('--problems', 'problems.csv');
    const file = path.join(deployed.folder, 'problems.csv');
    expect(readFileSync(file, 'utf8')).toBe(
      [
        'address,problem',
        "'=cmd(),malformed",
        '"a, ""b""",malformed',
        'gone@example.net,suppressed',
        'x@missing.example,no-mail-server',
        '',
      ].join('\n'),
    );
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const again = await preflight('--bounce-rate', '1', '--problems', 'problems.csv');
    expect([again.code, again.stderr]).toEqual([1, expect.stringContaining('Cannot write problems.csv: ')]);
  });

  test('are looked up on the lists that decide about the mailing, until their suppression has ended', async () => {
    const until = Date.now() + day;
    const record = (address: string, fields: object) =>
      deployed.system.putItem({
        address,
        list: 'account',
        status: 'suppressed',
        reason: 'soft',
        since: new Date(Date.now() - day).toISOString(),
        ...fields,
      });
    await record('stream@example.net', { list: 'newsletter' });
    await record('tenant@example.net', { list: 'tenant:acme' });
    await record('for-a-day@example.net', { until: new Date(until).toISOString() });
    await record('over@example.net', { until: new Date(Date.now() - hour).toISOString() });
    list('stream@example.net', 'tenant@example.net', 'for-a-day@example.net', 'over@example.net');
    const suppressed = async (...args: string[]) => (await json(...args)).problems.suppressed;
    expect(await suppressed()).toBe(1);
    expect(await suppressed('--list', 'newsletter')).toBe(2);
    expect(await suppressed('--list', 'newsletter', '--tenant', 'acme')).toBe(3);
  });

  test('are those of the file, and of nothing that DNS has to be asked about with --no-dns', async () => {
    list('x@missing.example');
    const { problems, domains } = await json('--no-dns');
    expect([problems, domains]).toEqual([emptyProblems, { dead: [], unanswered: { domains: 0, addresses: 0 } }]);
  });

  test('of a file without any are an error', async () => {
    list('name,age', 'Ann,30');
    const { code, stderr } = await preflight('--bounce-rate', '1');
    expect([code, stderr]).toEqual([
      1,
      expect.stringContaining('list.csv has no addresses. Expected one for each line'),
    ]);
    expect(existsSync(path.join(deployed.folder, 'problems.csv'))).toBe(false);
  });
});

test('where DNS does not answer at all, the command ends, and counts the domains as unanswered', async () => {
  list(...Array.from({ length: 900 }, (_, index) => `x@d${index}.example`));
  const { stdout, code } = await deployed.command(
    ...['preflight', 'list.csv', '--json', '--bounce-rate', '1', '--dns-server', '127.0.0.1:9'],
  );
  expect(code).toBe(0);
  expect(JSON.parse(stdout).domains.unanswered).toEqual({ domains: 900, addresses: 900 });
}, 60_000);

describe('the forecast', () => {
  /** 1,000 emails a day, of which 10 bounce. */
  const days = daysBefore(
    Date.now(),
    Array.from({ length: 60 }, () => ({ sends: 1000, hardBounces: 10 })),
  );
  const write = async (fit = knownWindow({ emails: 20_000, days: 0 })) => {
    const { store } = createMonitoring(deployed.system);
    await store.saveLedger({ ...ledgerAt(Date.now(), days, fit), version: 1 }, 0);
  };
  const mailing = (good: number, dead = 0) =>
    list(
      ...Array.from({ length: good }, (_, index) => `person${index}@example.net`),
      ...Array.from({ length: dead }, (_, index) => `person${index}@missing.example`),
    );

  test('is the rate in the window of AWS after the mailing; code 3 if it reaches a threshold', async () => {
    await write();
    mailing(1000, 100);
    const below = await json();
    expect([below.code, below.bounceRate.reaches, below.expected.bounces]).toEqual([0, undefined, 110]);
    // 200 of 20,000 before. After it, the newest 20,000: 18,900 of before, and the mailing.
    const [estimate] = below.bounceRate.estimates;
    expect(estimate.before).toBeCloseTo(0.01, 6);
    expect(estimate.after).toBeCloseTo((189 + 110) / 20_000, 6);
    mailing(1000, 900);
    const above = await json();
    expect([above.code, above.bounceRate.reaches]).toEqual([3, 'review']);
    expect(above.withoutUndeliverable.reaches).toBeUndefined();
  });

  test('is text for people, which says what to do', async () => {
    await write();
    mailing(1000, 900);
    const { code, stdout } = await preflight('--bounce-rate', '1');
    expect(code).toBe(3);
    expect(stdout.split('\n')).toEqual([
      'list.csv: 1,900 rows, 1,900 addresses',
      '',
      '          900  at domains that accept no email: expected to bounce (missing.example)',
      '        1,900  emails to send',
      '',
      'Expected bounces: 910 (900 of the addresses above, and 1 % of the others, as given)',
      '',
      "AWS's bounce rate, over its window as inferred from its figures:",
      '  over the last 20,000 emails: 1 % now, 5.5 % after the mailing',
      '  review at 5 %, pause at 10 %',
      '',
      '✗ The mailing would take the rate to the review threshold.',
      '    → Without the 900 that are expected to bounce, it would be 1 %. --problems FILE writes them to a file.',
      '',
    ]);
    mailing(10);
    expect((await preflight('--bounce-rate', '0')).stdout).toContain(
      '✓ The mailing keeps the rate below the review threshold.',
    );
  });

  test('is a range where the window is not known, and its worse end decides', async () => {
    await write({ kind: 'unknown', reason: 'too few values' } as never);
    mailing(10, 100);
    const { code, stdout } = await preflight('--bounce-rate', '1');
    expect(code).toBe(3);
    expect(stdout).toContain(
      "AWS's bounce rate. Its window is not known (too few values), so this is a range:\n  over the last 24 hours: ",
    );
    expect(stdout).toMatch(/ {2}over the last 10,000 emails: 1 % now, 2 % after the mailing\n/);
    expect(stdout).toContain('✗ The mailing would take the rate to the');
  });

  test("uses the account's own rate of 30 days, or needs one if it has sent too little", async () => {
    mailing(100);
    const { code, stderr } = await preflight();
    expect([code, stderr]).toEqual([2, expect.stringContaining('fewer than 1,000 emails in 30 days')]);
    const monitoring = createMonitoring(deployed.system);
    await monitoring.count({ sends: 2000, hard: 60 }, { sentAt: Date.now() - 2 * day });
    const { stdout } = await preflight();
    expect(stdout).toContain(
      "Expected bounces: 3 (0 of the addresses above, and 3 % of the others, as of the account's",
    );
  });

  test('of an account that has sent nothing yet is the rate of the mailing alone', async () => {
    mailing(1000, 10);
    const { code, bounceRate } = await json();
    expect([code, bounceRate.estimates]).toEqual([0, [{ window: 'the mailing alone', after: 20 / 1010 }]]);
    mailing(10, 1);
    expect((await json()).bounceRate.reaches).toBe('review');
  });
});
