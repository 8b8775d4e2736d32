import { SendEmailCommand } from '@aws-sdk/client-sesv2';
import { takeTableSnapshot } from '../../local/demo/table-snapshot.ts';
import { createDocumentClient } from '../../local/emulator/document-client.ts';
import { type LocalStackOptions, startLocalStack } from '../../local/local-stack.ts';
import { createEmailClient } from './aws-ports.ts';
import { startLocalPorts } from './local-ports.ts';
import { settings } from './simulated-aws.ts';
import { runSuite } from './suite.ts';

describe('with a broken pipeline', () => {
  async function runBroken(options: LocalStackOptions) {
    const lines: string[] = [];
    const ses = { callsPerSecond: Number.POSITIVE_INFINITY };
    const { ports, close } = await startLocalPorts((line) => lines.push(line), { ses, ...options });
    const fast = { ...settings, timeoutMs: 1500, sendIntervalMs: 0, callIntervalMs: 0, lingerMs: 300 };
    const isSuccess = await runSuite(ports, fast).finally(close);
    return { isSuccess, failures: lines.filter((line) => /^(✗|Not)/.test(line)) };
  }
  const notSuppressed = (name: string) =>
    expect.stringMatching(`^✗ ${name}@ +not suppressed within 1.5 s of the send → npx ses-fe`);

  test('if bounces are lost, both addresses that bounce stay unsuppressed, and the suite reports them', async () => {
    const intercept: LocalStackOptions['intercept'] = (published) =>
      published.topicArn.endsWith('bounces') ? undefined : published;
    const { isSuccess, failures } = await runBroken({ intercept });
    expect(isSuccess).toBe(false);
    expect(failures.toSorted()).toEqual([
      expect.stringMatching(/^Not as expected: (bounce@, suppressionlist@|suppressionlist@, bounce@)\. Slowest: compl/),
      notSuppressed('bounce'),
      notSuppressed('suppressionlist'),
    ]);
  });

  test('if a complaint suppresses another address, the suite reports both addresses', async () => {
    let success = '';
    const intercept: LocalStackOptions['intercept'] = (published) => {
      const { message } = published;
      success = /success\+\w+@simulator\.amazonses\.com/.exec(message)?.[0] ?? success;
      return { ...published, message: message.replaceAll(/complaint\+\w+@simulator\.amazonses\.com/g, success) };
    };
    const { isSuccess, failures } = await runBroken({ intercept });
    expect(isSuccess).toBe(false);
    expect(failures).toContainEqual(notSuppressed('complaint'));
    expect(failures).toContainEqual(
      expect.stringMatching(/^✗ success@ +suppressed .* \(complaint.*\), but must not be →/),
    );
  });

  test('an unreadable message becomes a dead letter after five attempts, and the suite reports it', async () => {
    const batches: number[] = [];
    const { isSuccess, failures } = await runBroken({
      intercept: (published) =>
        published.topicArn.endsWith('volume') ? { ...published, message: 'nonsense' } : published,
      log: (entry) => entry.kind === 'batch' && batches.push(entry.unreadable),
    });
    expect(isSuccess).toBe(false);
    expect(failures).toContainEqual(
      expect.stringMatching(/^✗ dead letters .*-volume: volume failed to process it 5 times/),
    );
    expect(batches.reduce((sum, n) => sum + n, 0) % 5).toBe(0);
  });

  test('if emails to the mailbox simulator are counted, the suite reports it', async () => {
    const toRealAddress = (text: string) =>
      text.replaceAll('success+', 'x').replaceAll('simulator.amazonses.com', 'a.example');
    const { isSuccess, failures } = await runBroken({
      intercept: (published) =>
        published.topicArn.endsWith('volume') ? { ...published, message: toRealAddress(published.message) } : published,
    });
    expect(isSuccess).toBe(false);
    expect(failures).toContainEqual(expect.stringMatching(/^✗ rates +counted in .*account sends/));
  });
});

test('with the whole pipeline, from SES to DynamoDB, every result of the suite is as expected', async () => {
  const lines: string[] = [];
  const { ports, nextStep, close } = await startLocalPorts((line) => lines.push(line), {
    ses: { callsPerSecond: Number.POSITIVE_INFINITY },
  });
  const intervals = { sendIntervalMs: 0, callIntervalMs: 0, lingerMs: 300 };
  expect(await runSuite(ports, { ...settings, ...intervals, timeoutMs: 60_000, nextStep }).finally(close)).toBe(true);
  const results = ['bounce', 'complaint', 'suppressionlist', 'success', 'ooto'].map((name) => `${name}@`);
  const passed = [...results, 'account list', 'rates', 'clean-up'];
  const found = lines.filter((line) => /^[✓✗]/.test(line)).map((line) => line.slice(0, 20).trim());
  // The first ones are printed when they are known. Their queues are independent.
  const sorted = [...found.slice(0, 3).sort(), ...found.slice(3)];
  expect(sorted).toEqual(passed.map((name) => `✓ ${name}`));
});

test('the local stack counts a bounce once that arrives through both channels, and twice from the queue', async () => {
  const duplicates: boolean[] = [];
  const stack = await startLocalStack({
    ses: { eventDelayMs: 0 },
    log: (entry) => entry.kind === 'recipient' && duplicates.push(entry.isDuplicate),
  });
  stack.ses.mailboxes['gone@example.net'] = 'bounce';
  const client = createEmailClient({ endpoint: stack.endpoints.ses, region: stack.region });
  await client.send(
    new SendEmailCommand({
      FromEmailAddress: `a@${stack.identity}`,
      Destination: { ToAddresses: ['gone@example.net'] },
      ConfigurationSetName: stack.configurationSet,
      Content: { Simple: { Subject: { Data: 'Hello' }, Body: { Text: { Data: 'Hello.' } } } },
    }),
  );
  await stack.waitUntilIdle();
  const { counts, records } = await takeTableSnapshot(createDocumentClient(), stack.tables);
  client.destroy();
  await stack.close();
  expect([duplicates.length, duplicates.filter((isDuplicate) => !isDuplicate).length]).toEqual([3, 1]);
  expect(counts.get('account')?.get('hard')).toBe(1);
  expect([...records.values()]).toMatchObject([{ address: 'gone@example.net', status: 'suppressed', reason: 'hard' }]);
  expect([...stack.ses.list.keys()]).toEqual(['gone@example.net']);
  expect(stack.deadLetters()).toEqual([]);
});

test('only records of addresses created by the suite can be deleted', async () => {
  const { ports, close } = await startLocalPorts(() => {});
  const rejections = ['ann@example.net', 'bounce@simulator.amazonses.com', 'bounce+x@simulator.amazonses.com'].map(
    (address) => ports.removeRecords(address).catch((error: Error) => error.message),
  );
  expect(new Set(await Promise.all(rejections))).toEqual(
    new Set(['This address was not created by the simulator tests.']),
  );
  await close();
});
