/**
 * Requests `/health` every `intervalMs` milliseconds. `stop` ends that, and resolves to the time of the slowest answer in
 * milliseconds. `readWork` reads a running count of work, in any unit; `mostWork` returns the largest increase of the
 * count during one request.
 */
export function watchHealth(
  url: string,
  intervalMs: number,
  readWork: () => number = () => 0,
): { stop: () => Promise<number>; mostWork: () => number } {
  const stopping = new AbortController();
  let most = 0;
  const watching = (async () => {
    let slowest = 0;
    while (!stopping.signal.aborted) {
      const startedAt = performance.now();
      const before = readWork();
      const response = await fetch(`${url}/health`);
      await response.body?.cancel();
      slowest = Math.max(slowest, performance.now() - startedAt);
      most = Math.max(most, readWork() - before);
      await wait(intervalMs);
    }
    return slowest;
  })();
  return {
    stop: async () => {
      stopping.abort();
      return await watching;
    },
    mostWork: () => most,
  };
}

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
