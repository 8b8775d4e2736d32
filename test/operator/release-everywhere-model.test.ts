import fc from 'fast-check';
import { parseAddress } from '../../shared/domain/address.ts';
import { useAccountListWorlds } from '../support/account-list.ts';
import { runs } from '../support/runs.ts';
import { bounce, day, hour, noon } from '../support/ses.ts';

const createWorld = useAccountListWorlds();
const regions = ['home', 'eu-west-1'];

/** All ways to write three addresses in capitals. */
const spelling = fc
  .tuple(fc.constantFrom('ann', '"a b"', 'jo+x'), fc.constantFrom('example.net', 'xn--bcher-kva.example'), fc.nat())
  .map(([local, domain, bits]) =>
    [...`${local}@${domain}`].map((letter, i) => (bits & (1 << (i % 30)) ? letter.toUpperCase() : letter)).join(''),
  );
const keyOf = (text: string) => parseAddress(text)?.key as string;

test('after a release and a run of the outbox, nothing we or SES said of the address is on any list', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(spelling, { maxLength: 4 }),
      fc.array(fc.tuple(spelling, fc.constantFrom(...regions)), { maxLength: 6 }),
      fc.array(fc.tuple(spelling, fc.boolean()), { maxLength: 3 }),
      spelling,
      fc.boolean(),
      async (bounced, listed, byHand, asked, isDrained) => {
        const world = await createWorld(regions.slice(1));
        const bodies = bounced.map((to, i) => bounce({ to, mailId: `mail-${i}` }));
        await world.deliver(bodies);
        for (const [text, isLasting] of byHand)
          await world.suppress(text, isLasting ? undefined : world.system.now + 9 * day);
        for (const [emailAddress, region] of listed)
          world.fill([{ emailAddress, reason: 'BOUNCE', lastUpdateTime: noon - day }], region);
        if (isDrained) for (let run = 0; run < 2; run++) await world.drain();
        world.system.now += day;
        // So that each spelling SES has is known.
        await world.reconcile();
        world.system.now += 60_000;
        const key = keyOf(asked);
        const isHeld = [...bounced, ...[...listed, ...byHand].map(([text]) => text)].some(
          (text) => keyOf(text) === key,
        );
        const others = (region: string) =>
          world.listed(region).filter((line) => keyOf(line.split(/ (?=\S+$)/)[0] ?? '') !== key);
        const before = regions.map(others);
        const report = await world.letGoEverywhere(asked);
        expect(report.table).toBe(isHeld ? 'was suppressed' : 'unknown');
        // The rest is still to be told, too.
        for (let run = 0; run < 3; run++) await world.drain();
        await world.deliver(bodies);
        world.system.now += hour;
        await world.drain();
        for (const [i, region] of regions.entries()) {
          const after = world.listed(region);
          expect(after).toEqual(others(region));
          expect(after).toEqual(expect.arrayContaining(before[i] ?? []));
        }
        const record = await world.system.record(key);
        expect(record?.status).toBe(isHeld ? 'released' : undefined);
        await world.close();
      },
    ),
    { numRuns: runs(4), endOnFailure: true },
  );
});
