import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Checkout, createCheckout } from '../../../support/checkout.ts';
import { runLocal } from '../../../support/run.ts';
import { bounce, queueEvent, send } from '../../../support/ses.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'ses-feedback-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs `sls` with a database in the temporary folder, because the database in the checkout belongs to its user. */
const sls = (...args: string[]) =>
  runLocal('sls', args, { env: { LOCAL_DYNAMODB_FILE: path.join(folder, 'new', 'dynamodb.db') } });

test('sls invoke local processes the two sample events in a fresh checkout, without any other process', async () => {
  for (const [name, line] of [
    ['bounce', /^a\*\*\*@example\.net {2}hard \(rule permanent\) → suppressed/m],
    ['complaint', /^b\*\*\*@example\.org {2}complaint \(rule complaint\) → suppressed/m],
  ] as const) {
    const { code, stdout } = await sls('invoke', 'local', '-f', name, '-p', `events/${name}.json`);
    expect(code).toBe(0);
    expect(stdout).toMatch(line);
    expect(stdout).toMatch(/\{\s*"batchItemFailures": \[\]\s*\}/);
  }
});

test('a second invocation reads what the first one has written', async () => {
  const file = path.join(folder, 'event.json');
  const now = Date.now();
  writeFileSync(
    file,
    JSON.stringify(queueEvent([bounce({ to: 'twice@example.net', mailId: `twice-${now}`, sentAt: now })])),
  );
  const first = await sls('invoke', 'local', '-f', 'bounce', '-p', file);
  const second = await sls('invoke', 'local', '-f', 'bounce', '-p', file);
  expect(first.stdout).toContain('t***@example.net  hard (rule permanent) → suppressed  counts toward the bounce rate');
  expect(second.stdout).toContain('t***@example.net  hard (rule permanent) → suppressed  duplicate, not counted again');
});

test('without -f, the function that the event is for is invoked, or the error lists the functions', async () => {
  const { code, stdout, stderr } = await sls('invoke', 'local', '-p', 'events/complaint.json');
  expect({ code, stderr }).toMatchObject({ code: 0 });
  expect(stdout).toMatch(/^b\*\*\*@example\.org {2}complaint \(rule complaint\) → suppressed/m);
  expect(stderr).toContain(
    'Invoking complaint, because the message is a complaint. Use -f to choose another function.',
  );
  const unknown = await sls('invoke', 'local', '-d', '{"Records":[]}');
  expect(unknown.code).not.toBe(0);
  expect(unknown.stdout + unknown.stderr).toContain(
    'No function fits the event: the event contains no messages. Pass -f with the name of a function: bounce, complaint, volume, ',
  );
});

test('the functions of the account list use a simulated SES, and what its list lacks is synced to it', async () => {
  const synced = async () =>
    /^SES account suppression list: (\d+) synced$/m.exec(
      (await sls('invoke', 'local', '-f', 'account-list')).stdout,
    )?.[1];
  // SES lists the addresses of these events itself. But each run starts with an empty list, so that reconcile finds them missing, except the
  // one that was suppressed a moment ago.
  expect(await synced()).toBe('0');
  const reconciled = await sls('invoke', 'local', '-f', 'reconcile');
  expect(reconciled.code).toBe(0);
  expect(reconciled.stdout).toContain('SES account suppression list: 0 entries, compared with 3 records in the table');
  expect(await synced()).toBe('2');
  expect(await synced()).toBe('0');
});

test('the rates are evaluated from the counts of the other functions, and notices are printed instead of published', async () => {
  const now = Date.now() - 600_000;
  const bodies = Array.from({ length: 40 }, (_, i) =>
    send({ to: `r${i}@example.net`, mailId: `local-${now}-${i}`, sentAt: now }),
  );
  const bounces = Array.from({ length: 20 }, (_, i) =>
    bounce({ to: `r${i}@example.net`, mailId: `local-${now}-${i}`, sentAt: now }),
  );
  const file = path.join(folder, 'sends.json');
  writeFileSync(file, JSON.stringify(queueEvent([...bodies, ...bounces])));
  const counted = await sls('invoke', 'local', '-f', 'volume', '-p', file);
  expect(counted.stdout).toContain('messages: 20 feedback, 40 sends and deliveries, 0 ignored');
  const { code, stdout } = await sls('invoke', 'local', '-f', 'reputation');
  expect(code).toBe(0);
  expect(stdout).toContain('CRITICAL: bounce rate of the account\n');
  expect(stdout).toMatch(/^\d+ scopes? evaluated, \d+ alarms? changed; unknown: bounce rate measured by SES, /m);
});

describe('sls package', () => {
  let checkout: Checkout;
  beforeEach(() => {
    checkout = createCheckout();
  });
  afterEach(() => checkout.remove());

  test('needs neither credentials nor network', async () => {
    const { code } = await checkout.sls(['package', '--stage=prod']);
    expect(code).toBe(0);
    expect(existsSync(path.join(checkout.folder, '.serverless', 'bounce.zip'))).toBe(true);
  });

  test('reports an invalid policy in one sentence, before anything is packaged', async () => {
    const policy = { pauseThresholds: { bounceRate: 0.01 } };
    writeFileSync(path.join(checkout.folder, 'policy.json'), JSON.stringify(policy));
    const { code, stderr, stdout } = await checkout.sls(['package']);
    expect(code).not.toBe(0);
    expect(stdout + stderr).toContain(
      'reviewThresholds.bounceRate: must be lower than the pause threshold, which is 0.01.',
    );
    expect(existsSync(path.join(checkout.folder, '.serverless'))).toBe(false);
  });
});
