import { hour, minute } from '../../shared/domain/durations.ts';
import type { Ports, SeenRecord } from './ports.ts';
import { createWorld, delay, type FakeWorld, mailboxOf, recordOf, settings } from './simulated-aws.ts';
import { runSuite } from './suite.ts';

async function outcomeIn(world: FakeWorld, given = settings) {
  const outcome = await runSuite(world.ports, given).catch((error: Error) => error.message);
  return { outcome, wrong: world.lines.filter((line) => line.startsWith('✗')) };
}

/** A world in which the record of one mailbox is another. */
const withRecord = (mailbox: string, change: (record: SeenRecord, sentAt: number) => SeenRecord | undefined) =>
  createWorld((world) => ({
    async sendMail(to) {
      const messageId = `mail-to-${mailboxOf(to)}`;
      const at = world.ports.clock();
      world.sends.push({ to, at });
      const usual = recordOf(to, messageId, at);
      const record = mailboxOf(to) === mailbox ? change(usual ?? watched(messageId, at), at) : usual;
      if (record !== undefined) world.after(delay, () => world.records.set(to, record));
      return messageId;
    },
  }));

const watched = (messageId: string, at: number) => recordOf('ooto+', messageId, at) as SeenRecord;

/** A world in which one port is another, for the addresses of one mailbox, once mail is sent. */
const withPort = <Name extends keyof Ports>(name: Name, mailbox: string, other: () => Promise<unknown>) =>
  createWorld((world) => {
    const usual = world.ports[name] as unknown as (address: string) => Promise<unknown>;
    const changed = (address: string) =>
      mailboxOf(address) === mailbox && world.sends.some(({ to }) => to === address) ? other() : usual(address);
    return { [name]: changed } as Partial<Ports>;
  });

