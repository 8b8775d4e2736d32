import type { AccountList } from '../../shared/account-list/account-list.ts';
import { homeRegion } from '../../shared/domain/suppression/account-list-state.ts';
import { type AccountListFixture, useAccountListFixtures } from '../support/account-list.ts';
import { bounce, complaint } from '../support/ses.ts';

const createFixture = useAccountListFixtures();
const to = 'ann@example.net';

/** Runs an action at an exact moment of a sync: before or after SES processes a call. */
function during(
  fixture: AccountListFixture,
  call: 'put' | 'delete',
  when: 'before' | 'after',
  action: () => Promise<void>,
) {
  const list = fixture.lists.get(homeRegion) as AccountList;
  let hasRun = false;
  const once = async (moment: typeof when) => {
    if (hasRun || moment !== when) return;
    hasRun = true;
    await action();
  };
  const watched = {
    ...list,
    [call]: async (...args: Parameters<AccountList['put']>) => {
      await once('before');
      const outcome = await list[call](...args);
      await once('after');
      return outcome;
    },
  };
  return { lists: new Map([[homeRegion, watched]]) };
}

const syncedState = async (fixture: AccountListFixture) =>
  ((await fixture.system.record(to))?.mirrored as Record<string, { says: string }> | undefined)?.home?.says;

describe.each(['before', 'after'] as const)('%s SES processes the call', (when) => {
  test('an address released while it is being put is deleted by the next run', async () => {
    const fixture = await createFixture();
    await fixture.deliver([bounce({ to })]);
    await fixture.sync(during(fixture, 'put', when, () => fixture.release(to)));
    expect(fixture.listed()).toEqual([`${to} BOUNCE`]);
    expect(await syncedState(fixture)).toBeUndefined();
    expect(await fixture.pendingRegions()).toEqual({ [to]: 'home' });
    await fixture.sync();
    expect(fixture.listed()).toEqual([]);
    expect(await fixture.pendingRegions()).toEqual({});
    expect(await fixture.system.record(to)).toMatchObject({ status: 'released' });
  });

  test('a complaint while the address is being put is synced by the next run', async () => {
    const fixture = await createFixture();
    await fixture.deliver([bounce({ to })]);
    const complain = () => fixture.deliver([complaint({ to, mailId: 'mail-2' })]);
    await fixture.sync(during(fixture, 'put', when, complain));
    expect(await fixture.pendingRegions()).toEqual({ [to]: 'home' });
    await fixture.sync();
    expect(fixture.listed()).toEqual([`${to} COMPLAINT`]);
    expect(await syncedState(fixture)).toBe('COMPLAINT');
    expect(await fixture.pendingRegions()).toEqual({});
  });

  test('an address that bounces while it is being deleted is put again', async () => {
    const fixture = await createFixture();
    await fixture.deliver([bounce({ to })]);
    await fixture.sync();
    await fixture.release(to);
    const again = async () => {
      fixture.system.now += 1000;
      await fixture.deliver([
        bounce({ to, mailId: 'mail-2', sentAt: fixture.system.now - 500, at: fixture.system.now }),
      ]);
    };
    await fixture.sync(during(fixture, 'delete', when, again));
    await fixture.sync();
    expect(fixture.listed()).toEqual([`${to} BOUNCE`]);
    expect(await syncedState(fixture)).toBe('BOUNCE');
    expect(await fixture.pendingRegions()).toEqual({});
  });
});

test('an address that is released and suppressed again while it is being put is synced once more', async () => {
  const fixture = await createFixture();
  await fixture.deliver([bounce({ to })]);
  const releaseAndBounce = async () => {
    await fixture.release(to);
    fixture.system.now += 1000;
    await fixture.deliver([bounce({ to, mailId: 'mail-2', sentAt: fixture.system.now - 500, at: fixture.system.now })]);
  };
  await fixture.sync(during(fixture, 'put', 'after', releaseAndBounce));
  expect(await fixture.pendingRegions()).toEqual({ [to]: 'home' });
  await fixture.sync();
  expect(fixture.listed()).toEqual([`${to} BOUNCE`]);
  expect(await fixture.pendingRegions()).toEqual({});
});

test('each release of the same address is synced', async () => {
  const fixture = await createFixture();
  for (const mailId of ['mail-1', 'mail-2', 'mail-3']) {
    await fixture.deliver([bounce({ to, mailId, sentAt: fixture.system.now, at: fixture.system.now })]);
    expect((await fixture.sync())[0]).toMatchObject({ synced: 1 });
    expect(fixture.listed()).toEqual([`${to} BOUNCE`]);
    await fixture.release(to);
    expect((await fixture.sync())[0]).toMatchObject({ synced: 1 });
    expect(fixture.listed()).toEqual([]);
  }
});

test('redelivered feedback on a released address neither lists it again nor calls SES', async () => {
  const fixture = await createFixture();
  await fixture.deliver([bounce({ to })]);
  await fixture.sync();
  await fixture.release(to);
  await fixture.sync();
  const calls = fixture.home.calls.length;
  await fixture.deliver([bounce({ to }), bounce({ to, mailId: 'older' })]);
  await fixture.sync();
  expect(fixture.listed()).toEqual([]);
  expect(fixture.home.calls).toHaveLength(calls);
});
