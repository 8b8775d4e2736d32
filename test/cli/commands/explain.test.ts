import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runCli } from '../../support/run-cli.ts';
import { bounce, complaint, day, noon, queueEvent, snsEnvelope } from '../../support/ses.ts';

const cli = (...args: string[]) => runCli(args);

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'ses-feedback-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: unknown): string {
  const location = path.join(folder, name);
  writeFileSync(location, typeof content === 'string' ? content : JSON.stringify(content));
  return location;
}

test('--json prints one array with an element per message, numbered within its file', async () => {
  const batch = file('batch.json', queueEvent([snsEnvelope(bounce()), 'nonsense', { eventType: 'Click' }]));
  const bare = file('bare.json', complaint({ channel: 'identity', to: ['b@example.net', 'A@example.net'] }));
  const { code, stdout, stderr } = await cli('explain', batch, bare, '--json');
  expect([code, stderr]).toEqual([0, '']);
  expect(JSON.parse(stdout)).toEqual([
    {
      file: batch,
      record: 0,
      outcome: 'feedback',
      event: 'bounce',
      reason: null,
      recipients: [
        {
          address: 'ann@example.net',
          class: 'hard',
          decision: 'suppress',
          countsToward: 'bounceRate',
          suspected: false,
          rule: 'permanent',
          until: null,
          strike: false,
          fault: 'unknown',
          provider: 'other',
        },
      ],
    },
    {
      file: batch,
      record: 1,
      outcome: 'unreadable',
      event: null,
      reason: 'neither JSON nor a message SES is known to send',
      recipients: [],
    },
    {
      file: batch,
      record: 2,
      outcome: 'ignored',
      event: 'click',
      reason: 'a click event is not feedback',
      recipients: [],
    },
    {
      file: bare,
      record: 0,
      outcome: 'feedback',
      event: 'complaint',
      reason: null,
      recipients: [
        {
          address: 'b@example.net',
          class: 'complaint',
          decision: 'suppress',
          countsToward: null,
          suspected: true,
          rule: 'complaint-of-several',
          until: '2026-12-20T12:00:02.000Z',
          strike: false,
          fault: 'recipient',
          provider: 'other',
        },
        {
          address: 'a@example.net',
          class: 'complaint',
          decision: 'suppress',
          countsToward: 'complaintRate',
          suspected: true,
          rule: 'complaint-of-several',
          until: '2026-12-20T12:00:02.000Z',
          strike: false,
          fault: 'recipient',
          provider: 'other',
        },
      ],
    },
  ]);
});

test('messages of accounts and topics other than those of --account and --topic are foreign', async () => {
  const sample = file('foreign.json', snsEnvelope(bounce(), { topicArn: 'arn:other' }));
  const outcome = async (...options: string[]) => {
    // The options come first, to show that they do not take the file for a value.
    const { stdout } = await cli('explain', ...['--json', ...options], sample);
    return JSON.parse(stdout).map((message: { outcome: string; event: string }) => [message.outcome, message.event]);
  };
  expect(await outcome()).toEqual([['feedback', 'bounce']]);
  expect(await outcome('--account', '123456789012')).toEqual([['feedback', 'bounce']]);
  expect(await outcome('--account', '999999999999')).toEqual([['foreign', 'bounce']]);
  expect(await outcome('--topic', 'arn:trusted')).toEqual([['foreign', 'bounce']]);
  expect(await outcome('--topic', 'arn:trusted', '--topic', 'arn:other')).toEqual([['feedback', 'bounce']]);
});

test('the text output contains no character that controls a terminal', async () => {
  const { code, stdout } = await cli('explain', file('esc\u001b.json', bounce({ to: 'josé\u202e@example.net' })));
  expect(code).toBe(0);
  expect(stdout).toContain('josé\\u{202e}@example.net');
  expect(stdout).toContain('hard by rule permanent → suppressed permanently; counts toward the bounce rate');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the test is about control characters
  expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
});

