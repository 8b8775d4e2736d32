import type { AddressKey } from '../../shared/domain/address.ts';
import { useAccountListWorlds } from '../support/account-list.ts';
import { bounce, day, hour, noon } from '../support/ses.ts';

const createWorld = useAccountListWorlds();
const at = (name: string) => `${name}@example.net` as AddressKey;
const entry = (emailAddress: string, lastUpdateTime = noon) => ({
  emailAddress,
  reason: 'BOUNCE' as const,
  lastUpdateTime,
});

test('a dry run says what the real one then does, and changes nothing, nor leaves it what it has read', async () => {
  const world = await createWorld(['eu-west-1']);
  const { system, home } = world;
  const eu = world.ses['eu-west-1'];
  world.fill([entry(at('gone'))]);
  await world.reconcile();
  await world.deliver(['lost', 'left', 'back', 'kept', 'cased'].map((name) => bounce({ to: at(name), mailId: name })));
  system.now += 60_000;
  await world.drain();
  for (const name of ['left', 'back']) await world.letGo(at(name));
  for (let run = 0; run < 2; run++) await world.drain();
  system.now += day;
  home.list.delete(at('lost'));
  home.list.delete(at('gone'));
  eu?.list.delete(at('kept'));
  world.fill([
    entry(at('left')),
    entry(at('back'), system.now - hour),
    entry('CASED@example.net'),
    entry('no address'),
  ]);
  world.fill([entry(at('new')), entry('New@example.net')]);
  world.fill([entry(at('new')), entry(at('other'))], 'eu-west-1');
  system.now += hour;

  const before = await world.records();
  const [inHome, inEu] = [world.listed(), world.listed('eu-west-1')];
  const dry = await world.reconcile({ isDryRun: true });
  expect(dry).toEqual({
    regions: [
      {
        region: 'home',
        state: 'complete',
        entries: 8,
        drift: { 'missing-here': 3, 'missing-at-ses': 1, 'still-at-ses': 1, 'removed-at-ses': 1 },
        unreadableCount: 1,
        unreadable: ['***'],
      },
      {
        region: 'eu-west-1',
        state: 'complete',
        entries: 4,
        drift: { 'missing-here': 2, 'missing-at-ses': 1, 'still-at-ses': 0, 'removed-at-ses': 0 },
        unreadableCount: 0,
        unreadable: [],
      },
    ],
    held: 6,
    failed: 0,
  });
  expect(await world.records()).toEqual(before);
  expect(world.listed()).toEqual(inHome);
  expect(world.listed('eu-west-1')).toEqual(inEu);

  expect(await world.reconcile()).toEqual(dry);
  const changed = await world.records();
  expect(Object.keys(changed)).toHaveLength(8);
  const unchanged = Object.keys(before).filter((key) => before[key]?.version === changed[key]?.version);
  expect(unchanged).toEqual(['gone@example.net account']);
});
