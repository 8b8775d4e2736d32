import fc from 'fast-check';
import { defaultPolicy } from '../../shared/domain/policy/policy.ts';
import { runs } from '../support/runs.ts';
import { bounce, complaint } from '../support/ses.ts';
import { createSystem, useSystem } from '../support/system.ts';

// The receiving side writes the report about an email, so it can name anybody.
const system = useSystem();

const statusOf = async (...addresses: string[]) =>
  Promise.all(addresses.map(async (address) => (await system().record(address))?.status));

const bounceOf = (destination: readonly string[], named: readonly string[], mailId = 'forged') =>
  bounce({ mailId, recipients: named.map((emailAddress) => ({ emailAddress })), mail: { destination } });

test('a bounce of an email to one recipient is a strike of that recipient, whomever the report names', async () => {
  const { failed } = await system().deliver([bounceOf(['mallory@evil.example'], ['CEO@victim.example'])]);
  expect(failed).toEqual([]);
  expect(await statusOf('ceo@victim.example', 'mallory@evil.example')).toEqual([undefined, 'watched']);
  const { evidence, strikes } = (await system().record('mallory@evil.example')) ?? {};
  expect([evidence, strikes]).toMatchObject([[{ reportedAs: 'c***@victim.example' }], [expect.any(Number)]]);
  expect(await system().count('account', 'hard')).toBe(1);
});

test('a bounce whose report names no valid address suppresses the one recipient of the email', async () => {
  const { failed } = await system().deliver([bounceOf(['ann@example.net'], ['root'], 'no-address')]);
  expect(failed).toEqual([]);
  expect(await statusOf('ann@example.net')).toEqual(['suppressed']);
});

test('an address that is not among several recipients is watched, never suppressed, and not listed at SES', async () => {
  await system().deliver([
    bounceOf(['mallory@evil.example', 'other@example.org'], ['victim@example.com'], 'several'),
    complaint({
      to: 'judge@example.com',
      mailId: 'several-2',
      mail: { destination: ['a@example.org', 'b@example.org'] },
    }),
  ]);
  expect(await statusOf('victim@example.com', 'judge@example.com')).toEqual(['watched', 'watched']);
  expect((await system().record('victim@example.com'))?.mirror).toBeUndefined();
});

test('a complaint about an email to one recipient suppresses that recipient', async () => {
  await system().deliver([
    complaint({ to: 'somebody@example.com', mailId: 'forwarded', mail: { destination: ['alias@example.org'] } }),
  ]);
  expect(await statusOf('somebody@example.com', 'alias@example.org')).toEqual([undefined, 'suppressed']);
});

test.each([
  ['is missing', undefined],
  ['is empty', []],
  ['has an entry that cannot be read', ['mallory@evil.example', 'not an address']],
  ['is not a list', 'mallory@evil.example'],
])('if the destination %s, the named address is suppressed', async (name, destination) => {
  const to = `named-${name.length}@example.com`;
  await system().deliver([bounce({ to, mailId: name, mail: { destination } })]);
  expect(await statusOf(to)).toEqual(['suppressed']);
});

test('the destination may differ in capital letters and have display names', async () => {
  await system().deliver([
    bounceOf(['"Lee, Ann" <Ann.Lee@Example.ORG>', 'bob@example.org'], ['ann.lee@example.org'], 'case'),
  ]);
  expect(await statusOf('ann.lee@example.org')).toEqual(['suppressed']);
});

test('whatever reports name, only recipients of the email are suppressed, and no more are counted than it had', async () => {
  const anyone = fc.constantFrom('a@x.example', 'b@x.example', 'c@gmail.com', 'd@gmail.com', 'E@y.example', 'none');
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(
        anyone.filter((one) => one !== 'none'),
        { minLength: 1, maxLength: 3 },
      ),
      fc.array(anyone, { minLength: 1, maxLength: 5 }),
      fc.boolean(),
      async (destination, named, isComplaint) => {
        const fresh = await createSystem();
        const message = isComplaint ? complaint({ to: named, mail: { destination } }) : bounceOf(destination, named);
        await fresh.deliver([message], { policy: defaultPolicy });
        const { records } = await fresh.snapshot();
        const suppressed = [...records.values()].flatMap(({ status, address }) =>
          status === 'suppressed' ? address : [],
        );
        const mailed = destination.map((one) => one.toLowerCase());
        for (const address of suppressed) expect(mailed).toContain(address);
        const [hard, complaints] = [await fresh.count('account', 'hard'), await fresh.count('account', 'complaints')];
        expect(hard).toBeLessThanOrEqual(mailed.length);
        expect(complaints).toBeLessThanOrEqual(mailed.length);
        // If the report names a recipient of the email, that recipient is suppressed.
        for (const one of named.map((text) => text.toLowerCase()))
          if (mailed.includes(one)) expect(suppressed).toContain(one);
      },
    ),
    { numRuns: runs(40) },
  );
});
