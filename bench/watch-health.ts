/**
 * Requests `/health` every `intervalMs` milliseconds until `stop` is called, which returns the time of the slowest
 * answer in milliseconds.
 */
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
