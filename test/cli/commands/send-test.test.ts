import { type Deployed, startDeployed } from '../../support/deployed.ts';
import { bounce } from '../../support/ses.ts';
import { useSystem } from '../../support/system.ts';

useSystem();
let deployed: Deployed;
beforeEach(async () => {
  deployed = await startDeployed({ callsPerSecond: Number.POSITIVE_INFINITY });
  const { ses } = deployed;
  ses.identities['example.com'] = { isVerified: true };
  const topicArn = 'arn:aws:sns:us-east-1:123456789012:ses-feedback-prod-bounces';
  const types = ['BOUNCE', 'COMPLAINT', 'DELIVERY', 'SEND'];
  ses.configurationSets['ses-feedback-prod'] = { destinations: [{ isEnabled: true, types, topicArn }] };
  ses.configurationSets.silent = { destinations: [] };
});
afterEach(() => deployed.close());

const sendTest = (...args: string[]) => deployed.command('send-test', ...args);
const recipients = () => deployed.ses.sent.flatMap(({ destination }) => destination);

test.each([
  ['bounce', 'permanent bounce', 'the recipient'],
  ['complaint', 'complaint', ''],
  ['suppressionlist', 'permanent bounce', ''],
])('an email to %s is followed until its address is suppressed', async (mailbox, words) => {
  const { code, stdout } = await sendTest('--to', mailbox);
  expect(code).toBe(0);
  expect(stdout).toMatch(
    new RegExp(`SES accepted an email from ses-feedback@example\\.com to ${mailbox}\\+[0-9a-f]{16}@`),
  );
  expect(stdout).toMatch(/^✓ suppressed until 20[^,]* UTC, \d+\.\d s after the send\n/m);
  expect(stdout).toContain(words);
  expect(deployed.ses.sent[0]).toMatchObject({ configurationSet: 'ses-feedback-prod' });
});

test('each test has an address of its own', async () => {
  await sendTest();
  expect((await sendTest()).code).toBe(0);
  expect(new Set(recipients()).size).toBe(2);
});

test('a mailbox that accepts the email is watched for as long as asked', async () => {
  const { code, stdout } = await sendTest('--to', 'success', '--wait', '1');
  expect(code).toBe(0);
  expect(stdout).toMatch(/^✓ no bounce and no complaint within \d seconds?; one may still follow$/m);
});

test('events that do not reach the stack are a fault, with the next command', async () => {
  const { code, stdout } = await sendTest('--configuration-set', 'silent', '--wait', '1');
  expect(code).toBe(1);
  expect(stdout).toMatch(
    /^✗ no feedback within \d seconds?: .*\n {4}→ npx ses-feedback doctor --stack ses-feedback-prod/m,
  );
});

test('a recipient that bounces is the answer no, with what the server said', async () => {
  deployed.ses.mailboxes['ann@example.net'] = 'bounce';
  const { code, stdout } = await sendTest('--to', 'ann@example.net', '--json');
  expect(code).toBe(3);
  expect(JSON.parse(stdout)).toMatchObject({
    schemaVersion: 1,
    from: 'ses-feedback@example.com',
    to: 'ann@example.net',
    isExpected: false,
    feedback: { isSuppressed: true, until: null, class: 'hard' },
  });
  const again = await sendTest('--to', 'ann@example.net');
  expect([again.code, again.stderr]).toEqual([
    3,
    'ses-feedback: ann@example.net is suppressed, and nothing was sent. See: npx ses-feedback check ann@example.net\n',
  ]);
  expect(recipients()).toEqual(['ann@example.net']);
});

test('an address of which only the hash is left gets no email', async () => {
  const causes = { erasureKey: 'e'.repeat(64) };
  await deployed.system.putItem({ address: 'erasure-key', list: 'erasure-key', createdAt: 1, causes });
  await deployed.system.deliver([bounce({ to: 'ann@example.net', mailId: 'a' })]);
  await deployed.synced('ann@example.net');
  await deployed.command('erase', 'ann@example.net', '--yes', '--note', 'x');
  const { code, stderr } = await sendTest('--to', 'ann@example.net');
  expect([code, stderr]).toEqual([3, expect.stringContaining('is suppressed, and nothing was sent')]);
  expect(recipients()).toEqual([]);
});

test('feedback about another email to the same address is not taken for its outcome', async () => {
  await deployed.system.deliver([
    bounce({ to: 'ann@example.net', mailId: 'other', type: 'Transient', subType: 'MailboxFull' }),
  ]);
  const { code, stdout } = await sendTest('--to', 'ann@example.net', '--wait', '1');
  expect([code, stdout]).toEqual([0, expect.stringContaining('✓ no bounce and no complaint')]);
});

test.each([
  [
    ['--to', 'nobody'],
    '--to is an email address or one of bounce, complaint, suppressionlist, ooto, success, and not nobody.',
  ],
  [[], 'Pass --from, an address of a verified identity. SES has example.com, example.org.'],
])('%j is a usage error, and sends nothing', async (args, message) => {
  deployed.ses.identities['example.org'] = { isVerified: true };
  const { code, stderr } = await sendTest(...args);
  expect([code, stderr]).toEqual([2, `ses-feedback: ${message}\n`]);
  expect(recipients()).toEqual([]);
});

test('a refusal of SES is reported, and nothing is waited for', async () => {
  const { code, stderr } = await sendTest('--from', 'ann@example.net');
  expect([code, stderr]).toEqual([1, expect.stringContaining('not verified')]);
});
