/**
 * Chooses the newest segments to merge. `chunkCounts` has the number of chunks of each segment, oldest first. Returns
 * the number of segments to merge, counted from the newest; 0 if none.
 *
 * It returns the highest number, of at least `merged`, for which the other segments together have at least (`merged` −
 * 1) / 2 times as many chunks as the largest one. So each merge puts a chunk into a segment that is several times as
 * large: a chunk is copied about once each time the shard grows fivefold, and a large segment is not copied for a few
 * small ones. A shard of 200,000 chunks has 10 to 26 segments.
 */
export function chooseMerge(chunkCounts: readonly number[], merged = 8): number {
  let [chosen, sum, largest, count] = [0, 0, 0, 0];
  for (const chunkCount of chunkCounts.toReversed()) {
    sum += chunkCount;
    largest = Math.max(largest, chunkCount);
    count++;
    if (count >= merged && sum - largest >= ((merged - 1) / 2) * largest) chosen = count;
  }
  return chosen;
}
