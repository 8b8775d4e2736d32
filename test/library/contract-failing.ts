import { inspect } from 'node:util';
import type { ListOptions } from '../../shared/suppression-list/options.ts';
import { noon } from '../support/ses.ts';
import type { Backend } from './backends.ts';
import { attribution } from './contract.ts';

const modes = ['throw', 'allow', 'suppress'] as const;

/** Tests of aborted calls and of failures of the table that every backend must pass. */
export function describeFailures(backend: () => Backend): void {
  const makeList = (options: ListOptions = {}) => backend().makeList({ clock: () => noon, ...options });
  const address = 'failing@example.net';
  const addresses = Array.from({ length: 250 }, (_, i) => `failing-${i}@example.net`);
  const ignore = () => {};

  describe.each(modes)('whenStoreFails: %s', (whenStoreFails) => {
    test('a call with an aborted signal rejects with its reason', async () => {
      const list = makeList({ whenStoreFails, onStoreFailure: failTest });
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
    ])('%s rejects with the reason of a signal that is aborted during the call', async (_name, call) => {
      const controller = new AbortController();
      const calling = call(makeList({ whenStoreFails, onStoreFailure: failTest }), controller.signal);
      controller.abort('changed my mind');
      await expect(calling).rejects.toBe('changed my mind');
    });
  });

  describe('a table without access', () => {
    beforeAll(() => backend().denyAccess(true));
    afterAll(() => backend().denyAccess(false));

    const messageFor = (operation: string, policy: string) =>
      `Cannot ${operation} the suppression list "${backend().tableName}": AccessDeniedException. The credentials do not allow ` +
      `this operation. Attach the managed policy in the stack output ${policy}.`;
    const readError = () => ({
      name: 'SuppressionStoreError',
      code: 'AccessDeniedException',
      message: messageFor('read', 'AppPolicyArn'),
    });

    test('is an error that says what to do, by default', async () => {
      await expect(makeList().isSuppressed(address)).rejects.toMatchObject(readError());
      await expect(makeList().check(address)).rejects.toMatchObject(readError());
      await expect(makeList().filterSuppressed(addresses)).rejects.toMatchObject(readError());
      await expect(makeList({ list: 'news' }).check(address)).rejects.toMatchObject(readError());
    });

    test('is an error of the change in suppress and release', async () => {
      const message = messageFor('change', 'OperatorPolicyArn');
      await expect(makeList().suppress(address, attribution)).rejects.toMatchObject({ ...readError(), message });
      await expect(makeList().release(address, attribution)).rejects.toMatchObject({ ...readError(), message });
    });

    test('allows with whenStoreFails: allow, and marks the verdict', async () => {
      const failures: Error[] = [];
      const list = makeList({ whenStoreFails: 'allow', onStoreFailure: (error) => failures.push(error) });
      const allowed = { kind: 'allowed', address, unverified: true };
      expect(await list.check(address)).toEqual(allowed);
      expect(await list.filterSuppressed([address, 'invalid'])).toEqual([
        allowed,
        { kind: 'invalid', address: 'invalid' },
      ]);
      expect(await list.isSuppressed(address)).toBe(false);
      expect(failures).toMatchObject([readError(), readError(), readError()]);
    });

    test('suppresses with whenStoreFails: suppress, and names the reason', async () => {
      const failures: Error[] = [];
      const list = makeList({
        whenStoreFails: 'suppress',
        onStoreFailure: (error) => failures.push(error),
        list: 'news',
      });
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
      expect(failures).toMatchObject([readError(), readError(), readError()]);
    });

    test('is reported once per request, not once per address', async () => {
      const failures: Error[] = [];
      const list = makeList({ whenStoreFails: 'suppress', onStoreFailure: (error) => failures.push(error) });
      const verdicts = await list.filterSuppressed(addresses);
      expect(verdicts.map(({ kind }) => kind)).toEqual(addresses.map(() => 'suppressed'));
      expect(failures).toHaveLength(3);
    });

    test('does not turn an invalid address into a verdict', async () => {
      const list = makeList({ whenStoreFails: 'allow', onStoreFailure: ignore });
      await expect(list.isSuppressed('invalid')).rejects.toMatchObject({ name: 'InvalidAddressError' });
    });

    test('leads to an error that has its cause but prints no address', async () => {
      const error = await makeList()
        .check('Failing <failing@example.net>')
        .catch((thrown: Error) => thrown);
      expect((error as Error).cause).toMatchObject({ name: 'AccessDeniedException' });
      expect(inspect(error, { depth: 9 })).not.toMatch(/\w@example/);
    });

    test('is not cached', async () => {
      const list = makeList({ whenStoreFails: 'suppress', onStoreFailure: ignore });
      await list.filterSuppressed([address]);
      backend().denyAccess(false);
      expect(await list.check(address)).toEqual({ kind: 'allowed', address });
      backend().denyAccess(true);
    });
  });
}

function failTest(): never {
  throw new Error('Unexpected failure of the table');
}
