import { type Address, parseAddress } from '../../shared/domain/address.ts';
import { maxAttributionLength } from '../../shared/domain/suppression/attribution.ts';
import { releaseAddress } from '../../shared/operator/release-address.ts';
import { defaultReleaseReasons, isSelected, selectRecords } from '../../shared/operator/select-records.ts';
import { assertEnd, suppressAddress } from '../../shared/operator/suppress-address.ts';
import { type AccountListFixture, useAccountListFixtures } from '../support/account-list.ts';
import { bounce, complaint, day, noon } from '../support/ses.ts';

const createFixture = useAccountListFixtures();
const attribution = { by: 'op', note: 'outage' };
const { key } = parseAddress('ann@example.net') as Address;
const selection = { domain: 'example.net', reasons: defaultReleaseReasons };
const dependenciesOf = ({ system, policy }: AccountListFixture) => ({
  store: system.store,
  policy,
  clock: () => system.now,
});
const onlySelected = ({ system }: AccountListFixture) => ({
  isSelected: (record: Parameters<typeof isSelected>[0]) => isSelected(record, selection, system.now),
});

describe('a bulk release takes only what still matches when it is written', () => {
  /** What happens to the address after it was selected, and the reason it then has. */
  const changes: [string, (fixture: AccountListFixture) => Promise<unknown>, string][] = [
    ['a complaint', (fixture) => fixture.deliver([complaint({ to: key, mailId: 'c' })]), 'complaint'],
    ['a manual suppression', (fixture) => fixture.suppress(key), 'manual'],
  ];

  async function createSelected() {
    const fixture = await createFixture();
    await fixture.deliver([bounce({ to: key, mailId: 'a' })]);
    fixture.addToList([{ emailAddress: key, reason: 'BOUNCE', lastUpdateTime: noon }]);
    const stored = [...(await fixture.system.store.read([{ address: key, eventIds: [] }])).values()];
    const pages = (async function* () {
      yield stored.flatMap((one) => (one !== undefined && 'record' in one ? [one] : []));
    })();
    expect((await selectRecords(pages, selection, fixture.system.now)).records).toMatchObject([{ address: key }]);
    return fixture;
  }

  test.each(changes)('not after %s', async (_what, change, reason) => {
    const fixture = await createSelected();
    await change(fixture);
    const before = await fixture.system.record(key);
    expect(before).toMatchObject({ status: 'suppressed', reason });
    expect(await releaseAddress(dependenciesOf(fixture), key, attribution, onlySelected(fixture))).toBeUndefined();
    expect(await fixture.releaseEverywhere(key, onlySelected(fixture))).toMatchObject({ regions: [] });
    expect(await fixture.system.record(key)).toEqual(before);
    expect(fixture.listed()).toEqual([`${key} BOUNCE`]);
  });

  test('also if the change comes between the read and the write', async () => {
    const fixture = await createSelected();
    const { store } = fixture.system;
    let isFirst = true;
    const read: typeof store.read = async (keys) => {
      const records = await store.read(keys);
      if (isFirst) await fixture.deliver([complaint({ to: key, mailId: 'c' })]);
      isFirst = false;
      return records;
    };
    const dependencies = { ...dependenciesOf(fixture), store: { ...store, read } };
    expect(await releaseAddress(dependencies, key, attribution, onlySelected(fixture))).toBeUndefined();
    expect(await fixture.system.record(key)).toMatchObject({ status: 'suppressed', reason: 'complaint' });
  });

  test('and what did not change is released, in the table and at SES', async () => {
    const fixture = await createSelected();
    expect(await fixture.releaseEverywhere(key, onlySelected(fixture))).toMatchObject({ table: 'was suppressed' });
    expect(await fixture.system.record(key)).toMatchObject({ status: 'released' });
    expect(fixture.listed()).toEqual([]);
  });
});

describe('no input of an operator makes a record that cannot be read or grown', () => {
  const long = 'x'.repeat(maxAttributionLength + 1);

  test.each([
    { by: long, note: 'n' },
    { by: 'b', note: long },
  ])('a text of more than 1,000 characters is refused, and nothing is written', async (texts) => {
    const fixture = await createFixture();
    const dependencies = dependenciesOf(fixture);
    await fixture.deliver([bounce({ to: key, mailId: 'a' })]);
    const before = await fixture.system.record(key);
    const address = { key, original: key };
    await expect(suppressAddress(dependencies, address, texts)).rejects.toThrow('At most 1000 are stored');
    await expect(releaseAddress(dependencies, key, texts)).rejects.toThrow('has 1001 characters');
    expect(await fixture.system.record(key)).toEqual(before);
  });

  test('the latest end and the longest texts are stored, read and followed by feedback', async () => {
    const fixture = await createFixture();
    const texts = { by: long.slice(1), note: long.slice(1) };
    const until = Date.UTC(2999, 11, 31, 23, 59, 59, 999);
    await suppressAddress(dependenciesOf(fixture), { key, original: key }, { ...texts, until });
    await fixture.deliver([bounce({ to: key, mailId: 'a' })]);
    await releaseAddress(dependenciesOf(fixture), key, texts);
    expect(await fixture.system.record(key)).toMatchObject({ status: 'released' });
  });

  test.each([noon - 1, noon, Date.UTC(3000, 0, 1), 8.64e15, 8.65e15, Number.NaN])(
    'an end at %d is refused',
    (until) => {
      expect(() => assertEnd(until, noon)).toThrow('must be in the future, and before the year 3000');
    },
  );

  test('an end within the range is accepted, and so is none', () => {
    for (const until of [undefined, noon + 1, noon + day, Date.UTC(3000, 0, 1) - 1]) assertEnd(until, noon);
  });
});
