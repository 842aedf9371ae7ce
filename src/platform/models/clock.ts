export type Clock = {
  readonly now: () => number;
  readonly random: () => number;
  /** Resolves after the time, rejects with the signal's reason when it is aborted before. */
  readonly sleep: (ms: number, signal: AbortSignal | undefined) => Promise<void>;
};

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
