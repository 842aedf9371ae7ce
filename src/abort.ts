/**
 * Waits for `work`, but throws the reason of `signal` as soon as that is aborted. Use it for work that accepts no
 * signal or ignores it: after the abort, the work may continue, but its result is dropped, and a failure of it is not
 * an unhandled rejection.
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
 * Waits at most `ms` milliseconds for `work`. If it has not ended by then, returns what `onLate` returns, or throws
 * what that throws; the work may continue. The timer is always cleared: a pending timer keeps a Durable Object in
 * memory.
 */
export async function withDeadline<Value, Late = never>(
  work: Promise<Value>,
  ms: number,
  onLate: () => Late,
): Promise<Value | Late> {
  const { promise: over, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, Math.max(0, ms));
  try {
    return await Promise.race([work, over.then(onLate)]);
  } finally {
    clearTimeout(timer);
  }
}
