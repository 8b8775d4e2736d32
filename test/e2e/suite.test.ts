import type { Ports } from './ports.ts';
import {
  createSimulatedAws,
  mailboxOf,
  reject,
  runOn,
  type SimulatedAws,
  settings,
  suppressed,
  withPort,
  withRecord,
} from './simulated-aws.ts';
import { runSuite } from './suite.ts';

test('if everything works, each mailbox has its latency in the output, and no record is left', async () => {
  const aws = createSimulatedAws();
  expect(await runOn(aws)).toEqual({ outcome: true, failures: [] });
  const until = 'until 2026-11-20 13:00 UTC';
  expect(aws.lines).toEqual([
    `✓ bounce@           suppressed 2.0 s after the send (hard General, ${until})`,
    `✓ complaint@        suppressed 2.0 s after the send (complaint General, ${until})`,
    `✓ suppressionlist@  suppressed 2.0 s after the send (hard General, ${until})`,
    '✓ success@          not suppressed 21.4 s after the send (no record)',
    '✓ ooto@             not suppressed 20.3 s after the send (watched, by rule transient-without-failure)',
    '✓ account list      contains none of the addresses',
    '✓ clean-up          4 items deleted',
    '',
    'All results are as expected. Slowest: bounce@, 2.0 s after its send.',
  ]);
  expect([...aws.records]).toEqual([]);
});

test('the suite sends at most one email per second, and reads the account list at most once per second', async () => {
  const { ports, sends, listCalls } = createSimulatedAws();
  await runSuite(ports, settings);
  const gaps = (times: readonly number[]) => times.slice(1).map((time, i) => time - Number(times[i]));
  expect(Math.min(...gaps(sends.map(({ at }) => at)))).toBeGreaterThanOrEqual(1000);
  expect(Math.min(...gaps(listCalls))).toBeGreaterThanOrEqual(1000);
  expect([sends.length, listCalls.length]).toEqual([5, 6]);
});

test('two runs never use the same addresses', async () => {
  const runs = [createSimulatedAws(), createSimulatedAws()];
  for (const { ports } of runs) await runSuite(ports, settings);
  expect(new Set(runs.flatMap(({ sends }) => sends.map(({ to }) => to))).size).toBe(10);
});

test('both outcomes pass where AWS documents none: no record for ooto@, sub-type Suppressed for suppressionlist@', async () => {
  expect(await runOn(withRecord('ooto', () => undefined))).toEqual({ outcome: true, failures: [] });
  const withSuppressed = withRecord('suppressionlist', (record) => ({
    ...record,
    evidence: record.evidence.map((item) => ({ ...item, subType: 'Suppressed' })),
  }));
  expect(await runOn(withSuppressed)).toEqual({ outcome: true, failures: [] });
});

test.each<[string, (aws: SimulatedAws) => Partial<Ports>, RegExp]>([
  [
    'every address is suppressed',
    () => ({ isSuppressed: async () => true }),
    /^success@ has a record .*right table\?$/,
  ],
  [
    'the account list contains every address',
    () => ({ isOnAccountList: async () => true }),
    /^The SES account suppression list contains success\+/,
  ],
  ['records cannot be deleted', () => ({ removeRecords: reject }), /^it is not possible$/],
])('no email is sent if %s', async (_case, override, message) => {
  const aws = createSimulatedAws(override);
  expect(await runOn(aws)).toEqual({ outcome: expect.stringMatching(message), failures: [] });
  expect(aws.sends).toEqual([]);
});

test('an email that SES rejects ends the run, after a clean-up of the emails before it', async () => {
  const aws = createSimulatedAws((self) => {
    const original = self.ports.sendEmail;
    return { sendEmail: (to) => (mailboxOf(to) === 'complaint' ? reject() : original(to)) };
  });
  expect((await runOn(aws)).outcome).toBe('it is not possible');
  expect(aws.lines.at(-1)).toBe('✓ clean-up          2 items deleted');
  expect([...aws.records]).toEqual([]);
});

test('a clean-up that fails is reported with the addresses that are left, and fails the run', async () => {
  const aws = withPort('removeRecords', 'bounce', reject);
  const { outcome, failures } = await runOn(aws);
  expect(outcome).toBe(false);
  expect(failures).toEqual(['✗ clean-up          3 items deleted']);
  expect(aws.lines).toContainEqual(
    expect.stringMatching(/^ {2}not deleted: the record of bounce\+\w+@simulator\.amazonses\.com: it is not possible$/),
  );
  expect(aws.lines.at(-1)).toMatch(/^Not as expected: clean-up\./);
});

test('a record that feedback creates during the clean-up is deleted too', async () => {
  let isRecreated = false;
  const aws = createSimulatedAws((self) => ({
    async removeRecords(address) {
      const count = Number(self.records.delete(address));
      if (mailboxOf(address) === 'bounce' && count > 0 && !isRecreated) {
        isRecreated = true;
        self.after(500, () => self.records.set(address, suppressed('email', 0)));
      }
      return count;
    },
  }));
  expect((await runOn(aws)).outcome).toBe(true);
  expect([isRecreated, [...aws.records]]).toEqual([true, []]);
});

test('an interrupted run stops sending, waits for the feedback about its emails, and deletes the records', async () => {
  const controller = new AbortController();
  const aws = createSimulatedAws();
  aws.after(3000, () => controller.abort());
  const { outcome } = await runOn(aws, { ...settings, signal: controller.signal });
  expect(outcome).toBe(false);
  expect(aws.sends.map(({ to }) => mailboxOf(to))).toEqual(['success', 'ooto', 'bounce']);
  expect(aws.lines).toContainEqual(expect.stringMatching(/^Interrupted\. /));
  expect(aws.lines).toContain('✓ clean-up          2 items deleted');
  expect([...aws.records]).toEqual([]);
});
