import { day, noon } from '../support/ses.ts';
import type { Backend } from './backends.ts';
import { attribution } from './contract.ts';

/** Tests of `suppress`, `release` and the option `list` that every backend must pass. */
export function describeChanges(backend: () => Backend): void {
  const clock = () => noon;
  const makeList = (list?: string) => backend().makeList({ clock, ...(list && { list }) });
  const since = new Date(noon - day);
  const manually = { kind: 'suppressed', reason: 'manual', since: new Date(noon), suspected: false, list: 'account' };

  test('an address that is suppressed manually is suppressed at once, for this list and for others', async () => {
    const [list, address] = [makeList(), 'manual@example.net'];
    expect(await list.isSuppressed(address)).toBe(false);
    await list.suppress(`Manual <${address}>`, attribution);
    expect(await list.check(address)).toEqual({ ...manually, address });
    expect(await list.filterSuppressed([address])).toEqual([{ ...manually, address }]);
    expect(await makeList().check(address)).toEqual({ ...manually, address });
  });

  test('an address that is suppressed until a moment is allowed from then on', async () => {
    let now = noon;
    const [list, address] = [backend().makeList({ clock: () => now }), 'until@example.net'];
    await list.suppress(address, { ...attribution, until: new Date(noon + day) });
    expect(await list.check(address)).toEqual({ ...manually, address, until: new Date(noon + day) });
    now = noon + day;
    expect(await list.isSuppressed(address)).toBe(false);
  });

  test.each([
    ['the past', noon - 1],
    ['now', noon],
    ['never', Number.NaN],
  ])('suppressing until %s is an error and suppresses nothing', async (_name, until) => {
    const suppressing = makeList().suppress('late@example.net', { ...attribution, until: new Date(until) });
    await expect(suppressing).rejects.toThrow(
      /^The end of a suppression must be in the future, and before the year 3000\. /,
    );
    expect(await makeList().isSuppressed('late@example.net')).toBe(false);
  });

  test('a released address is allowed at once, and can be suppressed again', async () => {
    const [list, address] = [makeList(), 'release@example.net'];
    await backend().put({ address, since });
    expect(await list.isSuppressed(address)).toBe(true);
    expect(await list.release('Release <RELEASE@example.net>', attribution)).toBe(true);
    expect(await list.check(address)).toEqual({ kind: 'allowed', address });
    await list.suppress(address, attribution);
    expect(await list.isSuppressed(address)).toBe(true);
  });

  test('releasing an address without a record changes nothing and returns false', async () => {
    const list = makeList();
    expect(await list.release('unknown@example.net', attribution)).toBe(false);
    expect(await list.isSuppressed('unknown@example.net')).toBe(false);
  });

  test('the account’s list applies to every list, and another list only to itself', async () => {
    await backend().put({ address: 'all@example.net', since });
    await backend().put({ address: 'news@example.net', list: 'news', since });
    const addresses = ['all@example.net', 'news@example.net'];
    const kinds = async (list?: string) => {
      const verdicts = await makeList(list).filterSuppressed(addresses);
      const singly = await Promise.all(addresses.map((address) => makeList(list).check(address)));
      expect(verdicts).toEqual(singly);
      return singly.map((verdict) => (verdict.kind === 'suppressed' ? verdict.list : verdict.kind));
    };
    expect(await kinds()).toEqual(['account', 'allowed']);
    expect(await kinds('account')).toEqual(['account', 'allowed']);
    expect(await kinds('news')).toEqual(['account', 'news']);
    expect(await kinds('receipts')).toEqual(['account', 'allowed']);
  });

  const [soon, later] = [new Date(noon + day), new Date(noon + 2 * day)];
  test.each<[string, Date | undefined, Date | undefined, string]>([
    ['account-longer', later, soon, 'account'],
    ['news-longer', soon, later, 'news'],
    ['account-permanent', undefined, later, 'account'],
    ['news-permanent', later, undefined, 'news'],
    ['both-permanent', undefined, undefined, 'account'],
    ['both-the-same', soon, soon, 'account'],
    ['account-ended', new Date(noon), soon, 'news'],
    ['news-ended', soon, new Date(noon), 'account'],
  ])(
    'of two lists that suppress an address, the verdict is of the longer suppression: %s',
    async (name, ofAccount, ofNews, expected) => {
      const address = `${name}@example.net`;
      await backend().put({ address, since, ...(ofAccount && { until: ofAccount }) });
      await backend().put({ address, list: 'news', reason: 'manual', since, ...(ofNews && { until: ofNews }) });
      const [reason, until] = expected === 'account' ? ['hard', ofAccount] : ['manual', ofNews];
      const verdict = { kind: 'suppressed', address, reason, since, suspected: false, list: expected };
      expect(await makeList('news').check(address)).toEqual({ ...verdict, ...(until && { until }) });
    },
  );

  test('suppressing and releasing on a list does not change the account’s list', async () => {
    const [news, address] = [makeList('news'), 'tenant@example.net'];
    await news.suppress(address, attribution);
    expect(await news.check(address)).toEqual({ ...manually, address, list: 'news' });
    expect(await makeList().isSuppressed(address)).toBe(false);
    expect(await makeList().release(address, attribution)).toBe(false);
    await makeList().suppress(address, attribution);
    expect(await news.release(address, attribution)).toBe(true);
    expect(await makeList('news').check(address)).toEqual({ ...manually, address });
    expect(await makeList().isSuppressed(address)).toBe(true);
  });
}
