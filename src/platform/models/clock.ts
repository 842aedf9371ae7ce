/** The time, randomness and delays of model calls; tests replace it. */
export type Clock = {
  readonly now: () => number;
  readonly random: () => number;
  /** Resolves after `ms`. Rejects with the reason of the signal when it is aborted before. */
  readonly sleep: (ms: number, signal: AbortSignal | undefined) => Promise<void>;
};

/** The clock of the runtime. */
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
