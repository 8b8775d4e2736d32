type Work = () => Promise<void>;

/** Work that is done some time after it came up, by the clock. */
export type Delay = {
  /** Does it after the delay; without one at once, and waits for it. */
  later(work: Work): Promise<void>;
  /** Begins, in order and at once, all that is due, and waits for it. */
  runDue(): Promise<void>;
  /** Forgets what is not due yet. */
  drop(): void;
};

/**
 * Puts work off for `delay` milliseconds of the clock. A timer looks after it, for a clock that goes; one that stands still
 * is looked at by `runDue`.
 */
export function createDelay(delay: number, clock: () => number): Delay {
  const waiting: { readonly dueAt: number; readonly work: Work; readonly timer: NodeJS.Timeout }[] = [];

  async function runDue(): Promise<void> {
    const now = clock();
    const first = waiting.findIndex(({ dueAt }) => dueAt > now);
    const due = waiting.splice(0, first < 0 ? waiting.length : first);
    await Promise.all(
      due.map(({ work, timer }) => {
        clearTimeout(timer);
        return work();
      }),
    );
  }

  return {
    async later(work) {
      if (delay === 0) return work();
      // Timers may go off a little before the clock says so.
      const timer = setTimeout(() => void runDue(), delay + 5).unref();
      waiting.push({ dueAt: clock() + delay, work, timer });
    },
    runDue,
    drop() {
      for (const { timer } of waiting.splice(0)) clearTimeout(timer);
    },
  };
}
