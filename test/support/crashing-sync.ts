import type { AccountList } from '../../shared/account-list/account-list.ts';
import type { SyncDependencies } from '../../shared/account-list/sync.ts';

/** What befalls a process at its n-th call to whatever is outside of it, from 0. */
export type Death = { readonly call: number; readonly kind: 'die before' | 'die after' };

/** All that a run calls, of a process that dies around a call: it is not made, or made without an answer, and none follows. */
export function mortalDrain({ store, outbox, lists, files, ...rest }: SyncDependencies, { call, kind }: Death) {
  let calls = 0;
  let isDead = false;
  const dead = () => new Error('dead');
  const guard = <Target extends object>(target: Target): Target =>
    Object.fromEntries(
      Object.entries(target).map(([name, method]) => [
        name,
        async (...given: unknown[]) => {
          const isNow = calls++ === call;
          isDead ||= isNow && kind === 'die before';
          if (isDead) throw dead();
          const answer = await method(...given);
          isDead ||= isNow && kind === 'die after';
          if (isDead) throw dead();
          return answer;
        },
      ]),
    ) as Target;
  const all = <Target extends object>(targets: ReadonlyMap<string, Target>) =>
    new Map([...targets].map(([region, target]) => [region, guard(target)] as const));
  const dependencies: SyncDependencies = {
    ...rest,
    store: { ...guard({ read: store.read, write: store.write }), countItems: store.countItems },
    outbox: guard(outbox),
    lists: all<AccountList>(lists),
    files: all(files),
    // The dead log nothing.
    log: (entry) => void (isDead || rest.log(entry)),
  };
  return { dependencies, hasDied: () => isDead };
}
