/** Asks at an interval whether the service answers, until it is stopped; `stop` returns the slowest answer in ms. */
export function watchHealth(url: string, intervalMs: number): { stop: () => Promise<number> } {
  const stopping = new AbortController();
  const watching = (async () => {
    let slowest = 0;
    while (!stopping.signal.aborted) {
      const startedAt = performance.now();
      const response = await fetch(`${url}/health`);
      await response.body?.cancel();
      slowest = Math.max(slowest, performance.now() - startedAt);
      await wait(intervalMs);
    }
    return slowest;
  })();
  return {
    stop: async () => {
      stopping.abort();
      return await watching;
    },
  };
}

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
