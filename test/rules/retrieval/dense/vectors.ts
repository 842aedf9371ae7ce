import { hashTerms } from "../../../../src/retrieval/hash-embedding.ts";
import { quantize } from "../../../../src/retrieval/quantize.ts";

/** Random numbers from 0 to 1 that are the same in every run (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), 1 | state);
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Vectors around random centres, as embeddings of texts about some topics. */
export type Mixture = {
  readonly dimensions: number;
  readonly topics: number;
  /** How far a vector is from its topic's centre, in directions that all topics share. */
  readonly spread: number;
  /** How much of a vector is noise, in every dimension. */
  readonly noise: number;
  /** How much of a vector all vectors have. */
  readonly shared: number;
};

const DIRECTIONS = 16;

/** Returns a function that draws vectors of a mixture. */
export function drawMixture(seed: number, mixture: Mixture): () => Float32Array {
  const { dimensions, topics, spread, noise, shared } = mixture;
  const random = seeded(seed);
  const normal = () => random() + random() + random() - 1.5;
  const vector = () => Float32Array.from({ length: dimensions }, normal);
  const centres = Array.from({ length: topics }, vector);
  const directions = Array.from({ length: DIRECTIONS }, vector);
  const common = vector();
  return () => {
    const centre = centres[Math.floor(random() * topics)] ?? common;
    const drawn = centre.map((value, at) => value + shared * (common[at] ?? 0) + noise * normal());
    for (const direction of directions) {
      const weight = spread * normal();
      for (let at = 0; at < dimensions; at++) {
        drawn[at] = (drawn[at] ?? 0) + weight * (direction[at] ?? 0);
      }
    }
    return drawn;
  };
}

/** Texts of an invented language whose words are as frequent as those of a natural one, as lists of terms. */
export function drawTexts(seed: number, words: number): (length: number) => string[] {
  const random = seeded(seed);
  const vocabulary = Array.from({ length: words }, () =>
    Array.from(
      { length: 2 + Math.floor(random() * 3) },
      () => SYLLABLES[Math.floor(random() * 40)],
    ).join(""),
  );
  return (length) =>
    Array.from({ length }, () => vocabulary[Math.floor(words ** random()) - 1] ?? "");
}

const SYLLABLES = Array.from(
  { length: 40 },
  (_, index) => `${"bdfgklmn"[index % 8]}${"aeiou"[index % 5]}${index % 3 === 0 ? "s" : ""}`,
);

/** Returns a function that scores all texts by words: BM25 / (Σ idf · (k1 + 1)), each word of a question once. */
export function indexTexts(
  texts: readonly string[][],
): (question: readonly string[]) => Float64Array {
  const mean = texts.reduce((sum, text) => sum + text.length, 0) / texts.length;
  const postings = new Map<string, Map<number, number>>();
  for (const [index, text] of texts.entries()) {
    for (const term of text) {
      const counts = postings.get(term) ?? new Map<number, number>();
      counts.set(index, (counts.get(index) ?? 0) + 1);
      postings.set(term, counts);
    }
  }
  return (question) => {
    const scores = new Float64Array(texts.length);
    const terms = [...new Set(question)].map((term) => {
      const counts = postings.get(term) ?? new Map<number, number>();
      return {
        counts,
        idf: Math.log(1 + (texts.length - counts.size + 0.5) / (counts.size + 0.5)),
      };
    });
    const whole = terms.reduce((sum, { idf }) => sum + idf, 0);
    for (const { counts, idf } of terms) {
      for (const [index, count] of counts) {
        const length = texts[index]?.length ?? 0;
        const part = count / (count + 1.2 * (0.25 + (0.75 * length) / mean));
        scores[index] = (scores[index] ?? 0) + (idf / whole) * part;
      }
    }
    return scores;
  };
}

/** Quantizes vectors as a shard stores them. */
export const toRows = (vectors: readonly Float32Array[]) => vectors.map(quantize);

/** Embeds texts with `hash-1`. */
export const embed = (texts: readonly string[][]) => texts.map(hashTerms);
