import { BestIndexes } from "../dense/best-indexes.ts";
import { compareBytes } from "../segment/bytes.ts";
import { NO_LATER_MATCH, type TermBytes, type TermMatcher } from "./term-matcher.ts";

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
   * Yields the blocks that may have terms with a prefix in order, beginning with the block in which `from` is or would
   * be. Blocks are read only when they are asked for, or a few in advance, because reading is expensive.
   */
  blocks(from: Uint8Array, prefix: Uint8Array): Iterable<TermCursor>;
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
 * Maximum number of blocks of a segment that are read for one term: at 16 KB a block, more than all terms with the same
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
  const found: FoundTerm[] = [];
  const best = new BestIndexes(termsMax);
  const take = ({ bytes, start, end, documentCount }: TermCursor, distance: number) => {
    best.offer(documentCount - distance * 2 ** 32, found.length);
    found.push({ bytes, start, end, documentCount, distance });
  };
  const isCut = !walk(sorted, matcher, blocksMax, take);
  const terms = best.ranked().flatMap((index) => found.slice(index, index + 1).map(toExpanded));
  return { terms, isCut };
}

/** A term that matches, as its place in a block. Few of them are returned, so only those are decoded. */
type FoundTerm = TermBytes & Omit<ExpandedTerm, "term">;

const decoder = new TextDecoder();
const toExpanded = ({ bytes, start, end, ...term }: FoundTerm): ExpandedTerm => ({
  term: decoder.decode(bytes.subarray(start, end)),
  distance: term.distance,
  documentCount: term.documentCount,
});

type Take = (term: TermCursor, distance: number) => void;

/** Offers terms to the matcher until no later term can match. Returns false if it reached `blocksMax` before. */
function walk(sorted: SortedTerms, matcher: TermMatcher, blocksMax: number, take: Take): boolean {
  let blocksLeft = blocksMax;
  for (let from: Uint8Array | null = matcher.prefix; from;) {
    const blocks = sorted.blocks(from, matcher.prefix);
    let last: Uint8Array | null = null;
    from = null;
    for (const block of blocks) {
      if (blocksLeft-- <= 0) return false;
      if (!matchBlock(block, matcher, take)) return true;
      const next = matcher.resume();
      // In most cases the next term that may match is in one of the blocks that follow. If this block ends before it,
      // too, it can be many blocks away, so its block is looked up by key.
      if (next && last && compareBytes(next, last) === 0) {
        from = next;
        break;
      }
      last = next;
    }
  }
  return true;
}

/** Offers the terms of a block to the matcher. Returns false if no later term can match. */
function matchBlock(block: TermCursor, matcher: TermMatcher, take: Take): boolean {
  while (block.next()) {
    const distance = matcher.match(block);
    if (distance >= 0) take(block, distance);
    else if (distance === NO_LATER_MATCH) return false;
  }
  return true;
}
