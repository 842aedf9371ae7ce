/** A shorter word has too many neighbours. */
const LENGTH_MIN = 4;
/** A word of this length may have two wrong letters. */
const LENGTH_OF_TWO = 8;

/**
 * Returns the term of a vocabulary that a misspelled term is meant to be: one letter is wrong, missing, doubled or
 * swapped, or two in a long word, and the first one is right. Returns null without such a term.
 */
export function correctTerm(term: string, vocabulary: Iterable<string>): string | null {
  if (term.length < LENGTH_MIN || !/^\p{L}+$/u.test(term)) return null;
  let best: string | null = null;
  let least = term.length >= LENGTH_OF_TWO ? 3 : 2;
  for (const other of vocabulary) {
    if (other[0] !== term[0] || Math.abs(other.length - term.length) >= least) continue;
    if (other.length < LENGTH_MIN) continue;
    const distance = measureDistance(term, other);
    if (distance < least) [best, least] = [other, distance];
  }
  return best;
}

/** Counts the letters to insert, delete, replace or swap with the next one to make one word of another. */
function measureDistance(one: string, other: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (let row = 1; row <= one.length; row++) {
    const current = [row];
    for (let column = 1; column <= other.length; column++) {
      const isSame = one[row - 1] === other[column - 1];
      let least = Math.min(
        (last[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (isSame ? 0 : 1),
      );
      const isSwap =
        row > 1 && one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1];
      if (isSwap) least = Math.min(least, (beforeLast[column - 2] ?? 0) + 1);
      current.push(least);
    }
    [beforeLast, last] = [last, current];
  }
  return last[other.length] ?? 0;
}
