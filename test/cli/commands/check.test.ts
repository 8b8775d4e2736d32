import { type Deployed, startDeployed } from '../../support/deployed.ts';
import { bounce, complaint, hour } from '../../support/ses.ts';
import { useSystem } from '../../support/system.ts';

useSystem();
let deployed: Deployed;
beforeEach(async () => {
  deployed = await startDeployed();
});
afterEach(() => deployed.close());

const ago = (hours: number) => Date.now() - hours * hour;
const minuteOf = (time: number) => `${new Date(time).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
const sentAt = ago(3);
const hard = (to: string) =>
  bounce({
    recipients: [
      { emailAddress: to, action: 'failed', status: '5.1.1', diagnosticCode: 'smtp; 550 5.1.1 user unknown' },
    ],
    mailId: `${to}-mail`,
    sentAt,
  });

test('an address that nothing is known of is deliverable, with exit code 0', async () => {
  const { code, stdout, stderr } = await deployed.command('check', 'Ann@example.net');
  expect([code, stderr, stdout]).toEqual([
    0,
    '',
    [
      'ann@example.net  deliverable',
      '  table: not suppressed',
      '  SES account suppression list in us-east-1: not listed',
      '  No bounce, complaint or change is known.',
      '  If SES does not send to it: its list distinguishes upper and lower case. Check the form in which you send.',
      '',
    ].join('\n'),
  ]);
});

test('a suppressed address shows since when, why, what the server said, which list has it, and how to release it', async () => {
  const { system, ses, command } = deployed;
  await system.deliver([hard('Ann@Example.net')]);
  ses.list.set('Ann@Example.net', { emailAddress: 'Ann@Example.net', reason: 'BOUNCE', lastUpdateTime: sentAt });
  const { code, stdout } = await command('check', 'ann@example.net');
  expect(code).toBe(3);
  expect(stdout.split('\n')).toEqual([
    'ann@example.net  SUPPRESSED',
    `  table: suppressed permanently, since ${minuteOf(sentAt + 2000)}: a permanent bounce`,
    `  SES account suppression list in us-east-1: listed as BOUNCE since ${minuteOf(sentAt)} (Ann@Example.net)`,
    '  The list of SES is updated within two minutes.',
    '  History, newest first:',
    `    ${minuteOf(sentAt + 2000)}  permanent bounce; the recipient's fault`,
    '      smtp; 550 5.1.1 user unknown',
    '      rule permanent, because of unknown-user; message Ann@Example.net-mail',
    '  To send to it again: npx ses-feedback release Ann@Example.net --note "…" --stack ses-feedback-prod --region us-east-1',
    '',
  ]);
});

test('who changed an address, and why, is part of its history, newest first', async () => {
  const { system, command } = deployed;
  await system.deliver([hard('ann@example.net')]);
  await command('release', 'ann@example.net', '--note', 'wrote to support', '--by', 'alice');
  const { code, stdout } = await command('check', 'ann@example.net');
  expect(code).toBe(0);
  expect(stdout).toMatch(
    /deliverable\n {2}table: not suppressed\n[\s\S]*released by alice: wrote to support\n {4}.* {2}permanent bounce/,
  );
  await command('suppress', 'ann@example.net', '--note', 'asked by phone', '--by', 'bob', '--until', '2999-01-01');
  const after = await command('check', 'ann@example.net');
  expect(after.code).toBe(3);
  expect(after.stdout).toContain('suppressed until 2999-01-01 00:00 UTC');
  expect(after.stdout).toContain('suppressed manually until 2999-01-01 00:00 UTC by bob: asked by phone');
});

test('an address that only SES has on its list is suppressed, because SES does not send to it', async () => {
  deployed.ses.list.set('ann@example.net', {
    emailAddress: 'ann@example.net',
    reason: 'COMPLAINT',
    lastUpdateTime: sentAt,
  });
  const { code, stdout } = await deployed.command('check', 'ann@example.net');
  expect(code).toBe(3);
  expect(stdout).toContain('table: not suppressed\n  SES account suppression list in us-east-1: listed as COMPLAINT');
});

test('releasing a complaint is warned against', async () => {
  await deployed.system.deliver([complaint({ to: 'ann@example.net', mailId: 'c', sentAt })]);
  const { stdout } = await deployed.command('check', 'ann@example.net');
  expect(stdout).toContain('The recipient reported an email as spam. Release the address only if they ask for it.');
  await deployed.system.deliver([hard('bob@example.net')]);
  expect((await deployed.command('check', 'bob@example.net')).stdout).not.toContain('spam');
});

test('what a server said cannot control the terminal', async () => {
  const diagnosticCode = 'smtp; 550 \u001b[2J user unknown';
  await deployed.system.deliver([
    bounce({
      recipients: [{ emailAddress: 'ann@example.net', action: 'failed', status: '5.1.1', diagnosticCode }],
      sentAt,
    }),
  ]);
  const { stdout } = await deployed.command('check', 'ann@example.net');
  expect(stdout).not.toContain('\u001b');
  expect(stdout).toContain('\\u{1b}[2J user unknown');
});

test('an SES that does not answer is an error of its own, and the table still answers', async () => {
  const { system, ses, command } = deployed;
  ses.fault = () => 'denied';
  const unknown = await command('check', 'ann@example.net');
  expect(unknown.code).toBe(1);
  expect(unknown.stdout).toContain('could not be read: AccessDeniedException');
  await system.deliver([hard('bob@example.net')]);
  expect((await command('check', 'bob@example.net')).code).toBe(3);
});

test('several addresses are checked, and an invalid text is an error', async () => {
  await deployed.system.deliver([hard('bob@example.net')]);
  const { code, stdout } = await deployed.command('check', 'ann@example.net', 'bob@example.net', 'nobody');
  expect(code).toBe(3);
  expect(stdout.split('\n').filter((line) => /^\S/.test(line))).toEqual([
    'ann@example.net  deliverable',
    'bob@example.net  SUPPRESSED',
    'nobody: not a valid email address',
  ]);
  expect((await deployed.command('check', 'nobody')).code).toBe(1);
});

test('--json prints one document with every field', async () => {
  await deployed.system.deliver([hard('bob@example.net')]);
  const { code, stdout } = await deployed.command('check', 'bob@example.net', '--json');
  expect(code).toBe(3);
  expect(JSON.parse(stdout)).toEqual([
    {
      schemaVersion: 1,
      address: 'bob@example.net',
      verdict: 'suppressed',
      suppression: { reason: 'hard', since: new Date(sentAt + 2000).toISOString(), until: null, isSuspected: false },
      regions: [{ region: 'us-east-1', entries: [] }],
      tenants: [],
      isSyncPending: true,
      prevented: 0,
      strikes: [],
      history: [
        expect.objectContaining({
          at: new Date(sentAt + 2000).toISOString(),
          kind: 'feedback',
          class: 'hard',
          rule: 'permanent',
          fault: 'recipient',
          row: 'unknown-user',
          status: '5.1.1',
          diagnosticCode: 'smtp; 550 5.1.1 user unknown',
          messageId: 'bob@example.net-mail',
        }),
      ],
    },
  ]);
});
