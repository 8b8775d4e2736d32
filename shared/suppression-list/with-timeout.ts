/** What a timer takes: of more it makes a millisecond. */
const longest = 2 ** 31 - 1;

/**
 * Gives work a signal that ends when the time is up, or when the caller's own does. Does not wait for work that does not listen.
 * @throws the caller's reason, a `TimeoutError`, or what the work threw
 */
export async function withTimeout<Result>(
  milliseconds: number,
  outer: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  outer?.throwIfAborted();
  const inner = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const onAbort = () => inner.abort(outer?.reason);
  outer?.addEventListener('abort', onAbort);
  try {
    return await new Promise<Result>((resolve, reject) => {
      inner.signal.addEventListener('abort', () => reject(inner.signal.reason));
      timer = setTimeout(() => inner.abort(new DOMException('', 'TimeoutError')), Math.min(milliseconds, longest));
      work(inner.signal).then(resolve, reject);
    });
  } finally {
    clearTimeout(timer);
    outer?.removeEventListener('abort', onAbort);
  }
}
