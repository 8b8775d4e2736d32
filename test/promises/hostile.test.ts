import fc from 'fast-check';
import { readPolicy } from '../../shared/domain/policy/policy.ts';
import { formatFeedbackEntry, toJsonLine } from '../../shared/ingest/log-entry.ts';
import { runs } from '../support/runs.ts';
import { bounce, complaint, delivery, send, snsEnvelope } from '../support/ses.ts';
import { useSystem } from '../support/system.ts';

/** Attacker-written text cannot make the function throw, lose another message of the batch, or appear in a log line. */
const system = useSystem();

/** Values in the place of any field of SES. The marker shows whether attacker-written text reaches a log line. */
const marker = 'evil-marker';
const values = fc.constantFrom<unknown>(
  null,
  undefined,
  7,
  -0,
  1e308,
  true,
  [],
  {},
  '',
  marker,
  `${marker}@example.net`,
  `"${marker}" <${marker}@example.net>`,
  `${marker}\u0000@example.net`,
  `\u001b[31m${marker}\u001b[0m`,
  `${marker}\r\nForged: line`,
  `\u202e${marker}`,
  '\ud800',
  `${marker}\udfff`,
  '__proto__',
  'constructor',
  'Bounce',
  'Complaint',
  'Permanent',
  'Transient',
  '1970-01-01T00:00:00Z',
  '2999-12-31T23:59:59Z',
  '9999-12-31T23:59:59Z',
  '2018-10-08T14:05:45 +0000',
  'x'.repeat(5000),
  '5.7.'.repeat(2000),
  Array.from({ length: 1001 }, () => ({ emailAddress: `${marker}@example.net` })),
  Array.from({ length: 70 }).reduce<unknown>((inner) => [inner], 1),
  { ['__proto__']: { polluted: true }, constructor: { prototype: { polluted: true } } },
);

/** Generates messages in which some fields, at any depth, are replaced or removed. */
const tamper = (messages: readonly unknown[]) =>
  fc
    .tuple(fc.constantFrom(...messages), fc.array(fc.tuple(fc.nat(60), values), { minLength: 1, maxLength: 4 }))
    .map(([message, changes]) => {
      const copy = JSON.parse(JSON.stringify(message));
      for (const [index, value] of changes) {
        const fields = fieldsOf(copy);
        const field = fields[index % fields.length];
        if (field !== undefined)
          field.parent[field.name] = value === undefined ? undefined : JSON.parse(JSON.stringify(value));
      }
      return copy;
    });

type Field = { readonly parent: Record<string, unknown>; readonly name: string };

function fieldsOf(value: unknown): Field[] {
  if (typeof value !== 'object' || value === null) return [];
  const parent = value as Record<string, unknown>;
  return Object.keys(parent).flatMap((name) => [{ parent, name }, ...fieldsOf(parent[name])]);
}

const bytes = fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array).toString('latin1'));
const duplicateKeys = fc.constant('{"eventType":"Bounce","eventType":"Complaint","mail":{},"mail":[]}');
const feedback = [bounce(), bounce({ channel: 'identity' }), complaint(), snsEnvelope(bounce())];
const volume = [
  send({ to: ['ann@example.net', 'bob@example.net'], tags: { 'ses:tenant-name': ['a', 'b'] } }),
  delivery(),
];
const bodiesOf = (messages: readonly unknown[]) =>
  fc.oneof(
    { weight: 6, arbitrary: tamper(messages).map((message) => JSON.stringify(message) ?? '') },
    { weight: 1, arbitrary: bytes },
    { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 5 }).map((value) => JSON.stringify(value)) },
    { weight: 1, arbitrary: duplicateKeys },
  );

test('a hostile batch never throws, loses no other message, and puts no address and no attacker-written text into a log line', async () => {
  let canaries = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(bodiesOf([...feedback, ...volume]), { minLength: 1, maxLength: 8 }), async (hostile) => {
      canaries += 1;
      const canary = `canary-${canaries}@example.net`;
      const all = [...hostile, bounce({ to: canary, mailId: canary })];
      const { failed, entries } = await system().deliver(all, {
        policy: readPolicy({ soft: { endedByDelivery: true } }),
      });
      expect(failed).not.toContain(`message-${hostile.length}`);
      expect((await system().record(canary))?.status).toBe('suppressed');
      for (const line of entries.flatMap((entry) => [toJsonLine(entry), formatFeedbackEntry(entry)])) {
        expect(line).not.toContain(marker);
        expect(line).not.toContain('ann@example.net');
        expect(line).not.toContain(canary);
        expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
      }
    }),
    { numRuns: runs(200) },
  );
  expect(({} as Record<string, unknown>).polluted).toBeUndefined();
});

test('a redelivered hostile batch fails for the same messages and changes nothing', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(bodiesOf(feedback), { minLength: 1, maxLength: 6 }), async (hostile) => {
      const first = await system().deliver(hostile);
      const before = await system().snapshot();
      const second = await system().deliver(hostile.toReversed());
      expect(second.failed).toHaveLength(first.failed.length);
      expect(await system().snapshot()).toEqual(before);
    }),
    { numRuns: runs(30) },
  );
});
