import { readFileSync } from 'node:fs';
import path from 'node:path';
import { explainEmail } from '../../cli/explain/explain-email.ts';
import { readPolicy } from '../../shared/domain/policy/policy.ts';
import { StoreError } from '../../shared/domain/suppression/store.ts';
import { tagsOf } from '../../shared/relay/scan-policy.ts';
import { createSuppressionList } from '../../shared/suppression-list/create-suppression-list.ts';
import { createMonitoring } from '../support/monitoring.ts';
import { bounce, complaint, day, noon, snsEnvelope } from '../support/ses.ts';
import { type System, useSystem } from '../support/system.ts';

/** Faults found in other systems for SES feedback. Each test shows that this project does not have the fault. */
const system = useSystem();

const statusOf = async (address: string) => (await system().record(address))?.status;

/** Returns the increments that an action adds to the account's counters. */
async function countedBy(action: (system: System) => Promise<unknown>) {
  const metrics = ['hard', 'soft', 'complaints', 'prevented'];
  const before = await Promise.all(metrics.map((metric) => system().count('account', metric)));
  await action(system());
  const after = await Promise.all(metrics.map((metric) => system().count('account', metric)));
  return Object.fromEntries(
    metrics.map((metric, i) => [metric, Number(after[i]) - Number(before[i])]).filter(([, n]) => n),
  );
}

test('1: a message whose suppression cannot be written is retried, not only logged', async () => {
  const store = {
    ...system().store,
    write: async () => {
      throw new StoreError('no', { scope: 'request' });
    },
  };
  const message = bounce({ to: 'one@example.net', mailId: '1' });
  expect((await system().deliver([message], { store })).failed).toEqual(['message-0']);
  expect((await system().deliver([message])).failed).toEqual([]);
  expect(await statusOf('one@example.net')).toBe('suppressed');
});

test('2: a lookup that fails throws, and never returns "not suppressed"', async () => {
  const list = createSuppressionList({ tableName: 'there-is-no-such-table' });
  await expect(list.isSuppressed('ann@example.net')).rejects.toThrow(
    /^Cannot read the suppression list .*: ResourceNotFoundException\. The table does not exist/,
  );
});

test('3: each record of a batch is processed, even after a record that needs no action', async () => {
  const setup = 'Successfully validated SNS topic for Amazon SES event publishing.';
  const bodies = [setup, { eventType: 'Open' }, 'nonsense', bounce({ to: 'three@example.net', mailId: '3' })];
  expect((await system().deliver(bodies)).failed).toEqual(['message-2']);
  expect(await statusOf('three@example.net')).toBe('suppressed');
});

test('4: the address that bounced is suppressed, not the first destination', async () => {
  const mail = { destination: ['first@example.net', 'four@example.net', 'four-b@example.net'] };
  await system().deliver([
    bounce({ to: 'four@example.net', mailId: '4', mail }),
    complaint({ to: 'four-b@example.net', mailId: '4b', mail }),
  ]);
  expect(await Promise.all(['first@example.net', 'four@example.net', 'four-b@example.net'].map(statusOf))).toEqual([
    undefined,
    'suppressed',
    'suppressed',
  ]);
});

test('5: bounces and complaints take effect in both vocabularies', async () => {
  const both = (['identity', 'configuration-set'] as const).flatMap((channel) => [
    bounce({ channel, to: `five-bounce-${channel}@example.net`, mailId: `5b-${channel}` }),
    complaint({ channel, to: `five-complaint-${channel}@example.net`, mailId: `5c-${channel}` }),
  ]);
  expect((await system().deliver(both)).failed).toEqual([]);
  const addresses = ['bounce', 'complaint'].flatMap((kind) => [
    `five-${kind}-identity`,
    `five-${kind}-configuration-set`,
  ]);
  const statuses = await Promise.all(addresses.map((name) => statusOf(`${name}@example.net`)));
  expect(statuses).toEqual(['suppressed', 'suppressed', 'suppressed', 'suppressed']);
});

