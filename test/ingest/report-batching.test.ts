import fc from 'fast-check';
import { runs } from '../support/runs.ts';
import { complaint } from '../support/ses.ts';
import { createSystem, type System, useSystem } from '../support/system.ts';

/**
 * SES may publish one complaint in one message for several recipients, or in one message for each, in any order, and differently on its two
 * channels: https://docs.aws.amazon.com/ses/latest/dg/notification-contents.html
 */
useSystem();

type Message = { readonly named: readonly string[]; readonly channel: 'identity' | 'configuration-set' };

const messageOf = (destination: readonly string[]) => (message: Message) =>
  complaint({ to: message.named, channel: message.channel, mail: { destination } });

async function resultOf(system: System, destination: readonly string[]) {
  const records = await Promise.all(destination.map((address) => system.record(address)));
  return {
    complaints: await system.count('account', 'complaints'),
    inConfigurationSet: await system.count('configuration-set:news', 'complaints'),
    states: records.map((record) => [
      record?.status,
      (record?.causes as { complaint?: { suspected?: true } })?.complaint?.suspected,
    ]),
  };
}

const [ann, bob, cy] = ['ann@gmail.com', 'bob@gmail.com', 'cy@yahoo.com'] as const;
const suspected = ['suppressed', true];

test.each<[string, readonly Message[]]>([
  [
    'together, then one by one',
    [
      { named: [ann, bob], channel: 'identity' },
      { named: [ann], channel: 'configuration-set' },
      { named: [bob], channel: 'configuration-set' },
    ],
  ],
  [
    'one by one, then together',
    [
      { named: [ann], channel: 'configuration-set' },
      { named: [bob], channel: 'configuration-set' },
      { named: [ann, bob], channel: 'identity' },
    ],
  ],
  [
    'in the other order, one by one',
    [
      { named: [bob], channel: 'configuration-set' },
      { named: [ann], channel: 'identity' },
      { named: [bob], channel: 'identity' },
      { named: [ann], channel: 'configuration-set' },
    ],
  ],
])('a report that names two recipients %s is one complaint, and suspects both', async (_name, messages) => {
  const system = await createSystem();
  for (const message of messages) await system.deliver([messageOf([ann, bob])(message)]);
  expect(await resultOf(system, [ann, bob])).toEqual({
    complaints: 1,
    inConfigurationSet: 1,
    states: [suspected, suspected],
  });
});

test('a complaint that names one of several recipients is counted, and the other recipients stay as they are', async () => {
  const system = await createSystem();
  const { entries } = await system.deliver([messageOf([ann, bob])({ named: [bob], channel: 'identity' })]);
  expect(await resultOf(system, [ann, bob])).toMatchObject({
    complaints: 1,
    states: [[undefined, undefined], suspected],
  });
  expect(entries.filter(({ kind }) => kind === 'recipient')).toHaveLength(1);
  // When she complains herself, she is suppressed, and the report is not counted again.
  await system.deliver([messageOf([ann, bob])({ named: [ann], channel: 'identity' })]);
  expect(await resultOf(system, [ann, bob])).toMatchObject({ complaints: 1, states: [suspected, suspected] });
});

test('complaints from two providers are two', async () => {
  const system = await createSystem();
  await system.deliver([ann, cy].map((one) => messageOf([ann, cy])({ named: [one], channel: 'identity' })));
  expect(await resultOf(system, [ann, cy])).toMatchObject({
    complaints: 2,
    states: [
      ['suppressed', undefined],
      ['suppressed', undefined],
    ],
  });
});

test('the only recipient of an email is not suspected but known', async () => {
  const system = await createSystem();
  await system.deliver([messageOf([ann])({ named: [ann], channel: 'identity' })]);
  expect(await resultOf(system, [ann])).toMatchObject({ complaints: 1, states: [['suppressed', undefined]] });
});

test('any order and any batching of the messages of one report, delivered any number of times, has one result', async () => {
  const destination = [ann, bob, 'dee@gmail.com'];
  const message = fc.record({
    named: fc.subarray(destination, { minLength: 1 }),
    channel: fc.constantFrom<Message['channel']>('identity', 'configuration-set'),
  });
  // Every recipient is named on each channel, whatever else is.
  const complete: Message[] = destination.flatMap((one) =>
    (['identity', 'configuration-set'] as const).map((channel) => ({ named: [one], channel })),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(message, { maxLength: 5 }), fc.infiniteStream(fc.nat(1000)), async (some, ranks) => {
      const system = await createSystem();
      const all = [...some, ...complete].map((one) => ({ one, rank: ranks.next().value as number }));
      const shuffled = all.sort((a, b) => a.rank - b.rank).map(({ one }) => messageOf(destination)(one));
      const middle = shuffled.length >> 1;
      await system.deliver(shuffled.slice(0, middle));
      await system.deliver(shuffled.slice(middle));
      expect(await resultOf(system, destination)).toEqual({
        complaints: 1,
        inConfigurationSet: 1,
        states: destination.map(() => suspected),
      });
    }),
    { numRuns: runs(25) },
  );
});
