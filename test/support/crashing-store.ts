import { StoreError, type SuppressionStore } from '../../shared/domain/suppression/store.ts';

/** What befalls a process at its n-th call to the store, from 0. */
export type Trouble = { readonly call: number; readonly kind: 'none' | 'die before' | 'die after' | 'busy' };

/** The store of a process that dies around a call: it is not made, or made without an answer, and none follows. */
export function mortalStore(store: SuppressionStore, { call: fatalCall, kind }: Trouble) {
  let calls = 0;
  let isDead = false;
  const guard =
    <Arguments extends unknown[], Answer>(call: (...args: Arguments) => Promise<Answer>) =>
    async (...args: Arguments): Promise<Answer> => {
      const isNow = calls++ === fatalCall;
      if (isNow && kind === 'busy') throw new StoreError('busy', { scope: 'transient' });
      isDead ||= isNow && kind === 'die before';
      if (isDead) throw new Error('dead');
      const answer = await call(...args);
      isDead ||= isNow && kind === 'die after';
      if (isDead) throw new Error('dead');
      return answer;
    };
  return { store: { ...store, read: guard(store.read), write: guard(store.write) }, hasDied: () => isDead };
}