test('6: setup messages neither fail nor change a table, with and without an envelope', async () => {
  const text = 'Successfully validated SNS topic for Amazon SES event publishing.';
  const json = { notificationType: 'AmazonSnsSubscriptionSucceeded', message: 'You have successfully subscribed …' };
  const before = await system().snapshot();
  const { failed } = await system().deliver([text, `${text}\n`, snsEnvelope(text), json, snsEnvelope(json)]);
  expect(failed).toEqual([]);
  expect(await system().snapshot()).toEqual(before);
});

test('7: a redelivered soft bounce adds no second strike and no second count', async () => {
  const soft = bounce({ to: 'seven@example.net', mailId: '7', type: 'Transient', subType: 'MailboxFull' });
  const counted = await countedBy(async ({ deliver }) => {
    for (let times = 0; times < 6; times++) await deliver([soft, soft]);
  });
  expect(counted).toEqual({ soft: 1 });
  expect((await system().record('seven@example.net'))?.strikes).toHaveLength(1);
});

test('8: a send that a suppression list of the account or tenant prevented counts toward no rate', async () => {
  const counted = await countedBy(({ deliver }) =>
    deliver([
      bounce({ to: 'eight@example.net', mailId: '8', subType: 'OnAccountSuppressionList' }),
      bounce({ to: 'eight@example.org', mailId: '8b', subType: 'OnTenantSuppressionList' }),
      complaint({ to: 'eight@example.com', mailId: '8c', subType: 'OnAccountSuppressionList', feedbackType: '' }),
    ]),
  );
  expect(counted).toEqual({ prevented: 3 });
});

test('9: a not-spam report suppresses no address and counts toward nothing', async () => {
  const message = complaint({ to: 'nine@example.net', mailId: '9', feedbackType: 'not-spam' });
  expect(await countedBy(({ deliver }) => deliver([message]))).toEqual({});
  expect(await statusOf('nine@example.net')).toBeUndefined();
});

test('10: any number of bounces caused by the message itself leave the address unsuppressed', async () => {
  const faults = ['MessageTooLarge', 'ContentRejected', 'AttachmentRejected', 'CustomTimeoutExceeded'].flatMap(
    (subType) =>
      Array.from({ length: 5 }, (_, i) => {
        const sentAt = noon - i * day;
        return bounce({
          to: 'ten@example.net',
          sentAt,
          mailId: `10-${subType}-${i}`,
          type: 'Transient',
          subType,
          status: '5.3.4',
        });
      }),
  );
  expect(await countedBy(({ deliver }) => deliver(faults))).toEqual({});
  expect(await statusOf('ten@example.net')).toBeUndefined();
});

test('11: feedback and lookup agree on an address in any form', async () => {
  await system().deliver([
    bounce({ to: '"Eleven, E." <User@My-Domain.COM>', mailId: '11' }),
    bounce({ to: 'elf@BÜCHER.example', mailId: '11b' }),
  ]);
  const list = createSuppressionList({ tableName: system().tables.suppressionsTable, clock: () => system().now });
  const lookups = [
    'user@my-domain.com',
    'USER@MY-DOMAIN.COM',
    'U <user@my-domain.com>',
    'elf@xn--bcher-kva.example',
    'user@my',
  ];
  expect(await Promise.all(lookups.map((address) => list.isSuppressed(address)))).toEqual([
    true,
    true,
    true,
    true,
    false,
  ]);
});

test('12: a failed read is not treated as an empty table, so that nothing is overwritten', async () => {
  const to = 'twelve@example.net';
  await system().deliver([complaint({ to, mailId: '12' })]);
  const before = await system().record(to);
  const store = {
    ...system().store,
    read: async () => {
      throw new StoreError('no', { scope: 'request' });
    },
  };
  const { failed } = await system().deliver([bounce({ to, mailId: '12b' })], { store });
  expect(failed).toEqual(['message-0']);
  expect(await system().record(to)).toEqual(before);
});

