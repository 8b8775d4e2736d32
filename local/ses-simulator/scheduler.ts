type Task = () => Promise<void>;

/** Runs tasks a fixed delay after they were scheduled. */
export type Scheduler = {
  /** Runs the task after the delay. With a delay of 0, runs it immediately and waits for it. */
  schedule(task: Task): Promise<void>;
  /** Starts all tasks that are due, in the order they were scheduled, and waits for them. */
  runDue(): Promise<void>;
  /** Discards the tasks that are not due yet. */
  clear(): void;
};

/**
 * Creates a scheduler that delays every task by `delayMs` milliseconds of the given clock. With a real clock, timers
 * start the tasks. With a clock that a test sets, call `runDue` after advancing it.
 */
export function createScheduler(delayMs: number, clock: () => number): Scheduler {
  const waiting: { readonly dueAt: number; readonly task: Task; readonly timer: NodeJS.Timeout }[] = [];

  async function runDue(): Promise<void> {
    const now = clock();
    const firstNotDue = waiting.findIndex(({ dueAt }) => dueAt > now);
    const due = waiting.splice(0, firstNotDue < 0 ? waiting.length : firstNotDue);
    await Promise.all(
      due.map(({ task, timer }) => {
        clearTimeout(timer);
        return task();
      }),
    );
  }

  return {
    async schedule(task) {
      if (delayMs === 0) return task();
      // A timer can fire slightly before the clock reaches the due time.
      const timer = setTimeout(() => void runDue(), delayMs + 5).unref();
      waiting.push({ dueAt: clock() + delayMs, task, timer });
    },
    runDue,
    clear() {
      for (const { timer } of waiting.splice(0)) clearTimeout(timer);
    },
  };
}
