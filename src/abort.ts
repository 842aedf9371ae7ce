/**
 * Waits for `work` until `signal` is aborted, then throws the reason of the signal. Use it for work that takes no
 * signal or ignores it: the work may continue, but its result is dropped and a later failure is not an unhandled
 * rejection.
 */
export async function raceAbort<Value>(work: Promise<Value>, signal: AbortSignal): Promise<Value> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const stop = () => reject(signal.reason);
  if (signal.aborted) stop();
  signal.addEventListener("abort", stop, { once: true });
  try {
    return await Promise.race([aborted, work]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

/**
 * Waits for `work` for at most `ms` milliseconds, then throws the error that `makeError` returns. The work may
 * continue. The timer is always cleared: a pending timer keeps a Durable Object in memory.
 */
export async function withDeadline<Value>(
  work: Promise<Value>,
  ms: number,
  makeError: () => Error,
): Promise<Value> {
  const { promise: over, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(makeError()), Math.max(0, ms));
  try {
    return await Promise.race([work, over]);
  } finally {
    clearTimeout(timer);
  }
}
