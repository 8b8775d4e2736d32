import fc from 'fast-check';
import { parseAddress } from '../../shared/domain/address.ts';
import { useAccountListFixtures } from '../support/account-list.ts';
import { runs } from '../support/runs.ts';
import { bounce, day, hour, noon } from '../support/ses.ts';

const createFixture = useAccountListFixtures();
const regions = ['home', 'eu-west-1'];

/** A few addresses with any combination of upper and lower case. */
const anyVariant = fc
  .tuple(fc.constantFrom('ann', '"a b"', 'jo+x'), fc.constantFrom('example.net', 'xn--bcher-kva.example'), fc.nat())
  .map(([local, domain, bits]) =>
    [...`${local}@${domain}`].map((letter, i) => (bits & (1 << (i % 30)) ? letter.toUpperCase() : letter)).join(''),
  );
const keyOf = (text: string) => parseAddress(text)?.key as string;

test('after a release and a sync, no variant of the address is on any list, and other addresses stay', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(anyVariant, { maxLength: 4 }),
      fc.array(fc.tuple(anyVariant, fc.constantFrom(...regions)), { maxLength: 6 }),
      fc.array(fc.tuple(anyVariant, fc.boolean()), { maxLength: 3 }),
      anyVariant,
      fc.boolean(),
      async (bounced, listed, suppressedManually, released, isSynced) => {
        const fixture = await createFixture(regions.slice(1));
        const bodies = bounced.map((to, i) => bounce({ to, mailId: `mail-${i}` }));
        await fixture.deliver(bodies);
        for (const [text, isPermanent] of suppressedManually)
          await fixture.suppress(text, isPermanent ? undefined : fixture.system.now + 9 * day);
        for (const [emailAddress, region] of listed)
          fixture.addToList([{ emailAddress, reason: 'BOUNCE', lastUpdateTime: noon - day }], region);
        if (isSynced) for (let run = 0; run < 2; run++) await fixture.sync();
        fixture.system.now += day;
        // Reconciling adds every variant that SES lists to the record.
        await fixture.reconcile();
        fixture.system.now += 60_000;
        const key = keyOf(released);
        const isKnown = [...bounced, ...[...listed, ...suppressedManually].map(([text]) => text)].some(
          (text) => keyOf(text) === key,
        );
        const addressOf = (line: string) => line.split(/ (?=\S+$)/)[0] ?? '';
        const others = (region: string) => fixture.listed(region).filter((line) => keyOf(addressOf(line)) !== key);
        const before = regions.map(others);
        const report = await fixture.releaseEverywhere(released);
        expect(report.table).toBe(isKnown ? 'was suppressed' : 'unknown');
        // The other addresses may still have to be synced.
        for (let run = 0; run < 3; run++) await fixture.sync();
        await fixture.deliver(bodies);
        fixture.system.now += hour;
        await fixture.sync();
        for (const [i, region] of regions.entries()) {
          const after = fixture.listed(region);
          expect(after).toEqual(others(region));
          // The reason of an entry may change: the sync of a manual suppression makes it COMPLAINT.
          expect(after.map(addressOf)).toEqual(expect.arrayContaining(before[i]?.map(addressOf) ?? []));
        }
        const record = await fixture.system.record(key);
        expect(record?.status).toBe(isKnown ? 'released' : undefined);
        await fixture.close();
      },
    ),
    { numRuns: runs(4), endOnFailure: true },
  );
});
