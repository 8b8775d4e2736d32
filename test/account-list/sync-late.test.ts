import { useAccountListFixtures } from '../support/account-list.ts';
import { bounce, hour, noon } from '../support/ses.ts';

const createFixture = useAccountListFixtures();

test('an address variant that late feedback shows after the delete is deleted too', async () => {
  const fixture = await createFixture();
  const { system, home } = fixture;
  const at = system.now;
  home.list.set('Ann@Example.net', { emailAddress: 'Ann@Example.net', reason: 'BOUNCE', lastUpdateTime: at });
  // SES does not send the next email, which has the address in another case. The bounce itself has not arrived yet.
  await fixture.deliver([
    bounce({ to: 'ann@example.net', mailId: 'b', subType: 'OnAccountSuppressionList', sentAt: at }),
  ]);
  system.now += 1000;
  await fixture.release('ann@example.net');
  await fixture.sync();
  expect(fixture.listed()).toEqual(['Ann@Example.net BOUNCE']);
  expect(await fixture.pendingRegions()).toEqual({});
  await fixture.deliver([bounce({ to: 'Ann@Example.net', mailId: 'a', sentAt: at, at })]);
  await fixture.sync();
  expect(fixture.listed()).toEqual([]);
  expect(await system.record('ann@example.net')).toMatchObject({ status: 'released' });
});

test('addresses that keep failing are synced after all others, even if they are older', async () => {
  const fixture = await createFixture();
  const names = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => `${name}@example.net`);
  const feedback = names.map((to, i) =>
    bounce({ to, mailId: to, sentAt: noon - hour + i * 1000, at: noon - hour + i * 1000 }),
  );
  await fixture.deliver(feedback);
  fixture.home.fault = ({ address = '' }) => (names.slice(0, 3).includes(address) ? 'unavailable' : undefined);
  expect((await fixture.sync())[0]).toMatchObject({ synced: 0, pending: 6, error: 'ServiceUnavailableException' });
  expect((await fixture.sync())[0]).toMatchObject({ synced: 3, pending: 3 });
  expect(fixture.listed()).toEqual(names.slice(3).map((address) => `${address} BOUNCE`));
  fixture.home.fault = undefined;
  expect((await fixture.sync())[0]).toMatchObject({ synced: 3, pending: 0 });
});
