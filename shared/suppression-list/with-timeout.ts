/** The longest delay a timer takes. Node replaces a longer one by one millisecond. */
const maxTimerMs = 2 ** 31 - 1;

/**
 * Runs work with a signal that is aborted after a timeout, or together with the caller's own signal. When the signal is aborted, the promise
 * rejects at once, even if the work does not react to the signal.
 *
 * @throws the reason of the caller's signal, a `TimeoutError`, or the error of the work
 */
export async function withTimeout<Result>(
  timeoutMs: number,
  outer: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  outer?.throwIfAborted();
  const inner = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const removeCallback = outer && onceAborted(outer, () => inner.abort(outer.reason));
  try {
    return await new Promise<Result>((resolve, reject) => {
      inner.signal.addEventListener('abort', () => reject(inner.signal.reason));
      timer = setTimeout(() => inner.abort(new DOMException('', 'TimeoutError')), Math.min(timeoutMs, maxTimerMs));
      work(inner.signal).then(resolve, reject);
    });
  } finally {
    clearTimeout(timer);
    removeCallback?.();
  }
}

const callbacksOf = new WeakMap<AbortSignal, Set<() => void>>();

/**
 * Calls back when a signal is aborted, and returns a function that prevents it. However many lookups share the signal, it gets one listener:
 * Node would take more than ten for a leak.
 */
function onceAborted(signal: AbortSignal, callback: () => void): () => void {
  const callbacks = callbacksOf.get(signal) ?? new Set();
  if (!callbacksOf.has(signal)) {
    callbacksOf.set(signal, callbacks);
    signal.addEventListener('abort', () => {
      for (const call of callbacks) call();
    });
  }
  callbacks.add(callback);
  return () => callbacks.delete(callback);
}
