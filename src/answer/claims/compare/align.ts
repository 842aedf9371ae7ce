import type { Sentence } from "../reading/read-sentence.ts";

/**
 * Words at the same place of two sentences that differ: indexes of words of the claim and of the evidence, between two
 * pairs of equal words. One of the lists may be empty.
 */
export type Gap = { readonly claim: readonly number[]; readonly evidence: readonly number[] };

/** The alignment of a claim with a sentence of a passage. */
export type Alignment = {
  /** For each word of the claim, the index of the equal word of the evidence; −1 for none. */
  readonly matches: readonly number[];
  readonly gaps: readonly Gap[];
  /** The share of the claim's content words, numbers and dates that have an equal in the same order, 0 to 1. */
  readonly closeness: number;
};

/** Words of a sentence that are aligned; the rest of a longer one stays unaligned. */
const WORDS_MAX = 90;

/** Aligns the words of a claim with those of a sentence of a passage: the longest sequence that both have in order. */
export function align(claim: Sentence, evidence: Sentence): Alignment {
  const [rows, columns] = [alignmentKeys(claim), alignmentKeys(evidence)];
  const matches = longestCommon(rows, columns, claim.words.length);
  const content = rows.filter(({ isContent }) => isContent);
  const matched = content.filter(({ at }) => (matches[at] ?? -1) >= 0);
  return {
    matches,
    gaps: findGaps(rows, columns, matches),
    closeness: content.length === 0 ? 0 : matched.length / content.length,
  };
}

type Key = {
  readonly at: number;
  readonly key: string;
  readonly weight: number;
  readonly isContent: boolean;
};

const keysOf = new WeakMap<Sentence, readonly Key[]>();

/** The words that are aligned: all but marks; a number or a date is one word. */
function alignmentKeys(sentence: Sentence): readonly Key[] {
  const known = keysOf.get(sentence);
  if (known) return known;
  const merged = new Map<number, { last: number; key: string }>();
  for (const { first, last, value, dimension } of sentence.quantities) {
    merged.set(first, { last, key: `#${value} ${dimension ?? ""}` });
  }
  for (const { first, last, parts } of sentence.dates) {
    merged.set(first, { last, key: `@${Object.values(parts).join("-")}` });
  }
  const keys: Key[] = [];
  for (let at = sentence.start; at < sentence.words.length && keys.length < WORDS_MAX; at++) {
    const word = sentence.words[at];
    const group = merged.get(at);
    if (group) {
      keys.push({ at, key: group.key, weight: 2, isContent: true });
      at = group.last;
    } else if (word && word.kind !== "break" && word.kind !== "sign") {
      const term = sentence.terms[at] ?? "";
      const isContent = term !== "";
      keys.push({ at, key: isContent ? term : word.folded, weight: isContent ? 3 : 1, isContent });
    }
  }
  keysOf.set(sentence, keys);
  return keys;
}

/** Longest common sequence by weight: a content word counts three times as much as a function word. */
function longestCommon(rows: readonly Key[], columns: readonly Key[], length: number): number[] {
  const width = columns.length + 1;
  const best = new Uint16Array((rows.length + 1) * width);
  for (let row = rows.length - 1; row >= 0; row--) {
    const { key, weight } = rows[row] ?? { key: "", weight: 0 };
    for (let column = columns.length - 1; column >= 0; column--) {
      const skip = Math.max(
        best[(row + 1) * width + column] ?? 0,
        best[row * width + column + 1] ?? 0,
      );
      const take =
        columns[column]?.key === key ? (best[(row + 1) * width + column + 1] ?? 0) + weight : 0;
      best[row * width + column] = Math.max(skip, take);
    }
  }
  const matches = Array.from({ length }, () => -1);
  let [row, column] = [0, 0];
  while (row < rows.length && column < columns.length) {
    const [one, other] = [rows[row], columns[column]];
    const here = best[row * width + column] ?? 0;
    const isTaken =
      one !== undefined &&
      other !== undefined &&
      one.key === other.key &&
      here === (best[(row + 1) * width + column + 1] ?? 0) + one.weight;
    if (isTaken) {
      matches[one.at] = other.at;
      row += 1;
      column += 1;
    } else if (here === (best[(row + 1) * width + column] ?? 0)) row += 1;
    else column += 1;
  }
  return matches;
}

function findGaps(
  rows: readonly Key[],
  columns: readonly Key[],
  matches: readonly number[],
): Gap[] {
  const gaps: Gap[] = [];
  let column = 0;
  let claim: number[] = [];
  const close = (until: number) => {
    const evidence: number[] = [];
    while (column < columns.length && (columns[column]?.at ?? until) < until) {
      evidence.push(columns[column]?.at ?? 0);
      column += 1;
    }
    if (claim.length > 0 || evidence.length > 0) gaps.push({ claim, evidence });
    claim = [];
  };
  for (const { at } of rows) {
    const match = matches[at] ?? -1;
    if (match < 0) {
      claim.push(at);
      continue;
    }
    close(match);
    column += 1;
  }
  close(Infinity);
  return gaps;
}
