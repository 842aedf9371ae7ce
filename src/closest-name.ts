/** Finds the name with the fewest edits, if they are at most two and less than half of its length. */
export function closestName(name: string, names: Iterable<string>): string | null {
  let closest: string | null = null;
  let fewest = Math.min(3, Math.ceil(name.length / 2));
  for (const other of names) {
    if (Math.abs(other.length - name.length) >= fewest) continue;
    const letters = distance(name.toLowerCase(), other.toLowerCase());
    if (letters < fewest) [closest, fewest] = [other, letters];
  }
  return closest;
}

/** Returns the number of letters to add, remove or change (Levenshtein). */
function distance(left: string, right: string): number {
  let row = Array.from({ length: right.length + 1 }, (_, at) => at);
  for (let i = 0; i < left.length; i += 1) {
    const next = [i + 1];
    for (let j = 0; j < right.length; j += 1) {
      const changed = (row[j] ?? 0) + (left[i] === right[j] ? 0 : 1);
      next.push(Math.min(changed, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
