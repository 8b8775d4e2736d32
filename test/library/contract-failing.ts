import { inspect } from 'node:util';
import type { ListOptions } from '../../shared/suppression-list/suppression-list.ts';
import { noon } from '../support/ses.ts';
import type { Backend } from './backends.ts';
import { note } from './contract.ts';

const modes = ['throw', 'allow', 'suppress'] as const;

/** What becomes of calls that are given up, and of those that cannot be answered, whatever holds the list. */
export function describeFailures(backend: () => Backend): void {
  const makeList = (options: ListOptions = {}) => backend().makeList({ clock: () => noon, ...options });
  const address = 'failing@example.net';
  const addresses = Array.from({ length: 250 }, (_, i) => `failing-${i}@example.net`);
  const ignore = () => {};

  describe.each(modes)('whenStoreFails: %s', (whenStoreFails) => {
    test('a call with a signal that has ended rejects with its reason', async () => {
      const list = makeList({ whenStoreFails, onStoreFailure: fail });
      await list.check('known@example.net');
      const reason = new Error('too late');
      const signal = AbortSignal.abort(reason);
      await expect(list.isSuppressed(address, { signal })).rejects.toBe(reason);
      await expect(list.check(address, { signal })).rejects.toBe(reason);
      await expect(list.check('known@example.net', { signal })).rejects.toBe(reason);
      await expect(list.filterSuppressed(addresses, { signal })).rejects.toBe(reason);
      await expect(list.filterSuppressed(['known@example.net'], { signal })).rejects.toBe(reason);
      await expect(list.filterSuppressed(['invalid'], { signal })).rejects.toBe(reason);
      await expect(list.filterSuppressed([], { signal })).rejects.toBe(reason);
    });

    test.each([
      [
        'isSuppressed',
        (list: ReturnType<typeof makeList>, signal: AbortSignal) => list.isSuppressed(address, { signal }),
      ],
      [
        'filterSuppressed',
        (list: ReturnType<typeof makeList>, signal: AbortSignal) => list.filterSuppressed(addresses, { signal }),
      ],
    ])('%s rejects with the reason of a signal that ends meanwhile', async (_name, call) => {
      const controller = new AbortController();
      const calling = call(makeList({ whenStoreFails, onStoreFailure: fail }), controller.signal);
      controller.abort('changed my mind');
      await expect(calling).rejects.toBe('changed my mind');
    });
  });

  describe('a table that refuses', () => {
    beforeAll(() => backend().refuse(true));
    afterAll(() => backend().refuse(false));

    const sentence = (what: string, policy: string) =>
      `The suppression list "${backend().tableName}" cannot be ${what}: AccessDeniedException. The credentials may not do that: ` +
      `attach the policy that the stack has for it, its output ${policy}.`;
    const refused = () => ({
      name: 'SuppressionStoreError',
      code: 'AccessDeniedException',
      message: sentence('read', 'AppPolicyArn'),
    });

    test('is an error with what to do about it, if nothing else is said', async () => {
      await expect(makeList().isSuppressed(address)).rejects.toMatchObject(refused());
      await expect(makeList().check(address)).rejects.toMatchObject(refused());
      await expect(makeList().filterSuppressed(addresses)).rejects.toMatchObject(refused());
      await expect(makeList({ list: 'news' }).check(address)).rejects.toMatchObject(refused());
    });

    test('is an error of writing where it is written', async () => {
      const message = sentence('changed', 'OperatorPolicyArn');
      await expect(makeList().suppress(address, note)).rejects.toMatchObject({ ...refused(), message });
      await expect(makeList().release(address, note)).rejects.toMatchObject({ ...refused(), message });
    });

    test('allows where that is wanted, and says so', async () => {
      const told: Error[] = [];
      const list = makeList({ whenStoreFails: 'allow', onStoreFailure: (error) => told.push(error) });
      const allowed = { kind: 'allowed', address, unverified: true };
      expect(await list.check(address)).toEqual(allowed);
      expect(await list.filterSuppressed([address, 'invalid'])).toEqual([
        allowed,
        { kind: 'invalid', address: 'invalid' },
      ]);
      expect(await list.isSuppressed(address)).toBe(false);
      expect(told).toMatchObject([refused(), refused(), refused()]);
    });

    test('suppresses where that is wanted, and says so', async () => {
      const told: Error[] = [];
      const list = makeList({ whenStoreFails: 'suppress', onStoreFailure: (error) => told.push(error), list: 'news' });
      const verdict = {
        kind: 'suppressed',
        reason: 'store-failed',
        since: new Date(noon),
        suspected: false,
        list: 'news',
      };
      expect(await list.check(address)).toEqual({ ...verdict, address });
      expect(await list.filterSuppressed([address])).toEqual([{ ...verdict, address }]);
      expect(await list.isSuppressed(address)).toBe(true);
      expect(told).toMatchObject([refused(), refused(), refused()]);
    });

    test('is told of once for each request, of many addresses', async () => {
      const told: Error[] = [];
      const list = makeList({ whenStoreFails: 'suppress', onStoreFailure: (error) => told.push(error) });
      const verdicts = await list.filterSuppressed(addresses);
      expect(verdicts.map(({ kind }) => kind)).toEqual(addresses.map(() => 'suppressed'));
      expect(told).toHaveLength(3);
    });

    test('has no answer to what is no address', async () => {
      const list = makeList({ whenStoreFails: 'allow', onStoreFailure: ignore });
      await expect(list.isSuppressed('invalid')).rejects.toMatchObject({ name: 'InvalidAddressError' });
    });

    test('tells its cause who asks for it, and prints no address', async () => {
      const error = await makeList()
        .check('Failing <failing@example.net>')
        .catch((thrown: Error) => thrown);
      expect((error as Error).cause).toMatchObject({ name: 'AccessDeniedException' });
      expect(inspect(error, { depth: 9 })).not.toMatch(/\w@example/);
    });

    test('is not remembered', async () => {
      const list = makeList({ whenStoreFails: 'suppress', onStoreFailure: ignore });
      await list.filterSuppressed([address]);
      backend().refuse(false);
      expect(await list.check(address)).toEqual({ kind: 'allowed', address });
      backend().refuse(true);
    });
  });
}

function fail(): never {
  throw new Error('No failure of the table is meant here');
}
