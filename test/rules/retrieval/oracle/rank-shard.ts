import type { FileId } from "../../../../src/ids.ts";
import { saturation, weightSum } from "../../../../src/retrieval/bm25.ts";
import { compareHits, fusedScore } from "../../../../src/retrieval/fuse.ts";
import { inverseNorm, quantize } from "../../../../src/retrieval/quantize.ts";
import type { ShardQuery } from "../../../../src/retrieval/search-types.ts";
import type { ShardMemory } from "./shard-memory.ts";

/** A chunk with its scores in a search, by its number in the shard. Its text is not read from storage yet. */
export type RankedChunk = {
  readonly number: number;
  readonly chunkId: string;
  readonly lexical: number;
  readonly dense: number;
  readonly score: number;
};

/**
 * Looks up a term in a shard's inverted index. Returns the number (the id in that index) of each chunk that contains
 * the term, repeated for each occurrence.
 */
export type Postings = (term: string) => readonly number[];

/**
 * Scores every chunk of a shard for a query, by words and by vector, and returns the best of those whose file passes
 * the search filter, which `admits` tests. Chunks are filtered before the number of results is cut, so a selective
 * filter loses no results; `admits` is called only for chunks that would be kept, so a broad filter costs little.
 */
export function rankShard(
  memory: ShardMemory,
  postings: Postings,
  query: ShardQuery,
  admits: (fileId: FileId) => boolean,
): RankedChunk[] {
  const lexical = lexicalScores(memory, postings, query);
  const dense = query.vector && query.weights.dense > 0 ? denseScores(memory, query.vector) : null;
  const best = new BestChunks(query.candidatesMax);
  for (let slot = 0; slot < memory.count; slot++) {
    const words = lexical[slot] ?? 0;
    const direction = dense?.[slot] ?? 0;
    const score = fusedScore(words, direction, query.weights);
    if (score <= 0 || score < best.lowest) continue;
    const fileId = memory.fileIds[slot];
    if (fileId === undefined || !admits(fileId)) continue;
    best.offer({
      number: memory.numberAt(slot),
      chunkId: memory.chunkIds[slot] ?? "",
      lexical: words,
      dense: direction,
      score,
    });
  }
  return best.ranked();
}

/** Computes BM25 / (Σ idf · (k1 + 1)) of every slot: a chunk saturated with all terms of the question scores 1. */
function lexicalScores(memory: ShardMemory, postings: Postings, query: ShardQuery): Float64Array {
  const scores = new Float64Array(memory.count);
  const whole = weightSum(query.terms);
  if (whole <= 0) return scores;
  const frequencies = new Uint32Array(memory.count);
  for (const { term, count, idf } of query.terms) {
    const touched: number[] = [];
    for (const number of postings(term)) {
      const slot = memory.findSlot(number);
      if (slot === undefined) continue;
      const frequency = frequencies[slot] ?? 0;
      if (frequency === 0) touched.push(slot);
      frequencies[slot] = frequency + 1;
    }
    const weight = (count * idf) / whole;
    for (const slot of touched) {
      const part = saturation(
        frequencies[slot] ?? 0,
        memory.lengths[slot] ?? 0,
        query.averageLength,
      );
      scores[slot] = (scores[slot] ?? 0) + weight * part;
      frequencies[slot] = 0;
    }
  }
  return scores;
}

/**
 * Computes the cosine of every slot with the query. Negative values become 0. Only the dimensions in which the query is
 * not zero are multiplied: a question of ten words has a value in about 100 of the 512 dimensions of `hash-1`.
 */
function denseScores(memory: ShardMemory, vector: Float32Array): Float64Array {
  const { dimensions, vectors, inverseNorms } = memory;
  const scores = new Float64Array(memory.count);
  const target = quantize(vector);
  const scale = inverseNorm(target);
  if (target.length !== dimensions) return scores;
  const used = Uint32Array.from([...target.keys()].filter((index) => target[index] !== 0));
  const values = Int8Array.from(used, (index) => target[index] ?? 0);
  for (let slot = 0, offset = 0; slot < memory.count; slot++, offset += dimensions) {
    let product = 0;
    for (let index = 0; index < used.length; index++) {
      product += (vectors[offset + (used[index] ?? 0)] ?? 0) * (values[index] ?? 0);
    }
    scores[slot] = Math.max(0, product * scale * (inverseNorms[slot] ?? 0));
  }
  return scores;
}

/** The best chunks so far. Keeps up to twice as many and sorts only when full, which happens rarely. */
class BestChunks {
  /** A chunk with a lower score is not among the best. */
  lowest = 0;
  readonly #max: number;
  #kept: RankedChunk[] = [];

  constructor(max: number) {
    this.#max = max;
  }

  /** Offers a chunk, which is kept while it is among the best. */
  offer(chunk: RankedChunk): void {
    this.#kept.push(chunk);
    if (this.#kept.length < this.#max * 2) return;
    this.#kept = this.ranked();
    this.lowest = this.#kept.at(-1)?.score ?? 0;
  }

  /** Returns the best chunks, best first. */
  ranked(): RankedChunk[] {
    return this.#kept.toSorted(compareHits).slice(0, this.#max);
  }
}