test('in a world as it should be all is well, with the latency of each, and nothing is left', async () => {
  const world = createWorld();
  expect(await outcomeIn(world)).toEqual({ outcome: true, wrong: [] });
  expect(world.lines).toEqual([
    expect.stringMatching(/^✓ bounce@ {11}suppressed 2\.0 s after the send \(hard General, until 13:00 UTC\)$/),
    expect.stringMatching(/^✓ complaint@ {8}suppressed 2\.0 s after the send \(complaint General, until 13:00 UTC\)$/),
    expect.stringMatching(/^✓ suppressionlist@ {2}suppressed 2\.0 s after the send \(hard General, until 13:00 UTC\)$/),
    expect.stringMatching(/^✓ success@ {10}not suppressed 21\.4 s after the send \(no record\)$/),
    expect.stringMatching(/^✓ ooto@ {13}not suppressed 20\.3 s after the send \(watched, by rule transient-without/),
    '✓ account list      holds none of them',
    '✓ clean-up          4 items removed',
    '',
    'All as expected. Slowest: bounce@, 2.0 s after its send.',
  ]);
  expect([...world.records]).toEqual([]);
});

test('the sandbox takes one mail a second, and the list one call', async () => {
  const { ports, sends, listCalls } = createWorld();
  await runSuite(ports, settings);
  const gaps = (times: readonly number[]) => times.slice(1).map((time, i) => time - Number(times[i]));
  expect(Math.min(...gaps(sends.map(({ at }) => at)))).toBeGreaterThanOrEqual(1000);
  expect(Math.min(...gaps(listCalls))).toBeGreaterThanOrEqual(1000);
  expect([sends.length, listCalls.length]).toEqual([5, 6]);
});

test('no two runs write to the same addresses', async () => {
  const worlds = [createWorld(), createWorld()];
  for (const { ports } of worlds) await runSuite(ports, settings);
  expect(new Set(worlds.flatMap(({ sends }) => sends.map(({ to }) => to))).size).toBe(10);
});

test('what AWS does not say may be either way: ooto@ leaves nothing, suppressionlist@ is `Suppressed`', async () => {
  expect(await outcomeIn(withRecord('ooto', () => undefined))).toEqual({ outcome: true, wrong: [] });
  const suppressed = withRecord('suppressionlist', (record) => ({
    ...record,
    evidence: record.evidence.map((item) => ({ ...item, subType: 'Suppressed' })),
  }));
  expect(await outcomeIn(suppressed)).toEqual({ outcome: true, wrong: [] });
});

const late = (messageId: string, sentAt: number) => ({ ...recordOf('bounce+', messageId, sentAt) }) as SeenRecord;

test.each<[string, FakeWorld, string, RegExp]>([
  ['nothing comes', withRecord('bounce', () => undefined), 'bounce@', /^not suppressed within 120 s of the send/],
  [
    'it is watched only',
    withRecord('complaint', (r) => ({ ...r, status: 'watched' })),
    'complaint@',
    /^not suppressed/,
  ],
  ['no end', withRecord('bounce', ({ until: _, ...r }) => r), 'bounce@', /without an end, not for 1 h/],
  [
    'a day',
    withRecord('bounce', (r, at) => ({ ...r, until: at + 24 * hour })),
    'bounce@',
    /until 2026-11-21.* not 1 h/,
  ],
  ['too short', withRecord('bounce', (r, at) => ({ ...r, until: at + 50 * minute })), 'bounce@', /, which is not 1 h/],
  [
    'another reason',
    withRecord('complaint', (r) => ({ ...r, reason: 'hard' })),
    'complaint@',
    /as hard, not as complaint/,
  ],
  ['another mail', withRecord('bounce', (_, at) => late('other', at)), 'bounce@', /not for the mail that was sent/],
  ['no evidence', withRecord('bounce', (r) => ({ ...r, evidence: [] })), 'bounce@', /not for the mail that was sent/],
  [
    'it is to be told to SES',
    withRecord('suppressionlist', (r) => ({ ...r, pendingSync: { regions: ['home'], due: 0 } })),
    'suppressionlist@',
    /marked to be put on SES's own list/,
  ],
  [
    'it was told to SES',
    withRecord('bounce', (r, at) => ({ ...r, syncStates: { home: { value: 'BOUNCE', at } } })),
    'bounce@',
    /was told to SES's own list/,
  ],
  [
    'success@ is suppressed',
    withRecord('success', (_, at) => late('mail', at)),
    'success@',
    /^suppressed 2\.\d s .*must not/,
  ],
  ['ooto@ is suppressed', withRecord('ooto', (_, at) => late('mail', at)), 'ooto@', /^suppressed .*must not be/],
  [
    'ooto@ is watched for another mail',
    withRecord('ooto', (_, at) => watched('other', at)),
    'ooto@',
    /evidence names others/,
  ],
  ['the list cannot be asked', withPort('isSuppressed', 'bounce', refuse), 'bounce@', /^it cannot be done$/],
  ['the record cannot be read', withPort('readRecord', 'bounce', refuse), 'bounce@', /^it cannot be done$/],
  ["SES's list holds it", withPort('isOnAccountList', 'bounce', async () => true), 'account list', /^holds bounce@: /],
])('it is found out where %s', async (_what, world, about, says) => {
  const { outcome, wrong } = await outcomeIn(world);
  expect(outcome).toBe(false);
  expect(
    wrong.map((line) => [line.slice(2, 20).trim(), line.slice(20).replace(/ → npx ses-feedback doctor$/, '')]),
  ).toEqual([[about, expect.stringMatching(says)]]);
  expect(world.lines.at(-1)).toContain(`Not as expected: ${about}.`);
  expect([...world.records]).toEqual([]);
});

async function refuse(): Promise<never> {
  throw new Error('it cannot be done');
}

test('every finding names the next step', async () => {
  const { wrong } = await outcomeIn(withRecord('bounce', () => undefined));
  expect(wrong).toEqual([expect.stringMatching(/ → npx ses-feedback doctor$/)]);
});

test('somebody who puts success@ on the list late is found out all the same', async () => {
  const world = createWorld();
  world.after(18_000, () => {
    const to = world.sends[0]?.to ?? '';
    world.records.set(to, late('other', 0));
  });
  const { outcome, wrong } = await outcomeIn(world);
  expect([outcome, wrong]).toEqual([false, [expect.stringMatching(/^✗ success@ +suppressed 18\.\d s after/)]]);
});

test('a suppression that is gone again, or loses its end, is found out', async () => {
  for (const change of [() => undefined, ({ until: _, ...record }: SeenRecord) => record]) {
    const world = createWorld();
    world.after(15_000, () => {
      const to = world.sends[2]?.to ?? '';
      const record = change(world.records.get(to) as SeenRecord);
      if (record === undefined) world.records.delete(to);
      else world.records.set(to, record);
    });
    const { outcome, wrong } = await outcomeIn(world);
    expect([outcome, wrong]).toEqual([
      false,
      [expect.stringMatching(/^✗ bounce@ +(suppressed at first, and no more|is suppressed without an end)/)],
    ]);
  }
});

test('counters that change and dead letters are found out, where they can be looked at', async () => {
  let looks = 0;
  const world = createWorld(() => ({
    readCounters: async () => (looks++ === 0 ? { 'account hard': 1 } : { 'account hard': 1, 'account sends': 5 }),
    readDeadLetters: async () => ['bounces: unreadable'],
  }));
  const { outcome, wrong } = await outcomeIn(world);
  expect(outcome).toBe(false);
  expect(wrong).toEqual([
    expect.stringMatching(/^✗ rates +counted in account sends: /),
    expect.stringMatching(/^✗ dead letters +bounces: unreadable → /),
  ]);
});

test.each<[string, (world: FakeWorld) => Partial<Ports>, RegExp]>([
  ['all are suppressed', () => ({ isSuppressed: async () => true }), /^success@ is known .*right table\?$/],
  ["SES's list holds all", () => ({ isOnAccountList: async () => true }), /^SES's own list holds success\+/],
  ['nothing can be deleted', () => ({ removeRecords: refuse }), /^it cannot be done$/],
])('no mail is sent where %s', async (_what, change, message) => {
  const world = createWorld(change);
  expect(await outcomeIn(world)).toEqual({ outcome: expect.stringMatching(message), wrong: [] });
  expect(world.sends).toEqual([]);
});

test('a mail that is not taken ends the run, after the clean-up of those before it', async () => {
  const world = createWorld((self) => {
    const usual = self.ports.sendMail;
    return { sendMail: (to) => (mailboxOf(to) === 'complaint' ? refuse() : usual(to)) };
  });
  expect((await outcomeIn(world)).outcome).toBe('it cannot be done');
  expect(world.lines.at(-1)).toBe('✓ clean-up          2 items removed');
  expect([...world.records]).toEqual([]);
});

test('a clean-up that fails is said, with the addresses that are left, and so is a run that was well but for that', async () => {
  const world = withPort('removeRecords', 'bounce', refuse);
  const { outcome, wrong } = await outcomeIn(world);
  expect(outcome).toBe(false);
  expect(wrong).toEqual(['✗ clean-up          3 items removed']);
  expect(world.lines).toContainEqual(
    expect.stringMatching(/^ {2}left in the table: bounce\+\w+@simulator\.amazonses\.com: it cannot be done$/),
  );
  expect(world.lines.at(-1)).toMatch(/^Not as expected: clean-up\./);
});

test('a copy that comes during the clean-up is deleted, too', async () => {
  let isLate = false;
  const world = createWorld((self) => ({
    async removeRecords(address) {
      const count = Number(self.records.delete(address));
      if (mailboxOf(address) === 'bounce' && count > 0 && !isLate) {
        isLate = true;
        self.after(500, () => self.records.set(address, late('mail', 0)));
      }
      return count;
    },
  }));
  expect((await outcomeIn(world)).outcome).toBe(true);
  expect([isLate, [...world.records]]).toEqual([true, []]);
});

test('interrupted, it sends no more, waits for the feedback on what it has sent, and deletes that', async () => {
  const controller = new AbortController();
  const world = createWorld();
  world.after(3000, () => controller.abort());
  const { outcome } = await outcomeIn(world, { ...settings, signal: controller.signal });
  expect(outcome).toBe(false);
  expect(world.sends.map(({ to }) => mailboxOf(to))).toEqual(['success', 'ooto', 'bounce']);
  expect(world.lines).toContainEqual(expect.stringMatching(/^Interrupted: /));
  expect(world.lines).toContain('✓ clean-up          2 items removed');
  expect([...world.records]).toEqual([]);
});
