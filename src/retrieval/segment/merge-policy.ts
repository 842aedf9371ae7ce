/** Returns the level of a segment: the exponent of the greatest power of 8 that is not more than its chunks. */
const levelOf = (chunkCount: number): number => Math.floor(Math.log2(Math.max(1, chunkCount)) / 3);

/**
 * Chooses the segments to merge, given the number of chunks of each, oldest first. Returns how many of the newest: the
 * newest eight (`merged`) or more that are no larger than the level of one of them; 0 if nothing is to be merged. So each
 * chunk is copied about once a level, and a shard never has more than seven segments a level: 10 to 20 at 200,000.
 */
export function chooseMerge(chunkCounts: readonly number[], merged = 8): number {
  const levels = chunkCounts.map(levelOf);
  const highest = Math.max(0, ...levels.slice(-merged));
  for (let level = 0; level <= highest; level++) {
    const above = levels.findLastIndex((one) => one > level);
    const count = levels.length - 1 - above;
    if (count >= merged) return count;
  }
  return 0;
}
