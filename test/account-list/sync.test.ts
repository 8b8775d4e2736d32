import { useAccountListWorlds } from '../support/account-list.ts';
import { bounce, complaint, day } from '../support/ses.ts';

const createWorld = useAccountListWorlds();

test("who is suppressed for good is put on SES's list, in the spelling SES used, for the reason it is there", async () => {
  const world = await createWorld();
  const { system, home } = world;
  await system.deliver([
    bounce({ to: 'Ann@Example.net', mailId: 'a' }),
    complaint({ to: 'bob@example.net', mailId: 'b' }),
    bounce({ to: 'cyd@example.net', mailId: 'c', type: 'Transient', subType: 'MailboxFull' }),
    bounce({ to: 'dan@example.net', mailId: 'd', status: '5.7.1' }),
    bounce({ to: 'bounce+1@simulator.amazonses.com', mailId: 'e' }),
  ]);
  expect(await world.drain()).toEqual([
    { kind: 'account-list', region: 'home', told: 2, refused: 0, left: 0, oldest: 0 },
  ]);
  expect(world.listed()).toEqual(['Ann@Example.net BOUNCE', 'bob@example.net COMPLAINT']);
  expect(home.calls.map(({ operation, status }) => [operation, status])).toEqual([
    ['PutSuppressedDestination', 200],
    ['PutSuppressedDestination', 200],
  ]);
  await world.drain();
  expect(home.calls).toHaveLength(2);
  expect(await system.record('dan@example.net')).toMatchObject({ mirrorDue: expect.any(Number) });
  system.now += 15 * day;
  await world.drain();
  expect(home.calls[2]).toMatchObject({ operation: 'DeleteSuppressedDestination', status: 404 });
  expect(await system.record('dan@example.net')).toMatchObject({ expiresAt: expect.any(Number) });
});
