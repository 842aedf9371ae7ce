/** The clock, random numbers and delays that model calls use. Tests replace them. */
export type Clock = {
  readonly now: () => number;
  readonly random: () => number;
  /** Resolves after `ms` milliseconds. If the signal is aborted before, rejects with its reason. */
  readonly sleep: (ms: number, signal: AbortSignal | undefined) => Promise<void>;
};

/** The real clock, random numbers and timers of the runtime. */
export const systemClock: Clock = {
  now: () => Date.now(),
  random: () => Math.random(),
  sleep: async (ms, signal) => {
    signal?.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, ms);
    const stop = () => reject(signal?.reason);
    signal?.addEventListener("abort", stop, { once: true });
    try {
      await promise;
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener("abort", stop);
    }
  },
};