test('the text output names the record of each message and says how long a suppression lasts; --json does not', async () => {
  const blocked = bounce({ to: 'ann@example.net', status: '5.7.1' });
  const simulated = bounce({ to: 'bounce@simulator.amazonses.com' });
  const batch = file('durations.json', queueEvent([blocked, simulated, { eventType: 'Click' }]));
  const { stdout } = await cli('explain', batch);
  expect(stdout).toMatch(/durations\.json, record 0: bounce, feedback\n.*\n.* → suppressed for 14 days; counts toward/);
  expect(stdout).toMatch(/durations\.json, record 1: bounce, feedback\n.*\n.* → suppressed for 1 hour; counts toward/);
  expect(stdout).toMatch(/durations\.json, record 2: click, ignored; a click event is not feedback\n$/);
  expect((await cli('explain', '--json', batch)).stdout).not.toContain('suppressedForMs');
});

test('unreadable messages are reported with exit code 0', async () => {
  const files = [
    file('empty.json', ''),
    file('cut.json', '{"Records":['),
    file('bom.json', '\uFEFF{"eventType":"Open"}'),
  ];
  const { code, stdout } = await cli('explain', ...files, '--json');
  expect(code).toBe(0);
  expect(JSON.parse(stdout).map(({ outcome }: { outcome: string }) => outcome)).toEqual([
    'unreadable',
    'unreadable',
    'ignored',
  ]);
});

test('a missing file is an error with exit code 1 and no output', async () => {
  const missing = path.join(folder, 'missing.json');
  expect(await cli('explain', file('existing.json', bounce()), missing, '--json')).toEqual({
    code: 1,
    stdout: '',
    stderr: `ses-feedback: Cannot read ${missing}: no such file\n`,
  });
});

test('--policy selects the policy, and an invalid one is an error', async () => {
  const sample = file('own.json', bounce({ to: 'ann@own.example.com' }));
  const policy = file('policy.json', { ownDomains: ['example.com'] });
  const { stdout } = await cli('explain', sample, '--json', '--policy', policy);
  expect(JSON.parse(stdout)[0].recipients[0]).toMatchObject({ decision: 'suppress', countsToward: null });
  const invalid = await cli('explain', sample, '--policy', file('invalid.json', { ownDomain: [] }));
  expect([invalid.code, invalid.stderr]).toEqual([
    1,
    expect.stringMatching(
      /invalid\.json: The policy is not valid: the policy has unknown settings: ownDomain \(valid settings: .*, ownDomains, .*\)\.\n$/,
    ),
  ]);
  const broken = await cli('explain', sample, '--policy', file('broken.json', '{'));
  expect([broken.code, broken.stderr]).toEqual([1, expect.stringMatching(/broken\.json: not valid JSON\n$/)]);
});

test('--json escapes the same characters without changing the value', async () => {
  const { stdout } = await cli('explain', '--json', file('rtl.json', bounce({ to: 'josé\u202e@example.net' })));
  expect(stdout).toContain('josé\\u202e@example.net');
  expect(JSON.parse(stdout)[0].recipients[0].address).toBe('josé\u202e@example.net');
});

test('an empty batch is reported', async () => {
  expect((await cli('explain', file('none.json', { Records: [] }))).stdout).toBe('No messages found.\n');
});

test('an invalid account ID is a usage error', async () => {
  const { code, stderr } = await cli('explain', '--account', '1234', file('any.json', bounce()));
  expect([code, stderr]).toEqual([2, expect.stringContaining('An AWS account ID has 12 digits.')]);
});

test('- is standard input, and a missing file argument is a usage error', async () => {
  const { stdout } = await runCli(['explain', '-', '--json'], { input: '{"eventType":"Send"}' });
  expect(JSON.parse(stdout)).toMatchObject([{ file: '-', record: 0, outcome: 'ignored', event: 'send' }]);
  const withoutFile = await cli('explain');
  expect([withoutFile.code, withoutFile.stderr]).toEqual([
    2,
    "error: missing required argument 'file'\nRun: npx ses-feedback explain --help\n",
  ]);
});

