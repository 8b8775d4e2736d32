import { SendEmailCommand } from '@aws-sdk/client-sesv2';
import { takeSnapshot } from '../../local/demo/table-snapshot.ts';
import { createDocumentClient } from '../../local/emulator/document-client.ts';
import { type LocalStackOptions, startLocalStack } from '../../local/local-stack.ts';
import { createMailClient } from './aws-ports.ts';
import { startLocalPorts } from './local-ports.ts';
import { settings } from './simulated-aws.ts';
import { runSuite } from './suite.ts';

describe('with a pipeline that is broken', () => {
  async function runBroken(options: LocalStackOptions) {
    const lines: string[] = [];
    const ses = { callsPerSecond: Number.POSITIVE_INFINITY };
    const { ports, close } = await startLocalPorts((line) => lines.push(line), { ses, ...options });
    const fast = { ...settings, timeout: 1500, sendEvery: 0, callEvery: 0, linger: 300 };
    const isWell = await runSuite(ports, fast).finally(close);
    return { isWell, wrong: lines.filter((line) => /^(✗|Not)/.test(line)) };
  }
  const late = (name: string) =>
    expect.stringMatching(`^✗ ${name}@ +not suppressed within 1.5 s of the send → npx ses-fe`);

  test('bounces that are not pumped leave both who bounce to be mailed again', async () => {
    const intercept: LocalStackOptions['intercept'] = (one) => (one.topicArn.endsWith('bounces') ? undefined : one);
    const { isWell, wrong } = await runBroken({ intercept });
    expect(isWell).toBe(false);
    expect(wrong.toSorted()).toEqual([
      expect.stringMatching(/^Not as expected: (bounce@, suppressionlist@|suppressionlist@, bounce@)\. Slowest: compl/),
      late('bounce'),
      late('suppressionlist'),
    ]);
  });

  test('a complaint that suppresses somebody else is found on both sides', async () => {
    let success = '';
    const intercept: LocalStackOptions['intercept'] = (one) => {
      success = /success\+\w+@simulator\.amazonses\.com/.exec(one.message)?.[0] ?? success;
      return { ...one, message: one.message.replaceAll(/complaint\+\w+@simulator\.amazonses\.com/g, success) };
    };
    const { isWell, wrong } = await runBroken({ intercept });
    expect(isWell).toBe(false);
    expect(wrong).toContainEqual(late('complaint'));
    expect(wrong).toContainEqual(
      expect.stringMatching(/^✗ success@ +suppressed .* \(complaint.*\), and must not be →/),
    );
  });

  test('messages no function can read come to the dead letters, each after five tries', async () => {
    const batches: number[] = [];
    const { isWell, wrong } = await runBroken({
      intercept: (one) => (one.topicArn.endsWith('volume') ? { ...one, message: 'nonsense' } : one),
      log: (entry) => entry.kind === 'batch' && batches.push(entry.unreadable),
    });
    expect(isWell).toBe(false);
    expect(wrong).toContainEqual(expect.stringMatching(/^✗ dead letters .*-volume: volume could not take it 5 times/));
    expect(batches.reduce((sum, n) => sum + n, 0) % 5).toBe(0);
  });

  test('one that counts the simulator is found out', async () => {
    const elsewhere = (text: string) =>
      text.replaceAll('success+', 'x').replaceAll('simulator.amazonses.com', 'a.example');
    const { isWell, wrong } = await runBroken({
      intercept: (one) => (one.topicArn.endsWith('volume') ? { ...one, message: elsewhere(one.message) } : one),
    });
    expect(isWell).toBe(false);
    expect(wrong).toContainEqual(expect.stringMatching(/^✗ rates +counted in .*account sends/));
  });
});

test('the stack counts a bounce once that comes by both channels, and from the queue twice', async () => {
  const seen: boolean[] = [];
  const stack = await startLocalStack({
    ses: { delay: 0 },
    log: (entry) => entry.kind === 'recipient' && seen.push(entry.isDuplicate),
  });
  stack.ses.mailboxes['gone@example.net'] = 'bounce';
  const client = createMailClient({ endpoint: stack.endpoints.ses, region: stack.region });
  await client.send(
    new SendEmailCommand({
      FromEmailAddress: `a@${stack.identity}`,
      Destination: { ToAddresses: ['gone@example.net'] },
      ConfigurationSetName: stack.configurationSet,
      Content: { Simple: { Subject: { Data: 'Hello' }, Body: { Text: { Data: 'Hello.' } } } },
    }),
  );
  await stack.settle();
  const { counts, records } = await takeSnapshot(createDocumentClient(), stack.tables);
  client.destroy();
  await stack.close();
  expect([seen.length, seen.filter((isDuplicate) => !isDuplicate).length]).toEqual([3, 1]);
  expect(counts.get('account')?.get('hard')).toBe(1);
  expect([...records.values()]).toMatchObject([{ address: 'gone@example.net', status: 'suppressed', reason: 'hard' }]);
  expect([...stack.ses.list.keys()]).toEqual(['gone@example.net']);
  expect(stack.deadLetters()).toEqual([]);
});

test('no record is deleted but that of an address that was made up for a test', async () => {
  const { ports, close } = await startLocalPorts(() => {});
  const refused = ['ann@example.net', 'bounce@simulator.amazonses.com', 'bounce+x@simulator.amazonses.com'].map(
    (address) => ports.removeRecords(address).catch((error: Error) => error.message),
  );
  expect(new Set(await Promise.all(refused))).toEqual(new Set(['That address was not made up by this test.']));
  await close();
});
