import { useAccountListFixtures } from '../support/account-list.ts';
import { bounce, complaint, day } from '../support/ses.ts';

const createFixture = useAccountListFixtures();

test('a permanently suppressed address is put on the SES list, in the form SES used and for the same reason', async () => {
  const fixture = await createFixture();
  const { system, home } = fixture;
  await system.deliver([
    bounce({ to: 'Ann@Example.net', mailId: 'a' }),
    complaint({ to: 'bob@example.net', mailId: 'b' }),
    bounce({ to: 'cyd@example.net', mailId: 'c', type: 'Transient', subType: 'MailboxFull' }),
    bounce({ to: 'dan@example.net', mailId: 'd', status: '5.7.1' }),
    bounce({ to: 'bounce+1@simulator.amazonses.com', mailId: 'e' }),
  ]);
  expect(await fixture.sync()).toEqual([
    { kind: 'account-list', region: 'home', synced: 2, rejected: 0, pending: 0, oldestMs: 0 },
  ]);
  expect(fixture.listed()).toEqual(['Ann@Example.net BOUNCE', 'bob@example.net COMPLAINT']);
  expect(home.calls.map(({ operation, status }) => [operation, status])).toEqual([
    ['PutSuppressedDestination', 200],
    ['PutSuppressedDestination', 200],
  ]);
  await fixture.sync();
  expect(home.calls).toHaveLength(2);
  expect(await system.record('dan@example.net')).toMatchObject({ mirrorDue: expect.any(Number) });
  system.now += 15 * day;
  await fixture.sync();
  expect(home.calls[2]).toMatchObject({ operation: 'DeleteSuppressedDestination', status: 404 });
  expect(await system.record('dan@example.net')).toMatchObject({ expiresAt: expect.any(Number) });
});
