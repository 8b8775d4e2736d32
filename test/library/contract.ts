import fc from 'fast-check';
import { parseAddress } from '../../shared/domain/address.ts';
import { reasons } from '../../shared/domain/feedback/recipient-event.ts';
import type { SuppressionList } from '../../shared/suppression-list/suppression-list.ts';
import type { Verdict } from '../../shared/suppression-list/verdict.ts';
import { runs } from '../support/runs.ts';
import { day, noon } from '../support/ses.ts';
import type { Backend } from './backends.ts';

/** Tests of lookups that every backend must pass. */
export function describeLookups(backend: () => Backend): void {
  const listAt = (now: number) => backend().makeList({ clock: () => now });
  const since = new Date(noon - day);

  test('an address without a record is allowed', async () => {
    expect(await listAt(noon).check('nobody@example.net')).toEqual({ kind: 'allowed', address: 'nobody@example.net' });
    expect(await listAt(noon).isSuppressed('nobody@example.net')).toBe(false);
  });

  test.each(reasons)('the verdict on an address with the reason %s has all fields', async (reason) => {
    const address = `${reason}@example.net`;
    await backend().put({ address, reason, since });
    const verdict = { kind: 'suppressed', address, reason, since, suspected: false, list: 'account' };
    expect(await listAt(noon).check(address)).toEqual(verdict);
    expect(await listAt(noon).filterSuppressed([address])).toEqual([verdict]);
    expect(await listAt(noon).isSuppressed(address)).toBe(true);
  });

  test('a complaint that named several recipients is marked as suspected', async () => {
    await backend().put({ address: 'doubt@example.net', reason: 'complaint', since, suspected: true });
    const verdict = { kind: 'suppressed', address: 'doubt@example.net', reason: 'complaint', since, suspected: true };
    expect(await listAt(noon).check('doubt@example.net')).toEqual({ ...verdict, list: 'account' });
  });

  test('a temporary suppression ends exactly at its end, although the record still exists', async () => {
    const [address, until] = ['blocked@example.net', new Date(noon + day)];
    await backend().put({ address, reason: 'policy-block', since, until });
    const verdict = { kind: 'suppressed', address, reason: 'policy-block', since, until, suspected: false };
    let now = noon + day - 1;
    const list = backend().makeList({ clock: () => now });
    expect(await list.check(address)).toEqual({ ...verdict, list: 'account' });
    expect(await list.filterSuppressed([address])).toEqual([{ ...verdict, list: 'account' }]);
    now += 1;
    expect(await list.check(address)).toEqual({ kind: 'allowed', address });
    expect(await list.filterSuppressed([address])).toEqual([{ kind: 'allowed', address }]);
  });

  test('a released address and a watched address are allowed', async () => {
    await backend().putReleased('free@example.net');
    await backend().putWatched('watched@example.net');
    expect(await listAt(noon).filterSuppressed(['free@example.net', 'watched@example.net'])).toEqual([
      { kind: 'allowed', address: 'free@example.net' },
      { kind: 'allowed', address: 'watched@example.net' },
    ]);
  });

  test.each([
    'Zoë Doe <Zoe.Doe@Exämple.net>',
    '"Doe, Zoë" <zoe.doe@exämple.net>',
    'ZOE.DOE@XN--EXMPLE-CUA.NET',
    ' zoe.doe@exämple.net.\n',
  ])('%j matches the suppressed address, and the verdict repeats it as written', async (address) => {
    await backend().put({ address: 'zoe.doe@exämple.net', since });
    const verdict = { kind: 'suppressed', address, reason: 'hard', since, suspected: false, list: 'account' };
    expect(await listAt(noon).check(address)).toEqual(verdict);
    expect(await listAt(noon).filterSuppressed([address])).toEqual([verdict]);
  });

  const nonsense = ['', 'ann', 'ann@', 'a b@example.net', 'ann@example.net, bob@example.net', 'x\ud800@example.net'];
  const otherTypes = [undefined, null, 42, Number.NaN, {}, ['ann@example.net'], Symbol.iterator] as unknown as string[];

  test.each([...nonsense, ...otherTypes])('invalid address no. %# is an error, not a verdict', async (text) => {
    const refused = { name: 'InvalidAddressError', message: invalidAddressMessage };
    await expect(listAt(noon).isSuppressed(text)).rejects.toMatchObject(refused);
    await expect(listAt(noon).check(text)).rejects.toMatchObject(refused);
    await expect(listAt(noon).suppress(text, attribution)).rejects.toMatchObject(refused);
    await expect(listAt(noon).release(text, attribution)).rejects.toMatchObject(refused);
  });

  test('among many addresses, an invalid one gets a verdict and does not affect the others', async () => {
    const all = [...nonsense, ...otherTypes];
    const verdicts = await listAt(noon).filterSuppressed(['first@example.net', ...all, ...all, 'last@example.net']);
    expect(verdicts).toEqual([
      { kind: 'allowed', address: 'first@example.net' },
      ...all.map((address) => ({ kind: 'invalid', address })),
      { kind: 'allowed', address: 'last@example.net' },
    ]);
  });

  test.each([0, 1, 100, 101, 250])(
    '%i addresses get one verdict each, in their order, however often they are repeated',
    async (count) => {
      for (const i of [0, 99, 100, 249]) await backend().put({ address: `many-${i}@example.net`, since });
      const stored = new Set([
        'many-0@example.net',
        'many-99@example.net',
        'many-100@example.net',
        'many-249@example.net',
      ]);
      const addresses = Array.from({ length: count }, (_, i) => `many-${i}@example.net`);
      const invalid: Verdict[] = count === 0 ? [] : [{ kind: 'invalid', address: 'many' }];
      const written = addresses.flatMap((address) => [address, `Again <${address.toUpperCase()}>`, 'many']);
      const suppressed = { kind: 'suppressed', reason: 'hard', since, suspected: false, list: 'account' };
      const verdicts = addresses.map((address) =>
        stored.has(address) ? { ...suppressed, address } : { kind: 'allowed', address },
      );
      expect(await listAt(noon).filterSuppressed(written)).toEqual([
        ...verdicts.slice(0, 1),
        ...invalid,
        ...verdicts.slice(1),
      ]);
    },
  );

  test('filterSuppressed accepts an iterable that can be consumed only once', async () => {
    const addresses = ['nobody@example.net', 'no one'].values();
    expect(await listAt(noon).filterSuppressed(addresses)).toEqual([
      { kind: 'allowed', address: 'nobody@example.net' },
      { kind: 'invalid', address: 'no one' },
    ]);
  });

  test('in any list of addresses, each gets the verdict that check gives', async () => {
    await backend().put({ address: 'mix-0@example.net', since });
    await backend().put({ address: 'mix-1@example.net', since, until: new Date(noon) });
    await backend().put({ address: 'mix-2@example.net', reason: 'complaint', since, suspected: true });
    await backend().put({ address: 'mix-2@example.net', list: 'news', since, until: new Date(noon + 1) });
    await backend().put({ address: 'mix-3@example.net', list: 'news', since });
    const written = fc.oneof(
      fc.integer({ min: 0, max: 4 }).map((i) => `mix-${i}@example.net`),
      fc.integer({ min: 0, max: 4 }).map((i) => `Mix <MIX-${i}@Example.Net>`),
      fc.constantFrom('', 'mix', 'mix-0@', undefined as unknown as string),
    );
    const mixes = fc.record({
      addresses: fc.array(written, { maxLength: 12 }),
      list: fc.constantFrom('account', 'news'),
    });
    await fc.assert(
      fc.asyncProperty(mixes, async ({ addresses, list }) => {
        const suppressions = backend().makeList({ list, clock: () => noon });
        const singly = await Promise.all(
          withoutRepetitions(addresses).map((address) => checkOrInvalid(suppressions, address)),
        );
        expect(await suppressions.filterSuppressed(addresses)).toEqual(singly);
      }),
      { numRuns: runs(25) },
    );
  });
}

export const attribution = { by: 'ann', note: 'asked' };
export const invalidAddressMessage = 'Not an email address. Pass one such as "Ann <ann@example.com>".';

/** Returns the first occurrence of each address. */
function withoutRepetitions(addresses: readonly string[]): string[] {
  const keys = addresses.map((address) => parseAddress(address ?? '')?.key ?? address);
  return addresses.filter((_, i) => keys.indexOf(keys[i] as string) === i);
}

async function checkOrInvalid(list: SuppressionList, address: string): Promise<Verdict> {
  return list.check(address).catch((error: Error) => {
    if (error.name !== 'InvalidAddressError') throw error;
    return { kind: 'invalid', address };
  });
}
