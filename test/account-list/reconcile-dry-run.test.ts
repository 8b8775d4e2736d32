import type { AddressKey } from '../../shared/domain/address.ts';
import { useAccountListFixtures } from '../support/account-list.ts';
import { bounce, day, hour, noon } from '../support/ses.ts';

const createFixture = useAccountListFixtures();
const at = (name: string) => `${name}@example.net` as AddressKey;
const entry = (emailAddress: string, lastUpdateTime = noon) => ({
  emailAddress,
  reason: 'BOUNCE' as const,
  lastUpdateTime,
});

test('a dry run reports the same as the real run and changes nothing', async () => {
  const fixture = await createFixture(['eu-west-1']);
  const { system, home } = fixture;
  const eu = fixture.ses['eu-west-1'];
  fixture.addToList([entry(at('gone'))]);
  await fixture.reconcile();
  await fixture.deliver(
    ['lost', 'left', 'back', 'kept', 'cased'].map((name) => bounce({ to: at(name), mailId: name })),
  );
  system.now += 60_000;
  await fixture.sync();
  for (const name of ['left', 'back']) await fixture.release(at(name));
  for (let run = 0; run < 2; run++) await fixture.sync();
  system.now += day;
  home.list.delete(at('lost'));
  home.list.delete(at('gone'));
  eu?.list.delete(at('kept'));
  fixture.addToList([
    entry(at('left')),
    entry(at('back'), system.now - hour),
    entry('CASED@example.net'),
    entry('no address'),
  ]);
  fixture.addToList([entry(at('new')), entry('New@example.net')]);
  fixture.addToList([entry(at('new')), entry(at('other'))], 'eu-west-1');
  system.now += hour;

  const before = await fixture.records();
  const [inHome, inEu] = [fixture.listed(), fixture.listed('eu-west-1')];
  const dry = await fixture.reconcile({ isDryRun: true });
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
    recordCount: 6,
    failed: 0,
  });
  expect(await fixture.records()).toEqual(before);
  expect(fixture.listed()).toEqual(inHome);
  expect(fixture.listed('eu-west-1')).toEqual(inEu);

  expect(await fixture.reconcile()).toEqual(dry);
  const changed = await fixture.records();
  expect(Object.keys(changed)).toHaveLength(8);
  const unchanged = Object.keys(before).filter((key) => before[key]?.version === changed[key]?.version);
  expect(unchanged).toEqual(['gone@example.net account']);
});
