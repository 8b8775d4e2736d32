import { day, noon } from '../support/ses.ts';
import type { Backend } from './backends.ts';
import { note } from './contract.ts';

/** What is written by hand, and on which list, whatever holds it. */
export function describeChanges(backend: () => Backend): void {
  const clock = () => noon;
  const makeList = (list?: string) => backend().makeList({ clock, ...(list && { list }) });
  const since = new Date(noon - day);
  const byHand = { kind: 'suppressed', reason: 'manual', since: new Date(noon), suspected: false, list: 'account' };

  test('who is suppressed by hand is suppressed at once, here and for others', async () => {
    const [list, address] = [makeList(), 'hand@example.net'];
    expect(await list.isSuppressed(address)).toBe(false);
    await list.suppress(`Hand <${address}>`, note);
    expect(await list.check(address)).toEqual({ ...byHand, address });
    expect(await list.filterSuppressed([address])).toEqual([{ ...byHand, address }]);
    expect(await makeList().check(address)).toEqual({ ...byHand, address });
  });

  test('who is suppressed until a moment is mailed from then on', async () => {
    let now = noon;
    const [list, address] = [backend().makeList({ clock: () => now }), 'until@example.net'];
    await list.suppress(address, { ...note, until: new Date(noon + day) });
    expect(await list.check(address)).toEqual({ ...byHand, address, until: new Date(noon + day) });
    now = noon + day;
    expect(await list.isSuppressed(address)).toBe(false);
  });

  test.each([
    ['the past', noon - 1],
    ['now', noon],
    ['never', Number.NaN],
  ])('to suppress until %s is an error, and nobody is suppressed', async (_name, until) => {
    const suppressing = makeList().suppress('late@example.net', { ...note, until: new Date(until) });
    await expect(suppressing).rejects.toThrow(/^The end of a suppression has to lie in the future\.$/);
    expect(await makeList().isSuppressed('late@example.net')).toBe(false);
  });

  test('who is released may be mailed at once, and may be suppressed again', async () => {
    const [list, address] = [makeList(), 'release@example.net'];
    await backend().put({ address, since });
    expect(await list.isSuppressed(address)).toBe(true);
    expect(await list.release('Release <RELEASE@example.net>', note)).toBe(true);
    expect(await list.check(address)).toEqual({ kind: 'allowed', address });
    await list.suppress(address, note);
    expect(await list.isSuppressed(address)).toBe(true);
  });

  test('to release who is not known changes nothing, and says so', async () => {
    const list = makeList();
    expect(await list.release('unknown@example.net', note)).toBe(false);
    expect(await list.isSuppressed('unknown@example.net')).toBe(false);
  });

  test('the account’s list holds for every list, and a list for itself alone', async () => {
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
    ['account-for-good', undefined, later, 'account'],
    ['news-for-good', later, undefined, 'news'],
    ['both-for-good', undefined, undefined, 'account'],
    ['both-the-same', soon, soon, 'account'],
    ['account-over', new Date(noon), soon, 'news'],
    ['news-over', soon, new Date(noon), 'account'],
  ])('of two lists that hold an address the longest speaks: %s', async (name, ofAccount, ofNews, speaks) => {
    const address = `${name}@example.net`;
    await backend().put({ address, since, ...(ofAccount && { until: ofAccount }) });
    await backend().put({ address, list: 'news', reason: 'manual', since, ...(ofNews && { until: ofNews }) });
    const [reason, until] = speaks === 'account' ? ['hard', ofAccount] : ['manual', ofNews];
    const verdict = { kind: 'suppressed', address, reason, since, suspected: false, list: speaks };
    expect(await makeList('news').check(address)).toEqual({ ...verdict, ...(until && { until }) });
  });

  test('a list is suppressed and released by itself, and the account’s stays', async () => {
    const [news, address] = [makeList('news'), 'tenant@example.net'];
    await news.suppress(address, note);
    expect(await news.check(address)).toEqual({ ...byHand, address, list: 'news' });
    expect(await makeList().isSuppressed(address)).toBe(false);
    expect(await makeList().release(address, note)).toBe(false);
    await makeList().suppress(address, note);
    expect(await news.release(address, note)).toBe(true);
    expect(await makeList('news').check(address)).toEqual({ ...byHand, address });
    expect(await makeList().isSuppressed(address)).toBe(true);
  });
}
