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
  const place: Place = { from: matcher.first };
  let blocksLeft = blocksMax;
  for (let jumps = true; jumps;) {
    jumps = false;
    for (const block of sorted.blocks(place.from)) {
      if (blocksLeft-- <= 0) return false;
      const offered = matchBlock(block, place, matcher, take);
      if (offered === "past") return true;
      // The next term that may match can be many blocks away, so its block is looked up by key. If that block has no
      // such term, the next one is read: another look-up would find the same block.
      jumps = offered === "far";
      if (jumps) break;
    }
  }
  return true;
}

/** The progress of a walk: no term before `from` is left that matches. */
type Place = { from: Uint8Array };

const NOWHERE = new Uint8Array();
const decoder = new TextDecoder();

/**
 * Offers the terms of a block to the matcher. Returns `past` if no later term can match, `far` if the next term that may
 * match can be in any block, otherwise `near`.
 */
function matchBlock(
  block: TermCursor,
  place: Place,
  matcher: TermMatcher,
  take: (term: ExpandedTerm) => void,
): "near" | "far" | "past" {
  let { from } = place;
  let isOffered = false;
  while (block.next()) {
    if (from.length > 0 && compareKeys(block, from) < 0) continue;
    isOffered = true;
    const distance = matcher.match(block);
    if (distance === NO_LATER_MATCH) return "past";
    if (distance >= 0) take(toTerm(block, distance));
    from = distance === NO_MATCH ? (matcher.resume ?? NOWHERE) : NOWHERE;
  }
  if (!isOffered) return "near";
  place.from = from;
  return from.length > 0 ? "far" : "near";
}

function toTerm({ bytes, start, end, documentCount }: TermCursor, distance: number): ExpandedTerm {
  return { term: decoder.decode(bytes.subarray(start, end)), distance, documentCount };
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