test('13: unknown types and fields are not errors, and have a defined result', async () => {
  const { failed } = await system().deliver([
    { eventType: 'Teleported', mail: {} },
    bounce({ to: 'thirteen-a@example.net', mailId: '13a', subType: 'Unheard' }),
    bounce({ to: 'thirteen-b@example.net', mailId: '13b', type: 'Unheard' }),
    complaint({ to: 'thirteen-c@example.net', mailId: '13c', feedbackType: 'unheard' }),
    { ...bounce({ to: 'thirteen-d@example.net', mailId: '13d' }), newObject: { a: 1 } },
  ]);
  expect(failed).toEqual([]);
  const statuses = ['a', 'b', 'c', 'd'].map((letter) => statusOf(`thirteen-${letter}@example.net`));
  expect(await Promise.all(statuses)).toEqual(['suppressed', 'watched', 'suppressed', 'suppressed']);
});

test('14: two concurrent soft bounces neither miss the threshold nor count twice', async () => {
  const to = 'fourteen@example.net';
  const strike = (index: number) =>
    bounce({ to, sentAt: noon - (10 - index) * day, mailId: `14-${index}`, type: 'Transient', status: '4.2.1' });
  await system().deliver([strike(0), strike(1), strike(2)]);
  expect(await statusOf(to)).toBe('watched');
  const counted = await countedBy(({ deliver }) => Promise.all([deliver([strike(3)]), deliver([strike(4)])]));
  expect(counted).toEqual({ soft: 2 });
  expect((await system().record(to))?.strikes).toHaveLength(5);
  expect(await statusOf(to)).toBe('suppressed');
});

test('16: one bounce in thirteen sends raises no alarm and pauses no sending', async () => {
  const monitoring = createMonitoring(system());
  monitoring.policy = readPolicy({ autoPause: { enabled: true } });
  const scopes = ['account', 'tenant:small', 'configuration-set:small'];
  const before = system().now;
  system().now = noon + 30 * day;
  await monitoring.count({ sends: 13, hard: 1, complaints: 1 }, { scopes });
  for (let minutes = 0; minutes < 30; minutes++, system().now += 60_000) await monitoring.evaluate();
  system().now = before;
  expect([monitoring.published(), monitoring.paused]).toEqual([[], []]);
});

test("17: the sender's own broken DKIM suppresses its customers for a time only", async () => {
  const to = 'seventeen@example.net';
  const recipients = [{ emailAddress: to, status: '5.7.26', diagnosticCode: 'smtp; 550 5.7.26 DKIM did not pass' }];
  await system().deliver([bounce({ to, mailId: '17', recipients })]);
  expect(await system().record(to)).toMatchObject({ status: 'suppressed', until: expect.any(String) });
});

test('18: a relay loses no email of more than 10 MB, keeps DKIM valid, and does not pass spam on unmarked', () => {
  // test/process/relay/memory.test.ts relays 40 MB; test/functions/relay-handler.test.ts verifies DKIM after the relay.
  expect(readPolicy({}).relay.spam).toBe('tag');
  expect(tagsOf({ spam: 'FAIL', virus: 'PASS' }, readPolicy({}).relay)).toBe('X-Spam-Flag: YES\r\n');
});

test('19: a report by email names every recipient, whatever ends its lines', async () => {
  const report = readFileSync(path.join(__dirname, '..', '..', 'events', 'email', 'dsn-three-recipients.eml'), 'utf8');
  for (const lineEnd of ['\n', '\r\n']) {
    const { recipients } = await explainEmail(Buffer.from(report.replaceAll('\n', lineEnd)), readPolicy({}), noon);
    expect(recipients.map(({ address }) => address)).toEqual([
      'ann@example.net',
      'bob@example.org',
      'cleo@example.com',
    ]);
  }
});
