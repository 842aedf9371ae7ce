/**
 * Chooses the segments to merge, given the number of chunks of each, oldest first. Returns how many of the newest: the
 * most of which the others together have several times the chunks of the largest, if these are at least `merged`; 0 if
 * nothing is to be merged. So a merge makes each chunk's segment several times as large, and copies a chunk about as
 * often as the shard grows fivefold; and a large segment is not copied for a few small ones. A shard has 10 to 26
 * segments at 200,000 chunks.
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
