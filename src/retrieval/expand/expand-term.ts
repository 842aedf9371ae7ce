import { BestIndexes } from "../dense/best-indexes.ts";
import {
  type TermBytes,
  countSharedBytes,
  NO_LATER_MATCH,
  NO_MATCH,
  type TermMatcher,
} from "./term-matcher.ts";

/** A cursor over the terms of a block, in the order of their UTF-8 bytes. It starts before the first term. */
export interface TermCursor extends TermBytes {
  /** Number of chunks that have the present term. */
  readonly documentCount: number;
  /**
   * Moves to the next term: `bytes`, `start`, `end` and `documentCount` then describe it. Returns false after the last
   * term.
   */
  next(): boolean;
}

/** The terms of a segment, in blocks ordered by the terms' UTF-8 bytes. */
export interface SortedTerms {
  /**
   * Yields the blocks in order, beginning with the block in which `from` is or would be. Each block is read only when
   * it is asked for, because reading is expensive.
   */
  blocks(from: Uint8Array): Iterable<TermCursor>;
}

/**
 * A term of the index that a term of the question was expanded to. `distance` is the number of edits between them; 0
 * for a prefix.
 */
export type ExpandedTerm = {
  readonly term: string;
  readonly distance: number;
  readonly documentCount: number;
};

/**
 * The terms that a term of the question is expanded to. `isCut` is true if the limit of blocks was reached, so that
 * terms may be missing.
 */
export type Expansion = { readonly terms: readonly ExpandedTerm[]; readonly isCut: boolean };

/** Maximum number of terms that one term of a question is expanded to. */
const TERMS_MAX = 50;
/**
 * Maximum number of blocks of a segment that are read for one term: at 16 KB a block, about all terms with the same
 * first letter of 50,000 chunks.
 */
const BLOCKS_MAX = 128;

/**
 * Finds the terms of a segment that match, ordered by distance and then by number of chunks, highest first. Segments
 * never change, so callers can cache the result by segment and matcher (`ExpansionCache`).
 */
export function expandTerm(
  sorted: SortedTerms,
  matcher: TermMatcher,
  { termsMax = TERMS_MAX, blocksMax = BLOCKS_MAX } = {},
): Expansion {
  const found: ExpandedTerm[] = [];
  const best = new BestIndexes(termsMax);
  const take = (one: ExpandedTerm) => {
    best.offer(one.documentCount - one.distance * 2 ** 32, found.length);
    found.push(one);
  };
  const isCut = !walk(sorted, matcher, blocksMax, take);
  return { terms: best.ranked().flatMap((index) => found[index] ?? []), isCut };
}

/** Offers terms to the matcher until no later term can match. Returns false if it reached `blocksMax` before. */
function walk(
  sorted: SortedTerms,
  matcher: TermMatcher,
  blocksMax: number,
  take: (term: ExpandedTerm) => void,
): boolean {
  const place: Place = { from: matcher.first, prunedBytes: 0 };
  let blocksLeft = blocksMax;
  for (let jumps = true; jumps;) {
    jumps = false;
    let isFirst = true;
    for (const block of sorted.blocks(startKey(place))) {
      if (blocksLeft-- <= 0) return false;
      const offered = matchBlock(block, place, matcher, take);
      if (offered === "past") return true;
      // The whole block was skipped: the next match may be many blocks away, so its block is looked up by key.
      jumps = !isFirst && offered === "none";
      if (jumps) break;
      isFirst = false;
    }
  }
  return true;
}

/**
 * The progress of a walk: the terms before `from` are done, and no term that begins with the first `prunedBytes` bytes
 * of `from` matches.
 */
type Place = { from: Uint8Array; prunedBytes: number };

const decoder = new TextDecoder();

/**
 * Offers the terms of a block to the matcher. Returns `past` if no later term can match, `none` if all terms of the
 * block were skipped, otherwise `some`.
 */
function matchBlock(
  block: TermCursor,
  place: Place,
  matcher: TermMatcher,
  take: (term: ExpandedTerm) => void,
): "some" | "none" | "past" {
  const start = startKey(place);
  let { from: pruned, prunedBytes } = place;
  let offered: "some" | "none" = "none";
  while (block.next()) {
    if (prunedBytes > 0 && countSharedBytes(block, pruned, prunedBytes) === prunedBytes) continue;
    if (offered === "none" && compareKeys(block, start) < 0) continue;
    offered = "some";
    const distance = matcher.match(block);
    if (distance === NO_LATER_MATCH) return "past";
    if (distance >= 0) take(toTerm(block, distance));
    prunedBytes = distance === NO_MATCH ? matcher.prunedBytes : 0;
    // The bytes of a term stay where they are in its block, so a view of them is enough.
    if (prunedBytes > 0) pruned = block.bytes.subarray(block.start, block.end);
  }
  if (offered === "some") {
    // Without a pruned prefix, the walk continues after the last term of the block.
    place.from = prunedBytes > 0 ? pruned : block.bytes.slice(block.start, block.end);
    place.prunedBytes = prunedBytes;
  }
  return offered;
}

function toTerm({ bytes, start, end, documentCount }: TermCursor, distance: number): ExpandedTerm {
  return { term: decoder.decode(bytes.subarray(start, end)), distance, documentCount };
}

/**
 * Returns the lowest key that may match. A pruned prefix is skipped by adding 1 to its last byte, which is never 255 in
 * UTF-8.
 */
function startKey({ from, prunedBytes }: Place): Uint8Array {
  if (prunedBytes === 0) return from;
  const key = from.slice(0, prunedBytes);
  key[prunedBytes - 1] = (key[prunedBytes - 1] ?? 0) + 1;
  return key;
}

/**
 * Compares a term with a key as unsigned bytes; a prefix comes before longer terms. Returns a negative number, 0 or a
 * positive number.
 */
function compareKeys(term: TermBytes, key: Uint8Array): number {
  const shared = countSharedBytes(term, key, key.length);
  const byte = term.start + shared < term.end ? (term.bytes[term.start + shared] ?? 0) : -1;
  return byte - (key[shared] ?? -1);
}
