import type { AccountList } from '../../shared/account-list/account-list.ts';
import type { SyncDependencies } from '../../shared/account-list/sync.ts';

/** A process that crashes at its n-th call to anything outside of it, counted from 0. */
export type Crash = { readonly call: number; readonly kind: 'crash before' | 'crash after' };

/**
 * Wraps the dependencies of a sync so that the process crashes at one call: before the call takes effect, or after it
 * but before the response arrives. Every later call fails without effect.
 */
export function createCrashingSync({ store, outbox, lists, files, ...rest }: SyncDependencies, { call, kind }: Crash) {
  let calls = 0;
  let hasCrashed = false;
  const crashAt = <Target extends object>(target: Target): Target =>
    Object.fromEntries(
      Object.entries(target).map(([name, method]) => [
        name,
        async (...args: unknown[]) => {
          const isNow = calls++ === call;
          hasCrashed ||= isNow && kind === 'crash before';
          if (hasCrashed) throw new Error('crashed');
          const result = await method(...args);
          hasCrashed ||= isNow && kind === 'crash after';
          if (hasCrashed) throw new Error('crashed');
          return result;
        },
      ]),
    ) as Target;
  const crashAtEach = <Target extends object>(targets: ReadonlyMap<string, Target>) =>
    new Map([...targets].map(([region, target]) => [region, crashAt(target)] as const));
  const dependencies: SyncDependencies = {
    ...rest,
    store: { ...store, ...crashAt({ read: store.read, write: store.write }) },
    outbox: crashAt(outbox),
    lists: crashAtEach<AccountList>(lists),
    files: crashAtEach(files),
    // A crashed process logs nothing.
    log: (entry) => void (hasCrashed || rest.log(entry)),
  };
  return { dependencies, hasCrashed: () => hasCrashed };
}
