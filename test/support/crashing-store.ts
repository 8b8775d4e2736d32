import { StoreError, type SuppressionStore } from '../../shared/domain/suppression/store.ts';

/**
 * What happens to a process at its n-th call to the store, counted from 0. `busy`: the table is throttled for this one
 * call.
 */
export type Crash = { readonly call: number; readonly kind: 'none' | 'crash before' | 'crash after' | 'busy' };

/**
 * Wraps a store so that the process crashes at one call: before the call takes effect, or after it but before the
 * response arrives. Every later call fails without effect.
 */
export function createCrashingStore(store: SuppressionStore, { call: crashingCall, kind }: Crash) {
  let calls = 0;
  let hasCrashed = false;
  const wrap =
    <Arguments extends unknown[], Result>(method: (...args: Arguments) => Promise<Result>) =>
    async (...args: Arguments): Promise<Result> => {
      const isNow = calls++ === crashingCall;
      if (isNow && kind === 'busy') throw new StoreError('busy', { scope: 'transient' });
      hasCrashed ||= isNow && kind === 'crash before';
      if (hasCrashed) throw new Error('crashed');
      const result = await method(...args);
      hasCrashed ||= isNow && kind === 'crash after';
      if (hasCrashed) throw new Error('crashed');
      return result;
    };
  const wrapStore = (wrapped: SuppressionStore): SuppressionStore => ({
    ...wrapped,
    ofList: (list) => wrapStore(wrapped.ofList(list)),
    read: wrap(wrapped.read),
    write: wrap(wrapped.write),
  });
  return { store: wrapStore(store), hasCrashed: () => hasCrashed };
}