describe('--redact', () => {
  test('prints the file without addresses, ids and accounts, and it is explained the same', async () => {
    const original = file('real.json', queueEvent([snsEnvelope(bounce({ to: 'ann.lee@corp.de' }))]));
    const { code, stdout, stderr } = await cli('explain', '--redact', original);
    expect([code, stderr]).toEqual([
      0,
      'Read the result before you publish it: the words of a server may still say something about a person.\n',
    ]);
    expect(stdout).not.toMatch(/ann\.lee|corp\.de/);
    const redacted = file('redacted.json', stdout);
    const explained = await Promise.all([original, redacted].map((name) => cli('explain', name)));
    const [expected = '', actual] = explained.map(({ stdout }) => stdout);
    expect(actual).toBe(
      expected.replace('real.json', 'redacted.json').replace('ann.lee@corp.de', 'recipient1.x@domain1.example'),
    );
    expect(actual).toContain('suppressed permanently');
  });

  test('reads standard input', async () => {
    const { stdout } = await runCli(['explain', '--redact', '-'], { input: '{"source":"ann@corp.de"}' });
    expect(JSON.parse(stdout)).toEqual({ source: 'recipient1@domain1.example' });
  });

  test('says what remains in a file that is not JSON', async () => {
    const { code, stdout, stderr } = await cli('explain', '--redact', file('cut.txt', '{"to":"ann@corp.de'));
    expect([code, stdout]).toEqual([0, '{"to":"recipient1@domain1.example']);
    expect(stderr).toMatch(/^The file is not JSON, so only addresses, ids and account numbers were replaced\./);
  });

  test('takes one file, and no option of an explanation', async () => {
    const one = file('one.json', bounce());
    expect(await cli('explain', '--redact', one, one)).toMatchObject({
      code: 2,
      stdout: '',
      stderr: 'ses-feedback: Pass one file with --redact.\n',
    });
    const withJson = await cli('explain', '--redact', '--json', one);
    expect([withJson.code, withJson.stderr]).toEqual([
      2,
      expect.stringContaining("option '--redact' cannot be used with option '--json'"),
    ]);
  });
});

test('--in-order applies the messages to one growing table, so that strikes and duplicates show', async () => {
  const soft = [0, 1, 2, 3, 4].map((index) => {
    const sentAt = noon + index * day;
    return bounce({ type: 'Transient', subType: 'MailboxFull', mailId: `soft-${index}`, sentAt, at: sentAt });
  });
  const report = (to: string) =>
    complaint({ to, mailId: 'shared', mail: { destination: ['a@example.net', 'b@example.net'] } });
  const files = [
    file('strikes.json', queueEvent([...soft, soft[0]])),
    file('reports.json', queueEvent([report('a@example.net'), report('b@example.net'), report('a@example.net')])),
  ];
  const resultsOf = async (...options: string[]) => {
    const { stdout } = await cli('explain', ...files, '--json', ...options);
    const messages: { recipients: { decision: string; countsToward: string | null }[] }[] = JSON.parse(stdout);
    return messages.flatMap(({ recipients }) =>
      recipients.map(({ decision, countsToward }) => `${decision} ${countsToward}`),
    );
  };
  expect(await resultsOf('--in-order')).toEqual([
    ...Array(4).fill('watch null'),
    ...Array(2).fill('suppress null'),
    'suppress complaintRate',
    ...Array(2).fill('suppress null'),
  ]);
  expect(await resultsOf()).toEqual([...Array(6).fill('watch null'), ...Array(3).fill('suppress complaintRate')]);
});

test('the text says who is at fault, and which provider answered', async () => {
  const [full, refused] = [
    bounce({ type: 'Transient', subType: 'MailboxFull' }),
    bounce({ recipients: [{ emailAddress: 'ann@example.net', status: '5.7.26', diagnosticCode: '550 no - gsmtp' }] }),
  ];
  const { stdout } = await cli('explain', file('faults.json', queueEvent([full, refused])));
  expect(stdout).toContain('watched, with a strike; counts toward no rate\n    at fault: temporary\n');
  expect(stdout).toContain(
    'suppressed for 14 days; counts toward the bounce rate\n    at fault: sender; provider: google\n',
  );
});
